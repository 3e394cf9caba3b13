"""Book a visit: who, what for, when."""

from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.staff.access import signed_in
from patients.models import Patient
from patients.views.people import hits
from scheduling import booking, following_up
from scheduling.errors import AlreadyBooked, BookedAndCancelled, PressedForSomethingElse, Refusal
from scheduling.forms import AsThenForm, BookForm, WantedForm
from scheduling.models import Appointment, AppointmentKind, AppointmentType, FollowUp
from scheduling.reading_first import waits_to_be_read
from scheduling.views import words
from scheduling.views.as_then import last_visit
from scheduling.views.free_times import asks_early, free_days, strip_of
from scheduling.views.patients import patient_named
from scheduling.views.toasts import to_say_booked
from scheduling.views.way_back import way_back

CARRIED = ("type", "clinician", "day", "at", "back")
"""What a free time that was pressed in the calendar asks for, until the patient is chosen."""


@require_http_methods(["GET", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """Choose a patient, what for and when; two presses from a patient's chart."""
    user, now = signed_in(request), clock.now()
    patient = patient_named(user, request.GET.get("patient") or request.POST.get("patient"))
    if patient is None:
        return _who(request)
    location, looked_for = patient.location, LookedFor(request, patient)
    early = asks_early(request, user) and looked_for.is_injection
    form = BookForm(request.POST or None, location=location, is_early=early, initial={"pressed": uuid4()})
    follow_up, back = _follow_up(request, patient), way_back(_typed(request, "back"), otherwise="")
    stale, kept_by = _why_stale(request, follow_up, now=now) if follow_up else ("", None)
    refused, status_code = (stale, 409) if request.method == "POST" and stale and kept_by is None else ("", 200)
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
                follow_up=follow_up if form.is_injection else None,
            )
        except Refusal as refusal:
            refused = words.refusal(refusal, zone=location.zone)
            status_code = 422 if isinstance(refusal, PressedForSomethingElse) else 409
            kept_by = refusal.visit if isinstance(refusal, AlreadyBooked) else kept_by
            if isinstance(refusal, PressedForSomethingElse | BookedAndCancelled):
                form.press_anew()
        else:
            return to_say_booked(back or reverse("scheduling:appointment", args=[visit.public_id]), visit)
    kind, wanted = looked_for.kind, looked_for.wanted
    if kind is None:
        return render(request, "scheduling/book_nothing.html", {"nav": "calendar"})
    form.initial["type"] = kind.public_id
    days = free_days(patient, kind, wanted=wanted, now=now, may_be_early=early)
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
            **strip_of(request, days, wanted),
            "refused": refused,
            "reads_first": looked_for.is_injection and waits_to_be_read(patient),
            "follow_up": follow_up,
            "stale": stale,
            "kept_by": kept_by,
            "back": back,
            "is_early": early,
            "earliest": booking.earliest_of(kind, patient),
            "last": last_visit(patient),
            "now": now,
            "again": AsThenForm(location=location),
            "asked_time": request.GET.get("time", ""),
            "later": (days[-1].day if days else now.astimezone(location.zone).date()) + timedelta(days=1),
        },
        status=status_code,
    )


class LookedFor:
    """What the page looks for: a kind of visit, a clinician, a day; asked when the page is drawn, not by the press."""

    def __init__(self, request: HttpRequest, patient: Patient) -> None:
        self._request, self._patient = request, patient

    @cached_property
    def wanted(self) -> WantedForm:
        """Its form, read."""
        form = WantedForm(_asked(self._request, self._patient), location=self._patient.location)
        form.is_valid()
        return form

    @cached_property
    def kind(self) -> AppointmentType | None:
        """The type asked for, else the first there is; None where the clinic has none."""
        first = AppointmentType.objects.filter(is_active=True)
        kind: AppointmentType | None = self.wanted.cleaned_data.get("type") or first.first()
        return kind

    @property
    def is_injection(self) -> bool:
        """Whether it has a needle."""
        return self.kind is not None and self.kind.kind == AppointmentKind.INJECTION


def _who(request: HttpRequest) -> HttpResponse:
    """Ask who it is for; what was asked of the calendar before is carried on to the booking."""
    carried = {name: value for name in CARRIED if (value := request.GET.get(name, ""))}
    query = urlencode(carried)
    found = hits(request) if request.GET.get("q") else {}
    return render(
        request,
        "scheduling/book_who.html",
        {
            "nav": "calendar",
            "carried": carried,
            "carried_query": query,
            "books": f"{reverse('scheduling:book')}?{query}",
            **found,
        },
    )


def _follow_up(request: HttpRequest, patient: Patient) -> FollowUp | None:
    """Return the follow-up that this booking is to keep, where a page named one."""
    try:
        key = UUID(_typed(request, "follow_up"))
    except ValueError:
        return None
    found: FollowUp | None = FollowUp.objects.filter(patient=patient, public_id=key).first()
    return found


def _why_stale(request: HttpRequest, follow_up: FollowUp, *, now: datetime) -> tuple[str, Appointment | None]:
    """Say why there is nothing to book for it any more, with the visit to come that keeps it.

    Nothing where it waits, or where this press booked it.
    """
    press = request.POST.get("pressed", "")
    visits = Appointment.objects.filter(follow_up=follow_up).values_list("idempotency_key", flat=True)
    if press and press in visits:
        return "", None
    visit = following_up.visit_that_keeps(follow_up, patient=follow_up.patient, kind="", now=now)
    said = words.refusal(AlreadyBooked(visit), zone=visit.location.zone) if visit else words.kept_already(follow_up)
    return said, visit


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
