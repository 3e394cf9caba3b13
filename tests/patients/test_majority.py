"""Who signs for themselves: eighteen from the birthday on; a date not known to the day leaves it open."""

from datetime import date

import pytest

from patients.birth import UNKNOWN_BIRTH, Birth
from patients.majority import is_minor, may_be_minor

ON = date(2027, 1, 11)


@pytest.mark.parametrize(
    ("birth", "minor", "maybe"),
    [
        (Birth(date(2009, 1, 11), "day"), False, False),
        (Birth(date(2009, 1, 12), "day"), True, True),
        (Birth(date(2009, 1, 1), "year"), False, True),
        (Birth(date(2010, 1, 1), "year"), True, True),
        (Birth(date(2009, 1, 1), "month"), False, True),
        (Birth(date(2008, 12, 1), "month"), False, False),
        (Birth(date(2026, 12, 30), "day"), True, True),
        (Birth(date(2010, 1, 1), "about"), True, True),
        (Birth(date(2007, 1, 1), "about"), False, False),
        (UNKNOWN_BIRTH, False, False),
    ],
)
def test_under_age_for_certain_and_perhaps(birth: Birth, minor: bool, maybe: bool) -> None:
    assert (is_minor(birth, ON), may_be_minor(birth, ON)) == (minor, maybe)
