"""Whom to ring and ask how they are: safety asks, and no letter could."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from clinic.outbox.models import Letter
from clinic.staff.models import User
from patients.models import Patient
from scheduling import checking_in
from treatments.formulary_db import current_formulary
from treatments.models import SymptomReport

ASKED_WITHIN = timedelta(days=7)
ASKED_AT_MOST = 100


def to_ask(*, user: User, now: datetime) -> list[Patient]:
    """Return patients whom a check-in could not be mailed lately and nobody has asked since: a person rings them.

    Only where safety asks (adverse_events.json ask_schedule_days); scores alone are no reason to ring.
    """
    steps = [str(day) for day in current_formulary().ask_days]
    patients = Patient.objects.listed_for(user).filter(deceased_on__isnull=True, restricted_at__isnull=True)
    told = SymptomReport.objects.filter(
        patient__public_id=OuterRef("person_public_id"), told_at__gte=OuterRef("ended_at")
    )
    unsent = dict(
        Letter.objects.of_kind(checking_in.LETTER)
        .filter(state__in=("withdrawn", "lapsed"), where="call_list", step__in=steps, ended_at__gt=now - ASKED_WITHIN)
        .filter(~Exists(told), person_public_id__in=patients.values("public_id"))
        .order_by("ended_at")
        .values_list("person_public_id", "ended_at")[:ASKED_AT_MOST]
    )
    return sorted(patients.filter(public_id__in=unsent), key=lambda one: unsent[one.public_id])
