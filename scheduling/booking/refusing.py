"""Why a visit cannot be at a time: asked before, and the table's own refusals put into words."""

from datetime import date, datetime

from django.db import DatabaseError

from clinic.lib.days import day_of
from clinic.lib.db import gave_up_waiting, violated
from patients.models import Patient
from scheduling import availability
from scheduling.booking.asked import Leave, Slot
from scheduling.errors import BeingBooked, InThePast, OutsideHours, PatientBusy, PatientHasDied, SlotTaken, TooSoon
from scheduling.models import Appointment, AppointmentKind, FollowUp
from scheduling.slots import Span
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


def refuse_what_cannot_be(*, patient: Patient, slot: Slot, now: datetime, leave: Leave) -> None:
    """Raise PatientHasDied, InThePast, OutsideHours or TooSoon, unless that was allowed on purpose."""
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


def in_words(error: DatabaseError, *, patient: Patient, slot: Slot) -> Exception:
    """Put the table's refusal into words; anything else is passed on as it is."""
    if gave_up_waiting(error):
        return BeingBooked(slot.starts_at)
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
