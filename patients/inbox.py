"""The intake inbox: which forms wait, for whom, and why. Says nothing of what was answered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from clinic.outbox.models import Letter
from patients import hooks
from patients.hooks import AwaitedVisit
from patients.intake import INVITATION
from patients.models import Intake
from patients.querysets_intake import IntakeQuerySet

SILENT_AFTER: Final = timedelta(days=3)
"""Somebody invited longer ago, with nothing sent, is called."""
SHOWN: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One form that was not sent yet."""

    intake: Intake
    letter: Letter | None
    is_silent: bool
    visit: AwaitedVisit | None = None
    """The visit that it is for, where one is booked."""

    @property
    def has_no_way(self) -> bool:
        """Whether no letter can reach the person: the desk types the form in."""
        return not self.intake.patient.email or self.intake.patient.email_suspended_at is not None

    @property
    def is_overdue(self) -> bool:
        """Whether the visit is so near that the form was asked for again, or should have been."""
        return self.visit is not None and self.visit.is_overdue

    @property
    def urgency(self) -> tuple[bool, bool]:
        """Who comes first: overdue before those who are silent or cannot be reached, then the rest."""
        return not self.is_overdue, not (self.is_silent or self.has_no_way)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """Forms to read, the grave first; details nobody compared yet; forms awaited, the overdue first."""

    to_review: list[Intake]
    to_compare: list[Intake]
    waiting: list[Waiting]


def inbox(among: IntakeQuerySet, *, now: datetime) -> Inbox:
    """Return what waits among these intakes."""
    people = among.select_related("patient", "entered_by")
    awaited = list(people.open().order_by("invited_at", "id")[:SHOWN])
    letters = _newest_letters([intake.public_id for intake in awaited])
    visits = _visits([intake.patient_id for intake in awaited], now)
    waiting = [
        Waiting(
            intake=intake,
            letter=letters.get(intake.public_id),
            is_silent=now - (intake.started_at or intake.invited_at) >= SILENT_AFTER,
            visit=visits.get(intake.patient_id),
        )
        for intake in awaited
    ]
    return Inbox(
        to_review=list(people.to_review()[:SHOWN]),
        to_compare=list(people.to_compare()[:SHOWN]),
        waiting=sorted(waiting, key=lambda one: one.urgency),
    )


def _newest_letters(intakes: list[UUID]) -> dict[UUID, Letter]:
    letters = Letter.objects.of_kind(INVITATION).filter(about_public_id__in=intakes).order_by("created_at", "id")
    return {letter.about_public_id: letter for letter in letters}


def _visits(patients: list[int], now: datetime) -> dict[int, AwaitedVisit]:
    found: dict[int, AwaitedVisit] = {}
    for hook in hooks.awaited_visits if patients else ():
        found |= hook(patients, now=now)
    return found
