"""Say that a displaced visit stands as it is, and take that back."""

from datetime import datetime

from django.db import IntegrityError, transaction

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.staff.models import User
from scheduling.errors import EditedMeanwhile, TakenBackAlready
from scheduling.models import Appointment, KeptVisit


def keep(*, appointment: Appointment, reason: str, seen_version: int, by: User, now: datetime) -> KeptVisit:
    """Note that a visit stands, and why. Pressed twice it is noted once.

    Raises:
        EditedMeanwhile: the visit is not the one the page showed.

    """
    try:
        with transaction.atomic():
            row = Appointment.objects.select_for_update(no_key=True).get(pk=appointment.pk)
            if row.version != seen_version:
                raise EditedMeanwhile(row)
            kept: KeptVisit = KeptVisit.objects.create(
                appointment=row, sequence=row.sequence, reason=reason, kept_by=by, kept_at=now
            )
            record(by=by, verb="appointment.kept", thing=row, patient=appointment.patient)
    except IntegrityError as error:
        if violated(error) != "visit_is_kept_once":
            raise
        kept = KeptVisit.objects.standing().get(appointment=appointment, sequence=row.sequence)
    return kept


def take_back_keeping(*, kept: KeptVisit, by: User, now: datetime) -> None:
    """List the visit again. Raises TakenBackAlready."""
    with transaction.atomic():
        if not KeptVisit.objects.standing().filter(pk=kept.pk).update(taken_back_at=now):
            raise TakenBackAlready
        appointment = kept.appointment
        record(by=by, verb="appointment.listed_again", thing=appointment, patient=appointment.patient)
