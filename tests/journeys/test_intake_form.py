"""The intake on a small screen: by keyboard alone, in Gujarati on a second device, and on the clinic's tablet.

The same without script is test_intake_without_script.py.
"""

import re
from datetime import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from clinic.staff.models import User
from patients.models import Intake
from tests.browsing import PASSWORD
from tests.journeys.desk_steps import sign_in
from tests.journeys.intake_hands import fill_by_keys, to_the_end
from tests.journeys.looking import Eyes, choose, window
from tests.journeys.running import Running
from tests.patients.intake_making import filled, invited, token_of
from tests.patients.making import member, place

PARTS = ["about", "pain", "part-headache", "tried", "medicines", "allergies", "safety", "goals", "permissions"]


@pytest.mark.django_db(transaction=True)
def test_btx_100_intake_by_keyboard_in_gujarati_and_on_the_tablet(
    web_running: Running, browser: Browser, eyes: Eyes
) -> None:
    """BTX-100: from the link to the thanks by Tab, arrows, Space and Enter, on 390 px; the focus seen and in order.

    The same server then shows the form in Gujarati, begun on one phone and ended on another, and the clinic's tablet.
    """
    now = timezone.now()
    with window(browser, base_url=web_running.url, eyes=eyes, phone=True) as page:
        _by_keyboard(page, invited(now), now, eyes)
    for part in (_begun_in_gujarati, _ended_elsewhere):
        with window(browser, base_url=web_running.url, eyes=eyes, phone=True) as page:
            part(page, now, eyes)
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        _on_the_tablet(page, _desk(), now, eyes)
    assert not eyes.serious, "\n".join(eyes.found)
    wrong = [
        line for line in eyes.broken if not line.endswith("/tablet/back/")
    ]  # Back, after the end: nothing is there
    assert not wrong, "\n".join(wrong)


def _by_keyboard(page: Page, intake: Intake, now: datetime, eyes: Eyes) -> None:
    page.goto(f"/i/{token_of(intake, now)}/")
    page.get_by_role("button", name="Start").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/step/about/")
    assert to_the_end(page) == PARTS
    eyes.look(page, name="intake, check and send")
    fill_by_keys(page)
    expect(page.get_by_role("heading", name="Thank you. Your answers were sent.")).to_be_visible()
    intake.refresh_from_db()
    assert intake.state == "submitted"
    assert intake.answers["pain_where"] == ["forehead"]
    assert (intake.answers["headache_days_28"], intake.answers["what_for"]) == (4, ["headache"])
    assert intake.details_open  # another number than the record's: none stands there


def _begun_in_gujarati(page: Page, now: datetime, eyes: Eyes) -> None:
    """The figure ticks the list and the list marks the figure; what is typed is kept before any press."""
    intake = invited(now, name="Meena", family="Trivedi", language="gu")
    page.goto(f"/i/{token_of(intake, now)}/")
    expect(page.locator("html")).to_have_attribute("lang", "gu")
    page.locator("form button.btn-primary").click()
    page.goto(page.url.replace("/about/", "/pain/"))
    page.locator(".fig-back label[for=w-neck]").click()
    expect(page.locator("#w-neck")).to_be_checked()
    page.locator(".area-list summary").click()
    choose(page.locator("#w-jaw"))
    expect(page.locator(".chips label[for=w-jaw]")).to_be_visible()
    with page.expect_response(re.compile("/typed/$")) as kept:
        choose(page.locator("input[name=pain_worst][value='7']"))
    assert kept.value.json()["state"] == "saved"
    eyes.look(page, name="intake in Gujarati, pain", dark=True)
    intake.refresh_from_db()
    assert (intake.answers["pain_where"], intake.answers["pain_worst"]) == (["jaw", "neck"], 7)


def _ended_elsewhere(page: Page, now: datetime, eyes: Eyes) -> None:
    """Another phone is asked who it is, shows what was answered, and sends."""
    intake = Intake.objects.get(state="started")
    filled(intake, now, pain_where=["jaw", "neck"], s01_hypersensitivity="yes")
    page.goto(f"/i/{token_of(intake, now)}/")
    assert "ત્રિવેદી" not in page.content()
    for part, value in (("day", "31"), ("month", "1"), ("year", "1970")):
        page.locator(f"input[name=born_{part}]").fill(value)
    page.locator("input[name=born_year]").press("Enter")
    page.locator("a.btn-primary").click()
    page.wait_for_url("**/send/")
    eyes.look(page, name="intake in Gujarati, check and send", dark=True)
    choose(page.locator("#confirmed"))
    page.locator("button[value=send]").click()
    page.wait_for_url("**/i/sent/")
    intake.refresh_from_db()
    assert (intake.state, intake.language, intake.is_grave) == ("submitted", "gu", True)


def _desk() -> User:
    desk = member(at=place())
    desk.set_password(PASSWORD)
    desk.save()
    return desk


def _on_the_tablet(page: Page, desk: User, now: datetime, eyes: Eyes) -> None:
    """The desk hands it over and is signed out; Back shows no chart; the end asks for the tablet."""
    patient = invited(now, name="Kamla", family="Shah").patient
    chart = f"/patients/{patient.public_id}/intake/"
    sign_in(page, desk, eyes)
    page.goto(chart)
    eyes.look(page, name="hand over the tablet")
    page.get_by_role("button", name="Sign me out and hand over").click()
    page.wait_for_url("**/tablet/")
    eyes.look(page, name="tablet, start")
    page.go_back()
    expect(page.get_by_label("Password")).to_be_visible()
    page.goto("/tablet/")
    page.get_by_role("link", name="Start").click()
    eyes.look(page, name="tablet, about")
    page.get_by_label("Your name, as on your papers").fill("Kamla Shah")
    page.get_by_role("button", name="Save and leave").click()
    page.get_by_role("button", name="Stop and give the tablet back").click()
    expect(page.get_by_role("heading", name="Please give the tablet back")).to_be_visible()
    eyes.look(page, name="tablet, over")
    page.go_back()
    assert "Kamla" not in page.content()
