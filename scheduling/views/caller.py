"""Somebody calls: the card under the search, and their visits on paper in their language."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.http import require_safe

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import signed_in
from clinic.staff.models import User
from patients.closing import mark_closed
from patients.models import Patient
from scheduling.caller import caller, visits_to_come
from scheduling.views.patients import patient_of


@require_safe
def card(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what the desk must know of a caller, and what it may do: book, open, move, print, send again."""
    user, now = signed_in(request), clock.now()
    patient = patient_of(user, public_id)
    mark_closed([patient], user)
    _note("caller.opened", user, patient)
    return render(
        request,
        "scheduling/_caller.html",
        {
            "caller": caller(patient, user=user, now=now),
            "zone": patient.location.zone,
            "today": day_of(now, patient.location.zone),
            "treats": user.is_clinician,
        },
    )


@require_safe
def slip(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the patient's visits to come for paper, in the patient's language: when, with whom, where, not what for."""
    user, now = signed_in(request), clock.now()
    patient = patient_of(user, public_id)
    visits = visits_to_come(patient, user=user, since=now)
    _note("visits.printed", user, patient)
    with override(patient.language):
        return render(
            request,
            "scheduling/visit_slip.html",
            {
                "patient": patient,
                "location": visits[0].location if visits else patient.location,
                "visits": [
                    {
                        "visit": visit,
                        "starts": visit.starts_at.astimezone(visit.location.zone).replace(tzinfo=None),
                        "ends": visit.ends_at.astimezone(visit.location.zone).replace(tzinfo=None),
                    }
                    for visit in visits
                ],
            },
        )


def _note(verb: str, user: User, patient: Patient) -> None:
    with transaction.atomic():
        record(by=user, verb=verb, thing=patient, patient=patient)
