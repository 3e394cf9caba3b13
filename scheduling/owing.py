"""Which letters the calendar's deeds owe, written in the deed's own transaction."""

from datetime import datetime, timedelta

from clinic.outbox import deeds as outbox
from clinic.staff.models import User
from scheduling.models import Appointment

UNDO_TIME = timedelta(seconds=10)
"""A desk's act waits this long before its letter goes, so that an undo sends nothing."""


def booked(*, appointment: Appointment, by: User | None, now: datetime) -> None:
    """Owe the confirmation, and the intake where the visit needs one."""
    _owe("appointment_confirmed", appointment=appointment, by=by, now=now)
    if appointment.type.needs_intake:
        from patients import intake

        intake.invite(patient=appointment.patient, by=by, now=now)


def moved(*, appointment: Appointment, by: User | None, now: datetime) -> None:
    """Owe the new time; what was not yet sent about the old one is withdrawn."""
    outbox.withdraw(about=appointment, reason="moved", now=now)
    _owe("appointment_moved", appointment=appointment, by=by, now=now)


def cancelled(*, appointment: Appointment, by: User | None, now: datetime) -> None:
    """Owe the cancellation; what was not yet sent is withdrawn."""
    outbox.withdraw(about=appointment, reason="cancelled", now=now)
    _owe("appointment_cancelled", appointment=appointment, by=by, now=now)


def uncancelled(*, appointment: Appointment, by: User | None, now: datetime) -> None:
    """Take the cancellation back: its letter if it has not gone, else a new confirmation."""
    outbox.withdraw(about=appointment, reason="undone", now=now)
    _owe("appointment_confirmed", appointment=appointment, by=by, now=now, again=True)


def _owe(letter: str, *, appointment: Appointment, by: User | None, now: datetime, again: bool = False) -> None:
    outbox.owe(
        letter,
        about=appointment,
        person=appointment.patient,
        edition=str(appointment.sequence),
        due_at=now + UNDO_TIME if by else now,
        not_after=appointment.starts_at,
        revive=again,
    )
