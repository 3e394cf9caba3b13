"""Until when a record is kept: by hand."""

from datetime import date

import pytest

from patients.birth import UNKNOWN_BIRTH, Birth
from patients.retention import kept_until


@pytest.mark.parametrize(
    ("last_here", "birth", "until"),
    [
        (date(2027, 1, 11), Birth(date(1970, 1, 31), "day"), date(2035, 1, 11)),
        (date(2027, 1, 11), UNKNOWN_BIRTH, date(2035, 1, 11)),
        (date(2028, 2, 29), UNKNOWN_BIRTH, date(2036, 2, 29)),
        (date(2092, 2, 29), UNKNOWN_BIRTH, date(2100, 3, 1)),
        (date(2027, 1, 11), Birth(date(2020, 6, 1), "day"), date(2041, 6, 1)),
        (date(2027, 1, 11), Birth(date(2020, 1, 1), "year"), date(2041, 12, 31)),
    ],
)
def test_eight_years_on_and_of_a_child_until_twenty_one(last_here: date, birth: Birth, until: date) -> None:
    assert kept_until(last_here=last_here, birth=birth) == until
