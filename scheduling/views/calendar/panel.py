"""One visit beside the calendar: what it is, and the form that does what dragging does."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import signed_in
from scheduling import availability, placing, status
from scheduling.views.board import asked_day
from scheduling.views.visits import visit_of


@require_GET
def panel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a visit with its two forms; a clinician and a day chosen in the first list their free starts."""
    user, now = signed_in(request), clock.now()
    visit = visit_of(user, public_id)
    zone = visit.location.zone
    people = availability.clinicians_at(visit.location)
    if visit.clinician not in people:
        people.append(visit.clinician)
    asked_for = request.GET.get("clinician")
    clinician = next((who for who in people if str(who.public_id) == asked_for), visit.clinician)
    day = asked_day(request.GET.get("on"), day_of(visit.starts_at, zone))
    can_move = visit.state in status.TO_COME
    starts = (
        availability.free_times(
            location=visit.location,
            kind=visit.type,
            clinicians=[clinician],
            first=day,
            last=day,
            now=now,
            moving=visit,
            patient_public_id=visit.patient.public_id,
        )
        if can_move
        else []
    )
    return render(
        request,
        "scheduling/_calendar_visit.html",
        {
            "visit": visit,
            "zone": zone,
            "people": people,
            "clinician": clinician,
            "day": day,
            "starts": starts,
            "can_move": can_move,
            "can_cancel": "cancelled" in status.FOLLOWS[visit.state],
            "ends": placing.ends_of(visit),
        },
    )
