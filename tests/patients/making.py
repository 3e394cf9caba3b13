"""Invented people, places and staff for the tests of patients."""

import datetime
from typing import Any

from django.test import Client

from clinic.locations.models import Location
from clinic.staff.models import Role, User
from patients import phones
from patients.birth import UNKNOWN_BIRTH, Birth
from patients.models import Patient
from patients.registration import PersonFacts, register

NOW = datetime.datetime(2027, 1, 11, 6, 0, tzinfo=datetime.UTC)
ASHA = Birth(datetime.date(1970, 1, 31), "day")


def place(name: str = "Kadamb Clinic", **facts: Any) -> Location:
    """A location in Ahmedabad."""
    return Location.objects.get_or_create(name=name, defaults={"sender_name": "Kadamb Clinic", **facts})[0]


def member(role: Role = Role.FRONT_DESK, *, at: Location | None = None, name: str = "Hetal Rathod") -> User:
    """A member of staff who works at one location."""
    count = User.objects.count()
    user = User.objects.create_user(email=f"staff{count}@interval.example", full_name=name, role=role)
    user.locations.add(at or place())
    return user


def client_of(user: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


def person(name: str = "Asha", family: str = "Rao", *, at: Location | None = None, **facts: Any) -> Patient:
    """A registered person; a phone may be given in any spelling."""
    if "phone" in facts:
        facts["phone"] = phones.stored(facts["phone"], "IN")
    facts.setdefault("birth", UNKNOWN_BIRTH)
    return register(
        facts=PersonFacts(given_name=name, family_name=family, **facts), location=at or place(), by=None, now=NOW
    )


def typed(**more: str) -> dict[str, str]:
    """What the desk types for Asha Rao."""
    return {
        "given_name": "Asha",
        "family_name": "Rao",
        "birth": "31/01/1970",
        "sex": "female",
        "phone": "098765 00131",
        "email": "",
        "language": "gu",
        "wants_reminders": "on",
        "wants_visit_reminders": "on",
        "wants_check_ins": "on",
    } | more


def errors(response: Any) -> dict[str, list[str]]:
    """What the page's form says beside each field."""
    return {name: [str(error) for error in found] for name, found in response.context["form"].errors.items()}
