"""A person's death: written down with who told, and taken back with why it was a mistake."""

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from clinic.staff.models import User
from patients.models import Patient
from patients.registration import PersonFacts, amend


def write_death(*, patient: Patient, seen_version: int, on: date, told_by: str, by: User, now: datetime) -> Patient:
    """Write down that a person died: nothing is sent or booked from here on. Raises EditedMeanwhile."""
    return _amend(patient, seen_version, on, told_by, by=by, now=now)


def undo_death(*, patient: Patient, seen_version: int, because: str, by: User, now: datetime) -> Patient:
    """Take back that a person died: reminders are owed again from here on. Raises EditedMeanwhile."""
    return _amend(patient, seen_version, None, because, by=by, now=now)


def _amend(patient: Patient, seen_version: int, on: date | None, note: str, *, by: User, now: datetime) -> Patient:
    with transaction.atomic():
        facts = replace(PersonFacts.of(patient), deceased_on=on)
        amended = amend(patient=patient, seen_version=seen_version, facts=facts, by=by, now=now)
        Patient.objects.filter(pk=patient.pk).update(death_note=note)
        amended.death_note = note
    return amended
