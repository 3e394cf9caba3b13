"""The door against whoever tries keys: counted for one person from one place, the same words for everybody."""

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from django.urls import reverse

from clinic.staff.models import Role, User

pytestmark = pytest.mark.django_db
DOOR = "/staff/sign-in/"
PASSWORD = "kadamb neem banyan"
EMAIL = "asha@interval.example"


@pytest.fixture
def asha() -> User:
    return User.objects.create_user(email=EMAIL, full_name="Asha", role=Role.FRONT_DESK, password=PASSWORD)


def tried(email: str = EMAIL, password: str = "wrong", *, place: str = "127.0.0.1", **headers: Any) -> int:  # noqa: S107
    """The status of one try from one place: 200 is "try again", 302 is in, 429 is locked."""
    client = Client(raise_request_exception=False)
    data = {"username": email, "password": password}
    return client.post(DOOR, data, REMOTE_ADDR=place, headers=headers).status_code


def lock(email: str = EMAIL) -> int:
    """Try until the door stays shut; the last answer."""
    return [tried(email) for _ in range(settings.AXES_FAILURE_LIMIT)][-1]


def test_ten_wrong_passwords_shut_the_door_even_to_the_right_one(asha: User) -> None:
    assert tried() == 200
    assert lock() == 429
    assert tried(password=PASSWORD) == 429
    assert tried(EMAIL.upper(), PASSWORD) == 429
    assert tried(f" {EMAIL} ", PASSWORD, x_forwarded_for="203.0.113.9") == 429
    assert set(AccessAttempt.objects.values_list("username", flat=True)) == {asha.email}


def test_a_lock_shuts_out_neither_others_here_nor_the_same_person_elsewhere(asha: User) -> None:
    User.objects.create_user(email="hetal@interval.example", full_name="Hetal", role=Role.MANAGER, password=PASSWORD)
    assert lock(asha.email) == 429
    assert tried("hetal@interval.example", PASSWORD) == 302
    assert tried(asha.email, PASSWORD, place="203.0.113.9") == 302


@pytest.mark.parametrize("spelling", ["asha@\u0131nterval.example", "a\u017fha@interval.example"])
def test_another_spelling_is_no_second_set_of_tries(asha: User, spelling: str) -> None:
    assert lock(asha.email) == 429
    assert tried(spelling, PASSWORD) in {200, 429}


def test_known_and_unknown_people_get_the_same_answer(asha: User) -> None:
    User.objects.create_user(
        email="left@interval.example", full_name="Left", role=Role.MANAGER, password=PASSWORD, is_active=False
    )
    pages = set()
    for email, password in (
        (asha.email, "wrong"),
        ("nobody@interval.example", "x"),
        ("left@interval.example", PASSWORD),
    ):
        page = Client().post(DOOR, {"username": email, "password": password})
        body = page.content.decode().replace(email, "").replace(str(page.context["csrf_token"]), "")
        pages.add((page.status_code, body))
    assert len(pages) == 1


@pytest.mark.parametrize("written", ["x" * 255, "x" * 10_000, "a\x00b", "क" * 300])
def test_an_address_that_cannot_be_one_is_refused_beside_the_field(asha: User, written: str) -> None:
    answer = Client().post(DOOR, {"username": written, "password": "wrong"})
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_signing_in_begins_a_new_session(asha: User) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "chosen-by-somebody-else-0123456789"
    client.post(DOOR, {"username": asha.email, "password": PASSWORD})
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert session != "chosen-by-somebody-else-0123456789"
    assert client.get(reverse("patients:list")).status_code == 200
    client.post(reverse("staff:sign_out"))
    old = Client()
    old.cookies[settings.SESSION_COOKIE_NAME] = session
    assert old.get(reverse("patients:list")).status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        " //x.example",
    ],
)
def test_signing_in_leads_nowhere_else(asha: User, target: str) -> None:
    answer = Client().post(DOOR, {"username": asha.email, "password": PASSWORD, "next": target})
    assert answer["Location"] == "/"


def test_a_forged_host_is_refused(asha: User) -> None:
    assert asha.is_active
    assert Client().get(DOOR, headers={"host": "evil.example"}).status_code == 400
