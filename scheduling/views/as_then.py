"""The same weekday and time some weeks on: from a patient's last visit to the free times of that day."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import signed_in
from patients.models import Patient
from scheduling import availability, booking
from scheduling.forms import AsThenForm
from scheduling.models import Appointment
from scheduling.views.patients import patient_named


@require_GET
def book_again(request: HttpRequest) -> HttpResponse:
    """Open the booking page on that day with the time marked, or say that nothing near it is free. Books nothing."""
    user, now = signed_in(request), clock.now()
    patient = patient_named(user, request.GET.get("patient"))
    if patient is None:
        return redirect("scheduling:book")
    asked = {name: request.GET.get(name, "") for name in ("patient", "type", "clinician", "follow_up", "back")}
    location, last = patient.location, last_visit(patient)
    form = AsThenForm(request.GET, location=location)
    if last is None or not form.is_valid():
        messages.error(request, _("Not looked up: write a number of weeks from 1 to 52."))
        return redirect(f"{reverse('scheduling:book')}?{urlencode(asked)}")
    kind, chosen = form.cleaned_data["type"], form.cleaned_data["clinician"]
    today = day_of(now, location.zone)
    found = availability.as_then(
        then=last.starts_at,
        weeks=form.cleaned_data["weeks"],
        location=location,
        kind=kind,
        clinicians=[chosen] if chosen else availability.clinicians_at(location),
        not_before=max(booking.earliest_of(kind, patient) or today, today),
        now=now,
        patient_public_id=patient.public_id,
    )
    if found is None:
        messages.error(request, _("No time like the last one is free in those weeks. Choose another."))
    else:
        day = day_of(found.starts_at, location.zone).isoformat()
        asked |= {"day": day, "at": day, "time": found.starts_at.isoformat()}
    return redirect(f"{reverse('scheduling:book')}?{urlencode(asked)}#times")


def last_visit(patient: Patient) -> Appointment | None:
    """Return the latest visit of a patient that stands."""
    found: Appointment | None = (
        Appointment.objects.holding_their_time().filter(patient=patient).order_by("-starts_at").first()
    )
    return found
