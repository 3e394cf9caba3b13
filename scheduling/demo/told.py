"""One patient's story as it is being written down, and the catalogue it is written by."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from clinic.staff.models import User
from patients.models import Patient
from scheduling.demo import doses
from scheduling.demo.stories import Story
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.models import (
    ConditionVersion,
    InstrumentVersion,
    MuscleVersion,
    PlanSite,
    ProductVersion,
    ProtocolVersion,
    RulesVersion,
    ScreeningVersion,
)

BATCH = 500
"""Rows of a table in one statement: each passes its table's triggers, and a statement has its time limit."""


@dataclass(slots=True)
class Told:
    """A patient with their story, and what was written for it so far: rows that are made step by step."""

    patient: Patient
    story: Story
    doctor: User
    consulted_at: Any = None
    consultation: Any = None
    plan: Any = None
    sites: list[PlanSite] = field(default_factory=list)
    injected_at: list[datetime] = field(default_factory=list)
    sessions: list[Any] = field(default_factory=list)


class Books:
    """The catalogue in force: its rows by key, and the sites of each condition's demo plan."""

    def __init__(self) -> None:
        self.formulary: Formulary = current_formulary()
        self.products = {row.key: row for row in ProductVersion.objects.current()}
        self.conditions = {row.key: row for row in ConditionVersion.objects.current()}
        self.protocols = {row.key: row for row in ProtocolVersion.objects.current()}
        self.muscles = {row.key: row for row in MuscleVersion.objects.current()}
        self.instruments = {row.key: row for row in InstrumentVersion.objects.current()}
        self.screening = ScreeningVersion.objects.current().get()
        self.rules = RulesVersion.objects.current().get()
        self.layouts = {
            key: doses.sites_for(key, self.formulary, self.protocols) for key in (*doses.FIXED, *doses.RANGES)
        }
