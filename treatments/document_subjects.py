"""What a document of a patient may belong to in the record: the newest sessions and plans, in words and by address."""

from typing import Final

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from patients.hooks import DocumentSubject
from patients.models import Patient
from treatments.models import InjectionSession, Plan

OF_EACH: Final = 20


def of_the_record(patient: Patient) -> list[DocumentSubject]:
    """Return the sessions and plans of a patient, the newest first; the words are clinical."""
    zone = patient.location.zone
    sessions = InjectionSession.objects.filter(patient=patient).order_by("-id")[:OF_EACH]
    plans = Plan.objects.filter(patient=patient).select_related("condition").order_by("-id")[:OF_EACH]
    given = [
        DocumentSubject(
            one,
            _("Session of %(day)s")
            % {"day": formats.date_format(one.injected_on or one.started_at.astimezone(zone).date(), "DATE_FORMAT")},
            reverse("treatments:session", args=[one.public_id]),
        )
        for one in sessions
    ]
    meant = [
        DocumentSubject(
            one,
            _("Plan: %(condition)s") % {"condition": one.condition.name},
            reverse("treatments:plan", args=[one.public_id]),
        )
        for one in plans
    ]
    return [*given, *meant]
