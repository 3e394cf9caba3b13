"""A visit from its own link: how it stands, and the presses that confirm it, move it or cancel it."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from clinic.lib import clock
from clinic.outbox.mime import CALENDAR_FILE
from patients.models import AccessLink
from patients.views.by_link import link_page
from scheduling import again, confirming, ical, managing
from scheduling.booking import Slot
from scheduling.by_link import ANYONE
from scheduling.errors import BeingChanged, EditedMeanwhile, NotFromHere
from scheduling.forms import LinkConfirmForm
from scheduling.forms_online import CancelOwnForm
from scheduling.letters.calendar_part import calendar_part
from scheduling.models import Appointment, HeldTime
from scheduling.views import choosing, words_for_patients
from scheduling.views.booked import booked_page
from scheduling.views.link_choice import choice


@link_page(managing.PURPOSE)
def manage(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Show the visit on GET; a press confirms it, or cancels it while the clinic lets patients do so."""
    now = clock.now()
    visit = managing.visit_of(link, now=now)
    if visit is None:
        return _gone(request, link)
    press = request.POST.get("do", "")
    if press == "confirm":
        try:
            is_so = confirming.confirm(visit=visit, seen_sequence=_seen(request), now=now)
        except BeingChanged as busy:
            return _page(request, link, refused=words_for_patients.refusal(busy, zone=visit.location.zone))
        return _page(request, link, refused="" if is_so else _changed())
    if press == "cancel":
        return _cancel(request, link, visit)
    return _page(request, link)


@link_page(managing.PURPOSE)
def move(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Offer other times for the visit; it keeps its own until the new one is confirmed."""
    now = clock.now()
    visit = managing.visit_of(link, now=now)
    if visit is None:
        return _gone(request, link)
    if now > managing.changes_until(visit):
        return _page(request, link, refused=_too_late())
    who = request.GET.get("who", "")

    def take(slot: Slot, held: HeldTime | None) -> HttpResponse:
        try:
            moved = managing.move(visit=visit, slot=slot, held=held, seen_sequence=_seen(request), now=now)
        except managing.TooLate:
            return _page(request, link, refused=_too_late())
        except (managing.ChangedMeanwhile, EditedMeanwhile, NotFromHere):
            return _page(request, link, refused=_changed())
        return booked_page(request, moved, now=now, is_moved=True)

    more = {"visit": visit, "clinician": visit.clinician, "is_of_anyone": who == ANYONE, "token": link.token}
    return choice(request, link, managing.offering_of(visit, who=who), take, now=now, more=more, moving=visit)


@link_page(managing.PURPOSE)
def calendar_file(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Hand out the visit for the patient's own calendar: the one its letters know, and no address of anybody."""
    now = clock.now()
    visit = managing.visit_of(link, now=now)
    if visit is None:
        return _gone(request, link)
    part = calendar_part(visit, method=ical.PUBLISH, now=now)
    named = {"Content-Disposition": f'inline; filename="{CALENDAR_FILE}"'}  # a phone offers to add what it may show
    return HttpResponse(part.content, content_type="text/calendar; charset=utf-8", headers=named)


def _cancel(request: HttpRequest, link: AccessLink, visit: Appointment) -> HttpResponse:
    form = CancelOwnForm(request.POST)
    if not form.is_valid():
        return _page(request, link, form=form)
    words, seen = form.cleaned_data["words"], _seen(request)
    try:
        cancelled = managing.cancel(visit=visit, words=words, seen_sequence=seen, now=clock.now())
    except managing.TooLate:
        return _page(request, link, form=form, refused=_too_late())
    except (managing.ChangedMeanwhile, NotFromHere):
        return _page(request, link, form=form, refused=_changed())
    except BeingChanged as busy:
        refused = words_for_patients.refusal(busy, zone=visit.location.zone)
        return _page(request, link, form=form, refused=refused)
    way = again.way_to_book(cancelled, now=clock.now())
    context = {"visit": cancelled, "zone": cancelled.location.zone, "location": cancelled.location, "way": way}
    return render(request, "scheduling/link_cancelled.html", context)


def _page(
    request: HttpRequest, link: AccessLink, *, form: CancelOwnForm | None = None, refused: str = ""
) -> HttpResponse:
    """Show the visit as it stands now."""
    now, form = clock.now(), form or CancelOwnForm()
    visit = managing.visit_of(link, now=now)
    if visit is None:
        return _gone(request, link)
    until = managing.changes_until(visit)
    context: dict[str, Any] = {
        "visit": visit,
        "zone": visit.location.zone,
        "location": visit.location,
        "token": link.token,
        "form": form,
        "refused": refused,
        "changes_until": until,
        "may_change": now <= until,
        "theirs": choosing.their_zone(request, [visit.starts_at], visit.location.zone),
    }
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "scheduling/link_manage.html", context, status=status)


def _gone(request: HttpRequest, link: AccessLink) -> HttpResponse:
    return render(request, "scheduling/link_no_visit.html", {"location": link.patient.location}, status=HTTPStatus.GONE)


def _seen(request: HttpRequest) -> int:
    """Return which version of the visit the page showed; one that none has where that is not said."""
    form = LinkConfirmForm(request.POST)
    return int(form.cleaned_data["seen"]) if form.is_valid() else -1


def _changed() -> str:
    return _("It was changed after you opened this page. Please look at the time below.")


def _too_late() -> str:
    return _("It is too late to change this visit here. Please call us.")
