"""Home: today's board for the role, and the one press a step."""

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clinic.lib import clock
from clinic.lib.days import read_day
from clinic.outbox.models import Letter
from clinic.outbox.querysets import LetterQuerySet
from clinic.staff.access import signed_in
from clinic.staff.models import User
from patients.models import Patient
from scheduling import board, booking, reading_first, recall, running_late, status, unsettled
from scheduling.errors import Refusal
from scheduling.models import Appointment
from scheduling.online import checking
from scheduling.views import words
from scheduling.waiting import ringing
from treatments import event_story, incidents, symptom_reports

FAILED_SHOWN = 5
STEPS = {
    "confirmed": booking.confirm,
    "arrived": booking.check_in,
    "in_room": booking.to_room,
    "completed": booking.complete,
    "no_show": booking.mark_no_show,
    "left": booking.mark_left,
}


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """Show the day: lanes, counts, what is owed; its moving parts alone for the page that is open (`part=board`)."""
    user, now = signed_in(request), clock.now()
    locations = user.open_places
    if not locations:
        return render(request, "scheduling/today_nowhere.html", {"nav": "today"})
    zone = locations[0].zone
    actual = now.astimezone(zone).date()
    day = asked_day(request.GET.get("day"), actual)
    found, shown = board.day_board(user=user, locations=locations, day=day, now=now, zone=zone), request.GET.get("show")
    if shown in board.MOODS:
        found = board.only(found, shown)
    moving = {
        "day": day,
        "is_today": day == actual,
        "board": found,
        "shown": shown if shown in board.MOODS else "",
        "late_choices": running_late.CHOICES,
    }
    if request.GET.get("part") == "board":
        return render(request, "scheduling/board_part.html", moving)
    return render(
        request,
        "scheduling/today.html",
        moving
        | {
            "nav": "today",
            "clock": now.astimezone(zone),
            "previous": day - timedelta(days=1),
            "following": day + timedelta(days=1),
            "check_out": board.to_check_out(user=user, day=day, zone=zone) if day == actual else (),
            "unsettled": unsettled.visits_to_settle(user=user, now=now),
            "recall": {one.key: one.count for one in recall.counts(user=user, today=actual, wanted=recall.Wanted())},
            "alarms": symptom_reports.alarms_for(user),
            "opens_reports": not user.is_front_desk,
            "read_first": () if user.is_front_desk else reading_first.forms_to_read_first(user, now=now),
            "serious": event_story.unresolved_near(user)[:5] if user.is_manager else (),
            "incidents": incidents.unseen_by(user)[:5] if user.is_manager else (),
            "to_ring": ringing.to_ring(user, now=now) if not user.is_clinician else (),
            "online": checking.to_check(user).count() if not user.is_clinician else 0,
            "failed_letters": _failed_letters(user) if not user.is_clinician else (),
        },
    )


@require_POST
def step(request: HttpRequest, public_id: UUID, state: str) -> HttpResponse:
    """Take one step of a visit and offer to take it back."""
    user = signed_in(request)
    appointment = get_object_or_404(Appointment.objects.visible_to(user), public_id=public_id)
    if state not in STEPS:
        raise Http404
    came_from = appointment.state
    try:
        appointment = STEPS[state](appointment=appointment, by=user, now=clock.now())
    except Refusal as refusal:
        messages.error(request, words.refusal(refusal, zone=appointment.location.zone))
        return back(request)
    undo = reverse("scheduling:undo", args=[public_id, state]) if status.BACK[state] == came_from else ""
    messages.success(request, words.done(appointment), extra_tags=undo)
    return back(request)


@require_POST
def undo(request: HttpRequest, public_id: UUID, state: str) -> HttpResponse:
    """Take the last press back."""
    user = signed_in(request)
    appointment = get_object_or_404(Appointment.objects.visible_to(user), public_id=public_id)
    if state not in status.BACK:
        raise Http404
    try:
        booking.undo(appointment=appointment, from_state=state, by=user, now=clock.now())
    except Refusal as refusal:
        messages.error(request, words.refusal(refusal, zone=appointment.location.zone))
    else:
        messages.success(request, _("Taken back: %(name)s") % {"name": appointment.patient.name})
    return back(request)


def back(request: HttpRequest) -> HttpResponse:
    """Go back to the page of our own that the press came from."""
    return redirect(came_from(request))


def came_from(request: HttpRequest) -> str:
    """Return the page of our own that the press came from, else today's board."""
    target = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if is_ours else reverse("scheduling:today")


def _failed_letters(user: User) -> LetterQuerySet:
    """Return the newest letters to people of this person's locations that need somebody."""
    theirs = Patient.objects.listed_for(user).values("public_id")
    return Letter.objects.filter(person_public_id__in=theirs).needs_a_person(clock.now()).newest_first()[:FAILED_SHOWN]


def asked_day(text: str | None, otherwise: date) -> date:
    """Return the day a page was asked for, or another where the address names none."""
    try:
        return read_day(text or "")
    except ValueError:
        return otherwise
