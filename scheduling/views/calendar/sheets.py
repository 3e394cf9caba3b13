"""The calendar as a sheet of quarter hours: a day by clinicians or rooms, a clinician's week; and that sheet again."""

import calendar as months
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_GET

from scheduling import calendar_days
from scheduling.calendar_days import Column
from scheduling.views.calendar.asked import WEEK, Asked, asked_of

ONE_DAY = timedelta(days=1)
SHEETS = ("day", "week")


@require_GET
def day(request: HttpRequest) -> HttpResponse:
    """Show one day: a column per clinician or room, quarter hours down, closed hours left out."""
    asked = asked_of(request)
    if asked is None:
        return render(request, "scheduling/today_nowhere.html", {"nav": "calendar"})
    frame = asked.frame(view="day", previous=asked.day - ONE_DAY, following=asked.day + ONE_DAY)
    return render(
        request, "scheduling/calendar_day.html", {**frame, **_sheet(asked, "day"), "month": _month(asked.day)}
    )


@require_GET
def week(request: HttpRequest) -> HttpResponse:
    """Show a clinician's week: a column per day."""
    asked = asked_of(request)
    if asked is None:
        return render(request, "scheduling/today_nowhere.html", {"nav": "calendar"})
    frame = asked.frame(view="week", previous=asked.day - WEEK, following=asked.day + WEEK)
    return render(
        request, "scheduling/calendar_week.html", {**frame, **_sheet(asked, "week"), "month": _month(asked.day)}
    )


@require_GET
def sheet(request: HttpRequest, view: str) -> HttpResponse:
    """Answer a page that asks whether its sheet is still true: 304 and nothing where it is, else the sheet anew."""
    asked = asked_of(request)
    if view not in SHEETS or asked is None:
        raise Http404
    mark = quote_etag(_mark(asked, view))
    if mark in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers={"ETag": mark})
    frame = asked.frame(view=view, previous=asked.day, following=asked.day)
    answer = render(request, "scheduling/_calendar_sheet.html", {**frame, **_sheet(asked, view)})
    answer["ETag"] = mark
    return answer


def _sheet(asked: Asked, view: str) -> dict[str, Any]:
    """Return what the sheet itself needs, and the mark it is known by."""
    mark = _mark(asked, view)  # read before the rows: a change between the two is shown, and asked for once more
    columns = _columns(asked, view)
    first = columns[0] if columns and view == "day" else None
    shown = next((one for one in columns if _is_shown(one, asked, view)), first)
    return {
        "columns": columns,
        "shown": shown.head.key if shown else "",
        "stretches": calendar_days.draw(columns, zone=asked.zone, now=asked.now),
        "closed": next((one.closed for one in columns), "") if view == "day" else "",
        "mark": quote_etag(mark),
        "live": f"{reverse('scheduling:calendar_sheet', args=[view])}?day={asked.day:%Y-%m-%d}{asked.carried}",
    }


def _columns(asked: Asked, view: str) -> list[Column]:
    if view == "week":
        who = asked.own_or_first
        if who is None:
            return []
        return calendar_days.week_of(
            user=asked.user, location=asked.place, first=asked.monday, clinician=who, now=asked.now
        )
    by = calendar_days.day_by_room if asked.by_rooms else calendar_days.day_by_clinician
    return by(user=asked.user, location=asked.place, day=asked.day, now=asked.now)


def _is_shown(column: Column, asked: Asked, view: str) -> bool:
    """Say whether this is the one column of a phone."""
    if view == "week":
        return column.head.day == asked.day
    if asked.by_rooms:
        return column.head.of == asked.room_shown
    return column.head.clinician is not None and column.head.clinician == asked.own_or_first


def _mark(asked: Asked, view: str) -> str:
    first, last = (asked.monday, asked.monday + 6 * ONE_DAY) if view == "week" else (asked.day, asked.day)
    return calendar_days.mark_of(user=asked.user, location=asked.place, first=first, last=last, now=asked.now)


def _month(chosen: date) -> dict[str, Any]:
    first = chosen.replace(day=1)
    return {
        "first": first,
        "previous": (first - timedelta(days=1)).replace(day=1),
        "following": (first + timedelta(days=32)).replace(day=1),
        "weeks": months.Calendar().monthdatescalendar(chosen.year, chosen.month),
    }
