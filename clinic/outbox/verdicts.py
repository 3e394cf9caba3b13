"""What a try comes to: from what the mail server said to what the letter becomes. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from clinic.outbox import states
from clinic.outbox.timing import wait_after

CALL_LIST: Final = "call_list"
#: A letter that our own code cannot write is not tried as often as a server that is busy.
CODE_FAULTS_ALLOWED: Final = 3


class Phase(StrEnum):
    """How far the conversation with a mail server got."""

    CONNECT = "connect"
    HELLO = "hello"
    TLS = "tls"
    LOGIN = "login"
    SENDER = "mail"
    RECIPIENT = "rcpt"
    DATA = "data"
    CONTENT = "content"


class Answer(StrEnum):
    """How the conversation ended."""

    ACCEPTED = "accepted"
    NOT_NOW = "not_now"
    NEVER = "never"
    #: The content was given and no answer came: it may have been taken.
    SILENCE = "silence"
    #: We let go ourselves before giving anything: the claim was lost.
    LET_GO = "let_go"


@dataclass(frozen=True, slots=True)
class Handover:
    """The end of a conversation: the answer, the phase it came in, and a fault's class and code (never its text)."""

    answer: Answer
    phase: Phase
    fault: str = ""
    code: int = 0

    @property
    def status(self) -> str:
        """The enhanced status code (RFC 3463) a refusal gave, or nothing."""
        return self.fault.rpartition(" ")[2] if self.code and self.fault.count(" ") > 1 else ""

    @property
    def refused_the_address(self) -> bool:
        """Whether the server will never take letters to this address."""
        return self.answer == Answer.NEVER and self.phase == Phase.RECIPIENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the letter becomes. `due_at` where it goes back to the queue; `counts` False where that was no real try."""

    state: str
    reason: str = ""
    text: str = ""
    where: str = ""
    due_at: datetime | None = None
    last_error: str = ""
    counts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """The n-th attempt of a letter, and until when it is worth another; waits are divided by `haste`."""

    attempt: int
    max_attempts: int
    not_after: datetime | None
    now: datetime
    haste: int = 1

    @property
    def is_last(self) -> bool:
        """Whether no attempt is left."""
        return self.attempt >= self.max_attempts


_FINAL_REASON: Final = {Phase.RECIPIENT: "address_refused", Phase.SENDER: "server_refused"}


def after_handover(handover: Handover, this: Try, spread: Callable[[], float]) -> Verdict | None:
    """Return what the server's answer makes of the letter, or None where the claim was lost and nothing was given."""
    match handover.answer:
        case Answer.ACCEPTED:
            return Verdict(state=states.SENT)
        case Answer.LET_GO:
            return None
        case Answer.SILENCE:
            return Verdict(state=states.UNCERTAIN, reason="no_answer", where=CALL_LIST, last_error=handover.fault)
        case Answer.NEVER:
            reason = _FINAL_REASON.get(handover.phase, "letter_refused")
            return Verdict(state=states.FAILED, reason=reason, where=CALL_LIST, last_error=handover.fault)
        case Answer.NOT_NOW:
            return again(this, fault=handover.fault, reason="server_busy", spread=spread)


def again(this: Try, *, fault: str, reason: str, spread: Callable[[], float]) -> Verdict:
    """Return the queue, later; or the end where no attempt is left or the letter would come too late."""
    if this.is_last:
        return Verdict(state=states.FAILED, reason="tried_too_often", where=CALL_LIST, last_error=fault)
    due_at = this.now + wait_after(this.attempt, spread) / this.haste
    return later(this, due_at, reason=reason, fault=fault, counts=True)


def later(this: Try, due_at: datetime, *, reason: str, fault: str = "", counts: bool = False) -> Verdict:
    """Return the queue at that moment, or the end of a letter that would come too late."""
    if this.not_after is not None and due_at >= this.not_after:
        return Verdict(state=states.LAPSED, reason="no_longer_useful", where=CALL_LIST, last_error=fault)
    return Verdict(state=states.QUEUED, reason=reason, due_at=due_at, last_error=fault, counts=counts)


def another_day(this: Try, tomorrow: datetime) -> Verdict:
    """Return the next morning for a letter that gave way to another today; a person's hands where that is too late."""
    if this.not_after is not None and tomorrow >= this.not_after:
        return Verdict(state=states.LAPSED, reason="day_was_taken", where=CALL_LIST)
    return Verdict(state=states.QUEUED, reason="one_letter_a_day", due_at=tomorrow, counts=False)


def after_code_fault(this: Try, *, fault: str, spread: Callable[[], float]) -> Verdict:
    """Return the queue a few times, then the end, for a letter that our own code cannot write."""
    if this.attempt >= min(this.max_attempts, CODE_FAULTS_ALLOWED):
        return Verdict(state=states.FAILED, reason="could_not_be_written", where=CALL_LIST, last_error=fault)
    return again(this, fault=fault, reason="could_not_be_written", spread=spread)


def after_lost_worker(this: Try, *, handed_over: bool, spread: Callable[[], float]) -> Verdict:
    """Return what a letter becomes whose worker never came back.

    At once again the first times; later with a wait, so that a letter that kills its workers does not do so at once.
    """
    fault = "WorkerLost"
    if handed_over:
        return Verdict(state=states.UNCERTAIN, reason="worker_lost", where=CALL_LIST, last_error=fault)
    if this.attempt < CODE_FAULTS_ALLOWED and not this.is_last:
        return later(this, this.now, reason="", fault=fault, counts=True)
    return again(this, fault=fault, reason="", spread=spread)
