"""One press of a button is one visit: whose a repeated press is, and whether it asks for the same."""

import hashlib
from dataclasses import astuple

from patients.models import Patient
from scheduling.booking.asked import Leave, Slot
from scheduling.errors import BookedAndCancelled, PressedForSomethingElse
from scheduling.models import Appointment, AppointmentType

BETWEEN = "\x1f"


def what_was_asked(*, patient: Patient, slot: Slot, reason: str, leave: Leave) -> str:
    """Return a digest of all that a press asks for: the same press repeated has the same, another has not."""
    asked = (
        *(patient.pk, slot.clinician.pk, slot.location.pk, slot.room and slot.room.pk, slot.type.pk, slot.minutes),
        *(slot.starts_at.timestamp(), reason, *astuple(leave)),
    )
    return hashlib.sha256(BETWEEN.join(map(str, asked)).encode()).hexdigest()


def answered(pressed: str, asked: str) -> Appointment | None:
    """Return the visit that this press booked when it came first; None where it comes for the first time.

    The visit is returned as it stands by now, moved or begun.

    Raises:
        PressedForSomethingElse: it asked for something else then.
        BookedAndCancelled: it booked a visit that is cancelled by now, and would say "booked" of nothing.

    """
    earlier = _booked_by(pressed)
    if earlier is not None and earlier.pressed_for != asked:
        raise PressedForSomethingElse(earlier)
    return _standing(earlier)


def answered_before(pressed: str, *, patient: Patient, kind: AppointmentType) -> Appointment | None:
    """Return the visit that this press booked, where its time cannot be asked for again: that visit stands there.

    Raises:
        PressedForSomethingElse, BookedAndCancelled: as in `answered`.

    """
    earlier = _booked_by(pressed)
    if earlier is not None and (earlier.patient_id, earlier.type_id) != (patient.pk, kind.pk):
        raise PressedForSomethingElse(earlier)
    return _standing(earlier)


def _booked_by(pressed: str) -> Appointment | None:
    found: Appointment | None = Appointment.objects.filter(idempotency_key=pressed).first() if pressed else None
    return found


def _standing(earlier: Appointment | None) -> Appointment | None:
    if earlier is not None and earlier.state == "cancelled":
        raise BookedAndCancelled(earlier)
    return earlier
