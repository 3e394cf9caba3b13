"""The intake inbox: which forms wait, for whom, and why. Says nothing of what was answered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from clinic.outbox.models import Letter
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

    @property
    def has_no_way(self) -> bool:
        """Whether no letter can reach the person: the desk types the form in."""
        return not self.intake.patient.email or self.intake.patient.email_suspended_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """Forms to read, the grave first; details nobody compared yet; forms awaited: who is silent first."""

    to_review: list[Intake]
    to_compare: list[Intake]
    waiting: list[Waiting]


def inbox(among: IntakeQuerySet, *, now: datetime) -> Inbox:
    """Return what waits among these intakes."""
    people = among.select_related("patient", "entered_by")
    awaited = list(people.open().order_by("invited_at", "id")[:SHOWN])
    letters = _newest_letters([intake.public_id for intake in awaited])
    waiting = [
        Waiting(
            intake=intake,
            letter=letters.get(intake.public_id),
            is_silent=now - (intake.started_at or intake.invited_at) >= SILENT_AFTER,
        )
        for intake in awaited
    ]
    return Inbox(
        to_review=list(people.to_review()[:SHOWN]),
        to_compare=list(people.to_compare()[:SHOWN]),
        waiting=sorted(waiting, key=lambda one: not (one.is_silent or one.has_no_way)),
    )


def _newest_letters(intakes: list[UUID]) -> dict[UUID, Letter]:
    letters = Letter.objects.of_kind(INVITATION).filter(about_public_id__in=intakes).order_by("created_at", "id")
    return {letter.about_public_id: letter for letter in letters}
