"""What the desk reads for ten seconds after a press, with the way to take it back."""

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.lib import clock
from clinic.staff.access import signed_in
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


def said(request: HttpRequest) -> dict[str, Any]:
    """Say on the page that is drawn what its address names as booked, once, with the way to take it back.

    A context processor that adds nothing but the words; none of what this person did not just book.
    """
    is_known = getattr(request, "user", None) is not None and request.user.is_authenticated
    if BOOKED in request.GET and is_known and not getattr(request, "is_told", False):
        request.is_told = True  # type: ignore[attr-defined]  # a page may be made of several templates
        found = _booked_just_now(request.GET[BOOKED], by=signed_in(request))
        if found is not None:
            _say_booked(request, found)
    return {}


def _booked_just_now(key: str, *, by: User) -> Appointment | None:
    try:
        public_id = UUID(key)
    except ValueError:
        return None
    theirs = Appointment.objects.visible_to(by).filter(booked_by=by, booked_at__gt=clock.now() - SAID_FOR)
    found: Appointment | None = (
        theirs.filter(public_id=public_id, state__in=TO_COME).select_related("patient", "location").first()
    )
    return found


def _say_booked(request: HttpRequest, visit: Appointment) -> None:
    said = {"name": visit.patient.name, "when": words.when(visit.starts_at, visit.location.zone)}
    undo = reverse("scheduling:undo_booking", args=[visit.public_id])
    messages.success(request, _("%(name)s booked for %(when)s") % said, extra_tags=undo)


def say_moved(request: HttpRequest, visit: Appointment) -> None:
    """Say that a visit was moved, and where to."""
    said = {"name": visit.patient.name, "when": words.when(visit.starts_at, visit.location.zone)}
    messages.success(request, _("%(name)s moved to %(when)s") % said, extra_tags=way_to_put_back(visit))


def way_to_put_back(visit: Appointment) -> str:
    """Return the address that takes the last move or stretch of a visit back."""
    return reverse("scheduling:put_back", args=[visit.public_id, visit.version])
