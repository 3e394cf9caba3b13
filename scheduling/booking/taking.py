"""Asking the table for a time: in line, with what ran out out of the way, and its refusal in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import DatabaseError, transaction

from patients.models import Patient
from scheduling.booking.asked import Slot
from scheduling.booking.holding import make_way
from scheduling.booking.in_line import in_line
from scheduling.booking.refusing import in_words
from scheduling.models import HeldTime


@contextmanager
def taking(slot: Slot, *, patient: Patient, now: datetime, held: HeldTime | None = None) -> Iterator[None]:
    """Let a deed write in one transaction a visit that takes this time; `held` is the hold that becomes it.

    Raises:
        SlotTaken, PatientBusy, TimeHeld, BeingBooked: the table refused it.

    """
    try:
        with transaction.atomic():
            with in_line(patient=patient, slot=slot):
                make_way(slot, now=now, held=held)
            yield
    except DatabaseError as error:
        raise in_words(error, patient=patient, slot=slot) from error
