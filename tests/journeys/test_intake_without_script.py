"""The intake on a phone whose browser runs no script: everything works, and the link's address goes nowhere else."""

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Request, expect

from patients.models import Intake
from tests.journeys.looking import PHONE, choose
from tests.journeys.running import Running
from tests.patients.intake_making import filled, invited, token_of


@pytest.mark.django_db(transaction=True)
def test_intake_without_script_is_filled_in_and_tells_nobody_its_address(
    web_running: Running, browser: Browser
) -> None:
    now = timezone.now()
    intake = invited(now)
    link = f"{web_running.url}/i/{token_of(intake, now)}/"
    asked: list[Request] = []
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": PHONE[0], "height": PHONE[1]}, base_url=web_running.url
    )
    context.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - Playwright cannot hold a builtin
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Start").click()
    page.get_by_label("Your name, as on your papers").fill("Asha")
    page.get_by_role("button", name="Save and continue").click()
    page.locator(".fig-front label[for=w-jaw]").click()
    page.get_by_text("Choose from a list instead").click()
    expect(page.get_by_role("checkbox", name="Face or jaw")).to_be_checked()
    page.locator("#w-shoulder-l").check()
    page.locator(".chips label[for=w-jaw]").click()
    page.get_by_role("group", name="at its worst").get_by_text("7", exact=True).click(force=True)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", name="Please check 3 answers")).to_be_visible()
    page.get_by_role("link", name="Choose what the treatment should help with").click()
    assert page.url.endswith("#id_what_for_0")
    choose(page.get_by_role("checkbox", name="Jaw pain, or grinding of the teeth"))
    choose(page.locator("input[name=pain_usual][value='5']"))
    page.locator("input[name=pain_since_year]").fill("2019")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", name="Your jaw")).to_be_visible()  # the part that belongs to it
    page.get_by_role("button", name="Save and leave").click()
    intake.refresh_from_db()
    assert (intake.answers["pain_where"], intake.answers["pain_worst"]) == (["shoulder-l"], 7)
    assert intake.answers["what_for"] == ["jaw"]
    page.goto(f"{link}send/")
    expect(page.get_by_role("heading", name="Check your answers before you send them")).to_be_visible()
    filled(Intake.objects.get(), now)
    page.reload()
    page.get_by_label("These answers are right").check()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you. Your answers were sent.")).to_be_visible()
    intake.refresh_from_db()
    assert intake.state == "submitted"
    assert {request.url.split("/")[2] for request in asked} == {web_running.url.split("/")[2]}
    assert not [request.url for request in asked if "/i/" in request.headers.get("referer", "")]
    context.close()
