"""The session saves itself; a signature pressed in the middle of a save is not taken for a second person's."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import APIResponse, Browser, Page, Route, expect

from tests.browsing import PASSWORD, sign_in
from tests.journeys.looking import Eyes, window
from tests.journeys.running import Running
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign
from treatments.models import InjectionSession

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session() -> InjectionSession:
    clinician = a_user()
    clinician.set_password(PASSWORD)
    clinician.save()
    return ready_to_sign(clinician, timezone.now())


def write_a_note(page: Page, session: InjectionSession) -> None:
    """Open the session and write something that is saved 300 ms later."""
    page.goto(f"/treatments/sessions/{session.public_id}/")
    sign_in(page, session.clinician)
    page.wait_for_url(re.compile(r"/sessions/"))
    page.get_by_label("Note").fill("Calm, no bleeding.")


def expect_signed(page: Page, session: InjectionSession) -> None:
    expect(page.get_by_text("What is signed does not change")).to_be_visible()
    session.refresh_from_db()
    assert (session.is_signed, session.note) == (True, "Calm, no bleeding.")


def test_signature_pressed_before_a_save_has_been_answered_waits_for_it(
    web_running: Running, browser: Browser, eyes: Eyes, session: InjectionSession
) -> None:
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        held: list[tuple[Route, APIResponse]] = []
        page.route("**/save/", lambda route: held.append((route, route.fetch())))
        write_a_note(page, session)
        page.get_by_label("Note").press("Tab")
        while not held:
            page.wait_for_timeout(50)
        page.get_by_role("button", name="Review and sign").click(no_wait_after=True)
        page.wait_for_timeout(300)
        (route, answer) = held[0]
        route.fulfill(response=answer)
        page.get_by_role("button", name="Sign session").click()
        expect_signed(page, session)


def test_save_that_would_follow_the_signature_is_not_sent(
    web_running: Running, browser: Browser, eyes: Eyes, session: InjectionSession
) -> None:
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        held: list[Route] = []
        page.route("**/review/", lambda route: held.append(route))  # noqa: PLW0108 - Playwright cannot hold a builtin
        write_a_note(page, session)
        page.get_by_role("button", name="Review and sign").click(no_wait_after=True)
        while not held:
            page.wait_for_timeout(50)
        page.wait_for_timeout(1500)
        held[0].continue_()
        page.get_by_role("button", name="Sign session").click()
        expect_signed(page, session)
