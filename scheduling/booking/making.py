"""Book a visit, and move one to another time."""

from dataclasses import replace
from datetime import datetime

from django.db import DatabaseError
from django.db.models import F

from clinic.audit.trail import record
from clinic.staff.models import User
from patients.links import revoke_links
from patients.models import Patient
from scheduling import following_up, owing
from scheduling.booking.asked import NO_LEAVE, Leave, Slot
from scheduling.booking.pressing import answered, what_was_asked
from scheduling.booking.refusing import refuse_what_cannot_be
from scheduling.booking.rows import reread
from scheduling.booking.taking import taking
from scheduling.errors import EditedMeanwhile, NotFromHere, Refusal
from scheduling.models import Appointment, AppointmentState, FollowUp, HeldTime
from scheduling.status import TO_COME
from scheduling.waiting import hearing


def book(  # noqa: PLR0913 - a booking has these parts, all by keyword
    *,
    patient: Patient,
    slot: Slot,
    by: User | None,
    now: datetime,
    reason: str = "",
    leave: Leave = NO_LEAVE,
    follow_up: FollowUp | None = None,
    pressed: str = "",
    held: HeldTime | None = None,
) -> Appointment:
    """Book a visit: writes the row and the trail, owes the confirmation and the intake, closes the reminder.

    `pressed` identifies one press of the button: pressed again it returns the same visit. `held` is the hold that
    becomes this visit: it ends, and what a patient books in time is counted from when it began.

    Raises:
        AlreadyBooked: another visit to come keeps the follow-up, and no extra one was asked for.
        SlotTaken, PatientBusy, BeingBooked, PressedForSomethingElse, BookedAndCancelled, and what
        `refuse_what_cannot_be` raises.

    """
    asked = what_was_asked(patient=patient, slot=slot, reason=reason, leave=leave)
    try:
        refuse_what_cannot_be(patient=patient, slot=slot, now=now, leave=leave, by=by, held=held)
        with taking(slot, patient=patient, now=now, held=held):
            to_keep = following_up.to_keep(
                patient=patient, kind=slot.type.kind, named=follow_up, is_extra=leave.is_extra, by=by, now=now
            )
            appointment = Appointment.objects.create(
                **slot.columns,
                patient=patient,
                type=slot.type,
                is_overbooked=bool(leave.overbook_reason),
                overbook_reason=leave.overbook_reason,
                early_reason=leave.early_reason,
                reason=reason,
                booked_by=by,
                booked_at=now,
                idempotency_key=pressed or None,
                pressed_for=asked if pressed else "",
                follow_up=to_keep,
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
            hearing.booked(visit=appointment, now=now)
    except (Refusal, DatabaseError):
        # A press that comes again meets what it did itself, under any rule or constraint; so does one of two at once.
        if earlier := answered(pressed, asked):
            return earlier
        raise
    return appointment


def move(
    *,
    appointment: Appointment,
    slot: Slot,
    seen_version: int,
    by: User | None,
    now: datetime,
    leave: Leave = NO_LEAVE,
    held: HeldTime | None = None,
) -> Appointment:
    """Move a visit that has not begun: one UPDATE checked against the version the page showed. `held` as in `book`.

    Made longer or shorter by hand, it keeps its length.
    The same move pressed again finds the visit where it was to go, and is answered as the first.

    Raises:
        EditedMeanwhile, NotFromHere, and the refusals of `book`.

    """
    if slot.minutes is None and slot.type.pk == appointment.type_id:
        slot = replace(slot, minutes=appointment.minutes)
    refuse_what_cannot_be(
        patient=appointment.patient, slot=slot, now=now, leave=leave, by=by, moving=appointment, held=held
    )
    was_allowed = appointment.early_reason if slot.starts_at >= appointment.starts_at else ""
    with taking(slot, patient=appointment.patient, now=now, held=held):
        won = Appointment.objects.filter(pk=appointment.pk, version=seen_version, state__in=TO_COME).update(
            **slot.columns,
            is_overbooked=bool(leave.overbook_reason),
            overbook_reason=leave.overbook_reason,
            early_reason=leave.early_reason or was_allowed,
            state=AppointmentState.BOOKED,
            sequence=F("sequence") + 1,
            version=F("version") + 1,
        )
        before, appointment = appointment, reread(appointment)
        if not won:
            if appointment.state not in TO_COME:
                raise NotFromHere(AppointmentState(appointment.state), "move")
            if appointment.version == seen_version + 1 and _stands_at(appointment, slot):
                return appointment
            raise EditedMeanwhile(appointment)
        record(
            by=by,
            actor="" if by else "patient link",
            verb="appointment.moved",
            thing=appointment,
            patient=appointment.patient,
            detail={"sequence": appointment.sequence, **_allowed(leave)},
        )
        revoke_links(about=appointment, because="moved", now=now)
        following_up.moved(appointment=appointment, by=by, now=now)
        owing.moved(appointment=appointment, by=by, now=now)
        hearing.freed(visit=before, now=now)
        hearing.booked(visit=appointment, now=now)
    return appointment


def _allowed(leave: Leave) -> dict[str, bool]:
    """Say for the trail what was allowed on purpose; the reasons stand in the visit's row."""
    allowed = {"overbooked": bool(leave.overbook_reason), "early": bool(leave.early_reason)}
    return allowed | ({"extra": True} if leave.is_extra else {})


def _stands_at(appointment: Appointment, slot: Slot) -> bool:
    return (appointment.starts_at, appointment.clinician, appointment.location, appointment.room) == (
        slot.starts_at, slot.clinician, slot.location, slot.room
    )  # fmt: skip
