"""A consultation saves itself: power cut, no connection, a sign-in that ran out, a second tab (BTX-094, BTX-095)."""

import re
from dataclasses import dataclass

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from clinic.staff.models import User
from tests.browsing import PASSWORD, sign_in
from tests.journeys.looking import Eyes, window
from tests.journeys.running import Running
from tests.treatments.people import a_patient, a_user
from treatments.consulting import start_consultation
from treatments.models import Consultation, TypedConsultation

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Desk:
    """A consultation under way, and whose it is."""

    held: Consultation
    doctor: User

    @property
    def address(self) -> str:
        return f"/treatments/consultations/{self.held.public_id}/"


@pytest.fixture
def at() -> Desk:
    doctor = a_user(name="Jigna Vasavada")
    doctor.set_password(PASSWORD)
    doctor.save()
    return Desk(start_consultation(patient=a_patient(), by=doctor, now=timezone.now()), doctor)


def enter(page: Page, at: Desk) -> None:
    page.goto("/staff/sign-in/")
    sign_in(page, at.doctor)
    page.wait_for_url(re.compile(r"^(?!.*sign-in)"))
    page.goto(at.address)


def saved(page: Page) -> None:
    """Wait until the server has what was typed."""
    expect(page.locator("[data-keep-status]")).to_contain_text("Saved")


def test_btx_095_power_cut_and_no_connection_lose_nothing(
    web_running: Running, browser: Browser, eyes: Eyes, at: Desk
) -> None:
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        enter(page, at)
        page.get_by_label("History", exact=True).fill("Since 2015")
        saved(page)
        page.context.set_offline(True)
        page.get_by_label("Examination", exact=True).fill("Neck stiff")
        expect(page.locator("[data-keep-status]")).to_contain_text("no connection, kept on this device")
        page.context.set_offline(False)
        saved(page)
        eyes.look(page, name="consultation, saved by itself")
    with window(browser, base_url=web_running.url, eyes=eyes) as another:  # another machine, nothing was pressed
        enter(another, at)
        expect(another.get_by_label("History", exact=True)).to_have_value("Since 2015")
        expect(another.get_by_label("Examination", exact=True)).to_have_value("Neck stiff")
        expect(another.get_by_text("As you left it at")).to_be_visible()
        another.get_by_role("button", name="Save draft").click()
        expect(another.get_by_text("Draft saved.")).to_be_visible()
    at.held.refresh_from_db()
    assert (at.held.history, at.held.examination, at.held.version) == ("Since 2015", "Neck stiff", 2)
    assert not TypedConsultation.objects.exists()
    assert not eyes.serious, eyes.found


def test_btx_095_signed_out_then_in_again_the_form_is_back(
    web_running: Running, browser: Browser, eyes: Eyes, at: Desk
) -> None:
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        enter(page, at)
        page.context.clear_cookies(name=re.compile("session"))
        page.get_by_label("History", exact=True).fill("Written after the sign-in ran out")
        expect(page.locator("[data-keep-status]")).to_contain_text("you are signed out")
        page.get_by_role("button", name="Save draft").click()
        sign_in(page, at.doctor)
        page.wait_for_url(f"**{at.address}")
        expect(page.get_by_label("History", exact=True)).to_have_value("Written after the sign-in ran out")
        saved(page)
    typed = TypedConsultation.objects.get()
    assert typed.fields["history"] == "Written after the sign-in ran out"


def test_btx_095_a_sign_in_in_tab_two_renews_the_token_of_tab_one(
    web_running: Running, browser: Browser, eyes: Eyes, at: Desk
) -> None:
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        enter(page, at)
        page.context.clear_cookies()
        two = page.context.new_page()
        two.goto("/staff/sign-in/")
        sign_in(two, at.doctor)
        two.wait_for_url(re.compile(r"^(?!.*sign-in)"))
        page.get_by_label("History", exact=True).fill("Typed with the old token")
        saved(page)
    assert TypedConsultation.objects.get().fields["history"] == "Typed with the old token"


def test_btx_094_two_tabs_show_both_texts(web_running: Running, browser: Browser, eyes: Eyes, at: Desk) -> None:
    with window(browser, base_url=web_running.url, eyes=eyes) as one:
        enter(one, at)
        two = one.context.new_page()
        two.goto(at.address)
        one.get_by_label("History", exact=True).fill("Tab one")
        saved(one)
        two.get_by_label("History", exact=True).fill("Tab two")
        expect(two.locator("[data-keep-status]")).to_contain_text("nothing is lost")
        two.get_by_role("button", name="Save draft").click()
        told = two.get_by_role("alert").filter(has_text="Not saved yet.")
        expect(told).to_contain_text("Tab one")
        expect(two.get_by_label("History", exact=True)).to_have_value("Tab two")
    assert TypedConsultation.objects.get().fields["history"] == "Tab one"


def test_nothing_is_saved_under_the_name_of_who_signed_in_meanwhile(
    web_running: Running, browser: Browser, eyes: Eyes, at: Desk
) -> None:
    other = a_user(name="Somebody Else")
    other.set_password(PASSWORD)
    other.save()
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        enter(page, at)
        page.context.clear_cookies()
        two = page.context.new_page()
        two.goto("/staff/sign-in/")
        sign_in(two, other)
        two.wait_for_url(re.compile(r"^(?!.*sign-in)"))
        page.get_by_label("History", exact=True).fill("Mine, not theirs")
        expect(page.locator("[data-keep-status]")).to_contain_text("you are signed out")
    assert not TypedConsultation.objects.exists()


def test_a_consent_pressed_right_after_typing_waits_until_it_arrived(
    web_running: Running, browser: Browser, eyes: Eyes, at: Desk
) -> None:
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        enter(page, at)
        page.get_by_label("Reasons").fill("Typed a moment before")
        page.get_by_role("button", name="The patient agrees").first.click()
        expect(page.get_by_text(re.compile(r"^given \d"))).to_be_visible()  # the page that came back
        expect(page.get_by_label("Reasons")).to_have_value("Typed a moment before")
        page.get_by_role("button", name="Save draft").click()
        expect(page.get_by_text("Draft saved.")).to_be_visible()
    at.held.refresh_from_db()
    assert at.held.decision_reason == "Typed a moment before"
