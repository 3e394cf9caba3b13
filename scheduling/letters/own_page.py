"""The letters that lead to the patient's own page."""

from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy

from clinic.lib.days import day_of
from clinic.outbox.links import Links
from clinic.outbox.registry import Later, Promise, Recipient, Rendered, Suppressed
from patients import corrections
from patients.letters import PatientLetter
from patients.models import Patient
from patients.reminders import own_page_link
from scheduling import own_page


class OwnPage(PatientLetter):
    """The link, because somebody asked for it: at any hour."""

    slug: ClassVar[str] = own_page.LETTER
    title = gettext_lazy("Link to the patient's page")

    def still_wanted(self, promise: Promise, *, now: datetime) -> Suppressed | Later | None:  # noqa: ARG002
        """Whoever asked waits for it."""
        return None

    def render(self, promise: Promise, recipient: Recipient, *, links: Links, now: datetime) -> Rendered:  # noqa: ARG002
        """Where the page is, and until when."""
        patient = self.patient(promise)
        return self.write(patient, facts(patient, links=links, now=now))


class CorrectionAnswered(OwnPage):
    """What was asked to be corrected has an answer: it is read on the page, not in the letter."""

    slug: ClassVar[str] = corrections.LETTER
    title = gettext_lazy("Answer to a request for correction")
    waits_for_the_morning = True


def facts(patient: Patient, *, links: Links, now: datetime) -> dict[str, Any]:
    """Return what a letter that leads to the page needs."""
    link, token = own_page_link(patient, now=now)
    href = links.to("scheduling:own_page", token=token)
    return {"href": href, "until": day_of(link.expires_at, patient.location.zone)}
