"""Standing in line: who asks for the same clinician, room or patient asks one after the other.

The table alone decides who gets a time. But two INSERTs that meet under one exclusion constraint wait for each other,
and Postgres ends such a wait by failing one of them as a deadlock, whatever it asked for (decision 65).
"""

from typing import Final

from django.db import connection

from patients.models import Patient
from scheduling.booking.asked import Slot

PATIENTS, CLINICIANS, ROOMS = 1 << 48, 2 << 48, 3 << 48
"""Where the keys of each begin; a primary key is added, and no other advisory lock of ours is so high.

The triggers that keep visits and held times apart take the same (migration `times_kept_for_somebody`)."""
ONE_AFTER_THE_OTHER: Final = "SELECT pg_advisory_xact_lock(key) FROM unnest(%s) AS key"


def stand_in_line(*, patient: Patient | None = None, slot: Slot | None = None) -> None:
    """Wait for whoever asks for this patient, this clinician or this room, until the transaction ends.

    Before any row of the calendar, and in one order, so that nobody waits in a ring.
    """
    with connection.cursor() as cursor:
        cursor.execute(ONE_AFTER_THE_OTHER, [line_of(patient=patient, slot=slot)])


def line_of(*, patient: Patient | None = None, slot: Slot | None = None) -> list[int]:
    """Return whom `ONE_AFTER_THE_OTHER` waits for."""
    keys = [PATIENTS + patient.pk] if patient else []
    if slot is not None:
        keys.append(CLINICIANS + slot.clinician.pk)
        if slot.room is not None:
            keys.append(ROOMS + slot.room.pk)
    return keys
