"""Book without a link: choose a time of a location, say who comes, prove the address, done. No account, no script.

Known and unknown are answered alike on every page: none of them looks whether somebody has a record here.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, TypeVar
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.lib.client_address import client_address
from clinic.lib.languages import asked_for, for_patients, speaking, switch
from clinic.locations.models import Location
from clinic.staff.models import User
from patients.forms_link import CodeForm
from patients.models import Language
from scheduling import booking
from scheduling.errors import Refusal
from scheduling.forms_online import DetailsForm, written
from scheduling.models import AppointmentType, HeldTime, OnlineRequest
from scheduling.offering import Offering, public_kinds_at
from scheduling.online import asking, becoming, knocking
from scheduling.views import choosing, words_for_patients
from scheduling.views.booked import booked_page

KEY: Final = "held_time"
"""Where a browser's session remembers the time that is kept for it."""
Page = Callable[[HttpRequest, Location, datetime], HttpResponse]
Row = TypeVar("Row", AppointmentType, User)


def public(page: Page) -> Callable[..., HttpResponseBase]:
    """Open a page of a location to anybody, in the language they chose, counted by where they come from."""

    @for_patients
    @login_not_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(page)
    def opened(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
        now = clock.now()
        with speaking(asked_for(request)):
            request.LANGUAGE_CODE = get_language() or ""
            location = get_object_or_404(Location.objects.filter(is_active=True), public_id=public_id)
            with timezone.override(location.zone):
                if not may(request, knocking.HOLD if request.method == "POST" else knocking.LOOK, now):
                    return busy(request, location)
                return page(request, location, now)

    return opened


@public
def choose(request: HttpRequest, location: Location, now: datetime) -> HttpResponse:
    """Offer kinds of visit, clinicians, days and times; a press keeps a time and goes on."""
    given = public_kinds_at(location)
    if not given:
        return render(request, "scheduling/online_closed.html", _frame(request, location))
    kinds = list(given)
    kind = _one(kinds, request.GET.get("type", "")) or (kinds[0] if len(kinds) == 1 else None)
    anyone = sorted({who for some in given.values() for who in some}, key=lambda who: (who.full_name, who.pk))
    people = given[kind] if kind else anyone
    asked = _one(anyone, request.GET.get("who", ""))
    chosen = asked if asked in people else None
    context = _frame(request, location) | {"kinds": kinds, "kind": kind, "people": people, "who": chosen}
    context["does_not"] = asked if chosen is None else None
    if kind is None:
        return render(request, "scheduling/online_choose.html", context)
    offering = Offering(location=location, kind=kind, clinicians=[chosen] if chosen else people)
    refused = ""
    if request.method == "POST":
        why_not = _hold(request, offering, now=now)
        if why_not is None:
            return busy(request, location)
        if not why_not:
            return redirect(_step(request, location, "scheduling:online_yours"))
        refused = why_not
    return render(
        request,
        "scheduling/online_choose.html",
        context | choosing.chooser(request, offering, now=now) | {"refused": refused, "held": _held(request, location)},
        status=HTTPStatus.CONFLICT if refused else HTTPStatus.OK,
    )


@public
def yours(request: HttpRequest, location: Location, now: datetime) -> HttpResponse:
    """The time that is kept for this browser: who comes, the code, the visit; each step by its own button."""
    held = _held(request, location)
    if held is None:
        return redirect(_step(request, location, "scheduling:online_choose"))
    asked = OnlineRequest.objects.select_related("appointment__clinician").filter(held=held).first()
    if asked and asked.appointment:
        return booked_page(request, asked.appointment, now=now, **_frame(request, location))
    if request.method == "POST":
        return _pressed(request, held, asked, now=now)
    if asked is None or "edit" in request.GET:
        return _ask_details(request, held, _form(request, held, asked), now=now)
    return _ask_code(request, held, asked, now=now)


def may(request: HttpRequest, what: str, now: datetime) -> bool:
    """Whether this place of the net may ask for one more of these."""
    return knocking.may(what, address=client_address(request), now=now)


def busy(request: HttpRequest, location: Location) -> HttpResponse:
    """Say that too much was asked for from one place, and what to do."""
    answer = render(
        request, "scheduling/online_busy.html", _frame(request, location), status=HTTPStatus.TOO_MANY_REQUESTS
    )
    answer.headers["Retry-After"] = str(int(knocking.STRETCH.total_seconds()))
    return answer


def _hold(request: HttpRequest, offering: Offering, *, now: datetime) -> str | None:
    """Keep the pressed time for this browser in place of the one before; return why not, or nothing.

    None: from this place of the net too many are kept.
    """
    slot = offering.slot(request.POST.get("slot", ""), now=now)
    if slot is None:
        return words_for_patients.not_offered()
    before = _held(request)
    gives_up = before is not None and before.is_kept(now)
    try:
        held = booking.hold(slot=slot, now=now, instead_of=before)
    except Refusal as refusal:
        return words_for_patients.refusal(refusal, zone=offering.location.zone)
    if not gives_up and not may(request, knocking.KEEP, now):
        booking.let_go(held=held, now=now)
        return None
    if not request.user.is_authenticated and KEY not in request.session:
        request.session.set_expiry(0)
        request.session.cycle_key()  # a session somebody else put into this browser learns nothing
    request.session[KEY] = str(held.public_id)
    return ""


def _pressed(request: HttpRequest, held: HeldTime, asked: OnlineRequest | None, *, now: datetime) -> HttpResponse:
    match request.POST.get("do", ""), asked:
        case "details", _:
            return _details(request, held, now=now)
        case (("code" | "book"), OnlineRequest()):
            return _code(request, held, asked, now=now)
        case "again", OnlineRequest():
            is_sent = may(request, knocking.MAIL, now) and asking.send_again(request=asked, now=now)
            asked.refresh_from_db()
            return _ask_code(request, held, asked, now=now, is_sent=is_sent)
        case "release", _:
            booking.let_go(held=held, now=now)
            request.session.pop(KEY, None)
    return redirect(_step(request, held.location, "scheduling:online_choose"))


def _details(request: HttpRequest, held: HeldTime, *, now: datetime) -> HttpResponse:
    form = _form(request, held, None)
    if not form.is_valid():
        return _ask_details(request, held, form, now=now)
    if not may(request, knocking.MAIL, now):
        return busy(request, held.location)
    asking.ask(held=held, asked=form.asked(), now=now)
    return redirect(_step(request, held.location, "scheduling:online_yours"))


def _code(request: HttpRequest, held: HeldTime, asked: OnlineRequest, *, now: datetime) -> HttpResponse:
    form = CodeForm(request.POST)
    if asked.proven_at is None:
        if form.is_valid() and not asking.prove(request=asked, typed=form.cleaned_data["code"], now=now):
            form.add_error("code", _("This code does not work. Type the newest one, or ask for a new one below."))
        if form.errors:
            return _ask_code(request, held, asked, now=now, form=form)
    try:
        becoming.book(request=asked, held=held, now=now)
    except Refusal as refusal:
        asked.refresh_from_db()
        said = words_for_patients.refusal(refusal, zone=held.location.zone)
        return _ask_code(request, held, asked, now=now, refused=said)
    return redirect(_step(request, held.location, "scheduling:online_yours"))


def _ask_details(request: HttpRequest, held: HeldTime, form: DetailsForm, *, now: datetime) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "scheduling/online_details.html", _kept(request, held, now) | {"form": form}, status=status)


def _ask_code(
    request: HttpRequest,
    held: HeldTime,
    asked: OnlineRequest,
    *,
    now: datetime,
    form: CodeForm | None = None,
    refused: str = "",
    is_sent: bool | None = None,
) -> HttpResponse:
    context = _kept(request, held, now) | {
        "asked": asked, "form": form or CodeForm(), "refused": refused, "is_sent": is_sent,
    }  # fmt: skip
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK
    return render(request, "scheduling/online_code.html", context, status=status)


def _form(request: HttpRequest, held: HeldTime, asked: OnlineRequest | None) -> DetailsForm:
    place = held.location
    return DetailsForm(
        request.POST if request.POST.get("do") == "details" else None,
        initial=written(asked) if asked else None,
        today=clock.now().astimezone(place.zone).date(),
        country=place.country,
        language=get_language() or Language.ENGLISH,
    )


def _held(request: HttpRequest, location: Location | None = None) -> HeldTime | None:
    """Return what this browser keeps, or kept last: at one location, or anywhere."""
    try:
        key = UUID(request.session.get(KEY, ""))
    except ValueError:
        return None
    rows = HeldTime.objects.select_related("location", "clinician", "type", "room")
    here = {"location": location} if location else {}
    found: HeldTime | None = rows.filter(public_id=key, **here).first()
    return found


def _kept(request: HttpRequest, held: HeldTime, now: datetime) -> dict[str, Any]:
    """Return what the pages about a held time need."""
    return _frame(request, held.location) | {
        **choosing.kept_time(request, held, now=now),
        "is_over": not held.is_kept(now),
        "choose_href": _step(request, held.location, "scheduling:online_choose"),
    }


def _frame(request: HttpRequest, location: Location) -> dict[str, Any]:
    """Return what the frame of every page needs: the place, its clock, the languages with their addresses."""
    return {
        "location": location,
        "zone": location.zone,
        "languages": switch(request, Language.choices),
        "is_public": True,
    }


def _step(request: HttpRequest, location: Location, name: str) -> str:
    query = choosing.kept(request)
    return reverse(name, args=[location.public_id]) + (f"?{query}" if query else "")


def _one(rows: list[Row], key: str) -> Row | None:
    return next((row for row in rows if str(row.public_id) == key), None)
