"""The date of birth, compared as far as it is known."""

from datetime import date

import pytest

from patients.recognising import BirthTyped, agrees, can_be_asked

AUGUST_14 = date(1984, 8, 14)


@pytest.mark.parametrize(
    ("typed", "born_on", "precision", "expected"),
    [
        ((14, 8, 1984), AUGUST_14, "day", True),
        ((14, 8, 1985), AUGUST_14, "day", False),
        ((8, 14, 1984), AUGUST_14, "day", False),
        ((None, 8, 1984), AUGUST_14, "day", False),
        ((None, None, 1984), AUGUST_14, "day", False),
        ((14, 8, 1984), date(1984, 8, 1), "month", True),
        ((None, 8, 1984), date(1984, 8, 1), "month", True),
        ((None, 9, 1984), date(1984, 8, 1), "month", False),
        ((None, None, 1984), date(1984, 8, 1), "month", False),
        ((14, 8, 1984), date(1984, 1, 1), "year", True),
        ((None, None, 1984), date(1984, 1, 1), "year", True),
        ((None, None, 1983), date(1984, 1, 1), "year", False),
        ((1, 1, 1984), date(1984, 1, 1), "about", False),
        ((None, None, None), None, "unknown", False),
    ],
)
def test_birth_agrees_at_the_precision_known(
    typed: tuple[int | None, int | None, int | None], born_on: date | None, precision: str, *, expected: bool
) -> None:
    day, month, year = typed
    assert agrees(BirthTyped(day=day, month=month, year=year), born_on=born_on, precision=precision) is expected


@pytest.mark.parametrize(
    ("precision", "expected"), [("day", True), ("month", True), ("year", True), ("about", False), ("unknown", False)]
)
def test_birth_is_asked_only_where_it_is_sure(precision: str, *, expected: bool) -> None:
    assert can_be_asked(precision) is expected
