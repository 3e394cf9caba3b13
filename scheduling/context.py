"""What the rail of every staff page counts: work that waits for this person."""

from collections import Counter
from typing import Any

from django.db.models import Value
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from clinic.lib import clock
from clinic.outbox.models import Letter
from clinic.staff.access import signed_in
from clinic.staff.models import User
from patients.models import CorrectionRequest, Intake, Patient
from scheduling import recall
from treatments.models import Consultation, InjectionSession

TO_SIGN = (InjectionSession, Consultation)


def rail(request: HttpRequest) -> dict[str, Any]:
    """Return `nav_counts` and `location_name`, asked for only where a page shows the rail."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    user = signed_in(request)
    return {
        "nav_counts": SimpleLazyObject(lambda: _counts(user)),
        "location_name": SimpleLazyObject(lambda: ", ".join(place.name for place in user.places)),
    }


def _counts(user: User) -> dict[str, int]:
    waits = _waits(user)
    if user.is_clinician:
        unsigned = (model.objects.filter(clinician=user, signed_at__isnull=True) for model in TO_SIGN)
        sessions, consultations = (rows.order_by().values("pk") for rows in unsigned)
        return {"signature": sessions.union(consultations, all=True).count(), **waits}
    theirs = Patient.objects.listed_for(user).values("public_id")
    return {
        "recall": recall.overdue_count(user, recall.today_at(user.places, clock.now())),
        "messages": Letter.objects.filter(person_public_id__in=theirs).needs_a_person(clock.now()).count(),
        **waits,
    }


def _waits(user: User) -> dict[str, int]:
    """Count forms to review and requests for correction to answer, in one question: every page asks."""
    forms = Intake.objects.visible_to(user).to_review().order_by().annotate(of=Value("intake"))
    asked = CorrectionRequest.objects.visible_to(user).to_answer().order_by().annotate(of=Value("corrections"))
    found = forms.values_list("of", flat=True).union(asked.values_list("of", flat=True), all=True)
    return {"intake": 0, "corrections": 0} | Counter(found)
