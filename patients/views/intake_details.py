"""What an intake says of the person beside the record, field by field: take it over, or leave the record as it is."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import signed_in
from patients.comparing import LABELS, in_words
from patients.intake import note_opened
from patients.models import DetailDecision, Intake
from patients.registration import EditedMeanwhile
from patients.taking_over import (
    CannotBeTakenOver,
    KnownBetter,
    NothingToDecide,
    decided_details,
    leave,
    open_details,
    take_over,
    with_decisions,
)
from patients.wording import birth_and_age


@require_safe
def intake_details(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what differs and what was decided. Nothing clinical stands here: the desk compares."""
    user, now = signed_in(request), clock.now()
    intake = _intake_or_404(request, public_id)
    note_opened(intake=intake, by=user, now=now)
    today = day_of(now, intake.patient.location.zone)
    return render(
        request,
        "patients/intake_details.html",
        {
            "nav": "intake",
            "intake": intake,
            "patient": intake.patient,
            "age": birth_and_age(intake.patient.birth, today),
            "differences": open_details(intake, today=today),
            "asked": request.GET.get("ask", ""),
            "decided": [
                {"label": LABELS[row.field], "told": in_words(row.field, row.told), "row": row}
                for row in decided_details(intake)
            ],
        },
    )


@require_POST
def intake_decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take one answer over into the record, or leave it; the page says which state of the record it was drawn from."""
    user, now = signed_in(request), clock.now()
    intake = _intake_or_404(request, public_id)
    page = reverse("patients:intake_details", args=[intake.public_id])
    deed, _colon, field = request.POST.get("decide", "").partition(":")
    seen = request.POST.get("seen", "")
    is_seen = seen.isascii() and seen.isdecimal() and len(seen) <= len(str(2**31))
    try:
        if deed in ("take", "sure") and is_seen:
            row = take_over(
                intake=intake, field=field, seen_version=int(seen), by=user, now=now, is_sure=deed == "sure"
            )
            messages.success(request, _("Taken over into the record."), extra_tags=way_back_of(row))
        elif deed == "leave":
            row = leave(intake=intake, field=field, by=user, now=now)
            messages.success(request, _("Left as it is in the record."), extra_tags=way_back_of(row))
        else:
            messages.error(request, _("Press one of the buttons beside a field."))
    except KnownBetter:
        return redirect(f"{page}?ask={field}#decide-{field}")
    except NothingToDecide:
        messages.info(request, _("There is nothing to decide any more: the record says the same, or somebody decided."))
    except CannotBeTakenOver:
        messages.error(
            request, _("The record cannot keep this answer. Ask the patient, and change the record by hand.")
        )
    except EditedMeanwhile:
        messages.error(
            request, _("Somebody changed the record meanwhile. Look at it once more; nothing was taken over.")
        )
    return redirect(page)


def way_back_of(row: DetailDecision) -> str:
    """Return the address that takes a decision back."""
    return reverse("patients:intake_take_back", args=[row.intake.public_id, row.field])


def _intake_or_404(request: HttpRequest, public_id: UUID) -> Intake:
    intakes = with_decisions(Intake.objects.visible_to(signed_in(request)))
    found: Intake = get_object_or_404(intakes, public_id=public_id, submitted_at__isnull=False)
    return found
