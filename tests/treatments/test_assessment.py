"""All rules asked at once: a treatment nothing is said about, and each thing that may be wrong with one."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.treatments.made import (
    ABO,
    ALL_CLEARED,
    DAY,
    FORMULARY,
    MADE_AT,
    ONA,
    RIMA,
    SCM,
    STUNNOX,
    lot,
    plan,
    preempt_sites,
    preparation,
    session,
    site,
    vial,
)
from treatments.assessment import assess_day_of, assess_plan, assess_preparing, assess_session
from treatments.facts import Birth, ClinicianLimit, Flag, PriorSession, SessionFacts
from treatments.findings import Finding, Level, worst
from treatments.gates import RULES_AT, Gate, decide

EARLIER = PriorSession(on=DAY - timedelta(days=83), product=ONA, units=Decimal(155))


def by_rule(findings: tuple[Finding, ...]) -> dict[str, Level]:
    return {rule: worst(item for item in findings if item.rule == rule) for rule in {item.rule for item in findings}}


def remarks(findings: tuple[Finding, ...]) -> dict[str, Level]:
    return {rule: level for rule, level in by_rule(findings).items() if level is not Level.OK}


def test_a_plain_preempt_plan_and_session_pass_every_rule() -> None:
    assert remarks(assess_plan(plan())) == {}
    assert remarks(assess_day_of(session())) == {}
    assert remarks(assess_preparing(session())) == {}
    assert remarks(assess_session(session())) == {}
    assert decide(assess_session(session()), Gate.SIGNING).passes


def test_every_rule_of_the_gate_gives_its_own_verdict() -> None:
    neck = (site(SCM, "left", "20", volume_ml=Decimal("0.4")),)
    both = replace(session(), sites=(*preempt_sites(), *neck))
    assert set(by_rule(assess_session(both))) == RULES_AT[Gate.SIGNING]
    assert set(by_rule(assess_plan(both))) == RULES_AT[Gate.PLAN]
    assert set(by_rule(assess_preparing(both))) == RULES_AT[Gate.PREPARING]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"prior": (EARLIER,)}, {"R01": Level.OVERRIDE}),
        ({"birth": Birth()}, {"R18": Level.OVERRIDE}),
        ({"birth": Birth(2010)}, {"R18": Level.BLOCK}),
        ({"flags": {**ALL_CLEARED, "s05_dysphagia": Flag.STANDS}}, {"R19": Level.WARN}),
        ({"flags": {**ALL_CLEARED, "s04_neuromuscular": Flag.STANDS}}, {"R17": Level.OVERRIDE}),
        ({"flags": {**ALL_CLEARED, "s10_prior_toxin": Flag.STANDS}}, {"R01": Level.OVERRIDE}),
        ({"sites": preempt_sites("6")}, {"R03": Level.WARN}),
        ({"sites": preempt_sites("7")}, {"R03": Level.WARN, "R05": Level.OVERRIDE, "R12": Level.OVERRIDE}),
        ({"sites": preempt_sites()[1:]}, {"R12": Level.WARN}),
        ({"conditions": ("myofascial_pain_syndrome",), "protocol": ""}, {"R27": Level.BLOCK}),
        (
            {"conditions": ("myofascial_pain_syndrome",), "protocol": "", "has_offlabel_consent": True},
            {"R27": Level.OK_WITH_NOTE},
        ),
        (
            {"product": STUNNOX, "protocol": "", "has_offlabel_consent": True},
            {"R02": Level.OK_WITH_NOTE, "R05": Level.OK_WITH_NOTE, "R27": Level.OK_WITH_NOTE, "R31": Level.BLOCK},
        ),
        (
            {
                "product": STUNNOX,
                "protocol": "",
                "has_offlabel_consent": True,
                "clinician_limit": ClinicianLimit(max_units=Decimal(155), reason="as the insert of its maker"),
            },
            {"R27": Level.OK_WITH_NOTE},
        ),
    ],
)
def test_a_plan_is_remarked_on(changes: dict[str, object], expected: dict[str, Level]) -> None:
    assert remarks(assess_plan(plan(**changes))) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"infection": {}}, {"R15": Level.OVERRIDE}),
        ({"declared_total": Decimal(150)}, {"R09": Level.BLOCK}),
        ({"drawn_units": Decimal(150)}, {"R10": Level.BLOCK}),
        ({"drawn_units": None}, {"R10": Level.BLOCK}),
        ({"vials": (vial(given=Decimal(201), wasted=Decimal(0)),)}, {"R10": Level.BLOCK}),
        ({"vials": (vial(patients=("one", "two")),)}, {"R26": Level.OVERRIDE}),
        ({"vials": (vial(lot=lot(expires_on=date(2026, 3, 29))),)}, {"R07": Level.BLOCK}),
        ({"vials": ()}, {"R07": Level.OVERRIDE}),
        ({"preparations": (preparation(used_at=MADE_AT + timedelta(hours=25)),)}, {"R06": Level.BLOCK}),
        ({"preparations": (preparation(diluent="other"),)}, {"R08": Level.WARN}),
        ({"preparations": (preparation(diluent_ml=Decimal(8)),)}, {"R11": Level.BLOCK}),
        ({"preparations": ()}, {"R06": Level.OVERRIDE, "R08": Level.WARN, "R11": Level.WARN}),
    ],
)
def test_a_session_is_remarked_on(changes: dict[str, object], expected: dict[str, Level]) -> None:
    assert remarks(assess_session(replace(session(), **changes))) == expected  # type: ignore[arg-type]


def test_a_ready_solution_runs_no_clock() -> None:
    made = preparation(units=Decimal(5000), diluent="none", diluent_ml=Decimal(1), reconstituted_at=None)
    given_session = session(
        product=RIMA,
        conditions=("cervical_dystonia",),
        protocol="",
        preparations=(made,),
        sites=(site("splenius_capitis", "left", "2500", volume_ml=Decimal("0.5")),),
        infection={"splenius_capitis:left": Flag.CLEARED},
        declared_total=Decimal(2500),
        drawn_units=Decimal(2500),
        vials=(vial(vial_units=Decimal(5000), given=Decimal(2500), wasted=Decimal(2500)),),
    )
    assert remarks(assess_session(given_session)) == {}


def test_an_expired_vial_found_after_the_injection_is_signed_as_given_despite() -> None:
    late = session(vials=(vial(lot=lot(expires_on=date(2026, 3, 1))),))
    decision = decide(assess_session(late), Gate.SIGNING)
    assert [item.rule for item in decision.given_despite] == ["R07"]
    assert decision.passes
    assert not decide(assess_preparing(late), Gate.PREPARING).passes


def test_two_sessions_of_one_day_are_one_treatment() -> None:
    morning = PriorSession(on=DAY, product=ONA, units=Decimal(100))
    found = by_rule(assess_plan(plan(prior=(morning,))))
    assert (found["R01"], found["R02"], found["R05"]) == (Level.OK, Level.OK, Level.OVERRIDE)  # 255 of 195


def test_an_unanswered_swallowing_question_counts_where_both_sides_of_the_neck_are_injected() -> None:
    neck = tuple(site(SCM, side, "20", ref=side) for side in ("left", "right"))
    unanswered = {key: flag for key, flag in ALL_CLEARED.items() if key != "s05_dysphagia"}
    facts = plan(conditions=("cervical_dystonia",), protocol="", sites=neck, flags=unanswered)
    assert remarks(assess_plan(facts)) == {"R04": Level.OVERRIDE, "R19": Level.OVERRIDE}


def test_nothing_answered_is_nowhere_ok() -> None:
    silent = plan(flags={}, infection={}, numbers={}, birth=Birth(), product=ABO, conditions=("cervical_dystonia",))
    found = by_rule(assess_day_of(silent))
    for rule in ("R14", "R15", "R16", "R17", "R18", "R19", "R20", "R21"):
        assert found[rule] in (Level.WARN, Level.OVERRIDE), rule


def test_every_finding_carries_its_source_and_reads_as_text() -> None:
    facts = replace(session(), prior=(EARLIER,), flags={}, birth=Birth(2012), drawn_units=None)
    for found in (*assess_session(facts), *assess_plan(facts), *assess_preparing(facts)):
        assert found.source.text
        assert found.text
        assert "{" not in found.text


def test_the_keys_of_a_sessions_findings_are_distinct() -> None:
    facts = replace(session(), prior=(EARLIER,), flags={}, sites=preempt_sites("60", "0.2"))
    keys = [found.key for found in assess_session(facts)]
    assert len(keys) == len(set(keys))


@given(st.sampled_from(sorted(FORMULARY.products)), st.sampled_from(sorted(FORMULARY.conditions)), st.booleans())
def test_any_product_and_condition_can_be_assessed(product: str, condition: str, has_consent: bool) -> None:
    facts: SessionFacts = replace(
        session(), product=product, conditions=(condition,), has_offlabel_consent=has_consent, protocol=""
    )
    assert by_rule(assess_session(facts))
