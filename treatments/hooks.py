"""Deeds on the record that owe something to the calendar: filled in `scheduling`'s `ready()`, same transaction."""

from datetime import datetime
from typing import Protocol

from clinic.staff.models import User
from patients.models import Patient
from treatments.models import InjectionSession, Plan


class SessionHook(Protocol):
    """Called inside the deed's transaction; a failure aborts the deed."""

    def __call__(self, *, session: InjectionSession, by: User, now: datetime) -> None:
        """Do what is owed."""


class PlanHook(Protocol):
    """Called inside the deed's transaction; a failure aborts the deed."""

    def __call__(self, *, plan: Plan, by: User | None, now: datetime) -> None:
        """Do what is owed."""


class EventHook(Protocol):
    """Called inside the deed's transaction; a failure aborts the deed."""

    def __call__(self, *, patient: Patient, by: User, now: datetime) -> None:
        """Do what is owed."""


on_signed: list[SessionHook] = []
on_voided: list[SessionHook] = []
on_plan_stopped: list[PlanHook] = []
"""Also called when a plan is paused or completed: the plan's state and reason say which."""
on_plan_resumed: list[PlanHook] = []
on_plan_revised: list[PlanHook] = []
"""Its interval or product may be another now, and with it the day to be back."""
on_scored: list[PlanHook] = []
"""A score, a report or a day set by hand was recorded or withdrawn: its day to be back may be another now. `by` is None
where the patient told by link."""
on_event_changed: list[EventHook] = []
"""An adverse event of the patient was recorded, or stands otherwise than before."""
