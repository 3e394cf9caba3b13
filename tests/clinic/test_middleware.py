"""What every request passes."""

import datetime
import logging

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from clinic.middleware import RedactLinks, SessionEndsMiddleware
from clinic.staff.models import Role, User


@pytest.fixture
def desk(db: None) -> User:
    """Somebody who may sign in."""
    return User.objects.create_user(email="asha@clinic.example", full_name="Asha", role=Role.FRONT_DESK, password="x")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/staff/sign-in/", "/", "/nothing/", "/healthz"])
def test_dynamic_answers_are_kept_by_nobody_and_run_nothing_foreign(client: Client, address: str) -> None:
    headers = client.get(address).headers
    assert headers["Cache-Control"].split(", ")[-1] in {"no-store", "private"}
    assert "no-store" in headers["Cache-Control"]
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'self'",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Permissions-Policy"].startswith("camera=()")
    assert len(headers["X-Request-ID"]) == 12


def test_session_ends_twelve_hours_after_signing_in_however_busy(client: Client, desk: User) -> None:
    home = reverse("staff:sign_out")  # refuses GET with 405 to whoever is signed in: needs no page of another app
    with time_machine.travel(datetime.datetime(2027, 3, 1, 3, 0, tzinfo=datetime.UTC), tick=False) as clock:
        client.force_login(desk)
        for _ in range(11):
            assert client.get(home).status_code == 405
            clock.shift(datetime.timedelta(hours=1))
        clock.shift(datetime.timedelta(minutes=59))
        assert client.get(home).status_code == 405
        assert SessionEndsMiddleware.KEY in client.session
        clock.shift(datetime.timedelta(minutes=1))
        assert client.get(home).status_code == 302
        assert SessionEndsMiddleware.KEY not in client.session


def test_cookies_are_closed_to_scripts_and_other_sites(client: Client, desk: User) -> None:
    client.post(reverse("staff:sign_in"), {"username": desk.email, "password": "x"})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("Not Found: /b/Zk3vQ9xT1rLwB4mHcJ9pSdF2gYaE6uKo/", "Not Found: /b/[link]/"),
        ("Not Found: /i/eyJhbGciOi:1uXyZ:ab-cd_ef0123456789/page/2/", "Not Found: /i/[link]/page/2/"),
        (
            "Not Found: /patients/0b5f7a3e-4a52-4d52-9d4c-2f8a3b1c9d7e/",
            "Not Found: /patients/0b5f7a3e-4a52-4d52-9d4c-2f8a3b1c9d7e/",
        ),
        ("Forbidden: /staff/sign-in/", "Forbidden: /staff/sign-in/"),
    ],
)
def test_log_never_keeps_the_token_of_a_link(message: str, kept: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s", (message,), None)
    assert RedactLinks().filter(record)
    assert record.getMessage() == kept


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["fr", "de-AT,fr;q=0.5", "en-GB"])
def test_pages_speak_english_where_nothing_else_is_translated(client: Client, asked: str) -> None:
    assert client.get(reverse("patients:intake_sent"), headers={"Accept-Language": asked})["Content-Language"] == "en"


@pytest.mark.django_db
def test_pages_speak_a_language_that_they_are_translated_into(client: Client, hindi: None) -> None:
    asked = {"Accept-Language": "hi-IN,hi;q=0.9,en;q=0.5"}
    assert client.get(reverse("patients:intake_sent"), headers=asked)["Content-Language"] == "hi"


@pytest.mark.django_db
def test_pages_of_staff_speak_english_whatever_is_asked(client: Client, hindi: None) -> None:
    asked = {"Accept-Language": "hi-IN,hi;q=0.9,en;q=0.5"}
    assert client.get("/staff/sign-in/", headers=asked)["Content-Language"] == "en"
    assert client.get("/nothing/is/here/", headers=asked)["Content-Language"] == "hi"
