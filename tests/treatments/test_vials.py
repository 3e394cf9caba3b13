"""Expiry, recall, storage, the ledger and one patient a vial: R07, R10, R26."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.treatments.made import FORMULARY, INCO, ONA, lot, vial
from treatments.facts import last_day_of
from treatments.findings import Level, worst
from treatments.intervals import local_day
from treatments.vials import balance_finding, draws_finding, expiry_finding, lot_findings, sharing_finding

CLINIC = ZoneInfo("Asia/Kolkata")


@pytest.mark.parametrize(
    ("expires_on", "used_at", "level"),
    [
        (last_day_of(2027, 1), datetime(2027, 1, 31, 23, 0, tzinfo=CLINIC), Level.OK),
        (last_day_of(2027, 1), datetime(2027, 2, 1, 0, 10, tzinfo=CLINIC), Level.BLOCK),
        (date(2027, 1, 15), datetime(2027, 1, 15, 18, 0, tzinfo=CLINIC), Level.OK),
        (date(2027, 1, 15), datetime(2027, 1, 16, 8, 0, tzinfo=CLINIC), Level.BLOCK),
        (date(2026, 12, 31), datetime(2027, 1, 15, 18, 0, tzinfo=CLINIC), Level.BLOCK),
        (None, datetime(2027, 1, 15, 18, 0, tzinfo=CLINIC), Level.OVERRIDE),
    ],
)
def test_btx_061_r07_a_lot_is_good_to_the_end_of_its_printed_day(
    expires_on: date | None, used_at: datetime, level: Level
) -> None:
    assert expiry_finding(expires_on, local_day(used_at, CLINIC)).level is level


@pytest.mark.parametrize(
    ("state", "level"), [("in_use", Level.OK), ("recalled", Level.BLOCK), ("quarantined", Level.BLOCK)]
)
def test_r07_a_recalled_lot_blocks(state: str, level: Level) -> None:
    assert worst(lot_findings(lot(state=state), FORMULARY.product(ONA), date(2026, 3, 30))) is level


@pytest.mark.parametrize(
    ("product", "low", "high", "level"),
    [
        (ONA, None, "12", Level.OVERRIDE),
        (INCO, None, "25", Level.OK),
        (INCO, "-20", "25", Level.OK),
        (INCO, None, "25.1", Level.OVERRIDE),
        (INCO, "-21", "20", Level.OVERRIDE),
        (INCO, None, None, Level.OVERRIDE),
    ],
)
def test_r07_a_storage_excursion_needs_a_reason_except_xeomin_in_a_warm_room(
    product: str, low: str | None, high: str | None, level: Level
) -> None:
    kept = lot(
        had_excursion=True,
        excursion_low_c=None if low is None else Decimal(low),
        excursion_high_c=None if high is None else Decimal(high),
    )
    assert worst(lot_findings(kept, FORMULARY.product(product), date(2026, 3, 30))) is level


def test_r07_no_lot_at_all_is_never_ok() -> None:
    assert worst(lot_findings(None, FORMULARY.product(ONA), date(2026, 3, 30))) is Level.OVERRIDE


@pytest.mark.parametrize(
    ("held", "given_units", "wasted", "is_closed", "code", "level"),
    [
        ("200", "155", "45", True, "R10.balances", Level.OK),
        ("200", "155", "40", True, "R10.unaccounted", Level.BLOCK),
        ("200", "155", "0", False, "R10.balances", Level.OK),
        ("100", "110", "0", False, "R10.overdrawn", Level.BLOCK),
        ("100", "60", "41", False, "R10.overdrawn", Level.BLOCK),
        ("3.1", "3.1", "0", True, "R10.balances", Level.OK),
    ],
)
def test_r10_a_vial_gives_no_more_than_it_held_and_balances_when_closed(
    *, held: str, given_units: str, wasted: str, is_closed: bool, code: str, level: Level
) -> None:
    found = balance_finding(
        vial(vial_units=Decimal(held), given=Decimal(given_units), wasted=Decimal(wasted), is_closed=is_closed)
    )
    assert (found.wording.code, found.level) == (code, level)


@pytest.mark.parametrize(
    ("drawn", "level"), [("155", Level.OK), ("155.01", Level.BLOCK), ("150", Level.BLOCK), (None, Level.BLOCK)]
)
def test_r10_the_draws_are_what_was_given(drawn: str | None, level: Level) -> None:
    assert draws_finding(None if drawn is None else Decimal(drawn), Decimal(155)).level is level


def test_r26_a_second_patient_on_a_vial_needs_a_reason() -> None:
    assert sharing_finding(("A", "B"), vial="V1").level is Level.OVERRIDE
    assert sharing_finding(("A", "A"), vial="V1").level is Level.OK
    assert sharing_finding((), vial="V1").level is Level.OK


@given(st.lists(st.decimals("0.01", "20", places=2), max_size=20), st.integers(1, 40000))
def test_r10_blocks_exactly_when_more_is_out_than_in(draws: list[Decimal], hundredths: int) -> None:
    held, out = Decimal(hundredths) / 100, sum(draws, Decimal(0))
    found = balance_finding(vial(vial_units=held, given=out, wasted=Decimal(0), is_closed=False))
    assert (found.level is Level.BLOCK) == (out > held)
