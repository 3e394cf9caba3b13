"""One needle entry, both sternocleidomastoids, PREEMPT's shape and a point twice: R03, R04, R12, R25."""

from collections import Counter
from decimal import Decimal

import pytest

from tests.treatments.made import ABO, DAXI, FORMULARY, INCO, ONA, SCM, preempt_sites, site
from treatments.facts import Flag, Site
from treatments.findings import Finding, Level, worst
from treatments.formulary import Point
from treatments.site_dosing import (
    PREEMPT,
    duplicate_findings,
    neck_findings,
    neck_totals,
    shape_finding,
    site_findings,
)


def r03(product: str, condition: str, *sites: Site) -> tuple[Finding, ...]:
    return site_findings(FORMULARY.product(product), (condition,), sites, formulary=FORMULARY)


def r04(product: str, right: str, left: str, dysphagia: Flag = Flag.CLEARED) -> tuple[Finding, ...]:
    return neck_findings(
        FORMULARY.product(product),
        right_units=Decimal(right),
        left_units=Decimal(left),
        dysphagia=dysphagia,
        formulary=FORMULARY,
    )


def r12(sites: int, units: str | None, by_muscle: dict[str, int] | None = None) -> Finding:
    return shape_finding(
        FORMULARY.protocol(PREEMPT),
        sites=sites,
        units=None if units is None else Decimal(units),
        by_muscle=by_muscle,
        rules=FORMULARY.rules.shape,
    )


@pytest.mark.parametrize(
    ("product", "condition", "units", "volume", "level"),
    [
        (ONA, "cervical_dystonia", "50", None, Level.OK),
        (ONA, "cervical_dystonia", "50.01", None, Level.OVERRIDE),
        (ONA, "upper_limb_spasticity", "51", None, Level.OVERRIDE),
        (ONA, "chronic_back_pain", "51", None, Level.OK),
        (ONA, "chronic_migraine", "5", None, Level.OK),
        (ONA, "chronic_migraine", "6", None, Level.WARN),
        (ONA, "chronic_migraine", "4", None, Level.WARN),
        (INCO, "cervical_dystonia", "51", None, Level.OVERRIDE),
        (ABO, "upper_limb_spasticity", "500", "1", Level.OK),
        (ABO, "upper_limb_spasticity", "500", "1.2", Level.WARN),
        (ABO, "upper_limb_spasticity", "501", "1", Level.OVERRIDE),
        (ABO, "cervical_dystonia", "501", "1.2", Level.OK),
    ],
)
def test_r03_one_entry_against_label_and_protocol(
    product: str, condition: str, units: str, volume: str | None, level: Level
) -> None:
    given = site("biceps_brachii", "left", units, volume_ml=None if volume is None else Decimal(volume))
    assert worst(r03(product, condition, given)) is level


def test_r03_speaks_once_for_an_injection_and_names_its_entries() -> None:
    sites = [site(SCM, "left", units, ref=ref) for ref, units in (("1", "55"), ("2", "70"), ("3", "10"))]
    (found,) = r03(ONA, "cervical_dystonia", *sites)
    assert (found.key, found.sites, found.values["units"]) == (f"R03.over@{SCM}:left", ("1", "2"), Decimal(70))
    assert found.text == "70 units at one site; the limit is 50. Sternocleidomastoid, left."


def test_r03_warns_once_for_every_dose_off_the_protocol() -> None:
    sites = [*preempt_sites("6")[:4], site("temporalis", "left", "7", ref="x")]
    found = r03(ONA, "chronic_migraine", *sites)
    assert [(item.level, item.subject, item.sites) for item in found] == [
        (Level.WARN, "6", ("1", "2", "3", "4")),
        (Level.WARN, "7", ("x",)),
    ]
    assert found[0].detail.startswith(
        "Corrugator supercilii, left; Corrugator supercilii, right; Procerus; Frontalis, left. Known: 5"
    )


@pytest.mark.parametrize(
    ("product", "right", "left", "dysphagia", "level"),
    [
        (ONA, "60", "40", Flag.CLEARED, Level.OK),
        (ONA, "60", "45", Flag.CLEARED, Level.OVERRIDE),
        (ONA, "101", "0", Flag.CLEARED, Level.OVERRIDE),
        (ONA, "50", "0", Flag.CLEARED, Level.OK),
        (ONA, "20", "20", Flag.STANDS, Level.OVERRIDE),
        (ONA, "20", "20", Flag.MISSING, Level.OVERRIDE),
        (ONA, "40", "0", Flag.STANDS, Level.OK),
        (INCO, "60", "45", Flag.CLEARED, Level.OVERRIDE),
        (ABO, "100", "0", Flag.CLEARED, Level.OK),
        (ABO, "50", "50", Flag.CLEARED, Level.WARN),
        (ABO, "151", "0", Flag.CLEARED, Level.WARN),
        (DAXI, "60", "60", Flag.CLEARED, Level.OK),
    ],
)
def test_r04_both_sides_of_the_neck_together(
    product: str, right: str, left: str, dysphagia: Flag, level: Level
) -> None:
    assert worst(r04(product, right, left, dysphagia)) is level


def test_r04_shows_how_often_swallowing_suffers_by_dose() -> None:
    (found,) = r04(ABO, "50", "50")
    assert "21% (Poewe 1998 trial table, 250 U arm)" in found.detail
    assert "39% (same, 1000 U arm)" in found.detail


def test_neck_totals_are_of_the_muscle_alone() -> None:
    sites = [site(SCM, "left", "20"), site(SCM, "right", "15"), site(SCM, "left", "7.5"), site("temporalis", "left")]
    assert neck_totals(sites, SCM) == (Decimal(15), Decimal("27.5"))


@pytest.mark.parametrize(
    ("sites", "units", "level"),
    [
        (31, "155", Level.OK),
        (39, "195", Level.OK),
        (40, "200", Level.OVERRIDE),
        (39, "195.01", Level.OVERRIDE),
        (40, "195", Level.WARN),
        (30, "155", Level.WARN),
        (31, "150", Level.WARN),
    ],
)
def test_r12_preempts_sites_and_units(sites: int, units: str, level: Level) -> None:
    assert r12(sites, units).level is level


def test_r12_counts_by_muscle() -> None:
    fixed = Counter(given.muscle for given in preempt_sites())
    assert r12(31, "155", fixed).level is Level.OK
    swapped = r12(31, "155", {**fixed, "procerus": 2, "corrugator": 1})
    assert swapped.level is Level.WARN
    assert swapped.headline == "Sites by muscle differ from PREEMPT: corrugator 1 (2), procerus 2 (1)"
    assert r12(35, "175", {**fixed, "temporalis": 10, "trapezius_upper": 8}).level is Level.OK
    assert r12(32, "160", {**fixed, "frontalis": 5}).level is Level.WARN
    assert r12(32, "160", {**fixed, "masseter": 1}).level is Level.WARN


def test_r25_the_same_point_twice_is_named() -> None:
    here, there = Point("head_left", Decimal("0.5"), Decimal("0.3")), Point("head_left", Decimal("0.6"), Decimal("0.3"))
    twice = duplicate_findings([site(ref="1", point=here), site(ref="2", point=here)], FORMULARY)
    assert [(item.level, item.sites) for item in twice] == [(Level.WARN, ("1", "2"))]
    apart = [site(ref="1", point=here), site(ref="2", point=there), site("temporalis", "right", ref="3", point=here)]
    assert worst(duplicate_findings(apart, FORMULARY)) is Level.OK
    assert worst(duplicate_findings(preempt_sites(), FORMULARY)) is Level.OK
