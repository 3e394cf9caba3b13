"""Book a visit, and move one to another time."""

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from clinic.audit.trail import record
from clinic.staff.models import User
from patients.links import revoke_links
from patients.models import Patient
from scheduling import following_up, owing
from scheduling.booking.asked import NO_LEAVE, Leave, Slot
from scheduling.booking.refusing import in_words, refuse_what_cannot_be
from scheduling.booking.rows import reread
from scheduling.errors import EditedMeanwhile, NotFromHere, PressedForSomethingElse
from scheduling.models import Appointment, AppointmentState, FollowUp


def book(
    *,
    patient: Patient,
    slot: Slot,
    by: User | None,
    now: datetime,
    reason: str = "",
    leave: Leave = NO_LEAVE,
    follow_up: FollowUp | None = None,
    pressed: str = "",
) -> Appointment:
    """Book a visit: writes the row and the trail, owes the confirmation and the intake, closes the reminder.

    `pressed` identifies one press of the button: pressed again it returns the same visit.

    Raises:
        SlotTaken, PatientBusy, PressedForSomethingElse, and what `refuse_what_cannot_be` raises.

    """
    if pressed and (earlier := Appointment.objects.filter(idempotency_key=pressed).first()):
        return _same_press(earlier, patient, slot)
    refuse_what_cannot_be(patient=patient, slot=slot, now=now, leave=leave, by=by)
    try:
        with transaction.atomic():
            appointment = Appointment.objects.create(
                patient=patient,
                clinician=slot.clinician,
                location=slot.location,
                room=slot.room,
                type=slot.type,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                occupied_until=slot.occupied_until,
                is_overbooked=bool(leave.overbook_reason),
                overbook_reason=leave.overbook_reason,
                early_reason=leave.early_reason,
                reason=reason,
                booked_by=by,
                booked_at=now,
                idempotency_key=pressed or None,
                follow_up=follow_up or following_up.taken_up(patient=patient, kind=slot.type.kind, by=by, now=now),
            )
            record(
                by=by,
                actor="" if by else "patient link",
                verb="appointment.booked",
                thing=appointment,
                patient=patient,
                detail=_allowed(leave),
            )
            following_up.booked(appointment=appointment, by=by, now=now)
            owing.booked(appointment=appointment, by=by, now=now)
    except IntegrityError as error:
        # Two of one press at once: the other one's row may be met under any constraint, its time as well as its key.
        if pressed and (earlier := Appointment.objects.filter(idempotency_key=pressed).first()):
            return _same_press(earlier, patient, slot)
        raise in_words(error, patient=patient, slot=slot) from error
    return appointment


def move(
    *, appointment: Appointment, slot: Slot, seen_version: int, by: User | None, now: datetime, leave: Leave = NO_LEAVE
) -> Appointment:
    """Move a visit that has not begun: one UPDATE checked against the version the page showed.

    Made longer or shorter by hand, it keeps its length.

    Raises:
        EditedMeanwhile, NotFromHere, and the refusals of `book`.

    """
    if slot.minutes is None and slot.type.pk == appointment.type_id:
        slot = replace(slot, minutes=appointment.minutes)
    refuse_what_cannot_be(patient=appointment.patient, slot=slot, now=now, leave=leave, by=by, moving=appointment)
    was_allowed = appointment.early_reason if slot.starts_at >= appointment.starts_at else ""
    try:
        with transaction.atomic():
            won = Appointment.objects.filter(
                pk=appointment.pk, version=seen_version, state__in=("booked", "confirmed")
            ).update(
                clinician=slot.clinician,
                location=slot.location,
                room=slot.room,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                occupied_until=slot.occupied_until,
                is_overbooked=bool(leave.overbook_reason),
                overbook_reason=leave.overbook_reason,
                early_reason=leave.early_reason or was_allowed,
                state=AppointmentState.BOOKED,
                sequence=F("sequence") + 1,
                version=F("version") + 1,
            )
            appointment = reread(appointment)
            if not won:
                if appointment.state not in {"booked", "confirmed"}:
                    raise NotFromHere(AppointmentState(appointment.state), "move")
                raise EditedMeanwhile(appointment)
            record(
                by=by,
                actor="" if by else "patient link",
                verb="appointment.moved",
                thing=appointment,
                patient=appointment.patient,
                detail={
                    "sequence": appointment.sequence,
                    "overbooked": bool(leave.overbook_reason),
                    "early": bool(leave.early_reason),
                },
            )
            revoke_links(about=appointment, because="moved", now=now)
            following_up.moved(appointment=appointment, by=by, now=now)
            owing.moved(appointment=appointment, by=by, now=now)
    except IntegrityError as error:
        raise in_words(error, patient=appointment.patient, slot=slot) from error
    return appointment


def _allowed(leave: Leave) -> dict[str, bool]:
    """Say for the trail what was allowed on purpose; the reasons stand in the visit's row."""
    return {"overbooked": bool(leave.overbook_reason), "early": bool(leave.early_reason)}


def _same_press(earlier: Appointment, patient: Patient, slot: Slot) -> Appointment:
    same = (
        earlier.patient_id == patient.pk
        and earlier.clinician_id == slot.clinician.pk
        and earlier.starts_at == slot.starts_at
        and earlier.type_id == slot.type.pk
    )
    if not same:
        raise PressedForSomethingElse
    return earlier
