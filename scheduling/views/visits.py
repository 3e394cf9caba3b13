"""Look at a visit, move it, cancel it, take a booking back; a patient's visits."""

from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.lib.typed import whole_number
from clinic.staff.access import signed_in
from clinic.staff.models import User
from patients.closing import mark_visitors
from patients.models import Patient
from scheduling import booking, placing, status
from scheduling.errors import NotFromHere, Refusal
from scheduling.forms import BookForm, CancelForm, WantedForm
from scheduling.forms_calendar import UntilForm
from scheduling.models import Appointment, AppointmentKind, AppointmentState, WaitingEntry
from scheduling.views import words
from scheduling.views.board import back
from scheduling.views.free_times import asks_early, free_days, strip_of
from scheduling.views.toasts import say_moved


@require_GET
def appointment(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one visit: what, when, with whom, and what can be done now."""
    return visit_page(request, visit_of(signed_in(request), public_id))


def visit_page(
    request: HttpRequest,
    visit: Appointment,
    *,
    cancel_form: CancelForm | None = None,
    until_form: UntilForm | None = None,
    refused: str = "",
    status_code: int = 200,
) -> HttpResponse:
    """Return the page of a visit, with a form of it as it was sent and why it was refused."""
    now, zone = clock.now(), visit.location.zone
    mark_visitors([(visit.patient, visit.state not in status.NOT_OVER)], signed_in(request))
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
            "cancel_form": cancel_form or CancelForm(),
            "ends": placing.ends_of(visit),
            "until_form": until_form or UntilForm(initial={"minutes": visit.minutes}),
            "may_overbook": booking.may_overbook(signed_in(request), visit.location),
            "refused": refused,
        },
        status=status_code,
    )


@require_POST
def cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Cancel a visit with a reason; ten seconds to take it back before the letter goes."""
    user = signed_in(request)
    visit = visit_of(user, public_id)
    form = CancelForm(request.POST)
    if not status.may_follow(visit.state, "cancelled"):  # an old page: the reason is not what is wrong
        overtaken = NotFromHere(AppointmentState(visit.state), "cancelled")
        messages.error(request, words.refusal(overtaken, zone=visit.location.zone))
        return redirect("scheduling:appointment", public_id)
    if not form.is_valid():
        messages.error(request, _("Not cancelled yet: see beside the reason."))
        return visit_page(request, visit, cancel_form=form, status_code=422)
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
    """Take a booking back just after it was made: nothing is sent, the time is free again.

    It leads back to the sheet or the list the button stood on; from the page of the visit, to book it otherwise.
    """
    user = signed_in(request)
    visit = visit_of(user, public_id)
    try:
        booking.cancel(appointment=visit, reason=_("Booking taken back"), by=user, now=clock.now())
    except Refusal as refusal:
        messages.error(request, words.refusal(refusal, zone=visit.location.zone))
        return redirect("scheduling:appointment", public_id)
    messages.success(request, _("Booking taken back: %(name)s") % {"name": visit.patient.name})
    came_from = urlsplit(request.headers.get("Referer", "")).path
    if came_from not in {"", reverse("scheduling:appointment", args=[public_id])}:
        return back(request)
    return redirect(f"{reverse('scheduling:book')}?patient={visit.patient.public_id}&type={visit.type.public_id}")


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Move a visit to another free time; it never clashes with itself."""
    user, now = signed_in(request), clock.now()
    visit = visit_of(user, public_id)
    location = visit.location
    asked = request.GET.copy()
    asked.setdefault("type", str(visit.type.public_id))
    wanted = WantedForm(asked, location=location, moving=visit)
    wanted.is_valid()
    early = asks_early(request, user) and visit.type.kind == AppointmentKind.INJECTION
    by_hand = {name: request.GET.get(name, "") for name in ("other_at", "other_clinician")}
    initial = {"type": visit.type.public_id, **by_hand}
    form = BookForm(request.POST or None, location=location, is_early=early, moving=visit, initial=initial)
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
            visit = visit_of(user, public_id)
        else:
            say_moved(request, moved)
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
            **strip_of(
                request,
                free_days(
                    patient=visit.patient, kind=visit.type, wanted=wanted, now=now, moving=visit, may_be_early=early
                ),
                wanted,
            ),
            "refused": refused,
            "is_early": early,
            "may_allow": user.is_clinician and visit.type.kind == AppointmentKind.INJECTION and not early,
        },
        status=409 if refused else 200,
    )


@require_GET
def patient_visits(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a patient's visits, for the chart: the next ones first."""
    user, now = signed_in(request), clock.now()
    patient = get_object_or_404(Patient.objects.visible_to(user).living_records(), public_id=public_id)
    rows = (
        Appointment.objects.visible_to(user)
        .filter(patient=patient)
        .select_related("clinician", "type", "room", "location")
        .order_by("-starts_at")[:20]
    )

    def is_to_come(row: Appointment) -> bool:
        return row.starts_at >= now and row.state in status.TO_COME

    with transaction.atomic():
        record(by=user, verb="visits.opened", thing=patient, patient=patient)
    return render(
        request,
        "scheduling/_patient_visits.html",
        {
            "patient": patient,
            "waiting": WaitingEntry.objects.waiting().filter(patient=patient).select_related("type"),
            "upcoming": [row for row in reversed(rows) if is_to_come(row)],
            "past": [row for row in rows if not is_to_come(row)],
        },
    )


def visit_of(user: User, public_id: UUID) -> Appointment:
    """Return a visit this person may see, with what its pages say; else there is none."""
    found: Appointment = get_object_or_404(
        Appointment.objects.visible_to(user).select_related(
            "patient", "clinician", "room", "type", "location", "booked_by"
        ),
        public_id=public_id,
    )
    return found
