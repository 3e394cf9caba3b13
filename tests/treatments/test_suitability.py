"""Questions without a numbered rule, and toxin elsewhere that nobody recorded."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.treatments.made import ALL_CLEARED, DAXI, DAY, ENOUGH_HEADACHE, FORMULARY, ONA, plan, site
from treatments.facts import Flag, PriorSession
from treatments.findings import Level
from treatments.suitability import elsewhere_finding, other_question_findings


def verdicts(**changes: object) -> dict[str, Level]:
    return {found.rule: found.level for found in other_question_findings(plan(**changes), FORMULARY)}


def asked(**changes: Flag) -> dict[str, Flag]:
    return {**ALL_CLEARED, **changes}


def test_nothing_is_said_where_every_question_is_cleared() -> None:
    assert verdicts() == {}


@pytest.mark.parametrize(
    ("key", "rule", "level"),
    [
        ("s07_speech", "S07", Level.OVERRIDE),
        ("s11_prior_nonresponse", "S11", Level.WARN),
        ("s22_facial_palsy", "S22", Level.WARN),
        ("s23_cardiac", "S23", Level.WARN),
        ("s27_albumin", "S27", Level.WARN),
        ("s29_vital_swallow_test", "S29", Level.WARN),
        ("s30_driver", "S30", Level.WARN),
    ],
)
@pytest.mark.parametrize("flag", [Flag.STANDS, Flag.MISSING])
def test_a_flagged_or_unanswered_question_speaks_under_its_own_name(
    key: str, rule: str, level: Level, flag: Flag
) -> None:
    assert verdicts(flags=asked(**{key: flag})) == {rule: level}


def test_a_question_for_other_products_or_conditions_is_not_asked() -> None:
    objects = asked(s27_albumin=Flag.STANDS, s22_facial_palsy=Flag.STANDS, s24_neck_small=Flag.STANDS)
    assert set(verdicts(flags=objects)) == {"S27", "S22"}
    assert set(verdicts(flags=objects, conditions=("cervical_dystonia",))) == {"S27", "S24"}
    assert set(verdicts(flags=objects, product=DAXI)) == {"S22"}  # it holds no albumin


def test_the_water_test_is_for_neck_muscles() -> None:
    coughs = asked(s29_vital_swallow_test=Flag.STANDS)
    assert verdicts(flags=coughs, sites=(site("biceps_brachii", "left"),)) == {}


@pytest.mark.parametrize(
    ("headache", "migraine", "level"),
    [("15", "8", None), ("14", "8", Level.OVERRIDE), ("15", "7", Level.OVERRIDE), (None, "8", Level.OVERRIDE)],
)
def test_s26_too_few_headache_days_are_outside_the_label(
    headache: str | None, migraine: str, level: Level | None
) -> None:
    numbers = {**ENOUGH_HEADACHE, "migraine_days": Decimal(migraine)}
    if headache is None:
        del numbers["headache_days"]
    else:
        numbers["headache_days"] = Decimal(headache)
    assert verdicts(numbers=numbers).get("S26") is level


@pytest.mark.parametrize(
    ("simple", "triptan", "level"), [("14", "9", None), ("15", "0", Level.WARN), ("0", "10", Level.WARN)]
)
def test_s25_tags_medication_overuse(simple: str, triptan: str, level: Level | None) -> None:
    numbers = {
        **ENOUGH_HEADACHE,
        "simple_analgesic_days": Decimal(simple),
        "triptan_opioid_combination_days": Decimal(triptan),
    }
    assert verdicts(numbers=numbers).get("S25") is level


def test_s25_an_unknown_count_is_asked_for() -> None:
    numbers = {key: value for key, value in ENOUGH_HEADACHE.items() if key in ("headache_days", "migraine_days")}
    assert verdicts(numbers=numbers) == {"S25": Level.WARN}


@pytest.mark.parametrize(
    ("flag", "days_ago", "code"),
    [
        (Flag.CLEARED, None, ""),
        (Flag.MISSING, None, "R01.elsewhere_unanswered"),
        (Flag.MISSING, 20, "R01.elsewhere_unanswered"),
        (Flag.STANDS, None, "R01.elsewhere_not_recorded"),
        (Flag.STANDS, 84, "R01.elsewhere_not_recorded"),
        (Flag.STANDS, 83, ""),
    ],
)
def test_toxin_elsewhere_must_be_recorded_to_count(flag: Flag, days_ago: int | None, code: str) -> None:
    prior = [] if days_ago is None else [_elsewhere(DAY - timedelta(days=days_ago))]
    found = elsewhere_finding(asked(s10_prior_toxin=flag), prior, DAY, FORMULARY)
    assert (found.wording.code if found else "") == code
    assert found is None or found.level is Level.OVERRIDE


def _elsewhere(on: date) -> PriorSession:
    return PriorSession(on=on, product=ONA, units=None, where="another clinic")


def counted(**numbers: str) -> dict[str, Level]:
    """The verdicts with these counts alone, the patient's own among them."""
    given = {name: Decimal(count) for name, count in numbers.items()}
    found = other_question_findings(plan(numbers=given), FORMULARY)
    return {one.wording.code: one.level for one in found}


@pytest.mark.parametrize(
    ("days", "verdict"),
    [
        ("9", {}),  # below the lower limit of the two, which is 10: the kind of tablet does not matter
        ("10", {"S25.overused_told": Level.WARN}),
        ("20", {"S25.overused_told": Level.WARN}),
    ],
)
def test_s25_reads_the_patients_own_count_while_the_clinician_has_none(days: str, verdict: dict[str, Level]) -> None:
    assert counted(told_tablet_days=days, headache_days="20", migraine_days="10") == verdict


def test_s25_the_clinicians_count_replaces_the_patients() -> None:
    both = counted(told_tablet_days="20", simple_analgesic_days="5", headache_days="20", migraine_days="10")
    assert both == {}


def test_s26_reads_the_patients_headache_days_and_still_wants_the_migraine_days() -> None:
    assert counted(told_headache_days="20", simple_analgesic_days="5") == {"S26.unanswered": Level.OVERRIDE}
    assert counted(told_headache_days="20", migraine_days="8", simple_analgesic_days="5") == {}
    assert counted(told_headache_days="20", migraine_days="7", simple_analgesic_days="5") == {
        "S26.below": Level.OVERRIDE
    }


def test_s26_too_few_headache_days_as_the_patient_counts_are_outside_the_label() -> None:
    assert counted(told_headache_days="14", simple_analgesic_days="5") == {"S26.below_told": Level.OVERRIDE}
    more = counted(told_headache_days="14", headache_days="16", migraine_days="9", simple_analgesic_days="5")
    assert more == {}
