"""A record is looked at again in the moment of a deed: open when its page came, it may be kept by law by now."""

from patients.errors import RecordKept
from patients.models import Patient


def hold_to_write(patient: Patient) -> Patient:
    """Hold the row of whose record is written, in the deed's transaction: a restriction comes before it or after.

    Raises:
        RecordKept: it is restricted by now; the page says so (`kept_records`).

    """
    held: Patient = Patient.objects.select_for_update().get(pk=patient.pk)
    if held.restricted_at is not None:
        raise RecordKept(held)
    return held
