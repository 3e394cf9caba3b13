"""Numbers and days of hidden fields and addresses, as anybody may write them."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from clinic.lib.days import read_day
from clinic.lib.typed import whole_number
from clinic.lib.validators import of_a_calendar


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("12", 12),
        ("٣", 3),
        ("999999999", 999_999_999),
        ("1000000000", -1),
        ("9" * 5_000, -1),
        ("", -1),
        (None, -1),
        ("-1", -1),
        ("1.0", -1),
        ("²", -1),
        ("1e9", -1),
    ],
)
def test_a_whole_number_is_read_or_replaced(text: str | None, number: int) -> None:
    assert whole_number(text, -1) == number


@pytest.mark.parametrize("text", ["1900-01-01", "2027-03-01", "2199-12-31"])
def test_a_day_that_a_calendar_is_asked_for_is_read(text: str) -> None:
    assert read_day(text).isoformat() == text


@pytest.mark.parametrize("text", ["", "xx", "1899-12-31", "2200-01-01", "0001-01-01", "9999-12-31", "2027-02-30"])
def test_any_other_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - which one does not matter
        read_day(text)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31), datetime(1, 1, 1, 0, 30, tzinfo=UTC)])
def test_a_form_refuses_the_ends_of_the_calendar(day: date) -> None:
    with pytest.raises(ValidationError):
        of_a_calendar(day)


@pytest.mark.parametrize("day", [date(1900, 1, 1), datetime(2199, 12, 31, 23, 59, tzinfo=UTC)])
def test_a_form_takes_what_lies_between(day: date) -> None:
    of_a_calendar(day)
