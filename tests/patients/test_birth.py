"""Dates of birth: what is typed is what is known, ages are spans."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients import birth
from patients.birth import Age, Birth

TODAY = date(2027, 1, 11)


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("12/03/1951", Birth(date(1951, 3, 12), "day")),
        ("12.3.1951", Birth(date(1951, 3, 12), "day")),
        ("12 Mar 1951", Birth(date(1951, 3, 12), "day")),
        ("March 12, 1951", Birth(date(1951, 3, 12), "day")),
        ("1951-03-12", Birth(date(1951, 3, 12), "day")),
        ("૧૨/૦૩/૧૯૫૧", Birth(date(1951, 3, 12), "day")),
        ("04/07/62", Birth(date(1962, 7, 4), "day")),
        ("29/02/2024", Birth(date(2024, 2, 29), "day")),
        ("March 1951", Birth(date(1951, 3, 1), "month")),
        ("sept 1951", Birth(date(1951, 9, 1), "month")),
        ("03/1951", Birth(date(1951, 3, 1), "month")),
        ("1951-03", Birth(date(1951, 3, 1), "month")),
        ("1951", Birth(date(1951, 1, 1), "year")),
        ("about 75", Birth(date(1952, 1, 1), "about")),
        ("~75", Birth(date(1952, 1, 1), "about")),
        ("75 years", Birth(date(1952, 1, 1), "about")),
        ("unknown", Birth(None, "unknown")),
        ("  ", Birth(None, "unknown")),
    ],
)
def test_btx_053_typed_date_is_kept_as_exactly_as_it_is_known(typed: str, known: Birth) -> None:
    assert birth.read(typed, TODAY) == known


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("not-a-date", birth.NotADate),
        ("29221", birth.NotADate),
        ("31/02/1990", birth.NoSuchDay),
        ("1980-13-40", birth.NoSuchDay),
        ("29/02/2023", birth.NoSuchDay),
        ("04/07/12", birth.WhichCentury),
        ("2031-01-01", birth.BornInTheFuture),
        ("2028", birth.BornInTheFuture),
        ("1851", birth.BornTooLongAgo),
        ("about 300", birth.BornTooLongAgo),
        ("0000", birth.NoSuchDay),
    ],
)
def test_what_cannot_be_a_date_of_birth_is_refused(typed: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        birth.read(typed, TODAY)


def test_btx_052_born_today_is_accepted_and_tomorrow_refused() -> None:
    today = date(2027, 1, 12)
    assert birth.read("2027-01-12", today) == Birth(today, "day")
    with pytest.raises(birth.BornInTheFuture):
        birth.read("2027-01-13", today)


@pytest.mark.parametrize(
    ("known", "age"),
    [
        (Birth(date(2027, 1, 11), "day"), Age(0, 0, "days")),
        (Birth(date(2026, 12, 12), "day"), Age(30, 30, "days")),
        (Birth(date(2026, 12, 11), "day"), Age(1, 1, "months")),
        (Birth(date(2025, 1, 12), "day"), Age(23, 23, "months")),
        (Birth(date(2025, 1, 11), "day"), Age(2, 2, "years")),
        (Birth(date(1970, 1, 31), "day"), Age(56, 56, "years")),
        (Birth(date(1947, 8, 15), "day"), Age(79, 79, "years")),
        (Birth(date(1951, 3, 1), "month"), Age(75, 75, "years")),
        (Birth(date(1951, 1, 1), "month"), Age(75, 76, "years")),
        (Birth(date(1951, 1, 1), "year"), Age(75, 76, "years")),
        (Birth(date(1952, 1, 1), "about"), Age(75, 75, "years", is_about=True)),
    ],
)
def test_btx_053_age_is_a_span(known: Birth, age: Age) -> None:
    assert birth.age(known, TODAY) == age


def test_unknown_birth_has_no_age() -> None:
    assert birth.age(birth.UNKNOWN_BIRTH, TODAY) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Birth(date(1951, 1, 1), "year"), Birth(date(1951, 3, 12), "day"), True),
        (Birth(date(1951, 1, 1), "year"), Birth(date(1952, 1, 1), "day"), False),
        (Birth(date(1951, 3, 1), "month"), Birth(date(1951, 3, 31), "day"), True),
        (Birth(date(1951, 3, 1), "month"), Birth(date(1951, 4, 1), "day"), False),
        (Birth(date(1952, 1, 1), "about"), Birth(date(1948, 6, 1), "day"), True),
        (Birth(date(1952, 1, 1), "about"), Birth(date(1936, 6, 1), "day"), False),
        (Birth(None, "unknown"), Birth(date(1936, 6, 1), "day"), True),
    ],
)
def test_btx_053_year_only_meets_any_day_in_it(one: Birth, other: Birth, same: bool) -> None:
    assert birth.compatible(one, other) is same
    assert birth.compatible(other, one) is same


@given(st.dates(date(1900, 1, 1), TODAY))
def test_btx_052_day_is_read_back_as_typed(day: date) -> None:
    assert birth.read(f"{day:%d/%m/%Y}", TODAY) == Birth(day, "day")


@given(st.dates(date(1900, 1, 1), TODAY), st.sampled_from(["day", "month", "year"]))
def test_youngest_is_never_older_than_oldest(day: date, precision: birth.Precision) -> None:
    first = {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[precision]
    age = birth.age(Birth(first, precision), TODAY)
    assert age is not None
    assert 0 <= age.youngest <= age.oldest
