"""What was booked on the web, for the desk: who it is, and which records look alike, looked at once."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from scheduling.models import OnlineRequest
from scheduling.offering import public_kinds
from scheduling.online import checking

SHOWN: Final = 50


@require_safe
@role_required(Role.FRONT_DESK, Role.MANAGER)
def listed(request: HttpRequest) -> HttpResponse:
    """Show what nobody has looked at yet, the oldest first, and the address of each location's page."""
    user = signed_in(request)
    rows = checking.to_check(user)
    pages = [
        (place, request.build_absolute_uri(reverse("scheduling:online_choose", args=[place.public_id])))
        for place in user.open_places
    ]
    context = {"nav": "patients", "rows": rows[:SHOWN], "to_look_at": rows.count(), "pages": pages}
    return render(request, "scheduling/online_list.html", context | {"is_open": public_kinds().exists()})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.FRONT_DESK, Role.MANAGER)
def one(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show who it is and which records look alike; a press notes that somebody looked."""
    user, now = signed_in(request), clock.now()
    rows = OnlineRequest.objects.visible_to(user).booked()
    found: OnlineRequest = get_object_or_404(
        rows.select_related("appointment__patient", "appointment__clinician", "appointment__type", "location"),
        public_id=public_id,
    )
    visit = found.appointment
    assert visit is not None  # the question says so
    if request.method == "POST":
        if checking.check(request=found, by=user, now=now):
            messages.success(request, _("%(name)s: looked at.") % {"name": visit.patient.name})
        else:
            messages.info(request, _("A colleague looked at it already."))
        return redirect("scheduling:online_list")
    with transaction.atomic():
        record(by=user, verb="online_request.opened", thing=found, patient=visit.patient)
    context = {
        "nav": "patients",
        "asked": found,
        "visit": visit,
        "patient": visit.patient,
        "alike": checking.alike(found, user),
        "zone": found.location.zone,
        "today": day_of(now, found.location.zone),
    }
    return render(request, "scheduling/online_one.html", context)
