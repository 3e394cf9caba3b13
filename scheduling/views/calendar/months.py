"""The calendar from further off: a month in numbers, and the next weeks as a list."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from scheduling import calendar_days
from scheduling.calendar_days.listing import DAYS_LISTED
from scheduling.views.calendar.asked import asked_of


@require_GET
def month(request: HttpRequest) -> HttpResponse:
    """Show a month: how much is booked each day, who is away, what is closed."""
    asked = asked_of(request)
    if asked is None:
        return render(request, "scheduling/today_nowhere.html", {"nav": "calendar"})
    first = asked.day.replace(day=1)
    frame = asked.frame(
        view="month", previous=first - timedelta(days=1), following=(first + timedelta(days=32)).replace(day=1)
    )
    weeks = calendar_days.month(user=asked.user, location=asked.place, on=asked.day, clinician=asked.clinician)
    return render(request, "scheduling/calendar_month.html", {**frame, "weeks": weeks})


@require_GET
def agenda(request: HttpRequest) -> HttpResponse:
    """List the visits of the next two weeks."""
    asked = asked_of(request)
    if asked is None:
        return render(request, "scheduling/today_nowhere.html", {"nav": "calendar"})
    days, later = calendar_days.agenda(
        user=asked.user, location=asked.place, first=asked.day, clinician=asked.clinician
    )
    frame = asked.frame(view="agenda", previous=asked.day - timedelta(days=DAYS_LISTED), following=later)
    return render(request, "scheduling/calendar_agenda.html", {**frame, "days": days, "later": later})
