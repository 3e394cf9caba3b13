"""Enter leave and extra clinics, and take them back. What was entered stays, with the instant it was taken back."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction

from clinic.audit.trail import record
from clinic.locations.models import Location
from clinic.staff.models import User
from scheduling.errors import TakenBackAlready
from scheduling.models import Absence, ExtraHours


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
    with transaction.atomic():
        absence = Absence.objects.create(
            clinician=facts.clinician,
            location=facts.location,
            first_on=facts.first_on,
            last_on=facts.last_on,
            starts=facts.starts,
            ends=facts.ends,
            reason=facts.reason,
            entered_by=by,
            entered_at=now,
        )
        record(by=by, verb="leave.entered", thing=absence)
    return absence


def add_extra(*, facts: ExtraFacts, by: User, now: datetime) -> ExtraHours:
    """Note that a clinician works on a day outside the weekly hours."""
    with transaction.atomic():
        extra = ExtraHours.objects.create(
            clinician=facts.clinician,
            location=facts.location,
            on=facts.on,
            starts=facts.starts,
            ends=facts.ends,
            reason=facts.reason,
            entered_by=by,
            entered_at=now,
        )
        record(by=by, verb="extra_hours.added", thing=extra)
    return extra


def take_back(*, row: Absence | ExtraHours, by: User, now: datetime) -> None:
    """Take leave or an extra clinic back. Raises TakenBackAlready."""
    _set(row, by=by, taken_back_at=now, verb="taken_back")


def restore(*, row: Absence | ExtraHours, by: User, now: datetime) -> None:  # noqa: ARG001 - one shape of deeds
    """Let what was taken back hold again. Raises TakenBackAlready where it holds already."""
    _set(row, by=by, taken_back_at=None, verb="restored")


def _set(row: Absence | ExtraHours, *, by: User, taken_back_at: datetime | None, verb: str) -> None:
    name = "leave" if isinstance(row, Absence) else "extra_hours"
    with transaction.atomic():
        rows = type(row).objects.filter(pk=row.pk, taken_back_at__isnull=taken_back_at is not None)
        if not rows.update(taken_back_at=taken_back_at):
            raise TakenBackAlready
        record(by=by, verb=f"{name}.{verb}", thing=row)
