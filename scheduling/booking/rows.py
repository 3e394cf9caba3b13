"""A visit's row: read again, and as the slot it has; a hold's likewise."""

from scheduling.booking.asked import Slot
from scheduling.models import Appointment, HeldTime


def reread(appointment: Appointment) -> Appointment:
    """Return a visit as it stands, with what its deeds read."""
    found: Appointment = Appointment.objects.select_related("patient", "clinician", "location", "room", "type").get(
        pk=appointment.pk
    )
    return found


def slot_of(row: Appointment | HeldTime) -> Slot:
    """Return the slot that a visit has, or that a hold keeps."""
    return Slot(
        clinician=row.clinician,
        location=row.location,
        room=row.room,
        type=row.type,
        starts_at=row.starts_at,
        minutes=row.minutes,
    )
