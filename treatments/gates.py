"""Which rule speaks at which gate, and what its verdict does there.

Pure. A verdict is a rule's word about the dose. Before the needle a block stops and an override needs a reason. At the
signature the dose is a fact: only incomplete or impossible data stops it, another block is signed as given despite it.

Source: docs/sources.md#rules
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from treatments.findings import Finding, Level

MIN_REASON = 10
"""Characters of a reason that says something (screening.json, override_rule)."""


class Gate(Enum):
    """Where a treatment is looked at: by its plan, on the day, at the vials, at the signature; a vial when closed."""

    PLAN = "plan"
    DAY_OF = "day_of"
    PREPARING = "preparing"
    SIGNING = "signing"
    CLOSING = "closing"


RULES_AT: Mapping[Gate, frozenset[str]] = {
    Gate.PLAN: frozenset(
        [
            "R01",
            "R02",
            "R03",
            "R04",
            "R05",
            "R12",
            "R14",
            "R15",
            "R16",
            "R17",
            "R18",
            "R19",
            "R20",
            "R21",
            "R24",
            "R25",
            "R27",
            "R31",
        ],
    ),
    Gate.DAY_OF: frozenset(["R01", "R02", "R05", "R14", "R15", "R16", "R17", "R18", "R19", "R20", "R21", "R27", "R31"]),
    Gate.PREPARING: frozenset(["R06", "R07", "R08", "R10", "R26", "R31"]),
    Gate.SIGNING: frozenset(
        [
            "R01",
            "R02",
            "R03",
            "R04",
            "R05",
            "R06",
            "R07",
            "R08",
            "R09",
            "R10",
            "R11",
            "R12",
            "R14",
            "R15",
            "R16",
            "R17",
            "R18",
            "R19",
            "R20",
            "R21",
            "R24",
            "R25",
            "R26",
            "R27",
            "R31",
        ],
    ),
    Gate.CLOSING: frozenset({"R10"}),
}
"""R28 answers a check-in, R29 is the calendar's, R30 answers with text. There is no R13, R22 or R23."""

QUESTIONS_AT = frozenset({Gate.PLAN, Gate.DAY_OF})
"""Where the screening questions without a numbered rule are looked at."""

INCOMPLETE = frozenset({"R09", "R11", "R24"})
"""Their blocks stop a signature: the record would be incomplete or impossible."""
IMPOSSIBLE_DRAWS = frozenset({"R10.overdrawn", "R10.draws_differ", "R10.draws_missing"})
"""Of R10 these stop a signature; a vial that does not balance stops its closing."""


class Effect(Enum):
    """What a finding does at a gate."""

    SHOWN = "shown"
    NEEDS_REASON = "needs_reason"
    STOPS = "stops"
    GIVEN_DESPITE = "given_despite"


def speaks_at(finding: Finding, gate: Gate) -> bool:
    """Whether the finding belongs to the gate."""
    return finding.rule in RULES_AT[gate] or (finding.rule.startswith("S") and gate in QUESTIONS_AT)


def effect_at(finding: Finding, gate: Gate) -> Effect:
    """What a finding does at a gate."""
    if finding.level is Level.OVERRIDE:
        return Effect.NEEDS_REASON
    if finding.level is not Level.BLOCK:
        return Effect.SHOWN
    if gate is Gate.SIGNING and not stops_signature(finding):
        return Effect.GIVEN_DESPITE
    return Effect.STOPS


def stops_signature(finding: Finding) -> bool:
    """Whether the session cannot be signed with it: data that is incomplete or cannot be."""
    if finding.level is not Level.BLOCK:
        return False
    return finding.rule in INCOMPLETE or finding.wording.code in IMPOSSIBLE_DRAWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a gate makes of all its findings.

    `needs_reason` are the overrides still without one. `given_despite` are the blocks found at the signature: each is
    an incident and needs the clinician's statement.
    """

    gate: Gate
    stopped_by: tuple[Finding, ...]
    needs_reason: tuple[Finding, ...]
    given_despite: tuple[Finding, ...]
    shown: tuple[Finding, ...]

    @property
    def passes(self) -> bool:
        """Whether nothing stands in the way here; a statement on `given_despite` is the deed's to ask for."""
        return not self.stopped_by and not self.needs_reason


def decide(findings: Iterable[Finding], gate: Gate, reasons: Mapping[str, str] | None = None) -> Decision:
    """Weigh findings at a gate, with the reasons given so far by `Finding.key`: one reason each, never one for all."""
    given = reasons or {}
    sorted_by: dict[Effect, list[Finding]] = {effect: [] for effect in Effect}
    for finding in findings:
        effect = effect_at(finding, gate)
        if effect is Effect.NEEDS_REASON and len(given.get(finding.key, "").strip()) >= MIN_REASON:
            effect = Effect.SHOWN
        sorted_by[effect].append(finding)
    return Decision(
        gate=gate,
        stopped_by=tuple(sorted_by[Effect.STOPS]),
        needs_reason=tuple(sorted_by[Effect.NEEDS_REASON]),
        given_despite=tuple(sorted_by[Effect.GIVEN_DESPITE]),
        shown=tuple(sorted_by[Effect.SHOWN]),
    )
