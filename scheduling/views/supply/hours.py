"""A clinician's weekly hours at a location: what holds now and later, and the week that holds from a day on."""

from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.locations.models import Location
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from scheduling import weekly
from scheduling.fields import WEEKDAYS
from scheduling.forms_supply import WeekForm
from scheduling.supplying import hours as deeds
from scheduling.supplying.hours import Week
from scheduling.views.supply.saving import Change, save_or_show
from scheduling.views.supply.scope import clinician, visits_with

TEMPLATE = "scheduling/supply_hours.html"
DASH = "\N{EN DASH}"


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def hours(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a clinician's weeks, and save one; shorter hours say first which booked visits they displace."""
    user, now = signed_in(request), clock.now()
    person = clinician(user, public_id)
    shared = [place for place in user.open_places if place in person.places]
    place = _place_asked(request, shared)
    page: dict[str, Any] = {"nav": "supply", "person": person, "places": shared, "place": place}
    if place is None:
        return render(request, TEMPLATE, page)
    today = day_of(now, place.zone)
    weeks = [week for week in deeds.weeks_of(person, place) if week.period[1] is None or week.period[1] >= today]
    form = WeekForm(
        request.POST if request.method == "POST" else None, week=_week_asked(request, weeks, today), today=today
    )
    page |= {
        "form": form,
        "weeks": [_shown(week) for week in weeks],
        "seen": request.POST.get("seen", deeds.seen_as(person, place)),
    }
    if request.method != "POST":
        return render(request, TEMPLATE, page)
    if not form.is_valid():
        return render(request, TEMPLATE, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    change = Change(
        draft=(form.period, form.days),
        deed=lambda: deeds.set_hours(
            clinician=person,
            location=place,
            period=form.period,
            days=form.days,
            seen=form.cleaned_data["seen"],
            by=user,
            now=now,
        ),
        among=visits_with(user, person),
        seen=lambda: deeds.seen_as(person, place),
    )
    here = f"{reverse('scheduling:hours', args=[person.public_id])}?place={place.public_id}"
    answer = save_or_show(request, change, now=now, template=TEMPLATE, page=page, to=here)
    if answer.status_code == HTTPStatus.FOUND:
        _say_what_changes_nothing(request, form)
    return answer


def _place_asked(request: HttpRequest, places: list[Location]) -> Location | None:
    asked = request.GET.get("place")
    if asked is None:
        return places[0] if places else None
    found = next((place for place in places if str(place.public_id) == asked), None)
    if found is None:
        raise Http404
    return found


def _week_asked(request: HttpRequest, weeks: list[Week], today: date) -> Week | None:
    """Return the week that the address names by its first day, else the one that holds now, else the next."""
    asked = request.GET.get("week", "")
    named = next((week for week in weeks if week.period[0] and week.period[0].isoformat() == asked), None)
    return named or next((week for week in weeks if (week.period[0] or today) <= today), weeks[0] if weeks else None)


def _shown(week: Week) -> dict[str, Any]:
    first, last = week.period
    names = dict(WEEKDAYS)
    return {
        "first": first,
        "last": last,
        "days": [
            {
                "name": names[day.weekday],
                "starts": day.starts,
                "ends": day.ends,
                "breaks": weekly.in_words(day.breaks, dash=DASH),
            }
            for day in week.days
        ],
    }


def _say_what_changes_nothing(request: HttpRequest, form: WeekForm) -> None:
    names = dict(WEEKDAYS)
    for day in form.days:
        if day.idle_breaks:
            messages.info(
                request,
                _("%(day)s: the break %(break)s lies outside the hours and was left out.")
                % {"day": names[day.weekday], "break": weekly.in_words(day.idle_breaks, dash=DASH)},
            )
