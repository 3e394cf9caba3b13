"""The steps of a visit that is booked, to its end, and the last press taken back.

Each raises NotFromHere where the visit stands elsewhere by now, and BeingChanged or BeingBooked where it is being
written at this moment.
"""

from datetime import datetime
from typing import Any

from django.db.models import Case, F, When

from clinic.audit.trail import record
from clinic.lib.days import day_bounds, day_of
from clinic.staff.models import User
from patients.links import revoke_links
from scheduling import following_up, owing, status
from scheduling.booking.as_one import as_one
from scheduling.booking.refusing import refuse_to_bring_back
from scheduling.booking.rows import reread, slot_of
from scheduling.booking.taking import taking
from scheduling.errors import NotFromHere, NotYet
from scheduling.models import Appointment, AppointmentKind, AppointmentState
from scheduling.waiting import hearing
from treatments.models import InjectionSession


def cancel(*, appointment: Appointment, reason: str, by: User | None, now: datetime) -> Appointment:
    """Cancel a visit with a reason: its time is free at once, and a follow-up it kept is owed its letter again."""
    with as_one():
        appointment = _step(appointment, "cancelled", by=by, stamp={"ended_at": now, "ended_reason": reason})
        following_up.unbooked(appointment=appointment, by=by, now=now, because="cancelled")
        revoke_links(about=appointment, because="cancelled", now=now)
        owing.cancelled(appointment=appointment, by=by, now=now)
        hearing.freed(visit=appointment, now=now)
        hearing.taken_back(visit=appointment, by=by, now=now)
    return appointment


def confirm(*, appointment: Appointment, by: User | None, now: datetime) -> Appointment:  # noqa: ARG001 - one shape
    """Note that the patient will come."""
    with as_one():
        return _step(appointment, "confirmed", by=by, stamp={})


def check_in(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    """Note that the patient is here. Who was missed and comes after all asks for the time again, as in `undo`."""
    with taking(slot_of(appointment), patient=appointment.patient, now=now):
        return _step(appointment, "arrived", by=by, stamp={"arrived_at": now, "ended_at": None, "ended_reason": ""})


def to_room(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    """Note that the patient is in the room."""
    with as_one():
        return _step(appointment, "in_room", by=by, stamp={"in_room_at": now})


def complete(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    """Note that the visit is over."""
    with as_one():
        return _step(appointment, "completed", by=by, stamp={"completed_at": now})


def mark_no_show(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    """Note that the patient did not come: the follow-up it kept is owed its letter again. `NotYet` before it begins."""
    if now < appointment.starts_at:
        raise NotYet(appointment.starts_at)
    with as_one():
        appointment = _step(appointment, "no_show", by=by, stamp={"ended_at": now})
        following_up.unbooked(appointment=appointment, by=by, now=now, because="no_show")
    return appointment


def mark_left(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    """Note that the patient left without being seen."""
    with as_one():
        appointment = _step(appointment, "left", by=by, stamp={"ended_at": now})
        following_up.unbooked(appointment=appointment, by=by, now=now, because="left")
    return appointment


def undo(*, appointment: Appointment, from_state: str, by: User, now: datetime) -> Appointment:
    """Take the last press back, if the visit still stands where that press left it.

    An un-cancelled visit asks the table for its time again: `SlotTaken` or `PatientBusy` if somebody has it by now;
    `AlreadyBooked` if another visit keeps its follow-up by now; and what `refuse_to_bring_back` raises.
    """
    back = status.BACK[from_state]
    stamps: dict[str, Any] = {
        "arrived": {"arrived_at": None},
        "in_room": {"in_room_at": None},
        "completed": {"completed_at": None},
    }.get(from_state, {"ended_at": None, "ended_reason": ""})
    slot = slot_of(appointment)
    if from_state == "cancelled":
        refuse_to_bring_back(patient=appointment.patient, slot=slot, early_reason=appointment.early_reason)
    with taking(slot, patient=appointment.patient, now=now):
        if from_state == "cancelled" and appointment.follow_up is not None:
            following_up.refuse_a_second(appointment.follow_up, now=now)
        won = Appointment.objects.filter(pk=appointment.pk, state=from_state).update(
            state=back, version=F("version") + 1, **stamps
        )
        appointment = reread(appointment)
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
            hearing.booked(visit=appointment, now=now)
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


def _step(appointment: Appointment, state: str, *, by: User | None, stamp: dict[str, Any]) -> Appointment:
    """One conditional UPDATE to the next state, and its line in the trail."""
    won = Appointment.objects.filter(pk=appointment.pk, state__in=status.before(state)).update(
        state=state, version=F("version") + 1, **stamp
    )
    appointment = reread(appointment)
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
