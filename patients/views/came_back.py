"""Addresses that letters came back from: why, and what somebody can do about each."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.lib import clock
from clinic.outbox.models import Bounce
from clinic.staff.access import signed_in
from clinic.staff.models import User
from patients import suspending
from patients.models import Patient

PER_PAGE = 50
LATELY = timedelta(days=30)
SHOWN = 50


@require_safe
def came_back(request: HttpRequest) -> HttpResponse:
    """Show the addresses nothing is sent to, and below them letters of these weeks that did not get through."""
    user, now = signed_in(request), clock.now()
    people = Patient.objects.listed_for(user).written_to_no_more().select_related("location")
    locations = user.open_places
    context = {
        "nav": "messages",
        "page": Paginator(people, PER_PAGE).get_page(request.GET.get("page")),
        "lost": _lost_lately(user, now),
        "staff": _staff(user),
        "zone": locations[0].zone if locations else None,
    }
    return render(request, "patients/came_back.html", context)


@require_POST
def try_again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write to an address again: somebody here made sure that it works."""
    user = signed_in(request)
    people = Patient.objects.listed_for(user).living_records().filter(restricted_at__isnull=True)
    patient = get_object_or_404(people, public_id=public_id)
    if suspending.try_again(patient=patient, by=user, now=clock.now()):
        messages.success(request, _("%(name)s is written to again.") % {"name": patient.name})
    else:
        messages.info(request, _("%(name)s was written to again already.") % {"name": patient.name})
    return redirect("patients:came_back")


def _lost_lately(user: User, now: datetime) -> list[dict[str, Any]]:
    """Each letter with the person it did not reach, the newest first; whose address is suspended stands above."""
    reached = Patient.objects.listed_for(user).living_records().filter(email_suspended_at__isnull=True)
    bounces = (
        Bounce.objects.proven()
        .filter(read_at__gt=now - LATELY, letter__person_public_id__in=reached.values("public_id"))
        .select_related("letter")
        .order_by("-read_at", "-id")[:SHOWN]
    )
    people = reached.in_bulk([bounce.letter.person_public_id for bounce in bounces], field_name="public_id")
    found = [{"bounce": bounce, "patient": people.get(bounce.letter.person_public_id)} for bounce in bounces]
    return [one for one in found if one["patient"] is not None]


def _staff(user: User) -> list[User]:
    """Colleagues whose own letters came back: for who runs the clinic."""
    if not user.is_manager:
        return []
    flagged = User.objects.filter(is_active=True, email_returned_at__isnull=False)
    return list(flagged.filter(locations__in=user.works_at).distinct()[:SHOWN])
