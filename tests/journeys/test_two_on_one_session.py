"""Two clinicians on one session, a sign-in that ran out, a finger on the chart, and a browser without script."""

import re
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from clinic.staff.models import User
from tests.browsing import PASSWORD, sign_in
from tests.journeys.looking import Eyes, window
from tests.journeys.running import Running
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign
from treatments.models import InjectionSession, SessionSite

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Room:
    """A session that waits for its signature, and who may work on it."""

    session: InjectionSession
    first: User
    second: User

    @property
    def address(self) -> str:
        return f"/treatments/sessions/{self.session.public_id}/"


@pytest.fixture
def room() -> Room:
    users = [a_user(), a_user()]
    for user in users:
        user.set_password(PASSWORD)
        user.save()
    return Room(ready_to_sign(users[0], timezone.now()), *users)


def enter(page: Page, room: Room, user: User) -> None:
    page.goto("/staff/sign-in/")
    sign_in(page, user)
    page.wait_for_url(re.compile(r"^(?!.*sign-in)"))
    page.goto(room.address)


def kept(page: Page, version: int) -> None:
    """Wait until the server answered a save with that version."""
    expect(page.locator("#session-version")).to_have_value(str(version))


def test_btx_094_two_clinicians_see_both_texts_and_lose_nothing(
    web_running: Running, browser: Browser, eyes: Eyes, room: Room
) -> None:
    version = room.session.version
    with (
        window(browser, base_url=web_running.url, eyes=eyes) as one,
        window(browser, base_url=web_running.url, eyes=eyes) as other,
    ):
        enter(one, room, room.first)
        enter(other, room, room.second)
        units = f"input[name='{room.session.sites.earliest('position').public_id}-units']"
        one.locator(units).fill("7.5")
        one.locator(units).press("Tab")
        kept(one, version + 1)
        other.get_by_label("Note").fill("Patient was tired.")
        other.get_by_label("Note").press("Tab")
        expect(other.locator("#session-live .notice")).to_contain_text("A colleague saved this session")
        other.get_by_role("button", name="Look at both").click()
        told = other.locator("#session-form > .notice").first
        expect(told).to_contain_text("7.5")
        expect(other.get_by_label("Note")).to_have_value("Patient was tired.")
        eyes.look(other, name="two texts of one session")
        other.get_by_role("link", name="Take theirs").click()
        expect(other.locator(units)).to_have_value("7.5")
    assert not eyes.serious, eyes.found
    assert room.session.sites.earliest("position").units == Decimal("7.5")


def test_btx_095_a_sign_in_that_ran_out_keeps_the_page_and_saves_it_after(
    web_running: Running, browser: Browser, eyes: Eyes, room: Room
) -> None:
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        enter(page, room, room.first)
        page.context.clear_cookies(name=re.compile("session"))
        page.get_by_label("Note").fill("Written after the sign-in ran out.")
        page.get_by_label("Note").press("Tab")
        expect(page.locator("[data-signed-out]")).to_be_visible()
        expect(page.get_by_label("Note")).to_have_value("Written after the sign-in ran out.")
        with page.context.expect_page() as opened:
            page.get_by_role("link", name="Sign in in another tab").click()
        sign_in(opened.value, room.first)
        opened.value.wait_for_url(re.compile(r"^(?!.*sign-in)"))
        opened.value.close()
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        expect(page.locator("[data-signed-out]")).to_be_hidden()
        kept(page, room.session.version + 1)
    room.session.refresh_from_db()
    assert room.session.note == "Written after the sign-in ran out."


def test_chart_places_moves_takes_back_and_the_table_follows(
    web_running: Running, browser: Browser, eyes: Eyes, room: Room
) -> None:
    version = room.session.version
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        page.set_viewport_size({"width": 1280, "height": 1400})
        enter(page, room, room.first)
        box = page.locator(
            "svg[data-figure=head_front] .mus[data-muscle=masseter][data-side=left] .mus-shape"
        ).bounding_box()
        assert box
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page.locator("[data-editor=name]")).to_have_text("Masseter")
        expect(page.locator("#editor-units")).to_be_focused()
        page.keyboard.type("10")
        page.keyboard.press("Enter")
        kept(page, version + 1)
        site = SessionSite.objects.get(session=room.session, muscle__key="masseter")
        assert (site.side, site.figure, site.units) == ("left", "head_front", Decimal(10))
        mark = page.locator(f".mark[data-mark='{site.public_id}'] .mark-shape")
        box = mark.bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, y + 20, steps=4)
        page.mouse.up()
        kept(page, version + 2)
        moved = SessionSite.objects.get(pk=site.pk)
        assert abs(moved.x - site.x) < Decimal("0.01")
        assert moved.y > site.y
        page.get_by_role("button", name="Undo").click()
        kept(page, version + 3)
        assert SessionSite.objects.get(pk=site.pk).y == site.y
        page.locator(f".mark[data-mark='{site.public_id}']").focus()
        page.keyboard.press("Delete")
        kept(page, version + 4)
        expect(page.locator("[data-total]")).to_have_text("155")
    assert room.session.sites.count() == 31
    assert not eyes.broken


def test_session_is_saved_and_signed_without_script(web_running: Running, browser: Browser, room: Room) -> None:
    context = browser.new_context(base_url=web_running.url, java_script_enabled=False)
    page = context.new_page()
    enter(page, room, room.first)
    page.get_by_label("Needle").fill("30 G")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_label("Needle")).to_have_value("30 G")
    page.get_by_role("button", name="Review and sign").click()
    page.get_by_role("button", name="Sign session").click()
    expect(page.get_by_text("What is signed does not change")).to_be_visible()
    context.close()
    room.session.refresh_from_db()
    assert (room.session.is_signed, room.session.needle) == (True, "30 G")
