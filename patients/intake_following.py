"""What becomes of an open form when its patient's record changes: another address, a death, a restriction."""

from datetime import datetime

from django.utils.translation import gettext as _

from clinic.audit.trail import record
from clinic.outbox.deeds import withdraw
from clinic.outbox.models import Letter
from clinic.staff.models import User
from patients.intake import INVITATION, invite_again
from patients.links import revoke_links_of
from patients.models import Intake, Patient
from patients.models.intake import IntakeState


def follow_new_address(*, patient: Patient, by: User | None, now: datetime) -> None:
    """End the links that went to a patient's old address; who has an open form gets a new link at the new one."""
    revoke_links_of(patient=patient, because="address_changed", now=now)
    intake = Intake.objects.open().filter(patient=patient).first()
    if intake is not None and patient.email and Letter.objects.about(intake).of_kind(INVITATION).filter(state="sent"):
        invite_again(intake=intake, by=by, now=now)


def cancel_for_deceased(*, patient: Patient, by: User | None, now: datetime) -> None:
    """Close the open form of somebody who died, with its links and letters."""
    _cancel(patient, "deceased", _("The patient has died."), by=by, now=now)


def cancel_for_restricted(*, patient: Patient, by: User | None, now: datetime) -> None:
    """Close the open form of a record that is closed to everyday work, with its links and letters."""
    _cancel(patient, "restricted", _("The record is closed to everyday work."), by=by, now=now)


def _cancel(patient: Patient, reason: str, text: str, *, by: User | None, now: datetime) -> None:
    for intake in Intake.objects.select_for_update().open().filter(patient=patient):
        intake.state = IntakeState.CANCELLED
        intake.save(update_fields=("state",))
        withdraw(about=intake, reason=reason, text=text, now=now, where="closed")
        record(by=by, actor="" if by else "command", verb="intake.cancelled", thing=intake, patient=patient)
    revoke_links_of(patient=patient, because=reason, now=now)
