"""One person's page: who they are, how to reach them; upper apps add their parts by address."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import signed_in
from clinic.staff.models import User
from patients.alerts import alerts_of
from patients.closing import is_closed_to
from patients.consent_standing import State, data_use_state
from patients.corrections import OPEN_AT_MOST
from patients.majority import may_be_minor
from patients.models import Contact, CorrectionRequest, Identifier, Merge, Patient
from patients.taking_over_health import count_open
from patients.views.closing import door
from patients.views.patient_bar import badges
from patients.wording import birth_and_age
from patients.wording_register import contact_words, identifier_words

INTAKES_SHOWN = 5


@require_safe
def detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a chart, and write down who opened it. Before one that is closed to who asks stands a door."""
    user = signed_in(request)
    people = Patient.objects.listed_for(user).living_records().select_related("location")
    patient = get_object_or_404(people, public_id=public_id)
    if is_closed_to(patient, user):
        return door(request, patient)
    with transaction.atomic():
        record(by=user, verb="chart.opened", thing=patient, patient=patient)
    today = day_of(clock.now(), patient.location.zone)
    intakes = list(patient.intakes.all()[:INTAKES_SHOWN])
    if user.is_clinician or user.is_manager:
        count_open(intakes, patient)
    asked = CorrectionRequest.objects.visible_to(user).filter(patient=patient)
    return render(
        request,
        "patients/patient_detail.html",
        {
            "nav": "patients",
            "patient": patient,
            "age": birth_and_age(patient.birth, min(today, patient.deceased_on or today)),
            "badges": badges(patient),
            "is_clinical": user.is_clinician or user.is_manager,
            "may_treat": user.is_clinician and not (patient.deceased_on or patient.restricted_at),
            "merges": Merge.objects.filter(survivor=patient, undone_at__isnull=True).select_related("merged", "by"),
            "is_manager": user.is_manager,
            "no_data_use": data_use_state(patient) in (State.REFUSED, State.WITHDRAWN),
            "corrections": asked.to_answer()[:OPEN_AT_MOST],
            "intakes": intakes,
            "today": today,
        }
        | _of_the_register(patient, today, user),
    )


def _of_the_register(patient: Patient, today: date, user: User) -> dict[str, Any]:
    """Return alerts, contacts, numbers, and whether a guardian is missing."""
    people = list(Contact.objects.standing().filter(patient=patient))
    numbers = Identifier.objects.standing().filter(patient=patient)
    return {
        "alerts": alerts_of(patient, desk_only=user.is_front_desk),
        "contacts": [{"row": row, "words": contact_words(row)} for row in people],
        "numbers": [{"row": row, "words": identifier_words(row)} for row in numbers],
        "lacks_guardian": may_be_minor(patient.birth, today) and not any(row.is_guardian for row in people),
    }
