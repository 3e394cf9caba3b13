"""The telephone rings: from whatever page is open to a booked visit in at most six interactions; the desk's day."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from patients.models import Patient
from scheduling.models import Appointment, RunningLate
from tests.journeys import desk_steps as desk
from tests.journeys.clinic_of import Team, a_team
from tests.journeys.looking import Eyes, window
from tests.journeys.running import Running
from tests.patients.making import person

pytestmark = pytest.mark.django_db(transaction=True)
AT_MOST = 6


@dataclass
class Hands:
    """Somebody at the desk whose every key, word and click is counted: a word typed is one."""

    page: Page
    done: int = 0

    def press(self, key: str) -> None:
        self.done += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.done += 1
        self.page.keyboard.type(text)

    def click(self, what: Locator) -> None:
        self.done += 1
        what.click()


def caller(name: str, digits: str) -> Patient:
    return person(name, "Rao", phone=f"98765 0{digits}", email=f"{name.lower()}@patients.example")


def card(page: Page) -> Locator:
    return page.locator("[data-caller]")


def booked_for(page: Page, patient: Patient) -> None:
    """Wait for the page after, which says so; the table agrees."""
    expect(page.get_by_text(f"{patient.name} booked for")).to_be_visible()
    assert Appointment.objects.filter(patient=patient, state="booked").count() == 1


def by_keyboard(page: Page, patient: Patient) -> int:
    """Ctrl-K, the last four digits, Enter to the card, Enter to book, the first time, Enter."""
    hands = Hands(page)
    hands.press("Control+k")
    hands.type(patient.phone[-4:])
    hands.press("Enter")
    expect(card(page).get_by_role("link", name="Book")).to_be_focused()
    hands.press("Enter")
    page.wait_for_url("**/book/**")
    hands.press("ArrowRight")
    expect(page.locator("button.time").first).to_be_focused()
    hands.press("Enter")
    booked_for(page, patient)
    return hands.done


def by_mouse(page: Page, patient: Patient) -> int:
    """A click into the search, the digits, the person, Book, a time."""
    hands = Hands(page)
    hands.click(page.get_by_label("Find a patient"))
    hands.type(patient.phone[-4:])
    hands.click(page.get_by_role("link", name=patient.name))
    hands.click(card(page).get_by_role("link", name="Book"))
    hands.click(page.locator("button.time").last)  # an evening leaves few
    booked_for(page, patient)
    return hands.done


def a_visit_of_today(team: Team) -> None:
    """Somebody stands on the board whose time has just begun."""
    now, here = timezone.now(), team.clinic
    Appointment.objects.create(
        patient=person("Ila", "Modi"), clinician=team.doctor, location=here.location, type=here.consultation,
        room=here.rooms[0], starts_at=now, ends_at=now + timedelta(minutes=20),
        occupied_until=now + timedelta(minutes=20), booked_at=now,
    )  # fmt: skip


def the_board_is_told(page: Page, eyes: Eyes) -> None:
    """The clinician runs late: one press and its undo; then one mood alone."""
    page.goto("/")
    eyes.look(page, name="today", dark=True)
    page.locator("summary", has_text="On time").click()
    page.get_by_role("button", name="20 minutes").click()
    expect(page.get_by_text("runs 20 minutes late")).to_be_visible()
    expect(page.get_by_text("20 min late")).to_be_visible()
    eyes.look(page, name="today, a clinician late")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("summary", has_text="On time")).to_be_visible()
    assert RunningLate.objects.get().taken_back_at
    page.wait_for_load_state("load")  # its script too
    Appointment.objects.filter(patient__given_name="Ila").update(state="arrived", arrived_at=timezone.now())
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # somebody looks again
    expect(page.get_by_role("button", name="To Room 1 Ila Modi")).to_be_visible()
    Appointment.objects.filter(patient__given_name="Ila").update(state="booked", arrived_at=None)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("button", name="Check in Ila Modi")).to_be_visible()
    page.get_by_role("link", name="To come").click()
    expect(page.locator(".visit").get_by_role("link", name="Ila Modi")).to_be_visible()


def who_is_it_for(page: Page, patient: Patient, eyes: Eyes) -> None:
    """Booking from the calendar's own button asks for whom, and finds them while one types."""
    page.get_by_role("link", name="Book", exact=True).click()
    page.get_by_label("Name, phone or record number").press_sequentially(patient.phone[-4:])
    expect(page.get_by_text("1 patient", exact=True)).to_be_visible()
    eyes.look(page, name="book, who for", dark=True)
    page.keyboard.press("Enter")
    page.wait_for_url("**/book/?*patient=*")


def test_a_phone_call_is_booked_in_at_most_six_interactions_from_any_page(
    web_running: Running, browser: Browser, eyes: Eyes
) -> None:
    team = a_team()
    asha, bina = caller("Asha", "0131"), caller("Bina", "0242")
    a_visit_of_today(team)
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        desk.sign_in(page, team.desk, eyes)
        page.goto(reverse("scheduling:recall"))
        assert by_keyboard(page, asha) <= AT_MOST
        page.goto(reverse("scheduling:messages"))
        assert by_mouse(page, bina) <= AT_MOST
        page.wait_for_load_state("load")  # its keys too
        page.get_by_label("Find a patient").fill("asha")
        page.keyboard.press("Enter")
        expect(card(page)).to_contain_text("Next visit")
        eyes.look(page, name="caller's card", dark=True)
        page.keyboard.press("p")
        page.wait_for_url("**/visits/print/")
        eyes.look(page, name="visits on paper")
        page.go_back()
        the_board_is_told(page, eyes)
        who_is_it_for(page, asha, eyes)
        page.goto(reverse("scheduling:day_before"))
        eyes.look(page, name="the day before", dark=True)
    assert eyes.broken == []
    assert not eyes.serious, "\n".join(eyes.found)
