"""What an intake tells of the health beside the chart: a clinician takes a line over or leaves it. And the way back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from patients.models import Intake
from patients.taking_over import CannotBeTakenOver, ChangedSince, NothingToDecide, take_back
from patients.taking_over_health import leave_line, open_lines, take_line_over
from patients.told_health import BESIDE, is_of_health
from patients.views.intake_details import way_back_of


def health_of(intake: Intake, *, user: User) -> dict[str, Any]:
    """Return what the review shows: lines that are not on the chart, those decided, and whether this person decides."""
    decided = intake.decisions.standing().select_related("by")
    return {
        "new_lines": open_lines(intake),
        "decided_lines": [
            {"kind": BESIDE[row.field.partition(".")[0]].label, "row": row}
            for row in decided
            if is_of_health(row.field)
        ],
        "may_decide": user.is_clinician and intake.patient.restricted_at is None,
    }


@require_POST
@role_required(Role.CLINICIAN)
def intake_decide_health(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take one line over into the chart, or leave it."""
    user, now = signed_in(request), clock.now()
    intakes = Intake.objects.visible_to(user).select_related("patient")
    intake = get_object_or_404(intakes, public_id=public_id, submitted_at__isnull=False)
    deed, _colon, field = request.POST.get("decide", "").partition(":")
    try:
        if deed == "take":
            row = take_line_over(intake=intake, field=field, by=user, now=now)
            messages.success(request, _("Written into the chart."), extra_tags=way_back_of(row))
        elif deed == "leave":
            row = leave_line(intake=intake, field=field, by=user, now=now)
            messages.success(request, _("Left: the chart stays as it is."), extra_tags=way_back_of(row))
        else:
            messages.error(request, _("Press one of the buttons beside a line."))
    except NothingToDecide:
        messages.info(request, _("There is nothing to decide any more: the chart has it, or somebody decided."))
    except CannotBeTakenOver:
        messages.error(request, _("This is longer than a line of the chart. Write it at the consultation."))
    return redirect(_page_of(intake, field))


@require_POST
def intake_take_back(request: HttpRequest, public_id: UUID, field: str) -> HttpResponse:
    """Take the decision that stands on a field back; what is clinical belongs to clinicians."""
    user = signed_in(request)
    intake = get_object_or_404(Intake.objects.visible_to(user), public_id=public_id, submitted_at__isnull=False)
    if is_of_health(field) and not user.is_clinician:
        raise Http404
    try:
        take_back(intake=intake, field=field, by=user, now=clock.now())
    except NothingToDecide:
        messages.info(request, _("This was taken back already."))
    except ChangedSince:
        messages.error(request, _("Somebody changed this in the record since. Change it there by hand."))
    else:
        messages.success(request, _("Taken back: it can be decided anew."))
    return redirect(_page_of(intake, field))


def _page_of(intake: Intake, field: str) -> str:
    page = "intake_review" if is_of_health(field) else "intake_details"
    return reverse(f"patients:{page}", args=[intake.public_id]) + ("#chart-h" if is_of_health(field) else "")
