"""Which rule speaks where, and what its verdict does there: the two gates of safety_rules.md."""

import pytest

from treatments.findings import LADDER, Finding, Level, Source, Wording
from treatments.gates import RULES_AT, Effect, Gate, decide, effect_at, speaks_at

BEFORE = (Gate.PLAN, Gate.DAY_OF, Gate.PREPARING)
NAMED = {f"R{number:02}" for number in range(1, 32)} - {"R13", "R22", "R23"}
ELSEWHERE = {"R28", "R29", "R30"}
"""A check-in's, the calendar's and billing's: no gate of a treatment asks them."""


def found(rule: str, level: Level, code: str = "", subject: str = "") -> Finding:
    return Finding(
        rule=rule, level=level, wording=Wording(code or f"{rule}.x", "x"), source=Source("x"), subject=subject
    )


def test_every_rule_has_its_gate_and_all_of_them_are_asked_at_the_signature() -> None:
    assert RULES_AT[Gate.SIGNING] == NAMED - ELSEWHERE
    assert set().union(*RULES_AT.values()) == NAMED - ELSEWHERE


@pytest.mark.parametrize(
    ("level", "effect"),
    [
        (Level.OK, Effect.SHOWN),
        (Level.OK_WITH_NOTE, Effect.SHOWN),
        (Level.WARN, Effect.SHOWN),
        (Level.OVERRIDE, Effect.NEEDS_REASON),
        (Level.BLOCK, Effect.STOPS),
    ],
)
@pytest.mark.parametrize("gate", BEFORE)
def test_before_the_needle_a_block_stops_and_an_override_needs_a_reason(
    gate: Gate, level: Level, effect: Effect
) -> None:
    assert effect_at(found("R01", level), gate) is effect


@pytest.mark.parametrize("rule", ["R06", "R07", "R14", "R15", "R17", "R18", "R27", "R31"])
def test_at_the_signature_a_clinical_block_is_given_despite(rule: str) -> None:
    block = found(rule, Level.BLOCK)
    assert effect_at(block, Gate.SIGNING) is Effect.GIVEN_DESPITE
    assert decide([block], Gate.SIGNING).given_despite == (block,)
    assert decide([block], Gate.SIGNING).passes
    assert not decide([block], Gate.PREPARING).passes


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("R09", "R09.differs"),
        ("R10", "R10.overdrawn"),
        ("R10", "R10.draws_differ"),
        ("R10", "R10.draws_missing"),
        ("R11", "R11.differs"),
        ("R24", "R24.missing"),
    ],
)
def test_only_incomplete_or_impossible_data_stops_a_signature(rule: str, code: str) -> None:
    block = found(rule, Level.BLOCK, code)
    assert decide([block], Gate.SIGNING).stopped_by == (block,)


def test_a_vial_that_does_not_balance_stops_its_closing_not_the_signature() -> None:
    unbalanced = found("R10", Level.BLOCK, "R10.unaccounted")
    assert decide([unbalanced], Gate.CLOSING).stopped_by == (unbalanced,)
    assert decide([unbalanced], Gate.SIGNING).passes


def test_each_override_needs_a_reason_of_its_own() -> None:
    left, right = (found("R03", Level.OVERRIDE, "R03.over", f"splenius_capitis:{side}") for side in ("left", "right"))
    assert decide([left, right], Gate.SIGNING).needs_reason == (left, right)
    one = {left.key: "pain strictly left-sided"}
    assert decide([left, right], Gate.SIGNING, one).needs_reason == (right,)
    both = {**one, right.key: "as on the left side"}
    assert decide([left, right], Gate.SIGNING, both).passes


@pytest.mark.parametrize(
    ("reason", "passes"), [("", False), ("too short", False), ("  short   ", False), ("ten signs!", True)]
)
def test_a_reason_says_something(reason: str, passes: bool) -> None:
    override = found("R01", Level.OVERRIDE)
    assert decide([override], Gate.PLAN, {override.key: reason}).passes is passes


def test_no_reason_lifts_a_block() -> None:
    block = found("R14", Level.BLOCK)
    assert not decide([block], Gate.PLAN, {block.key: "the patient insists on it"}).passes


def test_a_screening_question_speaks_at_plan_and_day_only() -> None:
    question = found("S11", Level.WARN)
    assert [gate for gate in Gate if speaks_at(question, gate)] == [Gate.PLAN, Gate.DAY_OF]


def test_every_finding_lands_in_exactly_one_place() -> None:
    findings = [found(rule, level) for rule in sorted(NAMED) for level in LADDER]
    for gate in Gate:
        decision = decide(findings, gate)
        parts = (decision.stopped_by, decision.needs_reason, decision.given_despite, decision.shown)
        assert sum(len(part) for part in parts) == len(findings)
