"""BTX-095 on a session of 31 sites: signed out before saving, a tab closed in the middle, a wrong row."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from clinic.staff.models import Role, User
from tests.browsing import sign_in
from tests.journeys.looking import Eyes, window
from tests.journeys.running import Running
from tests.journeys.test_lot_recall import a_colleague, enter
from tests.treatments.sessions import ready_to_sign
from treatments.models import InjectionSession

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def doctor() -> User:
    return a_colleague(Role.CLINICIAN, "Dr Meera Solanki")


@pytest.fixture
def session(doctor: User) -> InjectionSession:
    return ready_to_sign(doctor, timezone.now())


def at_the_session(page: Page, session: InjectionSession, user: User) -> None:
    enter(page, user)
    page.goto(f"/treatments/sessions/{session.public_id}/")


def box_of(page: Page, session: InjectionSession, place: int) -> Any:
    site = session.sites.order_by("position")[place]
    return page.locator(f"[name='{site.public_id}-units']")


def test_btx_095_a_press_after_the_sign_in_ran_out_loses_nothing(
    web_running: Running, browser: Browser, eyes: Eyes, session: InjectionSession, doctor: User
) -> None:
    """BTX-095 (a), (b): the page says so before it is left; signed in again in another tab, one press goes on."""
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        at_the_session(page, session, doctor)
        Session.objects.all().delete()
        page.get_by_label("Note").fill("Typed after the sign-in ran out.")
        page.get_by_role("button", name="Review and sign").click()
        expect(page.locator("[data-signed-out]")).to_be_visible()
        expect(page.get_by_label("Note")).to_have_value("Typed after the sign-in ran out.")
        with page.context.expect_page() as opened:
            page.get_by_role("link", name="Sign in in another tab").click()
        sign_in(opened.value, doctor)
        opened.value.wait_for_url(re.compile(r"^(?!.*sign-in)"))
        opened.value.close()
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        expect(page.locator("[data-signed-out]")).to_be_hidden()
        page.get_by_role("button", name="Review and sign").click()
        page.get_by_role("heading", name="Read back, then sign").wait_for()
        expect(page.get_by_text("Typed after the sign-in ran out.")).to_be_visible()
    session.refresh_from_db()
    assert session.note == "Typed after the sign-in ran out."
    assert eyes.broken == []


def type_until_site_20_with_one_row_wrong(page: Page, session: InjectionSession) -> None:
    """The second row cannot be read, so nothing of the page is saved; then on to site 20."""
    box_of(page, session, 1).fill("5,")
    box_of(page, session, 19).fill("7.5")
    box_of(page, session, 19).press("Tab")
    expect(page.get_by_text("1 row needs a change")).to_be_visible()


def close_by_mistake(page: Page) -> list[str]:
    """Close the tab as a person does; return the kinds of question the browser asked."""
    asked: list[str] = []

    def leave(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.goto("about:blank")
    return asked


def offered(context: BrowserContext, session: InjectionSession) -> Page:
    page = context.new_page()
    page.goto(f"/treatments/sessions/{session.public_id}/")
    return page


def test_btx_095_c_tab_closed_at_site_20_warns_and_offers_the_draft_to_the_same_person_only(
    web_running: Running, browser: Browser, eyes: Eyes, session: InjectionSession, doctor: User
) -> None:
    """BTX-095 (c) and (d): all 31 rows come back, the wrong one with its error; a colleague here is offered nothing."""
    colleague = a_colleague(Role.CLINICIAN, "Dr Hetal Vyas")
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        at_the_session(page, session, doctor)
        type_until_site_20_with_one_row_wrong(page, session)
        assert close_by_mistake(page) == ["beforeunload"]
        context = page.context
        context.clear_cookies()
        other = context.new_page()
        at_the_session(other, session, colleague)
        expect(other.locator("#session-form")).to_be_visible()
        expect(other.locator("[data-keep-notice]")).to_be_hidden()
        context.clear_cookies()
        at_the_session(other, session, doctor)
        expect(other.locator("[data-keep-notice]")).to_be_visible()
        eyes.look(other, name="session, draft offered")
        other.get_by_role("button", name="Put it back").click()
        expect(box_of(other, session, 19)).to_have_value("7.5")
        expect(box_of(other, session, 1)).to_have_value("5,")
        assert other.locator("#sites tbody tr[data-site]:has([data-pick])").count() == 31
        expect(other.get_by_role("alert").first).to_contain_text("one row needs a change")
        box_of(other, session, 1).fill("5")
        other.get_by_role("button", name="Save draft").click()
        other.get_by_role("status").get_by_text("Draft saved.").wait_for()
    assert str(session.sites.order_by("position")[19].units) == "7.50"
    assert not eyes.serious, "\n".join(eyes.found)
