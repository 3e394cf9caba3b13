"""Concentrations, volumes, the clock and the diluent: R06, R08, R11."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.treatments.made import DAXI, FORMULARY, MADE_AT, ONA, RIMA, preparation, site
from treatments.dilution import (
    clock_finding,
    diluent_finding,
    units_per_ml,
    use_by,
    volume_finding,
    volume_findings,
    volume_ml,
)
from treatments.findings import Finding, Level, worst

RULES = FORMULARY.rules.volume


def r06(product: str, passed: timedelta, start: datetime = MADE_AT) -> Finding:
    known = FORMULARY.products.get(product)
    return clock_finding(known, reconstituted_at=start, used_at=start + passed, rules=RULES)


def r11(made: str, in_ml: str, volume: str, units: str) -> Level:
    return volume_finding(
        made_units=Decimal(made), made_ml=Decimal(in_ml), volume=Decimal(volume), units=Decimal(units), rules=RULES
    ).level


@pytest.mark.parametrize("product", FORMULARY.products)
def test_dilution_tables_of_the_catalogue_agree_with_the_arithmetic(product: str) -> None:
    for row in FORMULARY.product(product).dilutions:
        if row.diluent_ml:
            assert row.units_per_tenth_ml is not None
            assert abs(units_per_ml(row.vial_units, row.diluent_ml) / 10 - row.units_per_tenth_ml) < Decimal("0.001")


def test_a_ready_solution_has_a_volume_of_its_own() -> None:
    assert FORMULARY.product(RIMA).own_volume_ml(Decimal(5000)) == Decimal(1)
    assert FORMULARY.product(RIMA).own_volume_ml(Decimal(2500)) == Decimal("0.5")
    assert FORMULARY.product(ONA).own_volume_ml(Decimal(100)) is None


@pytest.mark.parametrize(
    ("units", "made", "in_ml", "volume"),
    [
        ("5", "200", "4", "0.1000"),
        ("155", "200", "4", "3.1000"),
        ("5", "100", "2.5", "0.1250"),
        ("5", "100", "3", "0.1500"),
    ],
)
def test_volume_ml_holds_the_dose(units: str, made: str, in_ml: str, volume: str) -> None:
    assert volume_ml(Decimal(units), units_per_ml(Decimal(made), Decimal(in_ml))) == Decimal(volume)


@pytest.mark.parametrize(
    ("product", "passed", "level"),
    [
        (ONA, timedelta(hours=24), Level.OK),
        (ONA, timedelta(hours=24, seconds=1), Level.BLOCK),
        (ONA, timedelta(hours=24, microseconds=900_000), Level.OK),  # judged to the second
        (DAXI, timedelta(hours=72), Level.OK),
        (DAXI, timedelta(hours=72, seconds=1), Level.BLOCK),
        (RIMA, timedelta(hours=4), Level.OK),
        (RIMA, timedelta(hours=4, minutes=1), Level.BLOCK),
        ("nobody knows", timedelta(hours=24), Level.OK),
        ("nobody knows", timedelta(hours=25), Level.BLOCK),
        (ONA, timedelta(seconds=-1), Level.BLOCK),
        (ONA, timedelta(0), Level.OK),
    ],
)
def test_r06_the_clock_since_reconstitution(product: str, passed: timedelta, level: Level) -> None:
    assert r06(product, passed).level is level


def test_r06_says_how_long_and_until_when() -> None:
    found = r06(ONA, timedelta(hours=24, minutes=1))
    assert found.text == ("Used 24 h 1 min after it was made up. It may be used for 24 hours, until 31 Mar 2026 09:00.")


def test_r06_a_clock_change_does_not_stretch_the_day() -> None:
    new_york = ZoneInfo("America/New_York")
    before = datetime(2027, 3, 13, 12, 0, tzinfo=new_york)  # clocks go forward that night
    after = datetime(2027, 3, 14, 12, 59, 59, tzinfo=new_york)  # 23:59:59 later
    assert clock_finding(FORMULARY.product(ONA), reconstituted_at=before, used_at=after, rules=RULES).level is Level.OK
    late = after.replace(hour=13, minute=0, second=1)
    assert (
        clock_finding(FORMULARY.product(ONA), reconstituted_at=before, used_at=late, rules=RULES).level is Level.BLOCK
    )
    assert use_by(before, FORMULARY.product(ONA), RULES) == datetime(2027, 3, 14, 17, 0, tzinfo=UTC)


def test_r06_a_missing_time_is_never_ok() -> None:
    for start, end in ((None, MADE_AT), (MADE_AT, None)):
        found = clock_finding(FORMULARY.product(ONA), reconstituted_at=start, used_at=end, rules=RULES)
        assert found.level is Level.OVERRIDE


@pytest.mark.parametrize(
    ("product", "diluent", "level"),
    [
        (ONA, "saline", Level.OK),
        (ONA, "saline_preserved", Level.WARN),
        (ONA, "local_anaesthetic", Level.OVERRIDE),
        (ONA, "other", Level.WARN),
        (ONA, "none", Level.WARN),
        (ONA, None, Level.WARN),
        (RIMA, "none", Level.OK),
        (RIMA, "saline", Level.OK),
    ],
)
def test_r08_the_diluent_against_the_label(product: str, diluent: str | None, level: Level) -> None:
    assert diluent_finding(FORMULARY.product(product), diluent).level is level


@pytest.mark.parametrize(
    ("made", "in_ml", "volume", "units", "level"),
    [
        ("100", "2", "0.1", "5", Level.OK),
        ("100", "2.5", "0.1", "5", Level.BLOCK),  # is 4
        ("100", "2", "0.1", "5.5", Level.OK),  # half a unit passes
        ("100", "2", "0.1", "5.51", Level.BLOCK),
        ("200", "4", "3.1", "155", Level.OK),
        ("200", "4", "3.1", "158.1", Level.OK),  # 2 % of 155 is 3.1
        ("200", "4", "3.1", "158.11", Level.BLOCK),
    ],
)
def test_r11_volume_and_units_agree_within_the_larger_tolerance(
    made: str, in_ml: str, volume: str, units: str, level: Level
) -> None:
    assert r11(made, in_ml, volume, units) is level


def test_r11_names_the_sites_that_differ_and_those_without_a_volume() -> None:
    sites = [
        site(ref="1", volume_ml=Decimal("0.1")),
        site(ref="2", volume_ml=Decimal("0.2")),
        site(ref="3"),
        site("temporalis", "right", ref="4", volume_ml=Decimal("0.2")),
    ]
    found = volume_findings(sites, {"P1": preparation()}, RULES)
    assert [(item.level, item.sites) for item in found] == [(Level.BLOCK, ("2", "4")), (Level.WARN, ("3",))]
    assert found[0].headline == "0.2 mL of this preparation hold 10 units, 5 are written"


def test_r11_each_site_is_read_by_its_own_preparation() -> None:
    made = {"P1": preparation(), "P2": preparation(ref="P2", units=Decimal(100))}
    sites = [
        site(ref="1", volume_ml=Decimal("0.1"), preparation="P1"),
        site(ref="2", volume_ml=Decimal("0.2"), preparation="P2"),
    ]
    assert worst(volume_findings(sites, made, RULES)) is Level.OK
    assert worst(volume_findings([site(volume_ml=Decimal("0.1"))], made, RULES)) is Level.WARN


@given(
    st.decimals("0.01", "400", places=2),
    st.sampled_from([Decimal(size) for size in (50, 100, 200, 300, 500)]),
    st.sampled_from([Decimal(size) for size in ("0.6", "1", "1.25", "2", "2.5", "3", "4", "8", "10")]),
)
def test_r11_accepts_every_volume_computed_from_its_dose(dose: Decimal, made: Decimal, in_ml: Decimal) -> None:
    volume = volume_ml(dose, units_per_ml(made, in_ml))
    assert r11(str(made), str(in_ml), str(volume), str(dose)) is Level.OK
