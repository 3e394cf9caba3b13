"""Enter leave and extra clinics, and take them back. What was entered stays, with the instant it was taken back."""

from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import TypeVar

from django.db import transaction

from clinic.audit.trail import record
from clinic.locations.models import Location
from clinic.staff.models import User
from scheduling.errors import TakenBackAlready
from scheduling.models import Absence, ExtraHours

Row = TypeVar("Row", Absence, ExtraHours)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveFacts:
    """Leave as a page sent it: no location is everywhere, no times are whole days."""

    clinician: User
    location: Location | None
    first_on: date
    last_on: date
    starts: time | None
    ends: time | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraFacts:
    """An extra clinic as a page sent it."""

    clinician: User
    location: Location
    on: date
    starts: time
    ends: time
    reason: str


def enter_leave(*, facts: LeaveFacts, by: User, now: datetime) -> Absence:
    """Note that a clinician is away. Visits booked in it stay: they are listed to be moved."""
    return _enter(Absence, facts, verb="leave.entered", by=by, now=now)


def add_extra(*, facts: ExtraFacts, by: User, now: datetime) -> ExtraHours:
    """Note that a clinician works on a day outside the weekly hours."""
    return _enter(ExtraHours, facts, verb="extra_hours.added", by=by, now=now)


def take_back(*, row: Absence | ExtraHours, by: User, now: datetime) -> None:
    """Take leave or an extra clinic back. Raises TakenBackAlready."""
    _set(row, by=by, taken_back_at=now, verb="taken_back")


def restore(*, row: Absence | ExtraHours, by: User, now: datetime) -> None:  # noqa: ARG001 - one shape of deeds
    """Let what was taken back hold again. Raises TakenBackAlready where it holds already."""
    _set(row, by=by, taken_back_at=None, verb="restored")


def _enter(model: type[Row], facts: LeaveFacts | ExtraFacts, *, verb: str, by: User, now: datetime) -> Row:
    sent = {field.name: getattr(facts, field.name) for field in fields(facts)}
    with transaction.atomic():
        row = model.objects.create(**sent, entered_by=by, entered_at=now)
        record(by=by, verb=verb, thing=row)
    return row


def _set(row: Absence | ExtraHours, *, by: User, taken_back_at: datetime | None, verb: str) -> None:
    name = "leave" if isinstance(row, Absence) else "extra_hours"
    with transaction.atomic():
        rows = type(row).objects.filter(pk=row.pk, taken_back_at__isnull=taken_back_at is not None)
        if not rows.update(taken_back_at=taken_back_at):
            raise TakenBackAlready
        record(by=by, verb=f"{name}.{verb}", thing=row)
