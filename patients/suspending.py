"""An address that does not work is not written to: suspended once, lifted by a person or by a new address."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from clinic.audit.trail import record
from clinic.outbox.registry import Bounced
from clinic.outbox.returned import Kind
from clinic.staff.models import User
from patients import hooks
from patients.models import Patient, SuspendedBecause
from patients.preferences import stop_reminders

LETTERS_LOST: Final = 3
"""So many letters that did not get through within two months suspend an address. One or two are a full mailbox or a
server that was ill for a day; with three reminders a cycle, a fourth would come too late to find out."""

MAIL_SERVER: Final = "mail server"


def bounced(bounce: Bounced, *, now: datetime) -> None:
    """Hear that a letter to a patient came back. One about an address that was corrected since is only noted."""
    with transaction.atomic():
        patient = Patient.objects.select_for_update().filter(public_id=bounce.promise.person).first()
        if patient is None:
            return
        if not bounce.went_to(patient.email):
            detail = {"kind": bounce.kind, "status": bounce.status}
            record(
                by=None,
                actor=MAIL_SERVER,
                verb="email.old_address_returned",
                thing=patient,
                patient=patient,
                detail=detail,
            )
        elif bounce.kind == Kind.COMPLAINT:
            stop_reminders(patient=patient, by=None, now=now, actor=MAIL_SERVER)
            suspend(patient=patient, because=SuspendedBecause.COMPLAINT, now=now)
        elif bounce.kind == Kind.HARD:
            suspend(patient=patient, because=SuspendedBecause.RETURNED, now=now)
        elif bounce.letters_lost >= LETTERS_LOST:
            suspend(patient=patient, because=SuspendedBecause.UNREACHED, now=now)


def suspend(*, patient: Patient, because: str, now: datetime) -> bool:
    """Write to an address no more; return whether it was written to until now."""
    with transaction.atomic():
        won = (
            Patient.objects.filter(pk=patient.pk, email_suspended_at__isnull=True)
            .exclude(email="")
            .update(email_suspended_at=now, email_suspended_because=because, version=F("version") + 1)
        )
        if won:
            patient.refresh_from_db()
            detail = {"because": because}
            record(by=None, actor=MAIL_SERVER, verb="email.suspended", thing=patient, patient=patient, detail=detail)
    return bool(won)


def try_again(*, patient: Patient, by: User, now: datetime) -> bool:
    """Write to the address again, because a person says that it works; return whether it was suspended."""
    with transaction.atomic():
        held = Patient.objects.select_for_update().get(pk=patient.pk)
        if held.email_suspended_at is None:
            return False
        detail = {"because": held.email_suspended_because}
        Patient.objects.filter(pk=held.pk).update(
            email_suspended_at=None, email_suspended_because="", version=F("version") + 1
        )
        patient.refresh_from_db()
        record(by=by, verb="email.tried_again", thing=patient, patient=patient, detail=detail)
        for hook in hooks.on_address_trusted:
            hook(patient=patient, by=by, now=now)
    return True
