"""The session's pages: who may open them, and that opening is written down."""

from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from clinic.audit.models import Entry
from clinic.locations.models import Location
from clinic.staff.models import Role, User
from tests.treatments.people import a_user
from tests.treatments.session_pages import url
from tests.treatments.sessions import (
    ready_to_sign,
    signed,
)

PAGES = (
    "session",
    "session_print",
    "session_check",
    "session_prepare",
    "session_sign",
    "session_void",
    "session_late",
)
DEEDS = (
    "session_save",
    "session_review",
    "session_sign",
    "session_addendum",
    "session_check",
    "session_prepare",
    "session_late",
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """Pages read the real clock."""
    return timezone.now()


@pytest.mark.parametrize("name", ["session", "session_print"])
def test_manager_reads_a_signed_session(name: str, clinician: User, now: datetime) -> None:
    session = signed(ready_to_sign(clinician, now), clinician, now)
    client = Client()
    client.force_login(a_user(Role.MANAGER))
    assert client.get(url(name, session)).status_code == 200


@pytest.mark.parametrize(
    "name",
    DEEDS,
)
def test_manager_writes_nothing(name: str, clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    client = Client()
    client.force_login(a_user(Role.MANAGER))
    assert client.post(url(name, session)).status_code == 403


@pytest.mark.parametrize(
    "name",
    [*PAGES, "session_review"],
)
def test_front_desk_sees_no_session(name: str, clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    client = Client()
    client.force_login(a_user(Role.FRONT_DESK))
    get = client.post if name == "session_review" else client.get
    assert get(url(name, session)).status_code == 403


@pytest.mark.parametrize("name", ["session", "session_check", "session_prepare", "session_void", "session_print"])
def test_session_of_another_location_is_as_unknown_as_none(name: str, clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    stranger = a_user(location=Location.objects.create(name="Elsewhere", sender_name="Elsewhere"))
    client = Client()
    client.force_login(stranger)
    assert client.get(url(name, session)).status_code == 404


def test_get_of_a_deed_is_refused(client: Client, clinician: User, now: datetime) -> None:
    assert client.get(url("session_addendum", ready_to_sign(clinician, now))).status_code == 405


@pytest.mark.parametrize("name", ["session_save", "session_review"])
def test_who_signs_in_again_or_reloads_arrives_at_the_page(
    name: str, client: Client, clinician: User, now: datetime
) -> None:
    session = ready_to_sign(clinician, now)
    answer = client.get(url(name, session))
    assert (answer.status_code, answer["Location"]) == (302, url("session", session))
    session.refresh_from_db()
    assert not session.is_signed


def test_opening_a_session_is_written_down(client: Client, clinician: User, now: datetime) -> None:
    session = ready_to_sign(clinician, now)
    client.get(url("session", session))
    assert Entry.objects.filter(verb="session.opened", thing_public_id=session.public_id, by=clinician).count() == 1
