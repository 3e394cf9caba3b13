"""What the desk reads for ten seconds after a press, with the way to take it back."""

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from scheduling.models import Appointment
from scheduling.views import words


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
