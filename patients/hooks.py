"""Deeds on a person that owe something to the apps above: filled in their `ready()`, run in the same transaction."""

from datetime import datetime
from typing import Protocol

from clinic.staff.models import User
from patients.models import Intake, Patient


class PatientHook(Protocol):
    """Called with the person inside the deed's transaction; a failure aborts the deed."""

    def __call__(self, *, patient: Patient, by: User | None, now: datetime) -> None:
        """Do what is owed."""


on_deceased: list[PatientHook] = []
on_death_undone: list[PatientHook] = []
"""The day of death was written down by mistake and taken back."""
on_merged: list[PatientHook] = []
"""The record was merged into another: `patient.merged_into` is the survivor."""
on_preferences_changed: list[PatientHook] = []
on_address_changed: list[PatientHook] = []
on_address_trusted: list[PatientHook] = []
"""A suspended address is written to again, because somebody here says that it works."""


class IntakeHook(Protocol):
    """Called with a form that was just sent, inside the deed's transaction; a failure aborts the deed."""

    def __call__(self, *, intake: Intake, by: User | None, now: datetime) -> None:
        """Do what is owed."""


on_intake_submitted: list[IntakeHook] = []
