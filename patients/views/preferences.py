"""What is mailed, by a letter's link: a page to choose, and one press that stops all (RFC 8058)."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from clinic.lib import clock
from clinic.lib.languages import speaking
from patients import preferences
from patients.forms_preferences import PreferencesForm, initial_of
from patients.models import AccessLink
from patients.preferences import Wishes
from patients.topics import Topic
from patients.views.by_link import READ_IN, language_of, link_page, way_back


def _only_stops(request: HttpRequest) -> bool:
    return "again" not in request.POST


@link_page("stop-reminders", one_click=_only_stops)
def stop_reminders(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Ask on GET, stop on POST; the link lives on, so that pressing twice is harmless and an undo is at hand."""
    patient, now = link.patient, clock.now()
    before: frozenset[Topic] = frozenset()
    if request.method == "POST" and "again" in request.POST:
        asked = [topic for topic in Topic if topic in request.POST.getlist("again")]
        preferences.resume_reminders(patient=patient, by=None, now=now, topics=asked or Topic)
    elif request.method == "POST":
        before = preferences.stop_reminders(patient=patient, by=None, now=now)
    context = {
        "location": patient.location,
        "is_stopped": not Wishes.of(patient).topics,
        "is_resumed": "again" in request.POST,
        "again": sorted(before or Topic),
    }
    return render(request, "patients/link_stop.html", context)


@link_page("preferences")
def choose(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Show what is wished on GET, write it down on POST, and offer the way back."""
    patient = link.patient
    form = PreferencesForm(request.POST or None, initial=initial_of(Wishes.of(patient)))
    before = None
    if request.method == "POST" and "stop" in request.POST:
        wishes = replace(Wishes.of(patient), topics=frozenset())
        before = preferences.choose(patient=patient, wishes=wishes, by=None, now=clock.now())
    elif request.method == "POST" and form.is_valid():
        before = preferences.choose(patient=patient, wishes=form.wishes(), by=None, now=clock.now())
    wishes = Wishes.of(patient)
    if before is not None:
        form = PreferencesForm(initial=initial_of(wishes))
    context = {
        "location": patient.location,
        "form": form,
        "is_saved": before is not None,
        "undo": initial_of(before) if before is not None and before != wishes and "undo" not in request.POST else None,
        "wants_any": bool(wishes.topics),
        "page_href": way_back(request, link),
    }
    if before is not None:
        request.session.pop(READ_IN, None)
    with speaking(language_of(request, link)):  # the one just chosen
        request.LANGUAGE_CODE = get_language() or ""
        return render(request, "patients/link_preferences.html", context, status=422 if form.errors else 200)
