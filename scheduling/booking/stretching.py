"""Make one visit longer or shorter than its type, by hand."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db.models import F

from clinic.audit.trail import record
from clinic.staff.models import User
from scheduling import availability
from scheduling.booking.asked import NO_LEAVE, Leave, Slot
from scheduling.booking.overbooking import refuse_overbooking
from scheduling.booking.rows import reread, slot_of
from scheduling.booking.taking import taking
from scheduling.errors import EditedMeanwhile, NoSuchLength, NotFromHere, OutsideHours
from scheduling.models import Appointment, AppointmentState
from scheduling.status import NOT_OVER

SHORTEST_MINUTES: Final = 5
LONGEST_MINUTES: Final = 480
"""A working day: nobody is seen for longer in one visit."""


def stretch(
    *,
    appointment: Appointment,
    minutes: int,
    seen_version: int,
    by: User,
    now: datetime,
    leave: Leave = NO_LEAVE,
) -> Appointment:
    """Make a visit that is not over take so many minutes: one UPDATE checked against the version the page showed.

    It begins when it began, so no letter is owed and the sequence stays: what is written later says the end that
    stands. Shorter it always fits; longer it asks for working hours and for the table's own constraints. The type's
    minutes to tidy up follow the new end.

    Raises:
        NoSuchLength, SlotTaken, PatientBusy, EditedMeanwhile, NotFromHere; OutsideHours, LocationClosed, ClinicianAway,
        NotYoursToOverbook.

    """
    if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise NoSuchLength(SHORTEST_MINUTES, LONGEST_MINUTES)
    slot = replace(slot_of(appointment), minutes=minutes)
    is_longer = minutes > appointment.minutes
    over = Leave(overbook_reason=appointment.overbook_reason) if is_longer and appointment.is_overbooked else leave
    refuse_overbooking(leave=over, location=slot.location, by=by)  # longer, it lies over more than was allowed
    if is_longer and not appointment.is_overbooked:
        _refuse_outside_hours(slot, leave)
    overbooked = {"is_overbooked": True, "overbook_reason": leave.overbook_reason} if leave.overbook_reason else {}
    with taking(slot, patient=appointment.patient, now=now):
        won = Appointment.objects.filter(pk=appointment.pk, version=seen_version, state__in=NOT_OVER).update(
            ends_at=slot.ends_at,
            occupied_until=slot.occupied_until,
            version=F("version") + 1,
            **overbooked,
        )
        was, appointment = appointment.minutes, reread(appointment)
        if not won:
            if appointment.state not in NOT_OVER:
                raise NotFromHere(AppointmentState(appointment.state), "stretch")
            if appointment.version == seen_version + 1 and appointment.ends_at == slot.ends_at:
                return appointment  # the same press again
            raise EditedMeanwhile(appointment)
        record(
            by=by,
            verb="appointment.stretched",
            thing=appointment,
            patient=appointment.patient,
            detail={"from_minutes": was, "to_minutes": minutes, "overbooked": bool(leave.overbook_reason)},
        )
    return appointment


def _refuse_outside_hours(slot: Slot, leave: Leave) -> None:
    against = availability.against_time(
        clinician=slot.clinician,
        location=slot.location,
        starts_at=slot.starts_at,
        occupied_until=slot.ends_at,  # what is tidied up may run over where somebody stretches by hand
        is_overbooked=bool(leave.overbook_reason),
    )
    if isinstance(against, OutsideHours):
        raise OutsideHours(slot.ends_at)
    if against is not None:
        raise against
