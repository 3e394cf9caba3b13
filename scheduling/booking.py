"""Book, move, cancel, and the steps of a visit: one deed each, each one conditional UPDATE or one INSERT.

The table decides who gets a time; these deeds only put its refusal into words (STYLE.md, decision 8).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, F, When

from clinic.audit.trail import record
from clinic.lib.days import day_bounds, day_of
from clinic.lib.db import violated
from clinic.locations.models import Location, Room
from clinic.staff.models import User
from patients.links import revoke_links
from patients.models import Patient
from scheduling import availability, following_up, owing, status
from scheduling.errors import (
    EditedMeanwhile,
    InThePast,
    NotFromHere,
    NotYet,
    OutsideHours,
    PatientBusy,
    PatientHasDied,
    PressedForSomethingElse,
    SlotTaken,
    TooSoon,
)
from scheduling.models import Appointment, AppointmentKind, AppointmentState, AppointmentType, FollowUp
from scheduling.slots import Span
from treatments.models import InjectionSession, Plan, PlanState
from treatments.windows import earliest_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """What is asked for: who, where, in which room, for what, when."""

    clinician: User
    location: Location
    room: Room | None
    type: AppointmentType
    starts_at: datetime

    @property
    def ends_at(self) -> datetime:
        """When the visit ends."""
        return self.starts_at + timedelta(minutes=self.type.minutes)

    @property
    def occupied_until(self) -> datetime:
        """When clinician and room are free again."""
        return self.ends_at + timedelta(minutes=self.type.after_buffer_minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """What a person allowed on purpose, each with a reason: overbooking, an early injection."""

    overbook_reason: str = ""
    early_reason: str = ""


NO_LEAVE = Leave()


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
        SlotTaken, PatientBusy, OutsideHours, InThePast, TooSoon, PressedForSomethingElse.

    """
    if pressed and (earlier := Appointment.objects.filter(idempotency_key=pressed).first()):
        return _same_press(earlier, patient, slot)
    _refuse_what_cannot_be(patient=patient, slot=slot, now=now, leave=leave)
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
                detail={"overbooked": bool(leave.overbook_reason), "early": bool(leave.early_reason)},
            )
            following_up.booked(appointment=appointment, by=by, now=now)
            owing.booked(appointment=appointment, by=by, now=now)
    except IntegrityError as error:
        # Two of one press at once: the other one's row may be met under any constraint, its time as well as its key.
        if pressed and (earlier := Appointment.objects.filter(idempotency_key=pressed).first()):
            return _same_press(earlier, patient, slot)
        raise _in_words(error, patient=patient, slot=slot) from error
    return appointment


def move(
    *, appointment: Appointment, slot: Slot, seen_version: int, by: User | None, now: datetime, leave: Leave = NO_LEAVE
) -> Appointment:
    """Move a visit that has not begun: one UPDATE checked against the version the page showed.

    Raises:
        EditedMeanwhile, NotFromHere, and the refusals of `book`.

    """
    _refuse_what_cannot_be(patient=appointment.patient, slot=slot, now=now, leave=leave)
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
                state=AppointmentState.BOOKED,
                sequence=F("sequence") + 1,
                version=F("version") + 1,
            )
            appointment = _reread(appointment)
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
                detail={"sequence": appointment.sequence},
            )
            revoke_links(about=appointment, because="moved", now=now)
            following_up.moved(appointment=appointment, by=by, now=now)
            owing.moved(appointment=appointment, by=by, now=now)
    except IntegrityError as error:
        raise _in_words(error, patient=appointment.patient, slot=slot) from error
    return appointment


def cancel(*, appointment: Appointment, reason: str, by: User | None, now: datetime) -> Appointment:
    """Cancel a visit with a reason: its time is free at once, and a follow-up it kept is owed its letter again."""
    with transaction.atomic():
        appointment = _step(appointment, "cancelled", by=by, stamp={"ended_at": now, "ended_reason": reason})
        following_up.unbooked(appointment=appointment, by=by, now=now, because="cancelled")
        revoke_links(about=appointment, because="cancelled", now=now)
        owing.cancelled(appointment=appointment, by=by, now=now)
    return appointment


def confirm(*, appointment: Appointment, by: User | None, now: datetime) -> Appointment:  # noqa: ARG001 - one shape
    """Note that the patient will come."""
    with transaction.atomic():
        return _step(appointment, "confirmed", by=by, stamp={})


def check_in(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    """Note that the patient is here."""
    with transaction.atomic():
        return _step(appointment, "arrived", by=by, stamp={"arrived_at": now, "ended_at": None, "ended_reason": ""})


def to_room(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    """Note that the patient is in the room."""
    with transaction.atomic():
        return _step(appointment, "in_room", by=by, stamp={"in_room_at": now})


def complete(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    """Note that the visit is over."""
    with transaction.atomic():
        return _step(appointment, "completed", by=by, stamp={"completed_at": now})


def mark_no_show(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    """Note that the patient did not come: the follow-up it kept is owed its letter again. `NotYet` before it begins."""
    if now < appointment.starts_at:
        raise NotYet(appointment.starts_at)
    with transaction.atomic():
        appointment = _step(appointment, "no_show", by=by, stamp={"ended_at": now})
        following_up.unbooked(appointment=appointment, by=by, now=now, because="no_show")
    return appointment


def mark_left(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    """Note that the patient left without being seen."""
    with transaction.atomic():
        appointment = _step(appointment, "left", by=by, stamp={"ended_at": now})
        following_up.unbooked(appointment=appointment, by=by, now=now, because="left")
    return appointment


def undo(*, appointment: Appointment, from_state: str, by: User, now: datetime) -> Appointment:
    """Take the last press back, if the visit still stands where that press left it.

    An un-cancelled visit asks the table for its time again: `SlotTaken` or `PatientBusy` if somebody has it by now.
    """
    back = status.BACK[from_state]
    stamps: dict[str, Any] = {
        "arrived": {"arrived_at": None},
        "in_room": {"in_room_at": None},
        "completed": {"completed_at": None},
    }.get(from_state, {"ended_at": None, "ended_reason": ""})
    slot = Slot(
        clinician=appointment.clinician,
        location=appointment.location,
        room=appointment.room,
        type=appointment.type,
        starts_at=appointment.starts_at,
    )
    try:
        with transaction.atomic():
            won = Appointment.objects.filter(pk=appointment.pk, state=from_state).update(
                state=back, version=F("version") + 1, **stamps
            )
            appointment = _reread(appointment)
            if not won:
                raise NotFromHere(AppointmentState(appointment.state), "undo")
            record(
                by=by,
                verb="appointment.undone",
                thing=appointment,
                patient=appointment.patient,
                detail={"from": from_state, "to": back},
            )
            if from_state in {"cancelled", "no_show", "left"}:
                following_up.booked(appointment=appointment, by=by, now=now)
            if from_state == "cancelled":
                owing.uncancelled(appointment=appointment, by=by, now=now)
    except IntegrityError as error:
        raise _in_words(error, patient=appointment.patient, slot=slot) from error
    return appointment


def link_session(*, session: InjectionSession, by: User, now: datetime) -> None:
    """Let the day's visit point at the session that was signed in it; a session without a visit stands by itself."""
    start, end = day_bounds(session.injected_on or day_of(now, session.location.zone), session.location.zone)
    visit = (
        Appointment.objects.holding_their_time()
        .between(start, end)
        .filter(patient=session.patient, session__isnull=True)
        .order_by(Case(When(type__kind=AppointmentKind.INJECTION, then=0), default=1), "starts_at")
        .first()
    )
    if visit is not None:
        Appointment.objects.filter(pk=visit.pk).update(session=session, version=F("version") + 1)
        record(by=by, verb="appointment.session_linked", thing=visit, patient=session.patient)


def earliest_injection(patient: Patient) -> date | None:
    """Return the first day an injection of this patient is permitted, or None where nothing stands against it.

    The interval counts any plan's session: a new plan, that owes nothing yet, waits for one that has ended.
    """
    live = FollowUp.objects.live().filter(patient=patient)
    days = list(live.values_list("earliest_on", flat=True))
    new = Plan.objects.filter(patient=patient, state=PlanState.ACTIVE).exclude(pk__in=live.values("plan"))
    days += [
        day for plan in new.select_related("patient", "location", "product", "condition") if (day := earliest_for(plan))
    ]
    return max(days, default=None)


def _refuse_what_cannot_be(*, patient: Patient, slot: Slot, now: datetime, leave: Leave) -> None:
    if patient.deceased_on is not None:
        raise PatientHasDied
    if slot.starts_at < now:
        raise InThePast(slot.starts_at)
    span = Span(slot.starts_at, slot.ends_at)
    if not leave.overbook_reason and not availability.is_within_hours(
        clinician=slot.clinician, location=slot.location, span=span
    ):
        raise OutsideHours(slot.starts_at)
    if slot.type.kind == AppointmentKind.INJECTION and not leave.early_reason:
        earliest = earliest_injection(patient)
        if earliest and day_of(slot.starts_at, slot.location.zone) < earliest:
            raise TooSoon(earliest)


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


def _step(appointment: Appointment, state: str, *, by: User | None, stamp: dict[str, Any]) -> Appointment:
    """One conditional UPDATE to the next state, and its line in the trail."""
    won = Appointment.objects.filter(pk=appointment.pk, state__in=status.before(state)).update(
        state=state, version=F("version") + 1, **stamp
    )
    appointment = _reread(appointment)
    if not won:
        raise NotFromHere(AppointmentState(appointment.state), state)
    record(
        by=by,
        actor="" if by else "patient link",
        verb=f"appointment.{state}",
        thing=appointment,
        patient=appointment.patient,
    )
    return appointment


def _reread(appointment: Appointment) -> Appointment:
    found: Appointment = Appointment.objects.select_related("patient", "clinician", "location", "room", "type").get(
        pk=appointment.pk
    )
    return found


def _in_words(error: IntegrityError, *, patient: Patient, slot: Slot) -> Exception:
    """Put the table's refusal into words; anything else is passed on as it is."""
    name = violated(error)
    if name == "appointment_clinician_free":
        return SlotTaken("clinician", slot.starts_at)
    if name == "appointment_room_free":
        return SlotTaken("room", slot.starts_at)
    if name == "appointment_patient_free":
        other = (
            Appointment.objects.holding_their_time()
            .filter(patient=patient, starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at)
            .first()
        )
        return PatientBusy(other)
    return error
