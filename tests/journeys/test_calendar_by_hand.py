"""The desk works on the calendar by hand: drags to another day and takes it back, stretches, is refused, books.

A colleague has the same week open all along. The keyboard does what the mouse does.
"""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from scheduling.models import Appointment
from tests.journeys import desk_steps as desk
from tests.journeys.clinic_of import Team, a_team
from tests.journeys.looking import Eyes, window
from tests.journeys.running import Running
from tests.scheduling.made import another_doctor, someone

pytestmark = pytest.mark.django_db(transaction=True)


def next_week() -> date:
    """The Monday after this week: all of it is still to come."""
    today = timezone.now().date()
    return today + timedelta(days=7 - today.weekday())


def visit_of(team: Team, name: str, clock: str, day: date) -> Appointment:
    return team.clinic.visit(clock, day=day, patient=someone(name), now=timezone.now())


def column(page: Page, day: date, stretch: int = 0) -> Locator:
    """One day of the week, the morning or the evening of it."""
    return page.locator(f".cal-col[data-key^='{day:%Y%m%d}-']").nth(stretch)


def shown(page: Page, name: str) -> Locator:
    return page.locator(".appt:not(.is-ghost)", has_text=name)


def drag(page: Page, visit: Locator, to: Locator, *, row: int) -> None:
    """Take a visit at its top and put it down at a row of a column."""
    start, end = visit.bounding_box(), to.bounding_box()
    assert start is not None
    assert end is not None
    height = end["height"] / int(to.get_attribute("data-rows") or 1)
    page.mouse.move(start["x"] + 20, start["y"] + 6)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] + 20, steps=3)
    page.mouse.move(end["x"] + 20, end["y"] + (row - 1) * height + 6, steps=5)
    page.mouse.up()


def pull_edge(page: Page, visit: Locator, *, down: float) -> None:
    """Take a visit at its lower edge and pull it down, in pixels."""
    box = visit.bounding_box()
    assert box is not None
    edge = box["y"] + box["height"] - 3
    page.mouse.move(box["x"] + 60, edge)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, edge + down, steps=6)
    page.mouse.up()


def look_again(page: Page) -> None:
    """Somebody turns to the page: it asks at once whether it is still true."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def book_at_ten(page: Page, day: date, eyes: Eyes) -> None:
    """Press the free time of ten, say who and what for."""
    column(page, day).locator("a.slot.r1").click()
    page.get_by_label("Who for?").fill("Hansa")
    page.locator("[data-hit]").click()
    expect(page.get_by_role("radio", name="Consultation")).to_be_checked()
    eyes.look(page, name="calendar, book here", dark=True)
    page.get_by_role("button", name="Book 10:00").click()
    expect(column(page, day).locator(".appt").first).to_contain_text("Hansa")


def look_at_the_others(page: Page, day: date, eyes: Eyes) -> None:
    """Look at the calendar's other pages of a day."""
    for name in ("calendar/?", "calendar/?by=rooms&", "calendar/month/?", "calendar/agenda/?", "calendar/print/?"):
        page.goto(f"/{name}day={day:%Y-%m-%d}")
        eyes.look(page, name=name, dark=name == "calendar/?")


def test_a_week_is_worked_by_hand(web_running: Running, browser: Browser, eyes: Eyes) -> None:
    team = a_team()
    monday = next_week()
    tuesday, thursday = monday + timedelta(days=1), monday + timedelta(days=3)
    visit, other = visit_of(team, "Farida", "10:30", tuesday), visit_of(team, "Nikunj", "17:00", thursday)
    another_doctor(team.clinic)
    at, url = team.clinic.at, f"/calendar/week/?day={tuesday:%Y-%m-%d}&with={team.doctor.public_id}"
    with (
        window(browser, base_url=web_running.url, eyes=eyes) as page,
        window(browser, base_url=web_running.url, eyes=eyes) as colleague,
    ):
        for one, who in ((page, team.desk), (colleague, team.manager)):
            desk.sign_in(one, who, eyes)
            one.goto(url)
        eyes.look(page, name="calendar, week", dark=True)

        drag(page, shown(page, "Farida"), column(page, thursday), row=7)
        expect(page.locator(".toast")).to_contain_text("Farida Rao 0 moved to")
        expect(column(page, thursday).locator(".appt")).to_contain_text("11:30")
        visit.refresh_from_db()
        assert visit.starts_at == at("11:30", thursday)
        look_again(colleague)
        expect(column(colleague, thursday).locator(".appt")).to_contain_text("Farida")

        page.locator(".toast").get_by_role("button", name="Undo").click()
        expect(column(page, tuesday).locator(".appt")).to_contain_text("10:30")
        visit.refresh_from_db()
        assert (visit.starts_at, visit.minutes) == (at("10:30", tuesday), 30)

        drag(page, shown(page, "Farida"), column(page, thursday, 1), row=1)
        expect(page.get_by_role("alert")).to_contain_text("Nikunj Rao 1 has 17:00")
        eyes.look(page, name="calendar, refused")
        page.keyboard.press("Escape")
        expect(page.locator(".refusal")).to_have_count(0)
        expect(column(page, tuesday).locator(".appt")).to_contain_text("Farida")

        pull_edge(page, shown(page, "Nikunj"), down=48)
        expect(page.locator(".toast").last).to_contain_text("Nikunj Rao 1 until 18:00")
        other.refresh_from_db()
        assert (other.minutes, other.sequence) == (60, 0)

        shown(page, "Farida").focus()
        page.keyboard.press("m")
        expect(page.get_by_label("Move to", exact=True)).to_be_focused()
        eyes.look(page, name="calendar, a visit beside it", dark=True)
        page.get_by_label("Start").select_option(label="12:00 · Room 1")
        page.get_by_role("button", name="Move", exact=True).click()
        expect(column(page, tuesday).locator(".appt")).to_contain_text("12:00")

        patient = someone("Hansa")
        book_at_ten(page, tuesday, eyes)
        assert url in page.url
        booked = Appointment.objects.get(patient=patient)
        assert (booked.starts_at, booked.clinician) == (at("10:00", tuesday), team.doctor)

        look_at_the_others(page, tuesday, eyes)
    assert not eyes.serious, "\n".join(eyes.found)
    assert not eyes.broken
