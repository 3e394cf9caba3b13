"""Where a patient chooses another time whose visit was cancelled: by a link of their own, or on the location's page."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse

from clinic.lib.days import day_of
from patients.links import link_for
from scheduling.by_link import LINK_LIVES
from scheduling.models import FollowUp
from scheduling.offering import public_kinds_at

if TYPE_CHECKING:
    from scheduling.models import Appointment


@dataclass(frozen=True, slots=True)
class Way:
    """An address of ours, and until when it works: a page that is open to everybody works on."""

    path: str
    until: date | None = None


def way_to_book(visit: "Appointment", *, now: datetime) -> Way | None:
    """Return where the patient books in place of a visit, or None where only the desk does that.

    What still waits for a visit is booked by the patient's own link: nothing has to be written again, and it is never
    too early. Anything else is where anybody books, if the clinic opened that type.
    """
    follow_up = FollowUp.objects.open().filter(pk=visit.follow_up_id).first()
    if follow_up is not None:
        link, token = link_for(
            purpose="book", patient=visit.patient, about=follow_up, now=now, expires_at=now + LINK_LIVES
        )
        return Way(reverse("scheduling:book_by_link", args=[token]), day_of(link.expires_at, visit.location.zone))
    place = visit.location
    if not place.is_active or visit.type not in public_kinds_at(place):
        return None
    query = urlencode({"type": visit.type.public_id, "lang": visit.patient.language})
    return Way(f"{reverse('scheduling:online_choose', args=[place.public_id])}?{query}")
