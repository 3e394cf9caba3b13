"""What every reminder asks first: whether the patient wants it still, in waking hours, and how it is stopped."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from clinic.outbox.links import Links
from clinic.outbox.registry import Promise, Recipient, Suppressed
from patients.letters import PatientLetter
from patients.links import link_for
from patients.models import Patient
from scheduling import following_up

LINK_LIVES = timedelta(days=45)
"""A letter's link to choose a time works so long."""
STOP_LIVES = timedelta(days=365)


class Reminder(PatientLetter):
    """A letter a patient may stop: consent is read at the moment of sending, one click ends it (RFC 8058)."""

    def recipient(self, promise: Promise, *, now: datetime) -> Recipient | Suppressed:
        """Whoever still wants reminders, in waking hours of the location."""
        return who_wants_reminders(self.patient(promise), super().recipient(promise, now=now))

    def list_unsubscribe(self, promise: Promise, *, links: Links) -> str | None:
        """One click stops the reminders (RFC 8058)."""
        return stop_href(self.patient(promise), links=links, now=promise.due_at)


def who_wants_reminders(patient: Patient, found: Recipient | Suppressed) -> Recipient | Suppressed:
    """Return the recipient in waking hours of the location, or why none may be written to."""
    if isinstance(found, Suppressed):
        return found
    if not patient.wants_reminders:
        text = _("The patient wants no reminders by e-mail.")
        return Suppressed(reason="opted_out", where="call_list", text=text)
    return replace(found, mail_from=patient.location.mail_from, mail_until=patient.location.mail_until)


def held_for_the_clinician() -> Suppressed:
    """Return why nothing goes to a patient whom the clinician looks after first."""
    text = _(following_up.WAITS)
    return Suppressed(reason=following_up.SERIOUS, where="clinician_list", text=text)


def stop_href(patient: Patient, *, links: Links, now: datetime) -> str:
    """Return the address where one press stops the reminders."""
    _link, token = link_for(
        purpose="stop-reminders", patient=patient, about=patient, now=now, expires_at=now + STOP_LIVES
    )
    return links.to("scheduling:stop_reminders", token=token)
