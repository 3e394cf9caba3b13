"""What the desk looks at once: who booked on the web, and whether a record of theirs was here."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from clinic.audit.trail import record
from clinic.staff.models import User
from patients.duplicates import Candidate, possible
from patients.models import Patient
from patients.registration import PersonFacts
from scheduling.models import AppointmentState, OnlineRequest


def to_check(user: User) -> QuerySet[OnlineRequest]:
    """Return what was booked on the web at this person's locations and nobody has looked at, the oldest first.

    Not what was cancelled since: there is nobody to wait for.
    """
    return (
        OnlineRequest.objects.visible_to(user)
        .booked()
        .filter(checked_at__isnull=True)
        .exclude(appointment__state=AppointmentState.CANCELLED)
        .select_related("appointment__patient", "appointment__clinician", "appointment__type", "location")
        .order_by("asked_at", "id")
    )


def alike(request: OnlineRequest, user: User) -> list[Candidate]:
    """Return other records that may be of the same person."""
    patient = request.appointment.patient if request.appointment else None
    others = Patient.objects.listed_for(user).living_records().exclude(pk=patient.pk if patient else None)
    return possible(facts=PersonFacts.of(patient), among=others) if patient else []


def check(*, request: OnlineRequest, by: User, now: datetime) -> bool:
    """Note that somebody looked; return False where a colleague was quicker."""
    unseen = OnlineRequest.objects.booked().filter(pk=request.pk, checked_at__isnull=True)
    with transaction.atomic():
        if not unseen.update(checked_at=now, checked_by=by):
            return False
        visit = request.appointment
        record(by=by, verb="online_request.checked", thing=request, patient=visit.patient if visit else None)
    return True
