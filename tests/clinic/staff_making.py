"""Managers, colleagues and their links, for the tests of the staff."""

from datetime import datetime
from typing import Any

from django.test import Client

from clinic.locations.models import Location
from clinic.outbox.models import Letter
from clinic.staff import inviting
from clinic.staff.inviting import AccountFacts
from clinic.staff.models import Role, StaffLink, User
from tests.patients.making import place

PASSWORD = "kadamb neem banyan"
NEXT = "walnut harbour fifty one"


def a_manager(name: str = "Hetal Rathod", *, at: Location | None = None) -> User:
    """Somebody who manages and may sign in."""
    return somebody(name, Role.MANAGER, at=at)


def somebody(name: str, role: Role, *, at: Location | None = None) -> User:
    """An open account with a password."""
    email = f"{name.split(maxsplit=1)[0].lower()}@interval.example"
    user = User.objects.create_user(email=email, full_name=name, role=role, password=PASSWORD)
    user.locations.add(at or place())
    return user


def facts_of(user: User, **changes: Any) -> AccountFacts:
    """What is written about somebody, some of it changed."""
    known = {
        "full_name": user.full_name,
        "email": user.email,
        "role": Role(user.role),
        "locations": list(user.locations.all()),
    }
    return AccountFacts(**(known | changes))


def invited(by: User, now: datetime, *, email: str = "asha@interval.example") -> User:
    """A colleague whose letter waits."""
    facts = AccountFacts(full_name="Asha Rao", email=email, role=Role.FRONT_DESK, locations=list(by.locations.all()))
    return inviting.invite(facts=facts, by=by, now=now)


def newest_link(user: User) -> StaffLink:
    """The link made last for somebody."""
    link: StaffLink = StaffLink.objects.filter(user=user).latest("pk")
    return link


def letters_of(user: User) -> list[tuple[str, str]]:
    """The letters to somebody and where they stand, oldest first."""
    return list(Letter.objects.for_person(user).order_by("pk").values_list("letter", "state"))


def signed_in_as(user: User, password: str = PASSWORD) -> Client:
    """A browser in which somebody signed in by the door."""
    client = Client()
    answer = client.post("/staff/sign-in/", {"username": user.email, "password": password})
    assert answer.status_code == 302, answer.content.decode()
    return client


def is_in(client: Client) -> bool:
    """Whether this browser is still signed in."""
    return client.get("/staff/password/").status_code == 200
