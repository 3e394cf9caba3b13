"""Why a visit cannot be at a time: asked before, and the table's own refusals put into words."""

from datetime import date, datetime

from django.db import DatabaseError

from clinic.lib.days import day_of
from clinic.lib.db import gave_up_waiting, violated
from clinic.staff.models import User
from patients.models import Patient
from scheduling import availability
from scheduling.booking.asked import Leave, Slot
from scheduling.booking.holding import KEPT_AT_MOST
from scheduling.booking.overbooking import refuse_overbooking
from scheduling.errors import (
    BeingBooked,
    InThePast,
    NoticeTooShort,
    NotYoursToAllow,
    PatientBusy,
    PatientHasDied,
    RecordIsRestricted,
    SlotTaken,
    TimeHeld,
    TooFarAhead,
    TooSoon,
)
from scheduling.models import Appointment, AppointmentKind, AppointmentType, FollowUp, HeldTime
from treatments.models import Plan, PlanState
from treatments.windows import earliest_for


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


def earliest_of(kind: AppointmentType, patient: Patient) -> date | None:
    """Return the first day a visit of a type is permitted; None where nothing stands against it: it has no needle."""
    return earliest_injection(patient) if kind.kind == AppointmentKind.INJECTION else None


def refuse_what_cannot_be(
    *,
    patient: Patient,
    slot: Slot,
    now: datetime,
    leave: Leave,
    by: User | None,
    moving: Appointment | None = None,
    held: HeldTime | None = None,
) -> None:
    """Raise what stands against a visit, unless it was allowed on purpose; whether it is still free, the table decides.

    PatientHasDied, RecordIsRestricted, InThePast; NotYoursToOverbook; where a patient books (`by` is None)
    NoticeTooShort and TooFarAhead, counted from when the time was held if that is not long ago; the refusals of
    `availability.why_not`; TooSoon, or NotYoursToAllow where somebody else than a clinician allowed it.
    """
    if patient.deceased_on is not None:
        raise PatientHasDied
    if patient.restricted_at is not None:
        raise RecordIsRestricted
    if slot.starts_at < now:
        raise InThePast(slot.starts_at)
    refuse_overbooking(leave=leave, location=slot.location, by=by)
    if by is None:
        _refuse_out_of_reach(slot, now=max(held.held_at, now - KEPT_AT_MOST) if held else now)
    against = availability.why_not(
        clinician=slot.clinician,
        location=slot.location,
        room=slot.room,
        kind=slot.type,
        starts_at=slot.starts_at,
        occupied_until=slot.occupied_until,
        is_overbooked=bool(leave.overbook_reason),
    )
    if against is not None:
        raise against
    if slot.type.kind == AppointmentKind.INJECTION:
        _refuse_too_soon(patient, slot=slot, leave=leave, by=by, moving=moving)


def refuse_to_bring_back(*, patient: Patient, slot: Slot, early_reason: str) -> None:
    """Raise what stands by now against a visit that is taken back to a time it had.

    PatientHasDied, RecordIsRestricted, TooSoon. An undo is offered for ten seconds, and may be pressed on a page that
    has stood open for weeks. What a clinician allowed early stays allowed.
    """
    if patient.deceased_on is not None:
        raise PatientHasDied
    if patient.restricted_at is not None:
        raise RecordIsRestricted
    if not early_reason:
        _refuse_before_its_day(patient, slot)


def _refuse_out_of_reach(slot: Slot, *, now: datetime) -> None:
    zone = slot.location.zone
    reach = availability.reach_of(slot.type, zone=zone, now=now)
    if slot.starts_at < reach.not_before:
        raise NoticeTooShort(reach.not_before)
    if not reach.holds(slot.starts_at, zone):
        raise TooFarAhead(reach.last_on)


def _refuse_too_soon(
    patient: Patient, *, slot: Slot, leave: Leave, by: User | None, moving: Appointment | None
) -> None:
    """A clinician, with a reason, allows an injection before its day; nobody else's reason counts.

    What was allowed for a day is allowed for a later one: such a visit is moved on without asking again.
    """
    if leave.early_reason:
        if by is None or not by.is_clinician:
            raise NotYoursToAllow
        return
    if moving is not None and moving.early_reason and slot.starts_at >= moving.starts_at:
        return
    _refuse_before_its_day(patient, slot)


def _refuse_before_its_day(patient: Patient, slot: Slot) -> None:
    earliest = earliest_of(slot.type, patient)
    if earliest and day_of(slot.starts_at, slot.location.zone) < earliest:
        raise TooSoon(earliest)


def in_words(error: DatabaseError, *, patient: Patient, slot: Slot) -> Exception:
    """Put the table's refusal into words; anything else is passed on as it is."""
    if gave_up_waiting(error):
        return BeingBooked(slot.starts_at)
    name = violated(error)
    if name == "appointment_clinician_free":
        return SlotTaken("clinician", slot.starts_at)
    if name == "appointment_room_free":
        return SlotTaken("room", slot.starts_at)
    if name in {"appointment_clinician_is_not_held", "appointment_room_is_not_held"}:
        return TimeHeld("room" if name == "appointment_room_is_not_held" else "clinician", slot.starts_at)
    if name == "appointment_patient_free":
        other = (
            Appointment.objects.holding_their_time()
            .filter(patient=patient, starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at)
            .first()
        )
        return PatientBusy(other)
    return error
