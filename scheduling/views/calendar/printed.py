"""The list of a day for paper: at the door, in the room, when the line is down."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.audit.trail import record
from scheduling import calendar_days
from scheduling.calendar_days.listing import MOST_LISTED
from scheduling.views.calendar.asked import asked_of


@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """Show a day's visits for paper, a table for each clinician; who printed whose names is written down."""
    asked = asked_of(request)
    if asked is None:
        raise Http404
    lists = calendar_days.day_list(user=asked.user, location=asked.place, day=asked.day, clinician=asked.clinician)
    rows = sum(len(visits) for visits in lists)
    with transaction.atomic():
        detail = {"rows": rows, "day": asked.day.isoformat()}
        record(by=asked.user, verb="calendar.printed", thing=asked.place, detail=detail)
    return render(
        request,
        "scheduling/calendar_print.html",
        {
            "location": asked.place,
            "zone": asked.zone,
            "day": asked.day,
            "lists": lists,
            "rows": rows,
            "is_cut": rows >= MOST_LISTED,
            "closed": asked.place.closures.filter(on=asked.day).first(),
        },
    )
