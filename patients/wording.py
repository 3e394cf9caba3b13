"""Dates of birth, ages and phones in words, for pages, letters and lists."""

from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.birth import Age, Birth, age


def birth_words(birth: Birth, on: date) -> str:
    """Say what is known of a date of birth: "12 Mar 1951", "March 1951", "1951 (year only)", "about 75", "unknown"."""
    if birth.first_day is None:
        return _("unknown")
    if birth.precision == "about":
        return age_words(birth, on)
    if birth.precision == "year":
        return _("%(year)d (year only)") % {"year": birth.first_day.year}
    if birth.precision == "month":
        return formats.date_format(birth.first_day, "YEAR_MONTH_FORMAT")
    return formats.date_format(birth.first_day, "DATE_FORMAT")


def age_words(birth: Birth, on: date) -> str:
    """Say how old a person is: "0 days", "75 years", "75 or 76 years", "about 75"; nothing when it is unknown."""
    years = age(birth, on)
    if years is None:
        return ""
    if years.is_about:
        return _("about %(age)d") % {"age": years.oldest}
    if years.youngest == years.oldest:
        return _counted(years)
    return _("%(youngest)d or %(age)s") % {"youngest": years.youngest, "age": _counted(years)}


def birth_and_age(birth: Birth, on: date) -> str:
    """Say both, once: "12 Mar 1951, 75 years"; "about 75"; "unknown"."""
    if birth.precision in {"about", "unknown"}:
        return birth_words(birth, on)
    return _("%(birth)s, %(age)s") % {"birth": birth_words(birth, on), "age": age_words(birth, on)}


def as_typed(birth: Birth, on: date) -> str:
    """Write a date of birth as the form reads it back: "12/03/1951", "March 1951", "1951", "about 75"."""
    if birth.first_day is None:
        return ""
    if birth.precision == "day":
        return f"{birth.first_day:%d/%m/%Y}"
    if birth.precision == "month":
        return f"{birth.first_day:%m/%Y}"
    return f"about {on.year - birth.first_day.year}" if birth.precision == "about" else f"{birth.first_day.year:04d}"


def _counted(age: Age) -> str:
    if age.unit == "days":
        return ngettext("%(n)d day", "%(n)d days", age.oldest) % {"n": age.oldest}
    if age.unit == "months":
        return ngettext("%(n)d month", "%(n)d months", age.oldest) % {"n": age.oldest}
    return ngettext("%(n)d year", "%(n)d years", age.oldest) % {"n": age.oldest}
