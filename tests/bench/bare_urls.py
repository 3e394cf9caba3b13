"""All addresses of the clinic, and the bare one."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from scheduling.models import Appointment


@require_POST
def bare(request: HttpRequest) -> HttpResponse:
    """Insert a visit as it is posted: no form, no rule, no trail, no letter; the constraints are on."""
    number, starts_at = request.POST, datetime.fromisoformat(request.POST["starts_at"])
    until = starts_at + timedelta(minutes=30)
    visit = Appointment.objects.create(
        patient_id=number["patient"], clinician_id=number["clinician"], location_id=number["location"],
        room_id=number["room"], type_id=number["type"], starts_at=starts_at, ends_at=until, occupied_until=until,
        booked_by_id=request.user.pk, booked_at=timezone.now(),
    )  # fmt: skip
    return HttpResponseRedirect(f"/{visit.public_id}/")


urlpatterns = [path("bare/", bare), path("", include("clinic.urls"))]
