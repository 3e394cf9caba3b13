"""The calendar: a day by clinicians, the month beside it."""

import calendar as months
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clinic.lib import clock
from clinic.lib.days import day_bounds
from clinic.locations.models import Location
from clinic.staff.access import signed_in
from clinic.staff.models import User
from scheduling import availability, day_grid
from scheduling.models import Appointment
from scheduling.slots import Span
from scheduling.views.board import asked_day


@dataclass(frozen=True, slots=True)
class Column:
    """One clinician's day."""

    clinician: User
    booked: int
    is_shown: bool


@require_GET
def day(request: HttpRequest) -> HttpResponse:
    """Show one day: a column per clinician, quarter hours down, closed hours left out."""
    user, now = signed_in(request), clock.now()
    locations = user.open_places
    if not locations:
        return render(request, "scheduling/today_nowhere.html", {"nav": "calendar"})
    location = locations[0]
    today = now.astimezone(location.zone).date()
    chosen = asked_day(request.GET.get("day"), today)
    people = availability.clinicians_at(location)
    visits = _visits(user, location, chosen)
    people += [who for who in {row.clinician_id: row.clinician for row in visits}.values() if who not in people]
    shown = next(
        (who for who in people if str(who.public_id) == request.GET.get("with")), people[0] if people else None
    )
    working = availability.working_spans(people, location=location, first=chosen, last=chosen)
    stretches = day_grid.lay_out(
        open_spans=[span for spans in working.values() for span in spans],
        columns=[[(_span(row), row) for row in visits if row.clinician_id == who.pk] for who in people],
        zone=location.zone,
    )
    return render(
        request,
        "scheduling/calendar_day.html",
        {
            "nav": "calendar",
            "zone": location.zone,
            "day": chosen,
            "today": today,
            "is_today": chosen == today,
            "previous": chosen - timedelta(days=1),
            "following": chosen + timedelta(days=1),
            "columns": [Column(who, sum(row.clinician_id == who.pk for row in visits), who == shown) for who in people],
            "stretches": [_drawn(stretch, people, shown, now) for stretch in stretches],
            "week": [chosen - timedelta(days=chosen.weekday() - number) for number in range(7)],
            "month": _month(chosen),
            "closed": location.closures.filter(on=chosen).first(),
        },
    )


def _visits(user: User, location: Location, chosen: date) -> list[Appointment]:
    start, end = day_bounds(chosen, location.zone)
    return list(
        Appointment.objects.visible_to(user)
        .filter(location=location)
        .between(start, end)
        .exclude(state="cancelled")
        .select_related("patient", "clinician", "type", "room")
        .order_by("starts_at", "id")
    )


def _span(row: Appointment) -> Span:
    return Span(row.starts_at, row.ends_at)


def _drawn(stretch: day_grid.Stretch, people: list[User], shown: User | None, now: datetime) -> dict[str, Any]:
    """Return a stretch as the template draws it, the line of now with it."""
    within = stretch.span.start <= now < stretch.span.end
    return {
        "span": stretch.span,
        "hours": stretch.hours,
        "half_rows": stretch.half_rows,
        "columns": [
            {"clinician": who, "cells": cells, "is_shown": who == shown}
            for who, cells in zip(people, stretch.columns, strict=True)
        ],
        "now_row": stretch.row_of(now) if within else 0,
        "now_at": now.minute % 15 // 5 * 5 if within else 0,
        "now": now,
    }


def _month(chosen: date) -> dict[str, Any]:
    first = chosen.replace(day=1)
    return {
        "first": first,
        "previous": (first - timedelta(days=1)).replace(day=1),
        "following": (first + timedelta(days=32)).replace(day=1),
        "weeks": months.Calendar().monthdatescalendar(chosen.year, chosen.month),
    }
