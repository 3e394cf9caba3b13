"""Book from a letter's link: what is offered, and the one press that takes it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.lib.days import day_of
from clinic.locations.models import Location, Room
from clinic.staff.models import User
from patients.links import use_link
from patients.models import AccessLink, Patient
from scheduling import availability, booking, slots
from scheduling.availability import GRID_MINUTES, FreeTime
from scheduling.booking import Slot
from scheduling.models import Appointment, AppointmentKind, AppointmentType, FollowUp

DAYS_OFFERED = 28
TIMES_OFFERED = 24
A_DAY = 4


@dataclass(frozen=True, slots=True)
class Offer:
    """What a link lets its patient book: one kind of visit, with the clinician who treats them if they are free."""

    patient: Patient
    location: Location
    type: AppointmentType
    follow_up: FollowUp | None
    clinicians: list[User]
    times: list[FreeTime]
    first: date
    last: date
    not_before: datetime

    def may_hold(self, starts_at: datetime, room: Room | None) -> bool:
        """Whether a time, free or taken meanwhile, is of the kind this link offers: its days, the grid, a room."""
        if starts_at < self.not_before:
            return False
        day = starts_at.astimezone(self.location.zone).date()
        has_room = room is not None or not Room.objects.filter(location=self.location, is_active=True).exists()
        return self.first <= day <= self.last and slots.on_grid(starts_at, GRID_MINUTES) == starts_at and has_room


def offer_of(link: AccessLink, *, now: datetime) -> Offer | None:
    """Return what a link offers now, or None where there is nothing to book: booked already, closed, or over."""
    follow_up: FollowUp | None = (
        FollowUp.objects.open()
        .filter(public_id=link.about_public_id)
        .select_related("patient", "location", "plan__clinician")
        .first()
    )
    if follow_up is None or follow_up.patient_id != link.patient_id:
        return None
    kind = AppointmentType.objects.filter(is_active=True, kind=AppointmentKind.INJECTION).first()
    if kind is None:
        return None
    location = follow_up.location
    reach = availability.reach_of(kind, zone=location.zone, now=now)
    first = max(follow_up.earliest_on, day_of(reach.not_before, location.zone))
    last = min(first + timedelta(days=DAYS_OFFERED), reach.last_on)
    for clinicians in ([follow_up.plan.clinician], availability.clinicians_at(location)):
        times = availability.for_patients(
            location=location,
            kind=kind,
            clinicians=clinicians,
            first=first,
            last=last,
            now=now,
            patient_public_id=link.patient.public_id,
        )
        if times:
            break
    spread = _spread(times, location)
    return Offer(follow_up.patient, location, kind, follow_up, clinicians, spread, first, last, reach.not_before)


def book(*, link: AccessLink, offer: Offer, slot: Slot, now: datetime) -> Appointment:
    """Book what a link offers and use it up, both or neither. Raises the refusals of `booking.book`, and LinkUsed."""
    with transaction.atomic():
        booking.stand_in_line(patient=offer.patient)  # before the link: a desk that books ends the link last
        use_link(link, now=now)  # its row makes two presses wait in line, whatever times they chose
        return booking.book(patient=offer.patient, slot=slot, by=None, now=now, follow_up=offer.follow_up)


def what_happened(link: AccessLink, because: str, now: datetime) -> str:
    """Say what became of what a link was for: the day that was booked with it, without the time, or that it is gone.

    Whoever holds the link reads this, so the time, the clinician and what is booked at the desk stay out.
    """
    if because not in {"used", "booked"}:
        return ""
    visits = Appointment.objects.upcoming(now).filter(
        follow_up__public_id=link.about_public_id, patient=link.patient_id
    )
    visit = visits.select_related("location").order_by("starts_at").first()
    if visit is None:
        return _("The visit that was booked is over, or was cancelled.")
    if because == "booked":
        return ""
    day = date_format(visit.starts_at.astimezone(visit.location.zone), "l j F Y")
    return _("You booked a visit with it: it is on %(day)s. The e-mail about it says at what time.") % {"day": day}


def _spread(times: list[FreeTime], location: Location) -> list[FreeTime]:
    """Return a choice over several days: at most four times a day, from its first to its last, for a short page."""
    kept: list[FreeTime] = []
    for _day, a_day in groupby(times, key=lambda free: free.starts_at.astimezone(location.zone).date()):
        free = list(a_day)
        chosen = sorted({step * (len(free) - 1) // (A_DAY - 1) for step in range(A_DAY)})
        kept.extend(free[number] for number in chosen)
    return kept[:TIMES_OFFERED]
