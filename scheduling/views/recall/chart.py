"""A patient's recall for the chart: where it stands, and the calls written down."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.staff.access import signed_in
from patients.models import Patient
from scheduling import recall
from scheduling.models import Call, FollowUp
from scheduling.views.recall import words
from scheduling.views.recall.log import call_words

SHOWN = 10


@require_GET
def patient_calls(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what is owed to a patient next, and the last calls; those taken back stay readable."""
    user = signed_in(request)
    patient = get_object_or_404(
        Patient.objects.visible_to(user).living_records().select_related("location"), public_id=public_id
    )
    today = day_of(clock.now(), patient.location.zone)
    live = FollowUp.objects.visible_to(user).live().filter(patient=patient).annotate(group=recall.groups(today))
    calls = Call.objects.visible_to(user).filter(patient=patient).select_related("by", "withdrawal__by")[:SHOWN]
    return render(
        request,
        "scheduling/_patient_calls.html",
        {
            "patient": patient,
            "zone": patient.location.zone,
            "live": [
                {
                    "follow_up": row,
                    "badge": words.TITLES[row.group],
                    "tone": words.tone(row.group),
                    "why": words.WHY.get(row.reason, ""),
                    "ago": words.ago(row.book_by_on, today),
                }
                for row in live.select_related("plan__clinician")
            ],
            "calls": [{"call": call, "words": call_words(call), "taken_back": _withdrawal(call)} for call in calls],
        },
    )


def _withdrawal(call: Call) -> object | None:
    return getattr(call, "withdrawal", None)
