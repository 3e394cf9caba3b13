"""The list of people and the search that is always in the top row."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.locations.models import Location
from clinic.staff.access import signed_in
from clinic.staff.models import User
from patients import names, phones
from patients.forms import RegisterForm
from patients.models import Patient
from patients.querysets import LONGEST_SEARCH

PAGE_SIZE = 25
HITS = 8


@require_safe
def patient_list(request: HttpRequest) -> HttpResponse:
    """Show everybody by name, or those whom a search finds, best match first."""
    user, text = signed_in(request), _text(request)
    locations = user.open_places
    people = Patient.objects.visible_to(user).living_records()
    found = people.found_by(text, locations[0].country if locations else "IN") if text else people
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    if text:
        _note_search(user, list(page))
    return render(
        request,
        "patients/patient_list.html",
        {
            "nav": "patients",
            "page": page,
            "q": text,
            "query": urlencode({"q": text}) if text else "",
            "new_query": urlencode(_typed_for_form(text)),
            "form": _register_form(text, locations),
            "today": _today(locations),
        },
    )


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Answer a search box while it is typed: a few people, and the way to all of them.

    Where a patient is looked for to book (`for=book`), each leads on to booking with all else that was asked there.
    """
    carried = request.GET.copy()
    carried.pop("q", None)
    is_for_booking = carried.pop("for", []) == ["book"]
    books = f"{reverse('scheduling:book')}?{carried.urlencode()}" if is_for_booking else ""
    return render(request, "patients/_patient_hits.html", hits(request) | {"books": books})


def hits(request: HttpRequest) -> dict[str, Any]:
    """Return the first few people whom the words sought find, for a list of hits; that they were shown is noted."""
    user, text = signed_in(request), _text(request)
    locations = user.open_places
    found: list[Patient] = []
    if text:
        people = Patient.objects.visible_to(user).living_records()
        found = list(people.found_by(text, locations[0].country if locations else "IN")[: HITS + 1])
        _note_search(user, found[:HITS])
    return {
        "hits": found[:HITS],
        "has_more": len(found) > HITS,
        "q": text,
        "query": urlencode({"q": text}),
        "new_query": urlencode(_typed_for_form(text)),
        "today": _today(locations),
    }


def _text(request: HttpRequest) -> str:
    """Return what is sought, without what a database cannot hold."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]


def _typed_for_form(text: str) -> dict[str, str]:
    """Return what was sought as the start of a registration: an address, a phone or a name."""
    if not text:
        return {}
    if "@" in text:
        return {"email": text}
    if phones.looks_like_a_number(text):
        return {"phone": text}
    given, _, family = " ".join(text.split()).partition(" ")
    return {"given_name": _as_a_name(given), "family_name": _as_a_name(family)}


def _register_form(text: str, locations: list[Location]) -> RegisterForm | None:
    """Return the form beside the list, begun with what was sought."""
    if not locations:
        return None
    return RegisterForm(
        initial=_typed_for_form(text),
        locations=locations,
        today=_today(locations),
        country=locations[0].country,
    )


def _today(locations: list[Location]) -> date:
    now = clock.now()
    return day_of(now, locations[0].zone) if locations else now.date()


def _as_a_name(text: str) -> str:
    """Give a name typed in a hurry its capital; scripts without capitals stay as they are."""
    return text if not text.islower() or not names.fold(text) else text.title()


def _note_search(user: User, shown: list[Patient]) -> None:
    """Write down that a search showed these people."""
    with transaction.atomic():
        ids = [str(patient.public_id) for patient in shown]
        record(by=user, verb="patient.searched", thing=user, detail={"shown": ids})
