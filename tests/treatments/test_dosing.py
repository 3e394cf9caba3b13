"""Totals, limits and what is never added: R02, R05, R09, R31 at their boundaries."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.treatments.made import ABO, DAXI, FORMULARY, INCO, ONA, RIMA, STUNNOX
from treatments.dosing import (
    cumulative_finding,
    no_limit_finding,
    same_day_units,
    session_limit,
    session_total_finding,
    sum_finding,
    tally,
    total,
)
from treatments.facts import ClinicianLimit, PriorSession
from treatments.findings import Finding, Level

DOSES = st.decimals("0.01", "9999.99", places=2)
ON = date(2026, 3, 30)


def prior(days: int, units: str | None, product: str | None = ONA, **changes: object) -> PriorSession:
    dose = None if units is None else Decimal(units)
    return PriorSession(on=ON - timedelta(days=days), product=product, units=dose, **changes)  # type: ignore[arg-type]


def r02(
    units: str,
    *sessions: PriorSession,
    product: str = ONA,
    conditions: tuple[str, ...] = ("chronic_back_pain",),
    limit: str = "",
) -> Finding:
    return cumulative_finding(
        FORMULARY.product(product),
        conditions,
        on=ON,
        planned_units=Decimal(units),
        prior=sessions,
        formulary=FORMULARY,
        clinician_limit=ClinicianLimit(max_units=Decimal(limit), reason="none printed") if limit else None,
    )


def r05(units: str, product: str, *conditions: str, limit: str = "") -> Finding:
    own = ClinicianLimit(max_units=Decimal(limit), reason="none printed") if limit else None
    return session_total_finding(FORMULARY.product(product), conditions, Decimal(units), clinician_limit=own)


def r31(product: str, *conditions: str, limit: str = "") -> Finding:
    own = ClinicianLimit(max_units=Decimal(limit), reason="none printed") if limit else None
    return no_limit_finding(FORMULARY.product(product), conditions, clinician_limit=own, rules=FORMULARY.rules.no_limit)


@pytest.mark.parametrize(
    ("days", "before", "now", "level"),
    [
        (84, "400", "400", Level.OK),  # exactly 84 days ago is outside the open window
        (83, "155", "245", Level.OK),  # 400 passes
        (83, "155", "245.01", Level.OVERRIDE),
        (60, "155", "250", Level.OVERRIDE),
        (0, "200", "201", Level.OVERRIDE),  # the same day is summed here
    ],
)
def test_r02_sums_the_open_window_of_84_days(days: int, before: str, now: str, level: Level) -> None:
    assert r02(now, prior(days, before)).level is level


def test_r02_shows_what_it_added() -> None:
    found = r02("155", prior(83, "155"), prior(120, "200"))
    assert found.headline == "310 of 400 units in the 84 days to 30 Mar 2026"
    assert found.values["before"] == Decimal(155)


def test_r02_shows_the_calendar_months_beside_it_without_a_verdict() -> None:
    found = r02("210", prior(86, "210"))  # 3 Jan, within three months of 30 Mar, outside 84 days
    assert found.level is Level.OK
    assert (found.values["total"], found.values["calendar_total"]) == (Decimal(210), Decimal(420))


@pytest.mark.parametrize(
    "other",
    [prior(44, "500", ABO), prior(44, "100", None), prior(44, None, ONA), prior(44, "50", "a brand nobody knows")],
)
def test_r02_never_adds_across_families_nor_what_is_unknown(other: PriorSession) -> None:
    found = r02("155", prior(50, "100"), other)
    assert found.level is Level.OVERRIDE
    assert found.wording.code == "R02.not_computable"
    assert "total" not in found.values
    assert found.text.startswith("The total over 84 days is not computable. Toxin of another")
    assert "655" not in found.text


def test_r02_a_foreign_product_outside_the_window_does_not_matter() -> None:
    found = r02("155", prior(84, "500", ABO))
    assert found.level is Level.OK
    assert found.values["total"] == Decimal(155)


def test_r02_other_products_are_held_to_their_session_limit() -> None:
    dystonia = ("cervical_dystonia",)
    assert r02("500", prior(40, "500", ABO), product=ABO, conditions=dystonia).level is Level.OK
    assert r02("501", prior(40, "500", ABO), product=ABO, conditions=dystonia).level is Level.OVERRIDE


def test_r02_without_any_limit_notes_the_total_and_uses_a_clinicians() -> None:
    assert r02("60", prior(40, "50", STUNNOX), product=STUNNOX).level is Level.OK_WITH_NOTE
    assert r02("60", prior(40, "50", STUNNOX), product=STUNNOX, limit="110").level is Level.OK
    assert r02("61", prior(40, "50", STUNNOX), product=STUNNOX, limit="110").level is Level.OVERRIDE


@pytest.mark.parametrize(
    ("units", "product", "conditions", "level"),
    [
        ("195", ONA, ("chronic_migraine",), Level.OK),
        ("195.01", ONA, ("chronic_migraine",), Level.OVERRIDE),  # narrower than the 400 for any condition
        ("400", ONA, ("chronic_back_pain",), Level.OK),
        ("450", ONA, ("chronic_back_pain",), Level.OVERRIDE),
        ("1000", ABO, ("cervical_dystonia",), Level.OK),
        ("1100", ABO, ("cervical_dystonia",), Level.OVERRIDE),
        ("1500", ABO, ("upper_limb_spasticity", "lower_limb_spasticity"), Level.OK),
        ("1501", ABO, ("lower_limb_spasticity",), Level.OVERRIDE),
        ("400", INCO, (), Level.OK),
        ("420", INCO, ("cervical_dystonia",), Level.OVERRIDE),
        ("10000", RIMA, ("cervical_dystonia",), Level.OK),
        ("250", DAXI, ("cervical_dystonia",), Level.OK),
        ("251", DAXI, ("cervical_dystonia",), Level.OVERRIDE),
    ],
)
def test_r05_holds_a_session_to_its_narrowest_limit(
    units: str, product: str, conditions: tuple[str, ...], level: Level
) -> None:
    assert r05(units, product, *conditions).level is level


def test_r05_a_clinicians_limit_tightens_and_never_widens() -> None:
    assert r05("350", ONA, "chronic_back_pain", limit="300").level is Level.OVERRIDE
    assert r05("450", ONA, "chronic_back_pain", limit="1000").level is Level.OVERRIDE


def test_r05_sums_the_sessions_of_one_day_of_one_family() -> None:
    sessions = [prior(0, "100"), prior(0, "500", ABO), prior(0, "30", void_kind="never_given"), prior(1, "70")]
    assert same_day_units(sessions, ON, ONA, FORMULARY) == Decimal(100)


@pytest.mark.parametrize(
    ("product", "conditions", "limit", "level"),
    [
        (STUNNOX, ("chronic_migraine",), "", Level.BLOCK),
        (STUNNOX, (), "", Level.BLOCK),
        (STUNNOX, ("chronic_migraine",), "100", Level.OK),
        (ABO, ("chronic_migraine",), "", Level.OVERRIDE),
        (ABO, ("chronic_migraine",), "600", Level.OK),
        (ABO, ("cervical_dystonia",), "", Level.OK),
        (ONA, ("chronic_back_pain",), "", Level.OK),
    ],
)
def test_r31_a_product_without_a_limit_waits_for_a_clinicians(
    product: str, conditions: tuple[str, ...], limit: str, level: Level
) -> None:
    assert r31(product, *conditions, limit=limit).level is level


def test_r31_names_the_products_narrowest_limit() -> None:
    found = r31(ABO, "chronic_migraine")
    assert found.text == "Dysport has no session limit for this condition. Its narrowest limit is 1,000 units."
    limit = session_limit(FORMULARY.product(ABO), ("chronic_migraine",))
    assert limit is not None
    assert (limit.max_units, limit.fits) == (Decimal(1000), False)


@pytest.mark.parametrize(
    ("declared", "doses", "level"),
    [
        ("155", ["5"] * 31, Level.OK),
        ("155", ["5"] * 30, Level.BLOCK),
        ("3.1", ["0.1"] * 31, Level.OK),
        ("0.3", ["0.1"] * 3, Level.OK),
        ("155.01", ["5"] * 31, Level.BLOCK),
        (None, ["5"], Level.BLOCK),
    ],
)
def test_r09_the_sites_add_up_to_the_total(declared: str | None, doses: list[str], level: Level) -> None:
    written = None if declared is None else Decimal(declared)
    assert sum_finding(written, [Decimal(dose) for dose in doses]).level is level


@given(st.lists(DOSES, max_size=60))
def test_totals_are_exact_to_the_hundredth(doses: list[Decimal]) -> None:
    hundredths = sum(int(dose * 100) for dose in doses)
    assert total(doses) * 100 == hundredths
    assert sum_finding(Decimal(hundredths) / 100, doses).level is Level.OK


@given(st.lists(st.tuples(st.sampled_from([ONA, ABO, INCO, RIMA, DAXI, None]), DOSES), max_size=20))
def test_a_tally_never_adds_two_families(given_doses: list[tuple[str | None, Decimal]]) -> None:
    sessions = [prior(place, str(dose), product) for place, (product, dose) in enumerate(given_doses)]
    found = tally(sessions, after=ON - timedelta(days=84), until=ON, family=ONA, formulary=FORMULARY)
    assert found.units == total(dose for product, dose in given_doses if product == ONA)
    assert len(found.others) == sum(product != ONA for product, _ in given_doses)


@given(st.lists(st.tuples(st.sampled_from([ONA, ABO, None]), DOSES), max_size=8), DOSES)
def test_r02_shows_a_number_only_where_one_family_was_given(
    given_doses: list[tuple[str | None, Decimal]], planned: Decimal
) -> None:
    sessions = [prior(place, str(dose), product) for place, (product, dose) in enumerate(given_doses)]
    found = r02(str(planned), *sessions)
    if all(product == ONA for product, _ in given_doses):
        assert found.values["total"] == planned + total(dose for _, dose in given_doses)
    else:
        assert found.wording.code == "R02.not_computable"
