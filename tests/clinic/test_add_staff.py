"""The first account of a new installation."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clinic.locations.models import Location
from clinic.staff.models import User

pytestmark = pytest.mark.django_db
GOOD = "walnut-harbour-51"


def add(monkeypatch: Any, password: str = GOOD, **changes: str) -> None:
    asked = {"email": "asha@interval.example", "name": "Asha Rao", "role": "manager", "location": "Ahmedabad"} | changes
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    call_command("add_staff", *asked.values(), verbosity=0)


def test_the_first_account_makes_the_first_location(monkeypatch: Any) -> None:
    add(monkeypatch, email="Asha@Interval.example")
    user = User.objects.get()
    assert (user.email, user.role, user.check_password(GOOD)) == ("asha@interval.example", "manager", True)
    assert [place.name for place in user.locations.all()] == ["Ahmedabad"]


def test_a_second_location_is_not_made_by_a_slip_of_the_hand(monkeypatch: Any) -> None:
    add(monkeypatch)
    with pytest.raises(CommandError, match="There are: Ahmedabad"):
        add(monkeypatch, email="b@interval.example", location="Ahmedbad")
    assert Location.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "nobody"}, "no e-mail address"),
        ({"password": "short"}, "too short"),
        ({"password": "asha@interval.example"}, "too similar"),
    ],
)
def test_what_cannot_be_an_account_is_refused_in_words(monkeypatch: Any, changes: dict[str, str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        add(monkeypatch, **changes)
    assert not User.objects.exists()


def test_an_address_has_one_account_in_any_case(monkeypatch: Any) -> None:
    add(monkeypatch)
    with pytest.raises(CommandError, match="already"):
        add(monkeypatch, email="ASHA@interval.example")
