"""Take back the last move or stretch of a visit: it stands again where its history says it stood."""

from dataclasses import replace
from datetime import datetime

from django.db.models import F

from clinic.audit.trail import record
from clinic.staff.models import User
from scheduling import following_up, owing
from scheduling.booking.refusing import refuse_to_bring_back
from scheduling.booking.rows import reread, slot_of
from scheduling.booking.taking import taking
from scheduling.errors import EditedMeanwhile, NotFromHere
from scheduling.models import Appointment, AppointmentState
from scheduling.slots import minutes_between
from scheduling.status import NOT_OVER
from scheduling.waiting import hearing

PLACE = (
    "clinician_id", "location_id", "room_id", "starts_at", "ends_at", "occupied_until", "is_overbooked",
    "overbook_reason", "early_reason",
)  # fmt: skip
"""What a move or a stretch changes."""
TOLD_AGAIN = ("clinician_id", "location_id", "room_id", "starts_at")


def put_back(*, appointment: Appointment, seen_version: int, by: User, now: datetime) -> Appointment:
    """Take back the change that made `seen_version`, if it was a move or a stretch and nothing changed the visit since.

    Where it stood is read from its history: one UPDATE, checked against the version. It may go back to a time that has
    gone by meanwhile; it asks the table for it again. A confirmation that the move undid stands again.

    Raises:
        EditedMeanwhile, NotFromHere, SlotTaken or PatientBusy where somebody has the time by now, and what
        `refuse_to_bring_back` raises.

    """
    history = Appointment.pgh_event_model.objects  # type: ignore[attr-defined] # pghistory's
    before = history.filter(pgh_obj_id=appointment.pk, version=seen_version - 1).order_by("-pgh_id").first()
    appointment = reread(appointment)
    if appointment.state not in NOT_OVER:
        raise NotFromHere(AppointmentState(appointment.state), "put_back")
    if before is None or all(getattr(before, name) == getattr(appointment, name) for name in PLACE):
        raise EditedMeanwhile(appointment)
    was_moved = any(getattr(before, name) != getattr(appointment, name) for name in TOLD_AGAIN)
    changes = {name: getattr(before, name) for name in PLACE}
    if was_moved:
        changes |= {"state": before.state, "sequence": F("sequence") + 1}
    length = minutes_between(before.starts_at, before.ends_at)
    place = {"clinician": before.clinician, "location": before.location, "room": before.room}
    asked_again = replace(slot_of(appointment), **place, starts_at=before.starts_at, minutes=length)
    if before.starts_at < appointment.starts_at:
        refuse_to_bring_back(patient=appointment.patient, slot=asked_again, early_reason=before.early_reason)
    with taking(asked_again, patient=appointment.patient, now=now):
        won = Appointment.objects.filter(pk=appointment.pk, version=seen_version, state__in=NOT_OVER).update(
            **changes, version=F("version") + 1
        )
        given_up, appointment = appointment, reread(appointment)
        if not won:
            raise EditedMeanwhile(appointment)
        record(
            by=by,
            verb="appointment.put_back",
            thing=appointment,
            patient=appointment.patient,
            detail={"sequence": appointment.sequence, "was": "moved" if was_moved else "stretched"},
        )
        if was_moved:
            following_up.moved(appointment=appointment, by=by, now=now)
            owing.put_back(appointment=appointment, by=by, now=now)
            hearing.given_up(visit=given_up, kept=appointment, now=now)
            hearing.taken_back(visit=appointment, by=by, now=now)
    return appointment
