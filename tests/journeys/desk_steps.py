"""What the desk does: signs in, registers, books, reads what went out."""

import re

from playwright.sync_api import Page, expect

from clinic.staff.models import User
from patients.models import Patient
from tests.browsing import PASSWORD
from tests.journeys.looking import Eyes

EMAIL = "asha.rao@patients.example"


def sign_in(page: Page, user: User, eyes: Eyes, *, first: bool = False) -> None:
    """Open the home page, be asked who one is, land on it."""
    page.goto("/")
    page.wait_for_url("**/sign-in/**")
    if first:
        eyes.look(page, name="sign-in", dark=True)
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r":\d+/$"))


def register_asha(page: Page, eyes: Eyes) -> None:
    """Register somebody whose name and phone are here already: warned once, nothing typed is lost."""
    page.goto("/patients/")
    eyes.look(page, name="patients")
    page.goto("/patients/new/")
    page.get_by_label("Name*", exact=True).fill("Asha")
    page.get_by_label("Family name").fill("Rao")
    page.get_by_label("Date of birth").fill("31/01/1970")
    page.get_by_label("Sex").select_option("female")
    page.get_by_label("Phone", exact=True).fill("+91 98765 00131")
    page.get_by_label("E-mail", exact=True).fill(EMAIL)
    page.get_by_label("English").check()
    eyes.look(page, name="register", dark=True)
    page.get_by_role("button", name="Register and book").click()
    expect(page.get_by_role("heading", name="Already here?")).to_be_visible()
    assert not Patient.objects.filter(email=EMAIL).exists()
    expect(page.get_by_label("Date of birth")).to_have_value("31/01/1970")
    eyes.look(page, name="register, already here")
    page.get_by_label("I compared papers: another person").check()
    page.get_by_role("button", name="Register as new and book").last.click()  # below the form, as above it
    page.wait_for_url("**/book/**")


def book_consultation(page: Page, eyes: Eyes) -> None:
    """Press the first free time with the doctor; the room comes with it."""
    asked = page.get_by_role("complementary")
    asked.get_by_label("What for").select_option(label="Consultation")
    asked.get_by_label("With").select_option(label="Dr Meera Solanki")
    page.get_by_role("button", name="Show times").click()
    page.wait_for_url("**clinician=*")
    expect(page.get_by_role("heading", name="Consultation, 30 min")).to_be_visible()
    eyes.look(page, name="book", dark=True)
    page.locator("button.time").first.click()
    page.wait_for_url("**/visits/**")
    expect(page.get_by_text("Room 1")).to_be_visible()
    eyes.look(page, name="visit")


def every_letter_is_told(page: Page, eyes: Eyes, states: dict[str, int]) -> None:
    """Messages: each letter with its state; what was sent can be read, its links cannot be followed."""
    page.get_by_role("link", name="Messages").click()
    page.wait_for_url("**/letters/")
    eyes.look(page, name="messages", dark=True)
    rows = page.locator("table.letters tbody tr")
    told: dict[str, int] = {}
    for number in range(rows.count()):
        word = rows.nth(number).locator("td.c-state").inner_text().strip().lower()
        told[word] = told.get(word, 0) + 1
    assert told == states
    redacted = 0
    for number in range(rows.count()):
        rows.nth(number).get_by_role("link", name="Open").click()
        page.wait_for_url(re.compile(r"/letters/[0-9a-f-]{36}/$"))
        if number == 0:
            eyes.look(page, name="message")
        for address in re.findall(r"https?://\S+", page.locator("main").inner_text()):
            redacted += 1
            assert re.fullmatch(r"https?://[^/]+/…", address), "a link can be read"
        page.go_back()
    assert redacted >= states["sent"] - 2, "the two confirmations alone have no link"
