"""What was tried with a patient, in one line each, the newest first."""

from dataclasses import dataclass
from datetime import datetime, time

from django.utils.translation import gettext as _

from clinic.lib.days import at_local
from scheduling.models import Call, FollowUp
from scheduling.recall import Contact
from scheduling.views.recall import words


@dataclass(frozen=True, slots=True)
class Happened:
    """One line: when, what, by whom; a call may be taken back."""

    at: datetime
    what: str
    note: str = ""
    who: str = ""
    call: Call | None = None
    has_hour: bool = True


def so_far(follow_up: FollowUp, contact: Contact) -> list[Happened]:
    """Return calls and letters of a follow-up down to the visit it is counted from."""
    calls = [Happened(call.called_at, call_words(call), call.note, call.by.full_name, call) for call in contact.calls]
    zone = follow_up.location.zone
    letters = [
        Happened(row.sent_at or row.due_at, words.step(row) + ": " + row.get_state_display()) for row in contact.letters
    ]
    visited_on = follow_up.session.injected_on
    last = [Happened(at_local(visited_on, time.min, zone), _("Last visit"), has_hour=False)] if visited_on else []
    return sorted([*calls, *letters, *last], key=lambda one: one.at, reverse=True)


def call_words(call: Call) -> str:
    """Say that somebody rang and what came of it."""
    return _("Called: %(outcome)s") % {"outcome": outcome_words(call)}


def outcome_words(call: Call) -> str:
    """Say what came of a call and when somebody rings again."""
    outcome = call.get_outcome_display()
    if call.again_on is None:
        return outcome
    return _("%(outcome)s. Again on %(day)s") % {"outcome": outcome, "day": words.short(call.again_on)}
