"""Book from a letter's link: what is offered, and the one press that takes it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.staff.models import User
from patients.links import use_link
from patients.models import AccessLink, Patient
from scheduling import availability, booking
from scheduling.booking import Slot
from scheduling.models import Appointment, AppointmentKind, AppointmentType, FollowUp, HeldTime
from scheduling.offering import FAR_AWAY, Offering

ANYONE: Final = "anyone"
LINK_LIVES: Final = timedelta(days=45)
"""How long a link to book works from the letter on that carries it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a link lets its patient book: one kind of visit, with the clinician who treats them if they are free."""

    patient: Patient
    follow_up: FollowUp
    clinician: User
    """Who treats them."""
    offering: Offering

    @property
    def is_of_anyone(self) -> bool:
        """Whether others' times are shown too."""
        return self.offering.clinicians != [self.clinician]


def offer_of(link: AccessLink, *, now: datetime, who: str = "") -> Offer | None:
    """Return what a link offers now, or None where there is nothing to book: booked already, closed, or over.

    Where the clinician who treats them has no time within reach it is anybody's, as where `who` asks for anyone.
    """
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
    theirs = follow_up.plan.clinician
    own = _offering(link, follow_up, kind, [theirs])
    if who == ANYONE or not own.times(follow_up.earliest_on, FAR_AWAY, now=now, limit=1):
        own = _offering(link, follow_up, kind, availability.clinicians_at(follow_up.location))
    return Offer(follow_up.patient, follow_up, theirs, own)


def book(*, link: AccessLink, offer: Offer, slot: Slot, now: datetime, held: HeldTime | None = None) -> Appointment:
    """Book what a link offers and use it up, both or neither. Raises the refusals of `booking.book`, and LinkUsed."""
    with transaction.atomic():
        booking.stand_in_line(patient=offer.patient)  # before the link: a desk that books ends the link last
        use_link(link, now=now)  # its row makes two presses wait in line, whatever times they chose
        return booking.book(patient=offer.patient, slot=slot, by=None, now=now, follow_up=offer.follow_up, held=held)


def _offering(link: AccessLink, follow_up: FollowUp, kind: AppointmentType, clinicians: list[User]) -> Offering:
    return Offering(
        location=follow_up.location,
        kind=kind,
        clinicians=clinicians,
        first=follow_up.earliest_on,
        patient=link.patient.public_id,
    )


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
