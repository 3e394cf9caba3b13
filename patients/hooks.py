"""Deeds on a person that owe something to the apps above: filled in their `ready()`, run in the same transaction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet

from clinic.lib.models import PublicModel
from clinic.staff.models import User
from patients.models import Intake, Patient


class PatientHook(Protocol):
    """Called with the person inside the deed's transaction; a failure aborts the deed."""

    def __call__(self, *, patient: Patient, by: User | None, now: datetime) -> None:
        """Do what is owed."""


on_deceased: list[PatientHook] = []
on_death_undone: list[PatientHook] = []
"""The day of death was written down by mistake and taken back."""
on_restricted: list[PatientHook] = []
"""The record was closed to everyday work, on a legal ground."""
on_restriction_lifted: list[PatientHook] = []
on_confidants_named: list[PatientHook] = []
"""The record is confidential by now, or others than before are named for it."""
on_preferences_changed: list[PatientHook] = []
on_address_changed: list[PatientHook] = []
on_address_trusted: list[PatientHook] = []
"""A suspended address is written to again, because somebody here says that it works."""


class IntakeHook(Protocol):
    """Called with a form that was just sent, inside the deed's transaction; a failure aborts the deed."""

    def __call__(self, *, intake: Intake, by: User | None, now: datetime) -> None:
        """Do what is owed."""


on_intake_submitted: list[IntakeHook] = []


class MergeHook(Protocol):
    """Called with two records of one person inside the deed's transaction; a failure aborts the deed."""

    def __call__(self, *, merged: Patient, survivor: Patient, by: User, now: datetime) -> None:
        """Do what is owed."""


class MergeObstacle(Protocol):
    """Asked before two records become one, inside the deed's transaction: what must be settled by a person first."""

    def __call__(self, *, merged: Patient, survivor: Patient) -> list[str]:
        """Return sentences; none where nothing is in the way. What the deed will change is locked here, in order."""


merge_obstacles: list[MergeObstacle] = []
parting_obstacles: list[MergeObstacle] = []
"""Asked the same way before a merge is taken back."""
on_merged: list[MergeHook] = []
"""The rows of a record stand with its survivor by now."""
on_unmerged: list[MergeHook] = []
"""The rows that had moved stand with their own record again."""


@dataclass(frozen=True, slots=True)
class Holding:
    """How many rows of one kind stand with each of some people, by pk: one who has none is not among `numbers`."""

    label: str
    numbers: Mapping[int, int]

    @classmethod
    def of(cls, label: str, rows: QuerySet[Any], patients: Collection[int]) -> Self:
        """Count rows that name a patient, of all these people in one query."""
        counted = rows.filter(patient__in=patients).order_by().values("patient").annotate(number=Count("pk"))
        return cls(label, {row["patient"]: row["number"] for row in counted})


class HoldingsOf(Protocol):
    """Called with people by pk; asks the database once for each kind, writes nothing."""

    def __call__(self, patients: Collection[int], /) -> list[Holding]:
        """Return what stands with them in the app above."""


holdings: list[HoldingsOf] = []
"""What is counted beside each other before two records become one: which of the two is the one in use."""


@dataclass(frozen=True)
class DocumentSubject:
    """Something of a patient that a document may belong to: a session, a plan. `words` are clinical."""

    thing: PublicModel
    words: str
    href: str


class DocumentSubjects(Protocol):
    """Called with a patient; returns what an upper app knows of them, the newest first, a few of each."""

    def __call__(self, patient: Patient) -> list[DocumentSubject]:
        """Say what a document may belong to."""


document_subjects: list[DocumentSubjects] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Something one kind of consent is asked for: nothing of its own, or a plan.

    Answers `about` it count, and `also` those about what led to it. `name` is clinical.
    """

    kind: str
    about: UUID | None
    also: tuple[UUID, ...] = ()
    name: str = ""


class MattersOf(Protocol):
    """Called with a person; asks the database, writes nothing."""

    def __call__(self, patient: Patient, /) -> list[Matter]:
        """Return what consent is asked for in the app above."""


consent_matters: list[MattersOf] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedVisit:
    """The next visit before which a form is asked for. Overdue: the day on which it is asked for again has come."""

    starts_at: datetime
    zone: ZoneInfo
    is_overdue: bool


class AwaitedVisits(Protocol):
    """Called with people by pk; asks the database, writes nothing."""

    def __call__(self, patients: Collection[int], /, *, now: datetime) -> dict[int, AwaitedVisit]:
        """Return the visit that waits for each one's form; nobody stands there who has none."""


awaited_visits: list[AwaitedVisits] = []
