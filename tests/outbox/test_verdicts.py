"""What each end of a conversation makes of a letter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from clinic.outbox.verdicts import (
    Answer,
    Handover,
    Phase,
    Try,
    Verdict,
    after_code_fault,
    after_handover,
    after_lost_worker,
    later,
)

NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
FIRST = Try(attempt=1, max_attempts=12, not_after=None, now=NOW)


def at_once() -> float:
    return 0.0


def verdict(answer: Answer, phase: Phase = Phase.CONTENT, this: Try = FIRST) -> Verdict | None:
    return after_handover(Handover(answer, phase, "451"), this, at_once)


def test_verdict_on_acceptance_is_sent() -> None:
    assert verdict(Answer.ACCEPTED) == Verdict(state="sent")


def test_verdict_on_a_lost_claim_is_none() -> None:
    assert verdict(Answer.LET_GO, Phase.RECIPIENT) is None


def test_verdict_on_silence_is_uncertain_even_at_the_last_attempt() -> None:
    last = replace(FIRST, attempt=12)
    expected = Verdict(state="uncertain", reason="no_answer", where="call_list", last_error="451")
    assert verdict(Answer.SILENCE, this=last) == expected


@pytest.mark.parametrize(
    ("phase", "reason"),
    [
        (Phase.SENDER, "server_refused"),
        (Phase.RECIPIENT, "address_refused"),
        (Phase.DATA, "letter_refused"),
        (Phase.CONTENT, "letter_refused"),
    ],
)
def test_verdict_on_a_final_refusal_is_failed(phase: Phase, reason: str) -> None:
    assert verdict(Answer.NEVER, phase) == Verdict(state="failed", reason=reason, where="call_list", last_error="451")


def test_verdict_on_a_passing_fault_is_the_queue_later() -> None:
    expected = Verdict(state="queued", reason="server_busy", due_at=NOW + timedelta(minutes=1), last_error="451")
    assert verdict(Answer.NOT_NOW) == expected


def test_verdict_on_a_passing_fault_at_the_last_attempt_is_failed() -> None:
    expected = Verdict(state="failed", reason="tried_too_often", where="call_list", last_error="451")
    assert verdict(Answer.NOT_NOW, this=replace(FIRST, attempt=12)) == expected


def test_verdict_on_a_passing_fault_too_close_to_the_end_is_lapsed() -> None:
    late = replace(FIRST, not_after=NOW + timedelta(minutes=1))
    expected = Verdict(state="lapsed", reason="no_longer_useful", where="call_list", last_error="451")
    assert verdict(Answer.NOT_NOW, this=late) == expected


def test_verdict_later_counts_as_no_attempt() -> None:
    expected = Verdict(state="queued", reason="sleeping_hours", due_at=NOW + timedelta(hours=5), counts=False)
    assert later(FIRST, NOW + timedelta(hours=5), reason="sleeping_hours") == expected


def test_verdict_on_a_code_fault_is_the_end_at_the_third() -> None:
    states = [after_code_fault(replace(FIRST, attempt=n), fault="KeyError", spread=at_once).state for n in (1, 2, 3)]
    assert states == ["queued", "queued", "failed"]


def test_verdict_on_a_lost_worker_is_at_once_again_then_with_a_wait_then_the_end() -> None:
    tries = [after_lost_worker(replace(FIRST, attempt=n), handed_over=False, spread=at_once) for n in (1, 2, 3, 12)]
    assert [(found.state, found.due_at) for found in tries] == [
        ("queued", NOW),
        ("queued", NOW),
        ("queued", NOW + timedelta(minutes=4)),
        ("failed", None),
    ]


def test_verdict_on_a_worker_lost_while_handing_over_is_uncertain() -> None:
    found = after_lost_worker(FIRST, handed_over=True, spread=at_once)
    assert found == Verdict(state="uncertain", reason="worker_lost", where="call_list", last_error="WorkerLost")


def test_verdict_in_haste_waits_less_and_is_otherwise_the_same() -> None:
    expected = Verdict(
        state="queued", reason="server_busy", due_at=NOW + timedelta(seconds=3), last_error="451", counts=True
    )
    assert verdict(Answer.NOT_NOW, this=replace(FIRST, haste=20)) == expected
