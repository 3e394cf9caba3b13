"""The fridge's log: thirty days of readings, a new one, and what an excursion means."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.lib import clock
from clinic.lib.days import day_bounds, day_of
from clinic.locations.models import Location
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from treatments.forms_session.fridge import ExcursionForm, ReadingForm
from treatments.keeping import Half, half_of
from treatments.models import FridgeReading, Lot
from treatments.session_refusals import ExcursionAnswered
from treatments.thermometer import answer_excursions, write_reading

DAYS = 30


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the last thirty days of a location's fridge."""
    now = clock.now()
    return _page(request, _location_or_404(signed_in(request), public_id), ReadingForm(now=now), now)


@require_POST
@role_required(Role.CLINICIAN, Role.MANAGER)
def reading(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write down what the thermometer shows."""
    user = signed_in(request)
    location = _location_or_404(user, public_id)
    now = clock.now()
    with timezone.override(location.zone):
        form = ReadingForm(request.POST, now=now)
        if not form.is_valid():
            return _page(request, location, form, now)
    written = write_reading(location=location, by=user, now=now, **form.cleaned_data)
    if written.excursions.exists():
        messages.error(request, _("Outside the storage range of lots in the fridge. Say which of them it counts for."))
    else:
        messages.success(request, _("Reading kept."))
    return redirect("treatments:fridge", location.public_id)


@require_POST
@role_required(Role.CLINICIAN, Role.MANAGER)
def answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say which lots an excursion counts for."""
    user = signed_in(request)
    found = FridgeReading.objects.select_related("location").filter(public_id=public_id, location__in=user.works_at)
    answered = found.first()
    if answered is None:
        raise Http404
    now = clock.now()
    form = ExcursionForm(request.POST, lots=_open_lots(answered), auto_id=f"id_{answered.pk}_%s")
    if not form.is_valid():
        return _page(request, answered.location, ReadingForm(now=now), now, refused=(answered.pk, form))
    try:
        answer_excursions(
            reading=answered, affected=list(form.cleaned_data["lots"]), note=form.cleaned_data["note"], by=user, now=now
        )
    except ExcursionAnswered:
        messages.error(request, _("This excursion is answered already: look below who wrote what."))
    else:
        messages.success(request, _("Written down for each lot."))
    return redirect("treatments:fridge", answered.location.public_id)


def _location_or_404(user: User, public_id: UUID) -> Location:
    location = next((place for place in user.places if place.public_id == public_id), None)
    if location is None:
        raise Http404
    return location


def _open_lots(of: FridgeReading) -> Any:
    """Return the lots of a reading that nobody has said anything of."""
    return Lot.objects.filter(excursions__reading=of, excursions__answer__isnull=True).select_related("product")


def _page(
    request: HttpRequest,
    location: Location,
    form: ReadingForm,
    now: datetime,
    *,
    refused: tuple[int, ExcursionForm] | None = None,
) -> HttpResponse:
    today = day_of(now, location.zone)
    first = today - timedelta(days=DAYS - 1)
    with_lots = (
        FridgeReading.objects.filter(location=location)
        .select_related("by")
        .prefetch_related("excursions__lot__product", "excursions__answer__by")
    )
    recent = list(with_lots.filter(read_at__gte=day_bounds(first, location.zone)[0]).order_by("read_at", "pk"))
    waiting = with_lots.filter(excursions__answer__isnull=True, excursions__isnull=False).distinct()
    forms = dict([refused]) if refused else {}
    context = {
        "nav": "stock",
        "location_name": location.name,
        "location": location,
        "fridges": signed_in(request).places,
        "form": form,
        "days": _days(recent, today, location),
        "waiting": [_waiting(one, forms.get(one.pk)) for one in waiting.order_by("read_at", "pk")],
        "answered": [
            excursion
            for one in reversed(recent)
            for excursion in one.excursions.all()
            if getattr(excursion, "answer", None) is not None
        ],
    }
    is_refused = form.is_bound or refused is not None
    with timezone.override(location.zone):
        return render(
            request,
            "treatments/fridge.html",
            context,
            status=HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK,
        )


def _days(readings: Iterable[FridgeReading], today: date, location: Location) -> list[dict[str, Any]]:
    """Return a row a day and half, the last first, those without a reading too."""
    at: dict[tuple[date, Half], list[FridgeReading]] = defaultdict(list)
    for one in readings:
        at[day_of(one.read_at, location.zone), half_of(one.read_at, location.zone)].append(one)
    days = [today - timedelta(days=back) for back in range(DAYS)]
    words = {Half.MORNING: _("Morning"), Half.EVENING: _("Evening")}
    return [
        {"day": day, "halves": [{"word": words[half], "readings": at.get((day, half), [])} for half in words]}
        for day in days
    ]


def _waiting(one: FridgeReading, form: ExcursionForm | None) -> dict[str, Any]:
    """Return a reading with the lots somebody must still speak of."""
    lots = [excursion.lot for excursion in one.excursions.all() if getattr(excursion, "answer", None) is None]
    chosen = set(map(str, form["lots"].value() or ())) if form else set()
    return {
        "reading": one,
        "lots": [{"lot": lot, "is_chosen": str(lot.public_id) in chosen} for lot in lots],
        "form": form,
    }
