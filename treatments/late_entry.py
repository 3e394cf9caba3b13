"""A session given earlier, on paper: mark its draft as a late entry, or take the mark back."""

from datetime import datetime

from django.db import transaction

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.staff.models import User
from treatments.gates import MIN_REASON
from treatments.models import InjectionSession
from treatments.recording import claim, draft_of
from treatments.session_refusals import NotGivenEarlier, SessionIncomplete


@transaction.atomic
def mark_late_entry(
    *, session: InjectionSession, version: int, given_at: datetime, reason: str, by: User, now: datetime
) -> InjectionSession:
    """Say that a draft is typed in after the injection: when it was given, and why only now.

    The rules then ask about that time, the units are drawn at it, and letters are owed from today on only.

    Raises:
        NotGivenEarlier: the time lies ahead.
        SessionIncomplete: no reason worth the name ("late_entry").
        EditedMeanwhile, SessionSigned.
    """
    if given_at > now:
        raise NotGivenEarlier
    words = reason.strip()
    if len(words) < MIN_REASON:
        raise SessionIncomplete(["late_entry"])
    claim(session, version, injected_at=given_at, late_entry_reason=words)
    session = draft_of(session)
    record(
        by=by,
        verb="session.late_entry",
        thing=session,
        patient=session.patient,
        detail={"given_on": day_of(given_at, session.location.zone).isoformat()},
    )
    return session


@transaction.atomic
def unmark_late_entry(*, session: InjectionSession, version: int, by: User, now: datetime) -> InjectionSession:  # noqa: ARG001 - a deed says when
    """Take the mark back: it is given today after all.

    Raises:
        EditedMeanwhile, SessionSigned.
    """
    claim(session, version, injected_at=None, late_entry_reason="")
    session = draft_of(session)
    record(by=by, verb="session.not_late_entry", thing=session, patient=session.patient)
    return session
