"""How long a record must be kept that somebody wants erased. Pure.

Source: docs/sources.md#retention
"""

from datetime import date, timedelta

from patients.birth import Birth

YEARS = 8
"""Civil claims need three years and the time until harm is found out: seven to eight is the advice for software."""
MINORS_UNTIL_AGE = 21


def kept_until(*, last_here: date, birth: Birth) -> date:
    """Return the day until which a record is kept: eight years on, and of who was a child at least until 21."""
    until = _years_on(last_here, YEARS)
    if birth.last_day is None:
        return until
    return max(until, _years_on(birth.last_day, MINORS_UNTIL_AGE))


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return (day + timedelta(days=1)).replace(year=day.year + years)
