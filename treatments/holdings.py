"""How much of the treatment record stands with people: plans, and sessions that were given."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from patients.hooks import Holding
from treatments.models import InjectionSession, Plan


def of_the_record(patients: Collection[int], /) -> list[Holding]:
    """Return how many plans and signed sessions each of these people has."""
    signed = InjectionSession.objects.filter(signed_at__isnull=False)
    return [Holding.of(_("Plans"), Plan.objects.all(), patients), Holding.of(_("Signed sessions"), signed, patients)]
