"""What was given lately, by hand: windows are open at their start, families are never added."""

from datetime import date, timedelta
from decimal import Decimal

from tests.treatments.made import ABO, FORMULARY, ONA
from treatments.facts import PriorSession
from treatments.totals import lately_given

TODAY = date(2027, 6, 1)


def given(*prior: PriorSession) -> list[tuple[int, Decimal | None]]:
    return [(total.stretch, total.units) for total in lately_given(prior, product=ONA, on=TODAY, formulary=FORMULARY)]


def toxin(days_ago: int, units: int | None = 155, product: str | None = ONA, **facts: str) -> PriorSession:
    return PriorSession(
        on=TODAY - timedelta(days=days_ago),
        product=product,
        units=None if units is None else Decimal(units),
        **facts,  # type: ignore[arg-type]  # only words are passed
    )


def test_nothing_given_is_nought_units() -> None:
    assert given() == [(84, Decimal(0)), (3, Decimal(0))]


def test_day_84_is_outside_the_days_and_inside_the_months() -> None:
    assert given(toxin(84), toxin(0, 100)) == [(84, Decimal(100)), (3, Decimal(255))]


def test_three_months_back_to_the_day_is_outside() -> None:
    assert given(toxin(92)) == [(84, Decimal(0)), (3, Decimal(0))]  # 1 March
    assert given(toxin(91)) == [(84, Decimal(0)), (3, Decimal(155))]  # 2 March


def test_another_family_or_unknown_units_give_no_number_only_the_days() -> None:
    for other in (toxin(30, 500, ABO), toxin(30, None), toxin(30, 100, None)):
        days, months = lately_given([toxin(10), other], product=ONA, on=TODAY, formulary=FORMULARY)
        assert (days.units, months.units) == (None, None)
        assert days.others == (date(2027, 5, 2),)


def test_toxin_that_never_went_in_does_not_count() -> None:
    assert given(toxin(10, 155, ONA, void_kind="wrong_patient"))[0] == (84, Decimal(0))


def test_each_figure_names_its_source() -> None:
    assert [bool(total.source.text) for total in lately_given((), product=ONA, on=TODAY, formulary=FORMULARY)] == [
        True,
        True,
    ]
