"""Somebody calls: what the desk must know of them at once, without a clinical word."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from clinic.lib.days import day_bounds, day_of
from clinic.outbox import states
from clinic.outbox.models import Letter
from clinic.staff.models import User
from patients.alerts import alerts_of
from patients.models import Alert, Intake, Patient
from scheduling import booking
from scheduling.models import Appointment, FollowUp
from scheduling.status import TO_COME

LETTERS_SHOWN = 3
ASKS_TO_FILL_IN = ("invited", "started")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """What stands on the card."""

    patient: Patient
    next_visit: Appointment | None
    later_visits: int
    earliest_on: date | None
    book_by_on: date | None
    intake_is_missing: bool
    alerts: tuple[Alert, ...]
    """Those that the desk may read."""
    may_go_again: tuple[Letter, ...]
    has_begun: bool
    """Whether the time of the next visit has come."""

    @property
    def may_move(self) -> bool:
        """Whether the next visit can still be put to another time."""
        return self.next_visit is not None and self.next_visit.state in TO_COME

    @property
    def may_print(self) -> bool:
        """Whether a visit is still to come."""
        return self.next_visit is not None and (not self.has_begun or self.later_visits > 0)


def caller(patient: Patient, *, user: User, now: datetime) -> Caller:
    """Return the card of a patient: the next visit, the earliest permitted day, whether the intake is missing.

    Who should be here by now calls about just that: today's visit counts until it is over.
    The letters that may go again are those about what is still to come; those of the past say nothing to a caller.
    """
    zone = patient.location.zone
    today = day_bounds(day_of(now, zone), zone)[0]
    visits = visits_to_come(patient, user=user, since=today)
    following = list(FollowUp.objects.live().filter(patient=patient).order_by("book_by_on", "pk"))
    intakes = list(Intake.objects.filter(patient=patient).exclude(state="cancelled"))
    is_filled = any(one.submitted_at for one in intakes)
    is_asked = any(one.state in ASKS_TO_FILL_IN for one in intakes)
    return Caller(
        patient=patient,
        next_visit=visits[0] if visits else None,
        later_visits=max(0, len(visits) - 1),
        earliest_on=booking.earliest_injection(patient),
        book_by_on=next((one.book_by_on for one in following if one.state != "booked"), None),
        intake_is_missing=is_asked or (not is_filled and any(one.type.needs_intake for one in visits)),
        alerts=tuple(alerts_of(patient, desk_only=True)),
        may_go_again=_letters(patient, [*visits, *following, *intakes]),
        has_begun=bool(visits) and visits[0].starts_at <= now,
    )


def visits_to_come(patient: Patient, *, user: User, since: datetime) -> list[Appointment]:
    """Return the visits from an instant on that are neither over nor given up, the next first, where one works."""
    return list(
        Appointment.objects.visible_to(user)
        .not_over()
        .filter(patient=patient, starts_at__gte=since)
        .select_related("clinician", "type", "location", "room")
        .order_by("starts_at", "id")
    )


def _letters(patient: Patient, about: list[Any]) -> tuple[Letter, ...]:
    """Return the newest letter of each kind about these, of those that a person may send again."""
    ids = [one.public_id for one in about]
    found: dict[str, Letter] = {}
    for letter in Letter.objects.for_person(patient).filter(about_public_id__in=ids).order_by("-pk"):
        found.setdefault(letter.letter, letter)
    return tuple(letter for letter in found.values() if letter.state in states.RESENDABLE)[:LETTERS_SHOWN]
