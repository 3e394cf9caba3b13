"""Stop the reminders: a page with one button for a person, one POST for a mail program (RFC 8058)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinic.lib import clock
from patients import preferences
from patients.models import AccessLink
from patients.views.by_link import link_page


@link_page("stop-reminders", one_click=True)
def stop_reminders(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Ask on GET, stop on POST; the link lives on, so that pressing twice is harmless."""
    if request.method == "POST":
        preferences.stop_reminders(patient=link.patient, by=None, now=clock.now())
    return render(
        request,
        "scheduling/link_stop.html",
        {"location": link.patient.location, "is_stopped": request.method == "POST"},
    )
