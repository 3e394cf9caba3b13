"""Who is on the waiting list: put on it, taken off it, and put back. One deed each."""

from datetime import datetime

from django.db import IntegrityError, transaction

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.staff.models import User
from patients.models import Patient
from scheduling.errors import OnTheListAlready, PatientHasDied, RecordIsRestricted
from scheduling.models import AppointmentType, EntryState, OfferState, SlotOffer, WaitingEntry
from scheduling.wishes import Wish

ONCE = "waiting_once_for_a_type"


def put_on(
    *,
    patient: Patient,
    kind: AppointmentType,
    wish: Wish,
    by: User,
    now: datetime,
    clinician: User | None = None,
    note: str = "",
) -> WaitingEntry:
    """Put a patient on the list of their location for a type of visit, with somebody or with anyone.

    Raises:
        PatientHasDied, RecordIsRestricted.
        OnTheListAlready: they wait for that type already.

    """
    _refuse_who_is_not_booked(patient)
    try:
        with transaction.atomic():
            entry: WaitingEntry = WaitingEntry.objects.create(
                patient=patient,
                location=patient.location,
                type=kind,
                clinician=clinician,
                first_on=wish.first_on,
                until_on=wish.until_on,
                weekdays=sorted(wish.weekdays),
                opens=wish.opens,
                closes=wish.closes,
                note=note,
                entered_by=by,
                entered_at=now,
            )
            record(by=by, verb="waiting.put_on", thing=entry, patient=patient)
    except IntegrityError as error:
        if violated(error) == ONCE:
            raise OnTheListAlready from error
        raise
    return entry


def _refuse_who_is_not_booked(patient: Patient) -> None:
    if patient.deceased_on is not None:
        raise PatientHasDied
    if patient.restricted_at is not None:
        raise RecordIsRestricted


def take_off(*, entry: WaitingEntry, by: User | None, now: datetime) -> bool:
    """Take somebody off the list, with what was offered to them. Returns whether they waited still."""
    with transaction.atomic():
        waited = WaitingEntry.objects.waiting().filter(pk=entry.pk).update(state=EntryState.TAKEN_OFF, ended_at=now)
        if waited:
            SlotOffer.objects.open().filter(entry=entry).update(state=OfferState.DECLINED, ended_at=now)
            record(
                by=by, actor="" if by else "patient link", verb="waiting.taken_off", thing=entry,
                patient=entry.patient,
            )  # fmt: skip
    return bool(waited)


def put_back(*, entry: WaitingEntry, by: User, now: datetime) -> bool:  # noqa: ARG001 - one shape for all deeds
    """Let somebody who was taken off wait again, in their old place. Returns whether they do.

    Raises:
        PatientHasDied, RecordIsRestricted.
        OnTheListAlready: they were put on anew meanwhile.

    """
    _refuse_who_is_not_booked(entry.patient)
    try:
        with transaction.atomic():
            again = WaitingEntry.objects.filter(pk=entry.pk, state=EntryState.TAKEN_OFF).update(
                state=EntryState.WAITING, ended_at=None
            )
            if again:
                record(by=by, verb="waiting.put_back", thing=entry, patient=entry.patient)
    except IntegrityError as error:
        if violated(error) == ONCE:
            raise OnTheListAlready from error
        raise
    return bool(again)
