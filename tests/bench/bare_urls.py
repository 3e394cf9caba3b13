"""All addresses of the clinic, and two bare ones: a visit's INSERT alone, and all the rows that a booking writes."""

from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from clinic.audit.models import Entry
from clinic.outbox.models import Letter
from scheduling.models import Appointment

LETTERS = (("appointment_confirmed", ""), ("appointment_reminder", "3"), ("appointment_reminder", "1"))


@require_POST
def bare(request: HttpRequest) -> HttpResponse:
    """Insert a visit as it is posted: no form, no rule, no trail, no letter; the constraints and the history are on."""
    return HttpResponseRedirect(f"/{_insert(request).public_id}/")


@require_POST
def bare_rows(request: HttpRequest) -> HttpResponse:
    """Insert a visit, its line of the trail and three letters, in one transaction; nothing is read."""
    with transaction.atomic():
        visit = _insert(request)
        Entry.objects.create(
            by_id=request.user.pk, actor="staff", verb="appointment.booked", thing_type="scheduling.appointment",
            thing_public_id=visit.public_id, patient_public_id=visit.public_id, detail={"overbooked": False},
        )  # fmt: skip
        Letter.objects.bulk_create(
            Letter(
                letter=letter, about_type="scheduling.appointment", about_public_id=visit.public_id, edition="0",
                step=step, channel="email", person_public_id=visit.public_id, due_at=visit.starts_at, state="queued",
            )
            for letter, step in LETTERS
        )  # fmt: skip
    return HttpResponseRedirect(f"/{visit.public_id}/")


def _insert(request: HttpRequest) -> Appointment:
    number, starts_at = request.POST, datetime.fromisoformat(request.POST["starts_at"])
    until = starts_at + timedelta(minutes=30)
    visit: Appointment = Appointment.objects.create(
        patient_id=number["patient"], clinician_id=number["clinician"], location_id=number["location"],
        room_id=number["room"], type_id=number["type"], starts_at=starts_at, ends_at=until, occupied_until=until,
        booked_by_id=request.user.pk, booked_at=timezone.now(),
    )  # fmt: skip
    return visit


urlpatterns = [path("bare/", bare), path("bare/rows/", bare_rows), path("", include("clinic.urls"))]
