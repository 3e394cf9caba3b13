"""What a patient reads once a visit is booked or moved: when, where, and whether the letter about it changes it."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from scheduling import managing
from scheduling.models import Appointment


def booked_page(request: HttpRequest, visit: Appointment, *, now: datetime, **more: Any) -> HttpResponse:
    """Show a visit that was just booked or moved: its letter has a link to change it, or there is a number to call."""
    context = {
        "visit": visit, "zone": visit.location.zone, "location": visit.location,
        "is_manageable": now <= managing.changes_until(visit),
    }  # fmt: skip
    return render(request, "scheduling/link_booked.html", context | more)
