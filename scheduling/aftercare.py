"""The advice after a session: when its letter is owed and taken back, and what letter and page say.

It belongs to the visit, like the letter that confirmed it: no reminder, so no wish holds it back. It names neither
condition nor product nor dose, and counts what cannot wait from the catalogue's red flags.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from clinic.lib.days import day_of
from clinic.outbox import deeds as outbox
from clinic.outbox.models import Letter
from clinic.outbox.registry import Promise
from clinic.staff.models import User
from patients.links import revoke_links
from patients.models import AccessLink
from patients.reminders import wants
from patients.topics import Topic
from scheduling import policies
from scheduling.models import FollowUp
from treatments.formulary_db import current_formulary
from treatments.models import InjectionSession
from treatments.symptoms import symptoms_asked

LETTER: Final = "aftercare"
PURPOSE: Final = "aftercare"
AT_HOME_AFTER: Final = timedelta(hours=2)
"""The patient is at home, and a session signed by mistake was voided by then."""
USEFUL_FOR: Final = timedelta(days=2)
LINK_LIVES: Final = timedelta(days=120)
"""What cannot wait may come weeks later, and the page is kept until the next visit (docs/sources.md#ours)."""
SAME_TREATMENT: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Advice:
    """What a patient is told after a session."""

    session: InjectionSession
    urgent: list[str]
    same_day: list[str]
    earliest_on: date | None
    is_asked: bool
    """Whether letters follow that ask how the patient is."""


def owe_aftercare(*, session: InjectionSession, by: User, now: datetime) -> None:  # noqa: ARG001 - a hook's shape
    """Owe the advice of a session that was signed, unless it was typed in from paper on a later day."""
    is_told_already = session.is_late_entry and session.injected_on != day_of(now, session.location.zone)
    policies.hold_still()
    if is_told_already or session.patient.gone_because or not policies.around_session(session).sends_aftercare:
        return
    due_at = now + AT_HOME_AFTER
    outbox.owe(LETTER, about=session, person=session.patient, due_at=due_at, not_after=due_at + USEFUL_FOR)


def session_voided(*, session: InjectionSession, by: User, now: datetime) -> None:  # noqa: ARG001 - a hook's shape
    """Take back what was not sent, and close its page: that session does not stand."""
    text = _("The session was voided.")
    outbox.withdraw(about=session, reason="session_voided", text=text, now=now, where="closed", letters={LETTER})
    revoke_links(about=session, because="session_voided", now=now, purposes={PURPOSE})


def is_told_by_another(promise: Promise, *, session: InjectionSession) -> bool:
    """Whether the letter about another session of the same visit says the same."""
    letters = Letter.objects.of_kind(LETTER)
    among = InjectionSession.objects.filter(patient=session.patient_id).values_list("public_id", flat=True)
    return bool(letters.said_first(promise, among=among, since=promise.due_at - SAME_TREATMENT).exists())


def advice_of(session: InjectionSession) -> Advice:
    """Return what to tell about a session that was signed."""
    follow_up = FollowUp.objects.live().filter(session=session).first()
    return advice(
        session,
        earliest_on=follow_up.earliest_on if follow_up else None,
        is_asked=wants(session.patient, Topic.CHECK_INS),
    )


def advice(session: InjectionSession, *, earliest_on: date | None, is_asked: bool) -> Advice:
    """Put the catalogue's red flags beside what is known of a session.

    Source: docs/sources.md#adverse-events
    """
    asked = symptoms_asked(current_formulary())
    return Advice(
        session=session,
        urgent=[symptom.words for symptom in asked if symptom.is_urgent],
        same_day=[symptom.words for symptom in asked if not symptom.is_urgent],
        earliest_on=earliest_on,
        is_asked=is_asked,
    )


def session_of(link: AccessLink) -> InjectionSession | None:
    """Return the session a link gives advice about; None where it does not stand."""
    found: InjectionSession | None = (
        InjectionSession.objects.filter(
            public_id=link.about_public_id, patient=link.patient, signed_at__isnull=False, void__isnull=True
        )
        .select_related("clinician", "location", "patient")
        .first()
    )
    return found
