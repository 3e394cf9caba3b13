"""What the desk reads for ten seconds after a press, with the way to take it back."""

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.lib import clock
from clinic.staff.models import User
from scheduling.models import Appointment
from scheduling.status import TO_COME
from scheduling.views import words

BOOKED: Final = "booked"
SAID_FOR: Final = timedelta(minutes=1)
"""Longer ago, an address that was kept says it no more."""


def to_say_booked(address: str, visit: Appointment) -> HttpResponse:
    """Lead to a page of the desk that says that a visit was booked: the address names it, nothing else is kept."""
    parts = urlsplit(address)
    query = QueryDict(parts.query, mutable=True)
    query[BOOKED] = str(visit.public_id)
    return HttpResponseRedirect(parts._replace(query=query.urlencode()).geturl())


def say_what_was_booked(request: HttpRequest, user: User) -> None:
    """Say it on the page that is drawn, with the way to take it back; nothing of what this person did not just book."""
    try:
        key = UUID(request.GET[BOOKED])
    except ValueError:
        return
    just_now = Appointment.objects.visible_to(user).filter(booked_by=user, booked_at__gt=clock.now() - SAID_FOR)
    found = just_now.filter(public_id=key, state__in=TO_COME).select_related("patient", "location").first()
    if found is not None:
        say_booked(request, found)


def say_booked(request: HttpRequest, visit: Appointment, *, undo: str = "") -> None:
    """Say that a visit was booked; `undo` where that is more than to take the booking back."""
    said = {"name": visit.patient.name, "when": words.when(visit.starts_at, visit.location.zone)}
    undo = undo or reverse("scheduling:undo_booking", args=[visit.public_id])
    messages.success(request, _("%(name)s booked for %(when)s") % said, extra_tags=undo)


def say_moved(request: HttpRequest, visit: Appointment) -> None:
    """Say that a visit was moved, and where to."""
    said = {"name": visit.patient.name, "when": words.when(visit.starts_at, visit.location.zone)}
    messages.success(request, _("%(name)s moved to %(when)s") % said, extra_tags=way_to_put_back(visit))


def way_to_put_back(visit: Appointment) -> str:
    """Return the address that takes the last move or stretch of a visit back."""
    return reverse("scheduling:put_back", args=[visit.public_id, visit.version])
