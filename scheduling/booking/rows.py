"""A visit's row: read again, and as the slot it has."""

from scheduling.booking.asked import Slot
from scheduling.models import Appointment


def reread(appointment: Appointment) -> Appointment:
    """Return a visit as it stands, with what its deeds read."""
    found: Appointment = Appointment.objects.select_related("patient", "clinician", "location", "room", "type").get(
        pk=appointment.pk
    )
    return found


def slot_of(appointment: Appointment) -> Slot:
    """Return the slot that a visit has."""
    return Slot(
        clinician=appointment.clinician,
        location=appointment.location,
        room=appointment.room,
        type=appointment.type,
        starts_at=appointment.starts_at,
        minutes=appointment.minutes,
    )
