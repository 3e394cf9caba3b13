"""Whether somebody signs for themselves, or a guardian does. Pure.

Source: docs/sources.md#majority
"""

from datetime import date

from patients.birth import Birth, age

MAJORITY_YEARS = 18
"""India: of age from the eighteenth birthday on; also "child" in the DPDP Act 2023, section 2."""


def is_minor(birth: Birth, on: date) -> bool:
    """Say whether a person is under age for certain: born so that even the earliest day makes them too young.

    Of whom nothing is known, or who may be of age, no guardian is asked for: a warning may say so (`may_be_minor`).
    """
    years = age(birth, on)
    return years is not None and (years.unit != "years" or years.oldest < MAJORITY_YEARS)


def may_be_minor(birth: Birth, on: date) -> bool:
    """Say whether what is known of the date of birth leaves it open that a person is under age, or says so."""
    years = age(birth, on)
    return years is not None and (years.unit != "years" or years.youngest < MAJORITY_YEARS)
