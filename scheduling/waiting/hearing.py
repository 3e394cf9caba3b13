"""What the waiting list hears from the deeds of bookings: a time came free, somebody was booked, a press taken back."""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Exists, OuterRef

from clinic.lib.days import day_of
from clinic.staff.models import User
from patients.models import Patient
from scheduling.models import Appointment, EntryState, FreedTime, OfferState, SlotOffer, WaitingEntry

ANSWERED: Final = """
    UPDATE scheduling_waitingentry SET state = 'booked', visit_id = %s, ended_at = %s
    WHERE state = 'waiting' AND patient_id = %s AND type_id = %s AND until_on >= %s
"""
"""Every booking asks it, and nearly none finds anything (decision 66)."""
TAKEN_BACK_WITHIN = timedelta(minutes=5)
"""A booking or a move that staff takes back so soon was a mistake: who waited before it waits again."""


def freed(*, visit: Appointment, now: datetime) -> None:
    """Note that the time a visit held is free again, if it is still to come. `visit` is as it stood before."""
    if visit.starts_at > now:
        FreedTime.objects.create(
            location_id=visit.location_id,
            clinician_id=visit.clinician_id,
            starts_at=visit.starts_at,
            ends_at=visit.occupied_until,
            freed_at=now,
        )


def given_up(*, visit: Appointment, kept: Appointment, now: datetime) -> None:
    """Note that a move taken back gave a time up, where it had come free before; else it was free all along: no news.

    `visit` stands where the move had put it, `kept` where it is again.
    """
    came_free = FreedTime.objects.filter(
        clinician=visit.clinician_id, starts_at__lt=visit.occupied_until, ends_at__gt=visit.starts_at
    )
    if came_free.exclude(clinician=kept.clinician_id, starts_at=kept.starts_at).exists():
        freed(visit=visit, now=now)


def booked(*, visit: Appointment, now: datetime) -> None:
    """End the entries that a visit answers: of its patient and type, and no later than their last day.

    Asked of the row itself, after the visit's: of two bookings that answer one entry, the second finds it ended.
    """
    day = day_of(visit.starts_at, visit.location.zone)
    with connection.cursor() as cursor:
        cursor.execute(ANSWERED, [visit.pk, now, visit.patient_id, visit.type_id, day])
        ended = cursor.rowcount
    if ended:
        offers = SlotOffer.objects.open().filter(entry__visit=visit)
        this = offers.filter(starts_at=visit.starts_at, freed__clinician=visit.clinician_id)
        this.update(state=OfferState.TAKEN, ended_at=now)
        offers.update(state=OfferState.GONE, ended_at=now)


def taken_back(*, visit: Appointment, by: User | None, now: datetime) -> None:
    """Let who waited before a booking or a move wait again, where staff takes it back at once."""
    if by is None:
        return
    again = WaitingEntry.objects.waiting().filter(patient=OuterRef("patient"), type=OuterRef("type"))
    ended = WaitingEntry.objects.filter(visit=visit, state=EntryState.BOOKED, ended_at__gte=now - TAKEN_BACK_WITHIN)
    ended.filter(~Exists(again)).update(state=EntryState.WAITING, visit=None, ended_at=None)


def patient_gone(*, patient: Patient, by: User | None, now: datetime) -> None:  # noqa: ARG001 - one shape for all hooks
    """End what somebody waits for who died."""
    ended = WaitingEntry.objects.waiting().filter(patient=patient)
    SlotOffer.objects.open().filter(entry__in=ended).update(state=OfferState.GONE, ended_at=now)
    ended.update(state=EntryState.TAKEN_OFF, ended_at=now)
