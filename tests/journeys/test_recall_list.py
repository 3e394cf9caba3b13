"""The desk works the recall list from the top: no answer, a booking, one who will not come; then paper and table."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from scheduling.models import Call, FollowUp
from tests.journeys import desk_steps as desk
from tests.journeys.clinic_of import Team, a_team
from tests.journeys.looking import Eyes, window
from tests.journeys.running import Running
from tests.scheduling.test_recall import another
from tests.treatments.sessions import an_active_plan, checked, prepared, signed, some_vials

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ("Hetal", "Ila", "Jigna")


def three_overdue(team: Team) -> None:
    """Three patients treated sixteen weeks ago who should have been back a month ago, a day apart."""
    doctor, location, then = team.doctor, team.clinic.location, timezone.now() - timedelta(weeks=16)
    draft = checked(an_active_plan(doctor, then, location=location, given_name="Hetal"), doctor, then)
    prepared(draft, some_vials(doctor, then, location=location), doctor, then)
    session = signed(draft, doctor, then)
    first = FollowUp.objects.get()
    for days, name in enumerate(NAMES[1:], start=1):
        row = another(session, location=location)
        row.patient.given_name = name
        row.patient.save()
        FollowUp.objects.filter(pk=row.pk).update(book_by_on=first.book_by_on + timedelta(days=days))


def names(page: Page) -> Locator:
    return page.locator("tr[data-row] th .plain")


def log(page: Page, outcome: str) -> None:
    """Choose what happened in the row that is open."""
    page.get_by_role("radio", name=outcome).check()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save call").click()


def state_of(name: str) -> str:
    return str(FollowUp.objects.get(patient__given_name=name).state)


def test_three_rows_are_worked_from_the_top(web_running: Running, browser: Browser, eyes: Eyes) -> None:
    team = a_team()
    three_overdue(team)
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        desk.sign_in(page, team.desk, eyes)
        page.get_by_role("link", name="Recall").first.click()
        page.wait_for_url("**/recall/")  # loaded, its keys too
        expect(names(page)).to_have_text([f"{name} Trivedi" for name in NAMES])

        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Log a call to Hetal Trivedi")).to_be_visible()
        log(page, "No answer")
        expect(page.get_by_label("Ring again on")).not_to_have_value("")
        eyes.look(page, name="recall, a row open", dark=True)
        save(page)
        expect(names(page)).to_have_text(["Ila Trivedi", "Jigna Trivedi"])
        expect(page.get_by_text("Back on the list on")).to_be_visible()

        page.get_by_role("link", name=re.compile("Log call.*Ila")).click()
        log(page, "Books now")
        save(page)
        page.wait_for_url("**/book/**")
        page.locator("button.time").first.click()
        expect(names(page)).to_have_text(["Jigna Trivedi"])
        assert state_of("Ila") == "booked"

        page.get_by_role("link", name=re.compile("Log call.*Jigna")).click()
        log(page, "Will not come")
        save(page)
        expect(page.get_by_text("Say in the patient's words why not.")).to_be_visible()
        page.get_by_label("Note").fill("Moves to Pune")
        save(page)
        expect(page.get_by_role("heading", name="Nobody waits for you")).to_be_visible()
        assert state_of("Jigna") == "declined"
        page.get_by_role("button", name="Undo").click()
        expect(names(page)).to_have_text(["Jigna Trivedi"])
        assert state_of("Jigna") == "pending"

        with page.expect_download() as saved:
            page.get_by_role("link", name="CSV").click()
        assert "Jigna Trivedi" in Path(saved.value.path()).read_text(encoding="utf-8")
        page.get_by_role("link", name="Call sheet").click()
        expect(page.get_by_role("heading", name="Call sheet")).to_be_visible()
        expect(page.get_by_role("rowheader")).to_have_count(1)
        eyes.look(page, name="call sheet")
    assert [call.outcome for call in Call.objects.order_by("id")] == ["no_answer", "books_now", "declined"]
    assert eyes.broken == []
    assert not eyes.serious, "\n".join(eyes.found)
