"""Book a visit, look at one, move it, cancel it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.lib.typed import whole_number
from clinic.locations.models import Location
from clinic.staff.access import signed_in
from clinic.staff.models import User
from patients.models import Patient
from scheduling import availability, booking, status
from scheduling.availability import FreeTime
from scheduling.errors import PressedForSomethingElse, Refusal
from scheduling.forms import BookForm, CancelForm, WantedForm
from scheduling.models import Appointment, AppointmentKind, AppointmentType, FollowUp
from scheduling.views import words
from scheduling.views.places import way_back

DAYS_SHOWN = 14


@dataclass(frozen=True, slots=True)
class DayOfTimes:
    """The free times of one day, as the page lists them."""

    day: date
    times: list[FreeTime]

    @property
    def by_clinician(self) -> list["TimesOf"]:
        """The times of each clinician, by name."""
        ordered = sorted(self.times, key=lambda free: (free.clinician.full_name, free.starts_at))
        return [TimesOf(who, list(times)) for who, times in groupby(ordered, key=lambda free: free.clinician)]


@dataclass(frozen=True, slots=True)
class TimesOf:
    """The free times of one clinician on one day."""

    clinician: User
    times: list[FreeTime]


@require_http_methods(["GET", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """Choose a patient, what for and when; two presses from a patient's chart."""
    user, now = signed_in(request), clock.now()
    patient = _patient(request, user)
    if patient is None:
        return render(request, "scheduling/book_who.html", {"nav": "calendar"})
    location = patient.location
    wanted = WantedForm(_asked(request, patient), location=location)
    wanted.is_valid()
    kind = wanted.cleaned_data.get("type") or AppointmentType.objects.filter(is_active=True).first()
    if kind is None:
        return render(request, "scheduling/book_nothing.html", {"nav": "calendar"})
    form = BookForm(request.POST or None, location=location, initial={"type": kind.public_id, "pressed": uuid4()})
    follow_up, back = _follow_up(request, patient), way_back(_typed(request, "back"), otherwise="")
    stale = _why_stale(request, follow_up) if follow_up else ""
    refused, status_code = (stale, 409) if request.method == "POST" and stale else ("", 200)
    if request.method == "POST" and form.is_valid() and not refused:
        try:
            visit = booking.book(
                patient=patient,
                slot=form.cleaned_data["wanted"],
                by=user,
                now=now,
                reason=form.cleaned_data["reason"],
                leave=form.leave,
                pressed=str(form.cleaned_data["pressed"]),
                follow_up=follow_up if kind.kind == AppointmentKind.INJECTION else None,
            )
        except Refusal as refusal:
            refused = words.refusal(refusal, zone=location.zone)
            status_code = 422 if isinstance(refusal, PressedForSomethingElse) else 409
        else:
            messages.success(
                request,
                _("%(name)s booked for %(when)s")
                % {"name": patient.name, "when": words.when(visit.starts_at, location.zone)},
                extra_tags=reverse("scheduling:undo_booking", args=[visit.public_id]),
            )
            return redirect(back or reverse("scheduling:appointment", args=[visit.public_id]))
    days = _free_days(patient, kind, wanted=wanted, now=now)
    return render(
        request,
        "scheduling/book.html",
        {
            "nav": "calendar",
            "patient": patient,
            "location": location,
            "wanted": wanted,
            "form": form,
            "type": kind,
            **_shown(request, days, wanted),
            "refused": refused,
            "follow_up": follow_up,
            "stale": stale,
            "back": back,
            "earliest": booking.earliest_injection(patient) if kind.kind == AppointmentKind.INJECTION else None,
            "later": (days[-1].day if days else now.astimezone(location.zone).date()) + timedelta(days=1),
        },
        status=status_code,
    )


@require_GET
def appointment(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one visit: what, when, with whom, and what can be done now."""
    user = signed_in(request)
    visit, now = _visit(user, public_id), clock.now()
    zone = visit.location.zone
    is_later_day = visit.starts_at.astimezone(zone).date() > now.astimezone(zone).date()
    return render(
        request,
        "scheduling/appointment.html",
        {
            "nav": "calendar",
            "visit": visit,
            "zone": zone,
            "can": status.FOLLOWS[visit.state] - ({"no_show"} if now < visit.starts_at else set()),
            "next_step": "" if is_later_day else status.NEXT.get(visit.state, ""),
            "cancel_form": CancelForm(),
        },
    )


@require_POST
def cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Cancel a visit with a reason; ten seconds to take it back before the letter goes."""
    user = signed_in(request)
    visit = _visit(user, public_id)
    form = CancelForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Not cancelled: say why, so that the next person knows."))
        return redirect("scheduling:appointment", public_id)
    try:
        booking.cancel(appointment=visit, reason=form.cleaned_data["reason"], by=user, now=clock.now())
    except Refusal as refusal:
        messages.error(request, words.refusal(refusal, zone=visit.location.zone))
    else:
        messages.success(
            request,
            _("%(name)s: visit cancelled") % {"name": visit.patient.name},
            extra_tags=reverse("scheduling:undo", args=[public_id, "cancelled"]),
        )
    return redirect("scheduling:appointment", public_id)


@require_POST
def undo_booking(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a booking back just after it was made: nothing is sent, the time is free again."""
    user = signed_in(request)
    visit = _visit(user, public_id)
    try:
        booking.cancel(appointment=visit, reason=_("Booking taken back"), by=user, now=clock.now())
    except Refusal as refusal:
        messages.error(request, words.refusal(refusal, zone=visit.location.zone))
        return redirect("scheduling:appointment", public_id)
    messages.success(request, _("Booking taken back: %(name)s") % {"name": visit.patient.name})
    return redirect(f"{reverse('scheduling:book')}?patient={visit.patient.public_id}&type={visit.type.public_id}")


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Move a visit to another free time; it never clashes with itself."""
    user, now = signed_in(request), clock.now()
    visit = _visit(user, public_id)
    location = visit.location
    asked = request.GET.copy()
    asked.setdefault("type", str(visit.type.public_id))
    wanted = WantedForm(asked, location=location)
    wanted.is_valid()
    form = BookForm(request.POST or None, location=location, initial={"type": visit.type.public_id})
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            moved = booking.move(
                appointment=visit,
                slot=form.cleaned_data["wanted"],
                seen_version=whole_number(request.POST.get("version"), -1),
                by=user,
                now=now,
                leave=form.leave,
            )
        except Refusal as refusal:
            refused = words.refusal(refusal, zone=location.zone)
            visit = _visit(user, public_id)
        else:
            messages.success(
                request,
                _("%(name)s moved to %(when)s")
                % {"name": visit.patient.name, "when": words.when(moved.starts_at, location.zone)},
            )
            return redirect("scheduling:appointment", public_id)
    return render(
        request,
        "scheduling/move.html",
        {
            "nav": "calendar",
            "visit": visit,
            "zone": location.zone,
            "location": location,
            "wanted": wanted,
            "form": form,
            "type": visit.type,
            **_shown(
                request,
                _free_days(patient=visit.patient, kind=visit.type, wanted=wanted, now=now, moving=visit),
                wanted,
            ),
            "refused": refused,
        },
        status=409 if refused else 200,
    )


def _visit(user: User, public_id: UUID) -> Appointment:
    found: Appointment = get_object_or_404(
        Appointment.objects.visible_to(user).select_related(
            "patient", "clinician", "room", "type", "location", "booked_by"
        ),
        public_id=public_id,
    )
    return found


def _patient(request: HttpRequest, user: User) -> Patient | None:
    wanted = request.GET.get("patient") or request.POST.get("patient")
    if not wanted:
        return None
    try:
        key = UUID(wanted)
    except ValueError:
        return None
    found: Patient = get_object_or_404(
        Patient.objects.visible_to(user).living_records().select_related("location"), public_id=key
    )
    return found


def _follow_up(request: HttpRequest, patient: Patient) -> FollowUp | None:
    """Return the follow-up that this booking is to keep, where a page named one."""
    try:
        key = UUID(_typed(request, "follow_up"))
    except ValueError:
        return None
    found: FollowUp | None = FollowUp.objects.filter(patient=patient, public_id=key).first()
    return found


def _why_stale(request: HttpRequest, follow_up: FollowUp) -> str:
    """Say why there is nothing to book for it any more; nothing where it waits, or where this press booked it."""
    press = request.POST.get("pressed", "")
    visits = Appointment.objects.filter(follow_up=follow_up).values_list("idempotency_key", flat=True)
    return "" if press and press in visits else words.kept_already(follow_up)


def _typed(request: HttpRequest, name: str) -> str:
    return request.POST.get(name) or request.GET.get(name, "")


def _asked(request: HttpRequest, patient: Patient) -> dict[str, str]:
    """Return what is asked for; kind of visit and clinician are the plan's where nothing was chosen yet."""
    asked = {name: request.GET.get(name, "") for name in ("type", "clinician", "day")}
    if request.method == "POST":
        asked = {name: request.POST.get(name, "") or asked[name] for name in asked}
    if not asked["type"]:
        first = AppointmentType.objects.filter(is_active=True)
        kind = AppointmentKind.INJECTION if booking.earliest_injection(patient) else AppointmentKind.CONSULTATION
        chosen = first.filter(kind=kind).first() or first.first()
        asked["type"] = str(chosen.public_id) if chosen else ""
    if request.method == "GET" and "clinician" not in request.GET:
        theirs = FollowUp.objects.live().filter(patient=patient).values_list("plan__clinician__public_id", flat=True)
        asked["clinician"] = str(theirs.first() or "")
    return asked


def _shown(request: HttpRequest, days: list[DayOfTimes], wanted: WantedForm) -> dict[str, Any]:
    """Return the strip of days and the one whose times are listed: the day asked for, else the first with a time."""
    asked = request.POST.get("at") or request.GET.get("at", "")
    shown = next((day for day in days if day.day.isoformat() == asked), days[0] if days else None)
    query = QueryDict(mutable=True)
    for name in ("patient", "follow_up", "type", "clinician", "day", "back"):
        chosen = request.GET.get(name)
        value = chosen if chosen is not None else wanted[name].value() if name in wanted.fields else ""
        if value or name == "clinician":  # an empty clinician is a choice: anyone
            query[name] = str(value or "")
    return {"days": days, "shown": shown, "query": query.urlencode()}


def _free_days(
    patient: Patient,
    kind: AppointmentType,
    *,
    wanted: WantedForm,
    now: datetime,
    moving: Appointment | None = None,
) -> list[DayOfTimes]:
    """Return the free times of the next days, never before the earliest permitted one."""
    location: Location = moving.location if moving else patient.location
    zone: ZoneInfo = location.zone
    first = max(wanted.cleaned_data.get("day") or now.astimezone(zone).date(), now.astimezone(zone).date())
    if kind.kind == AppointmentKind.INJECTION and (earliest := booking.earliest_injection(patient)):
        first = max(first, earliest)
    chosen = wanted.cleaned_data.get("clinician")
    found = availability.free_times(
        location=location,
        kind=kind,
        clinicians=[chosen] if chosen else availability.clinicians_at(location),
        first=first,
        last=first + timedelta(days=DAYS_SHOWN),
        now=now,
        moving=moving,
        patient_public_id=patient.public_id,
    )
    return [
        DayOfTimes(day, list(times))
        for day, times in groupby(found, key=lambda free: free.starts_at.astimezone(zone).date())
    ]


@require_GET
def patient_visits(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a patient's visits, for the chart: the next ones first."""
    user, now = signed_in(request), clock.now()
    patient = get_object_or_404(Patient.objects.visible_to(user), public_id=public_id)
    rows = (
        Appointment.objects.visible_to(user)
        .filter(patient=patient)
        .select_related("clinician", "type", "room", "location")
        .order_by("-starts_at")[:20]
    )

    def is_to_come(row: Appointment) -> bool:
        return row.starts_at >= now and row.state in {"booked", "confirmed"}

    with transaction.atomic():
        record(by=user, verb="visits.opened", thing=patient, patient=patient)
    return render(
        request,
        "scheduling/_patient_visits.html",
        {
            "patient": patient,
            "upcoming": [
                row for row in reversed(rows) if row.starts_at >= now and row.state in {"booked", "confirmed"}
            ],
            "past": [row for row in rows if row.starts_at < now or row.state not in {"booked", "confirmed"}],
        },
    )
