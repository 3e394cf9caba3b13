"""What is typed survives: an expired sign-in, a sign-in in another tab, a closed tab. In a real browser."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from clinic.staff.models import User
from patients.models import Patient
from tests.browsing import PASSWORD, chromium, sign_in
from tests.patients.making import member, person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def context(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=live_server.url)
    yield context
    context.close()


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def user() -> User:
    return with_password(member())


def open_form(context: BrowserContext, user: User) -> Page:
    page = context.new_page()
    page.goto("/patients/new/")
    if "sign-in" in page.url:
        sign_in(page, user)
        page.wait_for_url("**/patients/new/")
    return page


def type_person(page: Page) -> None:
    page.get_by_label("Name*").fill("Asha")
    page.get_by_label("Family name").fill("Rao")
    page.get_by_label("Date of birth").fill("31/01/1970")
    page.get_by_label("Note for the desk").fill("comes by bus,\nalways early")
    page.get_by_label("ગુજરાતી").check()
    page.get_by_label("Wants reminders by e-mail").uncheck()


def expect_typed(page: Page) -> None:
    expect(page.get_by_label("Name*")).to_have_value("Asha")
    expect(page.get_by_label("Date of birth")).to_have_value("31/01/1970")
    expect(page.get_by_label("Note for the desk")).to_have_value("comes by bus,\nalways early")
    expect(page.get_by_label("ગુજરાતી")).to_be_checked()
    expect(page.get_by_label("Wants reminders by e-mail")).not_to_be_checked()


def test_btx_095_a_signing_in_again_brings_the_form_back_filled_in(context: BrowserContext, user: User) -> None:
    page = open_form(context, user)
    type_person(page)
    Session.objects.all().delete()
    page.get_by_role("button", name="Register", exact=True).click()
    page.wait_for_url("**/sign-in/**")
    sign_in(page, user)
    page.wait_for_url("**/patients/new/")
    expect(page.get_by_text("What you had typed is back.")).to_be_visible()
    expect_typed(page)
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.get_by_role("heading", name="Chart")).to_be_visible()
    patient = Patient.objects.get()
    assert (patient.name, patient.wants_reminders) == ("Asha Rao", False)
    page.goto("/patients/new/")
    expect(page.get_by_label("Name*")).to_have_value("")
    expect(page.locator("[data-keep-notice]")).to_be_hidden()


def test_btx_095_b_signing_in_in_another_tab_costs_one_press(context: BrowserContext, user: User) -> None:
    page = open_form(context, user)
    type_person(page)
    other = context.new_page()
    Session.objects.all().delete()
    other.goto("/patients/")
    sign_in(other, user)
    other.wait_for_url("**/patients/")
    page.get_by_role("button", name="Register", exact=True).click()
    page.get_by_role("button", name="Save it now").click()
    expect(page.get_by_role("heading", name="Chart")).to_be_visible()
    assert Patient.objects.get().note_for_desk.split() == ["comes", "by", "bus,", "always", "early"]


def test_btx_095_c_closed_tab_is_offered_again_to_the_same_person_only(context: BrowserContext, user: User) -> None:
    page = open_form(context, user)
    type_person(page)
    page.wait_for_timeout(500)
    page.close()
    page = open_form(context, user)
    expect(page.get_by_label("Name*")).to_have_value("")
    page.get_by_role("button", name="Put it back").click()
    expect_typed(page)
    page.wait_for_timeout(500)
    page.close()
    Session.objects.all().delete()
    page = open_form(context, with_password(member(name="Ila Joshi")))
    expect(page.locator("[data-keep-notice]")).to_be_hidden()


def test_way_back_to_a_refused_form_opens_it_and_offers_what_was_typed(context: BrowserContext, user: User) -> None:
    page = open_form(context, user)
    type_person(page)
    page.get_by_label("Phone", exact=True).fill("12")
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.locator(".invalid-feedback").first).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())  # leave it unsaved
    page.goto("/patients/")
    page.go_back()
    page.get_by_role("button", name="Put it back").click()
    expect_typed(page)


def test_discarded_draft_is_gone(context: BrowserContext, user: User) -> None:
    page = open_form(context, user)
    type_person(page)
    page.wait_for_timeout(500)
    page.close()
    page = open_form(context, user)
    page.get_by_role("button", name="Discard it").click()
    page.wait_for_load_state()
    expect(page.locator("[data-keep-notice]")).to_be_hidden()


def test_search_is_walked_by_keyboard(context: BrowserContext, user: User) -> None:
    person("Sumitra", "Parmar")
    person("Suman", "Shah")
    page = open_form(context, user)
    page.keyboard.press("Control+k")
    page.keyboard.type("sum")
    expect(page.get_by_text("2 patients")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Suman Shah")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Suman Shah")).to_be_hidden()
    expect(page.locator("#id_search")).to_be_focused()
    page.keyboard.type("i")
    expect(page.get_by_text("1 patient", exact=True)).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("banner").get_by_role("link", name="Book")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#id_search")).to_be_focused()
    expect(page.get_by_role("link", name="Sumitra Parmar")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("banner").get_by_role("link", name="Book")).to_be_focused()
    page.keyboard.press("o")
    expect(page.get_by_role("heading", name="Chart")).to_be_visible()


PRESS_AT_ONCE = """() => new MutationObserver((_, observer) => {
    const hit = document.querySelector("[data-hit]");
    if (hit) { observer.disconnect(); hit.click(); }
}).observe(document.body, {childList: true, subtree: true})"""


def test_found_patient_pressed_at_once_opens_as_the_callers_card(context: BrowserContext, user: User) -> None:
    person("Sumitra", "Parmar")
    page = open_form(context, user)
    page.evaluate(PRESS_AT_ONCE)
    page.keyboard.press("Control+k")
    page.keyboard.type("sumitra")
    expect(page.get_by_role("banner").get_by_role("link", name="Book")).to_be_focused()
    expect(page.get_by_label("Name*")).to_be_visible()
