"""One patient's year: what happens, when, by whose hand. Each patient has dice of their own, so a seed is a year."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from clinic.lib.days import day_of
from clinic.staff.models import User
from patients.models import Patient
from patients.registration import PersonFacts, register
from scheduling.models import Appointment
from tests.year.log import EventLog
from tests.year.world import Place, World
from treatments.models import Plan

Do = Callable[[datetime], object]


@dataclass
class Treated:
    """A plan as the year knows it: its sessions, and how its cycles feel to the patient."""

    number: int
    plan: Plan
    condition: str
    baseline: int
    sessions: list[Any] = field(default_factory=list)
    wears_off: float = 11.0
    responds: bool = True


@dataclass
class Visit:
    """A visit as the year knows it."""

    number: int
    row: Appointment
    treated: Treated | None


@dataclass
class Body:
    """What is true of somebody whatever record it stands in."""

    is_dead: bool = False


@dataclass
class Life:
    """A patient, and what was arranged with them."""

    number: int
    place: Place
    world: World
    log: EventLog
    rng: Random
    later: Callable[[datetime, Do], None]
    condition: str
    patient: Patient
    doctor: User
    body: Body = field(default_factory=Body)
    plans: list[Treated] = field(default_factory=list)
    visits: dict[int, Visit] = field(default_factory=dict)
    visits_booked: int = 0
    plans_made: int = 0

    @property
    def is_dead(self) -> bool:
        """Whether the clinic believes this person dead."""
        return self.body.is_dead

    @is_dead.setter
    def is_dead(self, is_dead: bool) -> None:
        self.body.is_dead = is_dead

    def note(self, now: datetime, what: str, **facts: Any) -> None:
        """Write into the log."""
        self.log.write(now, what, self.number, **facts)

    def today(self, now: datetime) -> date:
        """The day at this patient's place."""
        return day_of(now, self.place.location.zone)

    def at_desk(self, day: date) -> datetime:
        """Some moment of a day at which somebody is at the desk."""
        opens = self.place.times(day)[0]
        return opens + timedelta(minutes=self.rng.randrange(8 * 60), seconds=self.rng.randrange(60))

    def in_days(self, now: datetime, least: float, most: float, do: Do) -> None:
        """Arrange something at the desk, so many days from now."""
        day = self.today(now) + timedelta(days=self.rng.uniform(least, most))
        self.later(max(self.at_desk(day), now + timedelta(minutes=1)), do)

    def happens(self, share: float) -> bool:
        """Whether something that happens to this share of patients happens now."""
        return self.rng.random() < share

    def reread(self) -> Patient:
        """The patient as they stand."""
        self.patient.refresh_from_db()
        return self.patient


def born(number: int, place: Place, rng: Random, now: datetime) -> tuple[Patient, dict[str, Any]]:
    """Register a patient; return what the log says of them."""
    has_address = rng.random() < 0.93
    language = rng.choices(("en", "hi", "gu"), weights=(3, 2, 5) if place.location.name == "Ahmedabad" else (9, 1, 1))
    facts = PersonFacts(
        given_name=f"Asha{number}",
        family_name="Rao",
        email=f"p{number}@patients.example" if has_address else "",
        email_is_shared=rng.random() < 0.04,
        wants_reminders=(wants := rng.random() < 0.96),
        wants_visit_reminders=wants,
        wants_check_ins=wants,
        language=language[0],
        sex="male",
    )
    patient = register(facts=facts, location=place.location, by=place.desk, now=now)
    said = {"place": place.location.name, "language": facts.language, "email": facts.email}
    return patient, said | {"wants": facts.wants_reminders, "id": str(patient.public_id)}
