"""What of the record must be settled before two records of one person can become one."""

from django.utils.translation import gettext as _

from patients.models import Patient
from treatments.models import InjectionSession


def of_the_record(*, merged: Patient, survivor: Patient) -> list[str]:
    """Return a sentence where each has a session that is not signed: one person is treated once at a time."""
    drafts = InjectionSession.objects.filter(signed_at__isnull=True)
    if all(drafts.filter(patient=one).exists() for one in (merged, survivor)):
        return [_("Both have an injection session that is not signed: sign or discard one first.")]
    return []
