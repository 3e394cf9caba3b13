"""Asking the table for a time: in line, with what ran out out of the way, and its refusal in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from django.db import DatabaseError, transaction

from clinic.lib.db import sent_ahead
from patients.models import Patient
from scheduling.booking.asked import Slot
from scheduling.booking.holding import RAN_OUT, let_go, ran_out
from scheduling.booking.in_line import ONE_AFTER_THE_OTHER, line_of
from scheduling.booking.refusing import in_words
from scheduling.models import HeldTime

MAKES_WAY: Final = f"{ONE_AFTER_THE_OTHER}; {RAN_OUT}"
"""Goes with the deed's first statement, which sees what whoever stood before it in line has written."""


@contextmanager
def taking(slot: Slot, *, patient: Patient, now: datetime, held: HeldTime | None = None) -> Iterator[None]:
    """Let a deed write in one transaction a visit that takes this time; `held` is the hold that becomes it.

    Raises:
        SlotTaken, PatientBusy, TimeHeld, BeingBooked: the table refused it.

    """
    try:
        told = [line_of(patient=patient, slot=slot), *ran_out(slot, now=now)]
        with transaction.atomic(), sent_ahead(MAKES_WAY, told):
            if held is not None:
                let_go(held=held, now=now)
            yield
    except DatabaseError as error:
        raise in_words(error, patient=patient, slot=slot) from error
