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
from patients import names
from patients.closing import found_by_more_than_the_name, mark_closed
from patients.forms import RegisterForm
from patients.models import Patient
from patients.querysets import PatientQuerySet, open_to
from patients.sought import LONGEST, Sought, sought_in, year_in

PAGE_SIZE = 25
HITS = 8


@require_safe
def patient_list(request: HttpRequest) -> HttpResponse:
    """Show everybody by name, or those whom a search finds, best match first."""
    user, text = signed_in(request), _text(request)
    locations = user.open_places
    people = Patient.objects.listed_for(user).living_records()
    sought = _sought(text, locations)
    if text:
        people = people.exclude(pk__in=found_by_more_than_the_name(sought, user))
    page = Paginator(people.found_by(sought) if text else people, PAGE_SIZE).get_page(request.GET.get("page"))
    is_near = bool(text) and not page.paginator.count
    if is_near:
        page = Paginator(_near(people, sought, user)[:PAGE_SIZE], PAGE_SIZE).get_page(1)
    page.object_list = mark_closed(list(page.object_list), user)
    if text:
        page.object_list = _with_former(list(page))
        _note_search(user, list(page))
    return render(
        request,
        "patients/patient_list.html",
        {
            "nav": "patients",
            "page": page,
            "q": text,
            "sought": sought,
            "is_near": is_near,
            "query": urlencode({"q": text}) if text else "",
            "new_query": urlencode(_typed_for_form(sought)),
            "form": _register_form(sought, locations),
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
    sought, found, is_near = _sought(text, locations), list[Patient](), False
    if text:
        people = Patient.objects.listed_for(user).living_records()
        people = people.exclude(pk__in=found_by_more_than_the_name(sought, user))
        found = list(people.found_by(sought)[: HITS + 1])
        if not found:
            found, is_near = list(_near(people, sought, user)[:HITS]), True
        found = _with_former(found)
        _note_search(user, found[:HITS])
    return {
        "hits": mark_closed(found[:HITS], user),
        "has_more": len(found) > HITS,
        "is_near": is_near,
        "q": text,
        "sought": sought,
        "query": urlencode({"q": text}),
        "new_query": urlencode(_typed_for_form(sought)),
        "today": _today(locations),
    }


def _near(people: PatientQuerySet, sought: Sought, user: User) -> PatientQuerySet:
    """Return whose name is spelt nearly so; beside digits, which confirm more than a name, of open records alone."""
    near = people.nearly_found_by(sought)
    return near.filter(open_to(user)) if sought.confirms_more_than_a_name else near


def _with_former(found: list[Patient]) -> list[Patient]:
    """Give each the records that became a part of it: an old name or phone says why somebody is shown."""
    former: dict[int, list[Any]] = {}
    for one in Patient.objects.with_former(found) if found else ():
        former.setdefault(one.stands_id, []).append(one)
    for patient in found:
        patient.former = former.get(patient.pk, [])
    return found


def _text(request: HttpRequest) -> str:
    """Return what is sought, without what a database cannot hold."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]


def _sought(text: str, locations: list[Location]) -> Sought:
    return sought_in(text, today=_today(locations), country=locations[0].country if locations else "IN")


def _typed_for_form(sought: Sought) -> dict[str, str]:
    """Return what was sought as the start of a registration: an address, a date of birth, a phone or a name."""
    if not sought.text:
        return {}
    if sought.email:
        return {"email": sought.email}
    if sought.is_only_a_date or year_in(sought.number):
        return {"birth": sought.text}
    if sought.number:
        return {"phone": sought.text}
    given, _, family = " ".join(sought.text.split()).partition(" ")
    return {"given_name": _as_a_name(given), "family_name": _as_a_name(family)}


def _register_form(sought: Sought, locations: list[Location]) -> RegisterForm | None:
    """Return the form beside the list, begun with what was sought."""
    if not locations:
        return None
    return RegisterForm(
        initial=_typed_for_form(sought),
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
