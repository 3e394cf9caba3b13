"""An invented adverse event."""

from datetime import datetime
from typing import Any

from clinic.staff.models import User
from treatments.adverse_events import EventFacts, record_event
from treatments.models import AdverseEvent, InjectionSession


def facts_of(session: InjectionSession, **changes: Any) -> EventFacts:
    """Trouble swallowing on the day of the session, moderate, not over."""
    facts: dict[str, Any] = {
        "term_key": "dysphagia",
        "term": "Trouble swallowing",
        "onset_on": session.injected_on,
        "is_serious": False,
        "severity": "moderate",
        "relatedness": "probable",
        "action_taken": "Soft diet.",
        "outcome": "ongoing",
        "resolved_on": None,
        "note": "",
    }
    return EventFacts(**(facts | changes))


def an_event(session: InjectionSession, by: User, now: datetime, **changes: Any) -> AdverseEvent:
    """Recorded after a session."""
    return record_event(
        patient=session.patient, session=session, report=None, facts=facts_of(session, **changes), by=by, now=now
    )
