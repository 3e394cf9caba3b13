"""Whether this patient may have this product: R14 to R21 and R27, from assessed answers."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.treatments.made import (
    ABO,
    ALL_CLEARED,
    BOTOGENIE,
    DAXI,
    FORMULARY,
    INCO,
    ONA,
    SCM,
    STUNNOX,
    preempt_sites,
    site,
)
from treatments.facts import Birth, Flag, Site, flag_of
from treatments.findings import Finding, Level, worst
from treatments.screening import (
    age_finding,
    allergy_findings,
    anticoagulant_findings,
    consent_finding,
    infection_findings,
    medicine_findings,
    neck_history_findings,
    neuromuscular_findings,
    pregnancy_findings,
    youngest_age,
)

AGE = FORMULARY.rules.age


def flags(**changes: Flag) -> dict[str, Flag]:
    return {**ALL_CLEARED, **changes}


def r21(*sites: Site, inr: str | None = None, ticked: bool = False, **changes: Flag) -> Level:
    found = anticoagulant_findings(
        FORMULARY.product(ONA),
        flags(**changes),
        sites=sites,
        inr=None if inr is None else Decimal(inr),
        deep_muscles_ticked=ticked,
        formulary=FORMULARY,
    )
    return worst(found)


def r19(*sites: Site, swallowing: Flag = Flag.STANDS) -> tuple[Finding, ...]:
    return neck_history_findings(FORMULARY.product(ONA), flags(s05_dysphagia=swallowing), sites, FORMULARY)


@pytest.mark.parametrize(
    ("key", "answer", "is_confirmed", "flag"),
    [
        ("s04_neuromuscular", "yes", None, Flag.STANDS),
        ("s04_neuromuscular", "no", None, Flag.CLEARED),
        ("s04_neuromuscular", "", None, Flag.MISSING),
        ("s04_neuromuscular", "yes", False, Flag.CLEARED),  # the assessment is read before the answer
        ("s04_neuromuscular", "no", True, Flag.STANDS),
        ("s29_vital_swallow_test", "no", None, Flag.STANDS),  # here a no is the flag
        ("s29_vital_swallow_test", "Yes ", None, Flag.CLEARED),
    ],
)
def test_a_flag_is_the_assessment_and_the_answer_only_while_there_is_none(
    *, key: str, answer: str, is_confirmed: bool | None, flag: Flag
) -> None:
    assert flag_of(FORMULARY.questions[key], answer, is_confirmed=is_confirmed) is flag


@pytest.mark.parametrize(
    ("product", "milk", "level"),
    [
        (ABO, Flag.STANDS, Level.BLOCK),
        (ABO, Flag.CLEARED, Level.OK),
        (ABO, Flag.MISSING, Level.OVERRIDE),
        (ONA, Flag.STANDS, Level.OK),
        (ONA, Flag.MISSING, Level.OK),
        (BOTOGENIE, Flag.STANDS, Level.OVERRIDE),
    ],
)
def test_r14_milk_matters_where_the_product_holds_it(product: str, milk: Flag, level: Level) -> None:
    asked = flags(s03_milk_allergy=milk, s03b_milk_allergy_other=milk)
    assert worst(allergy_findings(FORMULARY.product(product), asked, FORMULARY)) is level


def test_r14_the_same_words_are_asked_once() -> None:
    asked = {"s01_hypersensitivity": Flag.CLEARED, "s03_milk_allergy": Flag.STANDS}
    assert worst(allergy_findings(FORMULARY.product(BOTOGENIE), asked, FORMULARY)) is Level.OVERRIDE


@pytest.mark.parametrize("product", [ONA, ABO, INCO, DAXI, STUNNOX])
def test_r14_hypersensitivity_blocks_every_product(product: str) -> None:
    asked = flags(s01_hypersensitivity=Flag.STANDS)
    assert worst(allergy_findings(FORMULARY.product(product), asked, FORMULARY)) is Level.BLOCK


def test_r15_blocks_the_infected_site_and_asks_about_the_unchecked() -> None:
    places = ("trapezius_upper:right", "trapezius_upper:left", "temporalis:left")
    answers = {"trapezius_upper:right": Flag.STANDS, "trapezius_upper:left": Flag.CLEARED}
    found = infection_findings(places, answers, FORMULARY)
    assert [(item.level, item.subject) for item in found] == [
        (Level.BLOCK, "trapezius_upper:right"),
        (Level.OVERRIDE, ""),
    ]
    assert found[1].headline == "Not checked for infection: Temporalis, left"
    assert worst(infection_findings(places[1:2], answers, FORMULARY)) is Level.OK


@pytest.mark.parametrize("key", ["s08_pregnant", "s09_breastfeeding"])
@pytest.mark.parametrize(
    ("flag", "level"), [(Flag.STANDS, Level.OVERRIDE), (Flag.CLEARED, Level.OK), (Flag.MISSING, Level.OVERRIDE)]
)
def test_r16_pregnancy_and_breastfeeding_need_a_reason(key: str, flag: Flag, level: Level) -> None:
    assert worst(pregnancy_findings(FORMULARY.product(ONA), flags(**{key: flag}), FORMULARY)) is level


@pytest.mark.parametrize(
    ("product", "flag", "level"),
    [
        (ONA, Flag.STANDS, Level.OVERRIDE),
        (INCO, Flag.STANDS, Level.BLOCK),
        (INCO, Flag.MISSING, Level.OVERRIDE),
        (INCO, Flag.CLEARED, Level.OK),
    ],
)
def test_r17_nerve_muscle_disease_by_product(product: str, flag: Flag, level: Level) -> None:
    asked = flags(s04_neuromuscular=flag)
    found = neuromuscular_findings(FORMULARY.product(product), asked, FORMULARY)
    assert worst(found) is level
    if level is Level.BLOCK:
        assert found[0].source.text == "Xeomin leaflet, SFDA"


@pytest.mark.parametrize(
    ("age", "product", "conditions", "level"),
    [
        (18, ONA, ("chronic_migraine",), Level.OK),
        (17, ONA, ("chronic_migraine",), Level.BLOCK),
        (16, ONA, ("cervical_dystonia",), Level.OVERRIDE),
        (15, ONA, ("cervical_dystonia",), Level.BLOCK),
        (16, ABO, ("cervical_dystonia",), Level.BLOCK),
        (12, INCO, ("blepharospasm",), Level.OVERRIDE),
        (11, INCO, ("blepharospasm",), Level.BLOCK),
        (2, ABO, ("upper_limb_spasticity",), Level.OVERRIDE),
        (1, ABO, ("upper_limb_spasticity",), Level.BLOCK),
        (16, ONA, ("cervical_dystonia", "chronic_migraine"), Level.BLOCK),  # every condition must allow it
        (None, ONA, ("chronic_migraine",), Level.OVERRIDE),
    ],
)
def test_r18_age_by_product_and_condition(
    age: int | None, product: str, conditions: tuple[str, ...], level: Level
) -> None:
    assert age_finding(age, product=product, conditions=conditions, rules=AGE).level is level


def test_r18_says_that_paediatric_limits_are_not_here() -> None:
    found = age_finding(5, product=ABO, conditions=("lower_limb_spasticity",), rules=AGE)
    assert found.detail == "The label allows it from 2. Paediatric limits are not in this catalogue."


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        (Birth(2008, 3, 30), date(2026, 3, 30), 18),
        (Birth(2008, 3, 31), date(2026, 3, 30), 17),
        (Birth(2008), date(2026, 12, 30), 17),  # may have been born on 31 December
        (Birth(2008), date(2026, 12, 31), 18),
        (Birth(2008, 2), date(2026, 2, 28), 17),  # 2008 was a leap year
        (Birth(2008, 2), date(2026, 3, 1), 18),
        (Birth(2008, 2, 29), date(2026, 2, 28), 17),
        (Birth(), date(2026, 3, 30), None),
    ],
)
def test_btx_053_a_partial_birth_date_counts_as_the_youngest_possible_age(
    birth: Birth, on: date, age: int | None
) -> None:
    assert youngest_age(birth, on) == age


@given(st.dates(date(1920, 1, 1), date(2026, 1, 1)), st.dates(date(2026, 1, 1), date(2050, 1, 1)))
def test_less_known_of_a_birth_date_never_makes_older(born: date, on: date) -> None:
    ages = [
        youngest_age(birth, on)
        for birth in (Birth(born.year, born.month, born.day), Birth(born.year, born.month), Birth(born.year))
    ]
    assert ages == sorted((age for age in ages if age is not None), reverse=True)


def test_r19_by_neck_muscle() -> None:
    assert worst(r19(site(SCM, "left"))) is Level.OVERRIDE
    assert worst(r19(*preempt_sites())) is Level.WARN  # cervical paraspinal and upper trapezius
    assert worst(r19(site("biceps_brachii", "left"))) is Level.OK_WITH_NOTE
    assert worst(r19()) is Level.OVERRIDE  # at the consultation, before any site
    assert worst(r19(site(SCM, "left"), swallowing=Flag.CLEARED)) is Level.OK
    assert worst(r19(site(SCM, "left"), swallowing=Flag.MISSING)) is Level.OVERRIDE
    assert worst(r19(*preempt_sites(), swallowing=Flag.MISSING)) is Level.WARN


@pytest.mark.parametrize("muscle", FORMULARY.rules.neck.override_muscles)
def test_r19_every_deep_or_lateral_neck_muscle_needs_a_reason(muscle: str) -> None:
    (found,) = r19(site(muscle, "left", ref="7"))
    assert (found.level, found.sites) == (Level.OVERRIDE, ("7",))


@pytest.mark.parametrize(
    "key", ["s13_aminoglycoside", "s14_nm_blockers", "s15_muscle_relaxants", "s16_anticholinergic", "s19_magnesium"]
)
@pytest.mark.parametrize("flag", [Flag.STANDS, Flag.MISSING])
def test_r20_a_medicine_that_strengthens_the_effect_warns(key: str, flag: Flag) -> None:
    found = medicine_findings(FORMULARY.product(ONA), flags(**{key: flag}), FORMULARY)
    assert [(item.rule, item.level, item.subject) for item in found] == [("R20", Level.WARN, key)]


def test_r21_a_blood_thinner_warns_and_a_deep_muscle_needs_the_clinicians_tick() -> None:
    shallow, deep = site("temporalis", "left"), site("iliopsoas", "left")
    assert r21(shallow) is Level.OK
    assert r21(shallow, s17_anticoagulant=Flag.STANDS) is Level.WARN
    assert r21(deep, s17_anticoagulant=Flag.STANDS) is Level.OVERRIDE
    assert r21(deep, ticked=True, inr="2.5", s17_anticoagulant=Flag.STANDS) is Level.WARN
    assert r21(deep) is Level.OK


@pytest.mark.parametrize(("inr", "codes"), [(None, ["R21.no_inr"]), ("3.0", []), ("3.1", ["R21.inr"]), ("2", [])])
def test_r21_asks_for_the_inr_and_to_review_above_3(inr: str | None, codes: list[str]) -> None:
    found = anticoagulant_findings(
        FORMULARY.product(ONA),
        flags(s17_anticoagulant=Flag.STANDS),
        sites=(),
        inr=None if inr is None else Decimal(inr),
        deep_muscles_ticked=False,
        formulary=FORMULARY,
    )
    assert [item.wording.code for item in found] == ["R21.flagged", *codes]


@pytest.mark.parametrize(
    ("product", "condition", "has_consent", "level"),
    [
        (ONA, "chronic_migraine", False, Level.OK),
        (ABO, "chronic_migraine", False, Level.BLOCK),
        (ABO, "chronic_migraine", True, Level.OK_WITH_NOTE),
        (STUNNOX, "chronic_migraine", False, Level.BLOCK),  # not listed is off label
        (INCO, "lower_limb_spasticity", False, Level.BLOCK),
    ],
)
def test_r27_off_label_needs_its_consent(*, product: str, condition: str, has_consent: bool, level: Level) -> None:
    found = consent_finding(FORMULARY.product(product), [FORMULARY.condition(condition)], has_consent=has_consent)
    assert found.level is level


def test_an_answer_nobody_gave_is_never_ok() -> None:
    nothing: dict[str, Flag] = {}
    product = FORMULARY.product(ABO)
    for rule in (allergy_findings, pregnancy_findings, neuromuscular_findings, medicine_findings):
        assert worst(rule(product, nothing, FORMULARY)) not in (Level.OK, Level.OK_WITH_NOTE)
    assert worst(infection_findings(["temporalis:left"], nothing, FORMULARY)) is Level.OVERRIDE
    assert r21(site(SCM, "left"), s17_anticoagulant=Flag.MISSING) is Level.WARN
