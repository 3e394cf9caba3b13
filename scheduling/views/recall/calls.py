"""Writing down a call, and taking an entry back."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import signed_in
from clinic.staff.models import User
from scheduling import calling, following_up, standing
from scheduling.errors import Refusal, TakenBackAlready, WorkedMeanwhile
from scheduling.forms_recall import CallForm, GiveUpForm, TakeBackForm
from scheduling.models import Call, CallOutcome, FollowUp
from scheduling.views import words as calendar_words
from scheduling.views.board import back
from scheduling.views.recall import words
from scheduling.views.recall.asked import query_of
from scheduling.views.recall.page import list_page
from scheduling.views.recall.rows import book_address, kind_booked
from scheduling.views.way_back import way_back


@require_POST
def log_call(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write down what came of a call, and go on to the next row; booking and the record of a death are one step on."""
    user, now = signed_in(request), clock.now()
    follow_up, way = _follow_up(user, public_id), _way(request)
    form = CallForm(request.POST.dict(), today=day_of(now, follow_up.location.zone))
    if not form.is_valid():
        if follow_up.state not in standing.OPEN:
            return _gone(request, follow_up, way)
        return list_page(request, query_of(way), refused=form, opened=public_id, status=422)
    data = form.cleaned_data
    outcome = CallOutcome(data["outcome"])
    try:
        call = calling.log_call(
            follow_up=follow_up,
            outcome=outcome,
            note=data["note"],
            again_on=data["again_on"],
            seen_version=data["version"],
            press=data["press"],
            by=user,
            now=now,
        )
    except WorkedMeanwhile as refusal:
        return _refused(request, form, refusal.theirs, way)
    undo = reverse("scheduling:undo_call", args=[call.public_id])
    messages.success(request, _said(call), extra_tags=undo)
    return _onwards(call, way, today=form.today)


@require_POST
def give_up(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give up after calls in vain: the follow-up lapses with the reason, and may be taken up again."""
    user, way = signed_in(request), _way(request)
    follow_up = _follow_up(user, public_id)
    form = GiveUpForm(request.POST)
    if not form.is_valid():
        if follow_up.state not in standing.OPEN:
            return _gone(request, follow_up, way)
        messages.error(request, _("Not given up yet: see beside the reason."))
        return list_page(request, query_of(way), giving_up=form, opened=public_id, status=422)
    said, seen = form.cleaned_data["said"], form.cleaned_data["version"]
    try:
        calling.give_up(follow_up=follow_up, said=said, seen_version=seen, by=user, now=clock.now())
    except WorkedMeanwhile as refusal:
        if refusal.theirs.state not in standing.OPEN:
            return _gone(request, refusal.theirs, way)
        messages.error(request, words.meanwhile(refusal.theirs))
        return list_page(request, query_of(way), giving_up=form, opened=public_id, status=409)
    except Refusal as refusal:
        messages.error(request, calendar_words.refusal(refusal, zone=follow_up.location.zone))
    else:
        undo = reverse("scheduling:take_up_again", args=[public_id])
        messages.success(request, _("Given up: %(name)s") % {"name": follow_up.patient.name}, extra_tags=undo)
    return redirect(way)


@require_POST
def take_up_again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Owe again what a person ended by hand."""
    user = signed_in(request)
    follow_up = _follow_up(user, public_id)
    try:
        following_up.reopen(follow_up=follow_up, by=user, now=clock.now())
    except Refusal as refusal:
        messages.error(request, calendar_words.refusal(refusal, zone=follow_up.location.zone))
    else:
        messages.success(request, _("Taken back: %(name)s") % {"name": follow_up.patient.name})
    return back(request)


@require_POST
def undo_call(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the last press back, from its toast. Only one's own: another's entry is taken back with a reason."""
    user = signed_in(request)
    call = _call(user, public_id)
    if call.by_id != user.pk:
        messages.error(request, _("Not taken back: say in a few words why the entry was a mistake."))
        return back(request)
    return _take_back(request, call, reason=_("Taken back at once"))


@require_POST
def take_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a mistaken entry back with a reason; it stays readable."""
    call = _call(signed_in(request), public_id)
    form = TakeBackForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Not taken back: say in a few words why the entry was a mistake."))
        return back(request)
    return _take_back(request, call, reason=form.cleaned_data["reason"])


def _way(request: HttpRequest) -> str:
    return way_back(request.POST.get("way"), otherwise=reverse("scheduling:recall"))


def _follow_up(user: User, public_id: UUID) -> FollowUp:
    found: FollowUp = get_object_or_404(
        FollowUp.objects.visible_to(user).select_related("patient", "location", "plan__clinician"), public_id=public_id
    )
    return found


def _call(user: User, public_id: UUID) -> Call:
    found: Call = get_object_or_404(Call.objects.visible_to(user).select_related("patient"), public_id=public_id)
    return found


def _take_back(request: HttpRequest, call: Call, *, reason: str) -> HttpResponse:
    try:
        calling.take_back(call=call, reason=reason, by=signed_in(request), now=clock.now())
    except TakenBackAlready:
        messages.info(request, _("This entry was taken back before."))
    else:
        messages.success(request, _("Taken back: the call to %(name)s") % {"name": call.patient.name})
    return back(request)


def _refused(request: HttpRequest, form: CallForm, theirs: FollowUp, way: str) -> HttpResponse:
    """Say what somebody else did; a row that still waits stays open, with what was typed and the row as it is now."""
    if theirs.state not in standing.OPEN:
        return _gone(request, theirs, way)
    messages.error(request, words.meanwhile(theirs))
    again = CallForm({**form.data, "version": str(theirs.version)}, today=form.today)
    return list_page(request, query_of(way), refused=again, opened=theirs.public_id, status=409)


def _gone(request: HttpRequest, theirs: FollowUp, way: str) -> HttpResponse:
    """Say what became of a row that nobody waits in any more."""
    messages.error(request, words.meanwhile(theirs))
    return redirect(way)


def _said(call: Call) -> str:
    name, outcome = call.patient.name, call.get_outcome_display()
    if call.outcome == CallOutcome.DIED:
        return _("%(name)s: written down. Now give the day of death and save: that ends the letters.") % {"name": name}
    if call.again_on is None:
        return _("%(name)s: %(outcome)s") % {"name": name, "outcome": outcome}
    return _("%(name)s: %(outcome)s. Back on the list on %(day)s") % {
        "name": name,
        "outcome": outcome,
        "day": date_format(call.again_on, "D j M"),
    }


def _onwards(call: Call, way: str, *, today: date) -> HttpResponse:
    if call.outcome == CallOutcome.BOOKS_NOW:
        return redirect(book_address(call.follow_up, kind_booked(), today=today, back=way))
    if call.outcome == CallOutcome.DIED:
        return redirect("patients:deceased", call.patient.public_id)
    return redirect(way)
