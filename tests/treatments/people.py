"""Invented people and records for tests of the record."""

from datetime import UTC, date, datetime
from typing import Any

from clinic.locations.models import Location
from clinic.staff.models import Role, User
from patients.models import BirthPrecision, Intake, Patient
from patients.models.intake import IntakeState
from patients.questionnaire import current

NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)


def a_location(name: str = "Navrangpura") -> Location:
    location, _ = Location.objects.get_or_create(name=name, defaults={"sender_name": "Clinic"})
    return location


def a_user(role: Role = Role.CLINICIAN, *, name: str = "", location: Location | None = None) -> User:
    number = User.objects.count()
    user = User.objects.create_user(
        email=f"{role}{number}@interval.example", full_name=name or f"{role.label} {number}", role=role, password="x"
    )
    user.locations.add(location or a_location())
    return user


def a_patient(**facts: Any) -> Patient:
    facts = {
        "given_name": "Meenal",
        "family_name": "Trivedi",
        "search_name": "meenal trivedi",
        "born_on": date(1984, 5, 6),
        "birth_precision": BirthPrecision.DAY,
        "sex": "female",
        **facts,
    }
    if "location" not in facts:
        facts["location"] = a_location()
    patient: Patient = Patient.objects.create(**facts)
    return patient


def an_intake(patient: Patient, *, now: datetime = NOW, **answers: Any) -> Intake:
    questionnaire = current()
    intake: Intake = Intake.objects.create(
        patient=patient,
        questionnaire=questionnaire,
        state=IntakeState.SUBMITTED,
        answers=answers,
        invited_at=now,
        started_at=now,
        submitted_at=now,
    )
    return intake
