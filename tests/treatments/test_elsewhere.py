"""Toxin elsewhere as a patient tells it: the strictest reading, and never counted twice."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from treatments.elsewhere import Span, as_prior, is_same, told_elsewhere, with_told
from treatments.facts import PriorSession
from treatments.formulary import Formulary

FORMULARY = Formulary.from_files()
TOLD_ON = date(2027, 3, 1)


def told(when: str, brand: str = "", units: str = "", here: tuple[PriorSession, ...] = ()) -> PriorSession | None:
    answers = {"s10_prior_toxin.when": when, "s10_prior_toxin.brand": brand, "s10_prior_toxin.units": units}
    return told_elsewhere(answers, told_on=TOLD_ON, here=here, formulary=FORMULARY)


@pytest.mark.parametrize(
    ("when", "on", "is_month_only"),
    [
        ("2027-01-12", date(2027, 1, 12), False),
        ("2027-01", date(2027, 1, 31), True),
        ("2026", date(2026, 12, 31), True),
        ("2027", date(2027, 3, 1), True),  # the year is not over: not after the day it was told
    ],
)
def test_day_is_read_at_its_latest(when: str, on: date, *, is_month_only: bool) -> None:
    session = told(when)
    assert session is not None
    assert (session.on, session.is_month_only) == (on, is_month_only)


@pytest.mark.parametrize(
    ("brand", "units", "expected"),
    [
        ("Dysport, forehead", "300", ("abobotulinumtoxinA", Decimal(300))),
        ("botox", "fifty", ("onabotulinumtoxinA", None)),
        ("Botox or Dysport", "100 units", (None, Decimal(100))),
        ("something cosmetic", "", (None, None)),
    ],
)
def test_what_is_not_known_stays_unknown(brand: str, units: str, expected: tuple[str | None, Decimal | None]) -> None:
    session = told("2027-01", brand, units)
    assert session is not None
    assert (session.product, session.units) == expected


def test_toxin_given_here_is_not_counted_twice() -> None:
    here = (PriorSession(on=date(2027, 1, 12), product="onabotulinumtoxinA", units=Decimal(155)),)
    assert told("2027-01", "Botox", "155", here) is here[0]
    assert told("2027-02", "Botox", "155", here) not in here


@pytest.mark.parametrize("when", ["", "last year", "2027-13", "2027-02-30"])
def test_unreadable_day_is_none(when: str) -> None:
    assert told(when) is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2027-01-14", date(2027, 1, 14), date(2027, 1, 14)),
        ("2027-02", date(2027, 2, 1), date(2027, 2, 28)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_span_begins_and_ends_with_what_is_known(text: str, first: date, last: date) -> None:
    span = Span.read(text)
    assert span is not None
    assert (span.first, span.last, str(span)) == (first, last, text)


def prior(text: str, product: str | None = None, **facts: Any) -> PriorSession:
    span = Span.read(text)
    assert span is not None
    session = as_prior(span, product=product, units=None, known_on=TOLD_ON)
    return replace(session, **facts)


BOTOX, DYSPORT = "onabotulinumtoxinA", "abobotulinumtoxinA"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (prior("2027-01"), prior("2027-01-14"), True),
        (prior("2027"), prior("2027-02"), True),
        (prior("2026"), prior("2027-01"), False),
        (prior("2027-01", BOTOX), prior("2027-01-14"), True),
        (prior("2027-01", BOTOX), prior("2027-01-14", DYSPORT), False),
        (prior("2027-01-13"), prior("2027-01-14"), False),
        (prior("2027-01-14", void_kind="wrong_patient"), prior("2027-01-14"), False),
    ],
)
def test_tellings_are_one_treatment_where_days_meet_and_products_agree(
    one: PriorSession, other: PriorSession, *, expected: bool
) -> None:
    assert (is_same(one, other), is_same(other, one)) == (expected, expected)


def test_what_is_known_is_not_counted_again_and_what_is_told_twice_only_once() -> None:
    known = (prior("2027-01", BOTOX),)
    told = (prior("2027-01-14"), prior("2026-11-02"), prior("2026-11-02", BOTOX))
    assert with_told(known, told) == (*known, told[1])


def test_a_year_is_counted_at_its_latest_day_that_was_known() -> None:
    session = prior("2027", BOTOX)
    assert (session.on, session.first_day, session.is_month_only) == (TOLD_ON, date(2027, 1, 1), True)
