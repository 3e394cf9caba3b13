"""Letters to patients: whom they reach, how they greet, and the two that belong to the intake.

`PatientLetter` is the base of every letter to a patient, of the apps above too, written in the patient's language.
"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.locations.letterhead import written
from clinic.outbox.links import Links
from clinic.outbox.registry import Later, LetterKind, Promise, Recipient, Rendered, Suppressed
from patients.consenting import consents_link
from patients.intake import INVITATION, invitation_link
from patients.link_check import code_of, live_code
from patients.links import address_of
from patients.models import AccessLink, Intake, Patient
from patients.models.intake import IntakeState


class PatientLetter(LetterKind):
    """A letter whose recipient is a patient."""

    waits_for_the_morning: ClassVar[bool] = False
    """Whether it goes in waking hours of the location only; a letter somebody waits for goes at any hour."""

    def patient(self, promise: Promise) -> Patient:
        """Return whom it is for."""
        patient: Patient = Patient.objects.select_related("location").get(public_id=promise.person)
        return patient

    def recipient(self, promise: Promise, *, now: datetime) -> Recipient | Suppressed:  # noqa: ARG002 - the outbox's shape
        """Return the address on file now, or why none may be used."""
        return self.reached(self.patient(promise))

    def reached(self, patient: Patient) -> Recipient | Suppressed:
        """Return the address of this patient, or why none may be used."""
        location = patient.location
        return unreachable(patient) or Recipient(
            address=patient.email,
            name=name_in_greeting(patient),
            language=patient.language,
            zone=location.time_zone,
            mail_from=location.mail_from if self.waits_for_the_morning else None,
            mail_until=location.mail_until if self.waits_for_the_morning else None,
            was_also=frozenset() if self.rank is None else former_of(patient),
        )

    def write(self, patient: Patient, context: dict[str, Any], *, secrets: tuple[str, ...] = ()) -> Rendered:
        """Put it into words: templates get `location`, `name` (to greet by), `subject` and what the kind adds."""
        return written(self.slug, patient.location, name=name_in_greeting(patient), context=context, secrets=secrets)


class IntakeInvitation(PatientLetter):
    """The link to the form before a first visit. Somebody waits for it: any hour."""

    slug: ClassVar[str] = INVITATION
    title = gettext_lazy("Invitation to the intake form")

    def still_wanted(self, promise: Promise, *, now: datetime) -> Suppressed | Later | None:  # noqa: ARG002
        """Until the form is sent or cancelled."""
        intake = Intake.objects.get(public_id=promise.about)
        if intake.state in (IntakeState.INVITED, IntakeState.STARTED):
            return None
        return Suppressed(reason="form_sent", where="closed", text=_("The form was sent before this letter could go."))

    def render(self, promise: Promise, recipient: Recipient, *, links: Links, now: datetime) -> Rendered:  # noqa: ARG002
        """The letter with its link: the same link each time it is written."""
        intake = Intake.objects.select_related("patient").get(public_id=promise.about)
        link, token = invitation_link(intake=intake, now=now)
        patient = self.patient(promise)
        return self.write(
            patient,
            {
                "href": links.to("patients:intake_open", token=token),
                "until": link.expires_at.astimezone(patient.location.zone).date(),
            },
        )


class LinkCode(PatientLetter):
    """Six digits that show that who holds a link also reads the mailbox."""

    slug: ClassVar[str] = "link_code"
    title = gettext_lazy("Code for a link")

    def still_wanted(self, promise: Promise, *, now: datetime) -> Suppressed | Later | None:
        """While it is the newest code, not used, and the address on file is the one the link was sent to."""
        link = AccessLink.objects.select_related("patient").get(public_id=promise.about)
        code = live_code(link, now)
        if code is not None and str(code.number) != promise.edition:
            return Suppressed(reason="newer_code", where="closed", text=_("A newer code was asked for."))
        is_elsewhere = link.sent_to != address_of(link.patient)
        if code is None or is_elsewhere or link.revoked_at or link.used_at or link.expires_at <= now:
            return Suppressed(reason="code_not_needed", where="closed", text=_("The link needs no code any more."))
        return None

    def render(self, promise: Promise, recipient: Recipient, *, links: Links, now: datetime) -> Rendered:  # noqa: ARG002
        """The letter with its code, which the kept copy does not show."""
        code = code_of(AccessLink.objects.get(public_id=promise.about))
        return self.write(self.patient(promise), {"code": code}, secrets=(code,))


class ConsentsLink(PatientLetter):
    """The way to what a patient agreed to: to read, sign and take back."""

    slug: ClassVar[str] = "consents_link"
    title = gettext_lazy("Link to the consents")

    def still_wanted(self, promise: Promise, *, now: datetime) -> Suppressed | Later | None:  # noqa: ARG002
        """Always: somebody pressed for it."""
        return None

    def render(self, promise: Promise, recipient: Recipient, *, links: Links, now: datetime) -> Rendered:  # noqa: ARG002
        """The letter, with its link made as it is written."""
        patient = self.patient(promise)
        link, token = consents_link(patient=patient, now=now)
        until = link.expires_at.astimezone(patient.location.zone).date()
        return self.write(patient, {"href": links.to("patients:consents_link", token=token), "until": until})


def unreachable(patient: Patient) -> Suppressed | None:
    """Return why no letter may go to this person now, or None."""
    if patient.merged_into_id is not None:
        return Suppressed(reason="merged_away", where="closed", text=_("The record was merged into another."))
    if patient.deceased_on is not None:
        return Suppressed(reason="deceased", where="closed", text=_("The patient has died."))
    if patient.restricted_at is not None:
        return Suppressed(reason="restricted", where="closed", text=_("The record is closed to everyday work."))
    if not patient.email:
        return Suppressed(reason="no_address", where="call_list", text=_("There is no e-mail address on file."))
    if patient.email_suspended_at is not None:
        return Suppressed(reason="address_suspended", where="call_list", text=_("Letters to this address came back."))
    return None


def former_of(patient: Patient) -> frozenset[UUID]:
    """Return the records that became a part of this one: what went to them today counts as a letter to this person."""
    return frozenset(one.public_id for one in Patient.objects.with_former([patient]))


def name_in_greeting(patient: Patient) -> str:
    """Return how a letter greets: by the first name alone where a family shares the address."""
    return patient.given_name if patient.email_is_shared else patient.name
