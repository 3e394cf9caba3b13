"""Toxin elsewhere as a patient tells it: the strictest reading, and never counted twice."""

from datetime import date
from decimal import Decimal

import pytest

from treatments.elsewhere import told_elsewhere
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
