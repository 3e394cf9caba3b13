"""A visit's row, read again."""

from scheduling.models import Appointment


def reread(appointment: Appointment) -> Appointment:
    """Return a visit as it stands, with what its deeds read."""
    found: Appointment = Appointment.objects.select_related("patient", "clinician", "location", "room", "type").get(
        pk=appointment.pk
    )
    return found
