"""What every answer tells the browser: keep nothing, run nothing foreign, show it in no frame."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import Client, override_settings
from django.urls import path, reverse

from clinic.staff.models import Role
from tests.clinic.matrix import DOORS, LINKS, STAFF, Entry
from tests.clinic.world import World, taken_back

SAME = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


def faults_of(answer: HttpResponseBase, *, referrer: str = "same-origin") -> list[str]:
    """The headers that are not as they must be."""
    found = [name for name, value in SAME.items() if answer.headers.get(name) != value]
    if set(answer.headers.get("Content-Security-Policy", "").split("; ")) != POLICY:
        found.append("Content-Security-Policy")
    if "no-store" not in answer.headers.get("Cache-Control", ""):
        found.append("Cache-Control")
    if answer.headers.get("Referrer-Policy") != referrer:
        found.append("Referrer-Policy")
    return found


FRAMED = "get scheduling:wording_framed"
"""A letter shown in a frame of our own page: it may be framed there, and may do nothing."""
FILES = {f"get patients:document_{name}" for name in ("file", "page", "small")}
"""A file of a document, which may do still less than a page."""
FEED = "get scheduling:feed"
"""A calendar program keeps what it read for a quarter of an hour: times, and nobody's name."""


def answers(the: World, table: dict[str, Entry], who: Role | None) -> Iterator[tuple[str, HttpResponseBase]]:
    """What each address says to a look and to an empty press."""
    for name, entry in table.items():
        where = reverse(name, kwargs={key: the.here.id_of(kind) for key, kind in entry.named.items()} | entry.others)
        for ask in ("get", "post"):
            with taken_back():
                yield f"{ask} {name}", getattr(the.browser(who), ask)(where)


@pytest.mark.parametrize("who", [Role.CLINICIAN, Role.FRONT_DESK, None])
def test_every_page_of_the_staff_has_them(the: World, who: Role | None) -> None:
    """Pages, redirects, refusals: to whoever asks."""
    found = {asked: faults for asked, answer in answers(the, STAFF, who) if (faults := faults_of(answer))}
    for name in found.keys() & FILES:
        assert found.pop(name) == ["Content-Security-Policy"]  # their own: tests/patients/documents/test_pages
    if who is Role.FRONT_DESK:
        assert found.pop(FRAMED) == ["X-Frame-Options", "Content-Security-Policy"]
    assert found == {}


def test_a_letter_in_a_frame_of_ours_runs_nothing_and_loads_nothing(the: World) -> None:
    where = reverse("scheduling:wording_framed", args=["check_in", "en", 0])
    headers = the.browser(Role.MANAGER).get(where).headers
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert set(headers["Content-Security-Policy"].split("; ")) == {
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
        "sandbox",
    }


def test_every_page_of_a_link_has_them_and_tells_nobody_its_address(the: World) -> None:
    found = dict(answers(the, LINKS, None))
    faulty = {asked: faults for asked, answer in found.items() if (faults := faults_of(answer, referrer="no-referrer"))}
    assert faulty.pop(FEED) == ["Cache-Control"]
    assert found[FEED].headers["Cache-Control"] == "private, max-age=900"
    assert faulty == {}
    assert {answer.headers.get("X-Robots-Tag") for answer in found.values()} == {"noindex, nofollow"}


@pytest.mark.parametrize("door", sorted(DOORS - {"patients:intake_sent"}))
def test_every_door_has_them(the: World, door: str) -> None:
    assert faults_of(the.browser().get(reverse(door))) == []


@pytest.mark.parametrize(
    ("where", "how", "status"),
    [
        ("/nothing/here/", {}, 404),
        ("/i/nothing/", {}, 404),
        ("/staff/sign-in/", {"headers": {"host": "evil.example"}}, 400),
        ("/patients", {}, 301),
    ],
)
def test_every_refusal_has_them(the: World, where: str, how: dict[str, Any], status: int) -> None:
    answer = the.browser(Role.FRONT_DESK).get(where, **how)
    assert answer.status_code == status
    assert faults_of(answer, referrer="no-referrer" if where.startswith("/i/") else "same-origin") == []


@login_not_required
def at_fault(_request: HttpRequest) -> HttpResponse:
    """A page that fails."""
    raise RuntimeError


def test_a_forged_form_and_a_fault_have_them(the: World) -> None:
    forged = the.browser(Role.FRONT_DESK, strict=True).post(reverse("patients:new"))
    assert (forged.status_code, faults_of(forged)) == (403, [])
    urls = ModuleType("urls_with_a_fault")
    urls.urlpatterns = [path("", at_fault)]  # type: ignore[attr-defined]
    with override_settings(ROOT_URLCONF=urls):
        fault = Client(raise_request_exception=False).get("/")
    assert fault.status_code == 500
    assert faults_of(fault) == []


def test_a_header_that_is_missing_would_be_seen(the: World) -> None:
    answer = the.browser().get(reverse("staff:sign_in"))
    del answer.headers["Content-Security-Policy"]
    assert faults_of(answer) == ["Content-Security-Policy"]
