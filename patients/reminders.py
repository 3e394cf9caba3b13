"""Reminders: letters that go only to who wants them, with a way to stop them in each (RFC 8058).

The wish is read at the moment of sending, never when the letter is owed.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.utils.translation import gettext as _

from clinic.lib.days import day_of
from clinic.outbox.links import Links
from clinic.outbox.registry import Promise, Recipient, Suppressed
from patients.letters import PatientLetter, unreachable
from patients.links import link_for
from patients.models import AccessLink, Patient
from patients.topics import COLUMN, Topic

LINK_LIVES: Final = timedelta(days=2 * 365)
"""Letters are kept; a stop button must work long after."""
OWN_PAGE: Final = "my-page"
OWN_PAGE_LIVES: Final = timedelta(days=120)
"""As long as the advice after a visit is kept: until about the next visit."""


class Reminder(PatientLetter):
    """A letter of one topic: a kind says `topic` and adds `ways_out` to what its templates get."""

    topic: ClassVar[Topic]
    goes_on_closed_days: ClassVar[bool] = False

    def recipient(self, promise: Promise, *, now: datetime) -> Recipient | Suppressed:
        """Whoever wants this topic, in waking hours of an open day of the location.

        Asked when it goes, not only when it is owed: after an outage or a wait the day may be another.
        """
        patient = self.patient(promise)
        found = who_wants(patient, self.topic, self.reached(patient))
        if isinstance(found, Suppressed) or self.goes_on_closed_days:
            return found
        location = patient.location
        days = location.closures.filter(on__gte=day_of(now, location.zone)).values_list("on", flat=True)
        return replace(found, closed_weekdays=frozenset(location.closed_weekdays), closures=frozenset(days))

    def list_unsubscribe(self, promise: Promise, *, links: Links, now: datetime) -> str | None:
        """One click stops all reminders."""
        return stop_href(self.patient(promise), links=links, now=now)


def who_wants(patient: Patient, topic: Topic, found: Recipient | Suppressed) -> Recipient | Suppressed:
    """Return the recipient in waking hours of the location, or why this letter goes to nobody."""
    if isinstance(found, Suppressed):
        return found
    if not wants(patient, topic):
        text = _("The patient wants no reminders of this kind by e-mail.")
        return Suppressed(reason="opted_out", where="call_list", text=text)
    return replace(found, mail_from=patient.location.mail_from, mail_until=patient.location.mail_until)


def wants(patient: Patient, topic: Topic) -> bool:
    """Return whether a patient wants reminders of a topic, as their row says now."""
    return bool(getattr(patient, COLUMN[topic]))


def kept_from(patient: Patient, topic: Topic | None) -> str:
    """Return why a letter would not go to a patient as things are, no address or its topic not wanted; else nothing."""
    found = unreachable(patient)
    if found is not None:
        return found.reason
    return "opted_out" if topic and not wants(patient, topic) else ""


def ways_out(patient: Patient, *, links: Links, now: datetime) -> dict[str, str]:
    """Return what the foot of a reminder shows: the patient's page, where to stop them all, and where to choose."""
    return {
        "page_href": page_href(patient, links=links, now=now),
        "stop_href": stop_href(patient, links=links, now=now),
        "preferences_href": preferences_href(patient, links=links, now=now),
    }


def page_href(patient: Patient, *, links: Links, now: datetime) -> str:
    """Return the address of the patient's own page, for the foot of a letter."""
    _link, token = own_page_link(patient, now=now)
    return links.to("scheduling:own_page", token=token)


def own_page_link(patient: Patient, *, now: datetime) -> tuple[AccessLink, str]:
    """Return the link of a patient's own page and its token, for the letter that carries it."""
    until = now + OWN_PAGE_LIVES
    return link_for(purpose=OWN_PAGE, patient=patient, about=patient, now=now, expires_at=until)


def stop_href(patient: Patient, *, links: Links, now: datetime) -> str:
    """Return the address where one press stops the reminders."""
    return links.to("patients:stop_reminders", token=_token("stop-reminders", patient, now))


def preferences_href(patient: Patient, *, links: Links, now: datetime) -> str:
    """Return the address of the page where a patient chooses what is mailed."""
    return links.to("patients:preferences", token=_token("preferences", patient, now))


def _token(purpose: str, patient: Patient, now: datetime) -> str:
    _link, token = link_for(purpose=purpose, patient=patient, about=patient, now=now, expires_at=now + LINK_LIVES)
    return token
