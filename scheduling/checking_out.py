"""Book the next visit at check-out, in one press: the same weekday and time, as early as permitted, free."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from clinic.staff.models import User
from scheduling import availability, booking, following_up
from scheduling.booking import Slot
from scheduling.errors import StandsOtherwise
from scheduling.models import Appointment, AppointmentKind, AppointmentType, FollowUp, FollowUpState
from scheduling.same_time import Habit, first_day
from scheduling.standing import OPEN
from treatments.models import Plan

WEEKS_AHEAD = 8
"""So far from the day to be back a time is looked for."""


@dataclass(frozen=True, slots=True)
class NextVisit:
    """What one press books."""

    follow_up: FollowUp
    slot: Slot
    is_same_time: bool


def offer(follow_up: FollowUp, *, now: datetime) -> NextVisit | None:
    """Return the visit that one press would book, or None where nothing like it is free in the weeks that matter."""
    kind = AppointmentType.objects.filter(is_active=True, kind=AppointmentKind.INJECTION).order_by("id").first()
    if kind is None or follow_up.state not in OPEN:
        return None
    location = follow_up.location
    habit, clinician = _as_last_time(follow_up)
    earliest = max(
        follow_up.earliest_on,
        booking.earliest_injection(follow_up.patient) or follow_up.earliest_on,
        now.astimezone(location.zone).date() + timedelta(days=1),
    )
    day = first_day(habit, earliest_on=earliest, back_on=max(earliest, follow_up.book_by_on))
    free = availability.most_like(
        habit,
        from_day=day,
        weeks=WEEKS_AHEAD,
        location=location,
        kind=kind,
        clinicians=[clinician],
        now=now,
        patient_public_id=follow_up.patient.public_id,
    )
    if free is None:
        return None
    slot = Slot(clinician=clinician, location=location, room=free.room, type=kind, starts_at=free.starts_at)
    return NextVisit(follow_up, slot, is_same_time=habit.minutes_off(free.starts_at) == 0)


def book_next(*, follow_up: FollowUp, slot: Slot, pressed: str, by: User, now: datetime) -> Appointment:
    """Book the visit of a follow-up; the same press again returns the same visit.

    Raises:
        AlreadyBooked, StandsOtherwise: it is booked by another press, or ended; and the refusals of `booking.book`.

    """
    with transaction.atomic():
        Plan.objects.select_for_update(no_key=True).get(pk=follow_up.plan_id)  # two presses wait in line
        held = FollowUp.objects.select_related("patient", "location", "plan").get(pk=follow_up.pk)
        earlier = Appointment.objects.filter(idempotency_key=pressed).first()
        if earlier is None and held.state not in OPEN:
            following_up.refuse_a_second(held, now=now)
            raise StandsOtherwise(FollowUpState(held.state))
        return booking.book(patient=held.patient, slot=slot, by=by, now=now, follow_up=held, pressed=pressed)


def _as_last_time(follow_up: FollowUp) -> tuple[Habit, User]:
    """Return when and with whom the patient came last: the visit of the session, or the session where it has none."""
    session = follow_up.session
    visit = Appointment.objects.filter(session=session).select_related("clinician").order_by("starts_at").first()
    when = visit.starts_at if visit else session.injected_at
    assert when is not None  # a signed session has its time, by constraint
    clinician = visit.clinician if visit else session.clinician
    return Habit.of(when, follow_up.location.zone), clinician if clinician.is_active else follow_up.plan.clinician
