"""Where a follow-up stands: its state, who works it, and why. What may follow what, and what may stand together. Pure.

The reasons are those of DESIGN.md's table "why no letter": each names where the patient is instead.
"""

from dataclasses import dataclass
from typing import Final

LETTERS, CALL_LIST, CLINICIAN_LIST, CLOSED = "letters", "call_list", "clinician_list", "closed"

WEARING_OFF, PUT_OFF, CANCELLED = "wearing_off", "minimum_interval", "visit_cancelled"
NO_EFFECT, SERIOUS, PAUSED = "no_effect", "serious_event", "plan_paused"
TOO_EARLY = "visit_too_early"
OPTED_OUT, NO_ADDRESS, SUSPENDED = "opted_out", "no_address", "address_suspended"
FAILED, UNCERTAIN, NO_ANSWER = "failed", "uncertain", "no_answer"

OPEN: Final = ("pending", "reminded")
"""Waits for somebody to book."""
LIVE: Final = (*OPEN, "booked")
ENDED_BY_A_PERSON: Final = ("declined", "lapsed")

UNREACHABLE: Final = frozenset({OPTED_OUT, NO_ADDRESS, SUSPENDED})
"""No letter may go: the front desk calls on the day it would have gone."""
WITH_CLINICIAN: Final = frozenset({NO_EFFECT, SERIOUS, PAUSED})
TO_CALL: Final = UNREACHABLE | {
    NO_ANSWER,
    "day_has_passed",
    "visit_no_show",
    "visit_left",
    "visit_gone_by",
    FAILED,
    UNCERTAIN,
}
BY_LETTER: Final = frozenset({"", WEARING_OFF, PUT_OFF, CANCELLED})
PLAN_ENDED: Final = frozenset({"plan_stopped", "plan_completed"})
GONE_ELSEWHERE: Final = frozenset({"treated_elsewhere", "transferred"})
ENDED: Final[dict[str, frozenset[str]]] = {
    "done": frozenset({"treated"}),
    "done_early": frozenset({"treated"}),
    "declined": frozenset({"will_not_come"}),
    "lapsed": frozenset({"gave_up"}),
    "closed": PLAN_ENDED | GONE_ELSEWHERE | {"deceased", "restricted", "merged_away", "session_voided"},
}
TOGETHER: Final[dict[str, dict[str, frozenset[str]]]] = {
    **{state: {LETTERS: BY_LETTER, CALL_LIST: TO_CALL, CLINICIAN_LIST: WITH_CLINICIAN} for state in OPEN},
    "booked": {LETTERS: frozenset({""}), CALL_LIST: frozenset({TOO_EARLY}), CLINICIAN_LIST: frozenset({PAUSED})},
    **{state: {CLOSED: reasons} for state, reasons in ENDED.items()},
}
"""For each state who may work it, and for each of them why."""

FOLLOWS: Final[dict[str, frozenset[str]]] = {
    "pending": frozenset({"reminded", "booked", *ENDED}),
    "reminded": frozenset({"reminded", "booked", *ENDED}),
    "booked": frozenset({"pending", "done", "done_early", "closed"}),
    "done": frozenset({"pending"}),
    "done_early": frozenset({"pending"}),
    "declined": frozenset({"pending"}),
    "lapsed": frozenset({"pending"}),
    "closed": frozenset({"pending"}),
}
"""From each state, the states one deed may lead to. What was booked is not given up before the visit is cancelled."""

MAY_BE_REOPENED: Final = frozenset({("declined", "will_not_come"), ("lapsed", "gave_up")}) | {
    ("closed", reason) for reason in GONE_ELSEWHERE
}
"""What a person ended, a person may take back."""


@dataclass(frozen=True, slots=True)
class Place:
    """Who works a follow-up, and why."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What decides where a live follow-up belongs; `reason` is why it stands where it stands now."""

    state: str
    reason: str
    plan_is_paused: bool = False
    has_unresolved_serious: bool = False
    is_without_effect: bool = False
    is_wearing_off: bool = False
    is_put_off: bool = False
    visit_is_too_early: bool = False
    unreachable: str = ""


def before(state: str) -> tuple[str, ...]:
    """Return the states from which a follow-up may come to `state`."""
    return tuple(sorted(start for start, ends in FOLLOWS.items() if state in ends))


def may_stand(state: str, where: str, reason: str) -> bool:
    """Say whether the three agree."""
    return reason in TOGETHER.get(state, {}).get(where, frozenset())


def place(facts: Facts) -> Place:
    """Return where a live follow-up belongs: with the clinician before all else, then with who calls, else by letter.

    Once on the call list it stays there, except where the reason was that no letter may go and one may go now.
    """
    if facts.state == "booked":
        return _while_booked(facts)
    for reason, holds in (
        (NO_EFFECT, facts.is_without_effect),
        (SERIOUS, facts.has_unresolved_serious),
        (PAUSED, facts.plan_is_paused),
    ):
        if holds:
            return Place(CLINICIAN_LIST, reason)
    calls = _why_to_call(facts)
    return Place(CALL_LIST, calls) if calls else Place(LETTERS, _word_beside_letters(facts))


def _why_to_call(facts: Facts) -> str:
    if facts.reason in UNREACHABLE:
        return facts.unreachable
    return facts.reason if facts.reason in TO_CALL else ""


def _word_beside_letters(facts: Facts) -> str:
    if facts.is_wearing_off:
        return WEARING_OFF
    if facts.reason == CANCELLED:
        return CANCELLED
    return PUT_OFF if facts.is_put_off else ""


def _while_booked(facts: Facts) -> Place:
    """A visit stands: it is only watched, unless it may not take place as booked."""
    if facts.plan_is_paused:
        return Place(CLINICIAN_LIST, PAUSED)
    if facts.visit_is_too_early:
        return Place(CALL_LIST, TOO_EARLY)
    return Place(LETTERS, "")
