"""A patient's own page and consents on a phone: by keyboard alone, without a script, and as axe sees them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from clinic.staff.models import Role
from patients.consents import wording_for
from patients.link_check import code_of
from patients.models import AccessLink, Consent, Patient
from patients.reminders import own_page_link
from tests.journeys.keyboard import tab_to
from tests.journeys.looking import PHONE, Eyes
from tests.journeys.running import Running
from tests.patients.consent_making import words
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments.scoring import record_score

SCORED = ((28, 7), (7, 3), (1, 5))
"""Days ago -> the pain that day."""


def treated() -> Patient:
    """Somebody treated three weeks ago, whose pain was scored before and since."""
    doctor, now = a_user(Role.CLINICIAN), timezone.now()
    words()
    at = now - timedelta(days=21)
    session = signed(ready_to_sign(doctor, at, email="meenal@patients.example"), doctor, at)
    for days_ago, value in SCORED:
        record_score(
            patient=session.patient, plan=session.plan, instrument_key="headache_days", value=Decimal(value),
            taken_on=(now - timedelta(days=days_ago)).date(), by=doctor, now=now,
        )  # fmt: skip
    return session.patient


def press(page: Page, name: str) -> None:
    """Go there by Tab, and press Enter."""
    tab_to(page, page.get_by_role("button", name=name))
    page.keyboard.press("Enter")


def follow(page: Page, path: str) -> None:
    """Go to a link by Tab, and press Enter."""
    tab_to(page, page.locator(f"a[href*='{path}']"))
    page.keyboard.press("Enter")


@pytest.mark.django_db(transaction=True)
def test_own_page_and_consents_by_keyboard_without_script(web_running: Running, browser: Browser, eyes: Eyes) -> None:
    """BTX-100: the code asked for and typed, a consent signed and taken back; then both pages by axe, with the plot."""
    link, token = own_page_link(treated(), now=timezone.now())
    start = reverse("scheduling:own_page", args=[token])
    screen = {"base_url": web_running.url, "viewport": {"width": PHONE[0], "height": PHONE[1]}}
    context = browser.new_context(java_script_enabled=False, **screen)  # type: ignore[arg-type] # one dict, two kinds
    page = context.new_page()
    page.goto(start)
    press(page, "Send me a code by e-mail")
    expect(page.get_by_text("A code is on its way")).to_be_visible()
    tab_to(page, page.get_by_label("The code from the e-mail"))
    page.keyboard.type(code_of(AccessLink.objects.get(pk=link.pk)))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your page, Meenal")).to_be_visible()
    press(page, "Read, download or take back")
    expect(page.get_by_role("heading", name="What you agree to")).to_be_visible()
    consents = page.url
    follow(page, f"/sign/{wording_for('photography', 'en').public_id}/")
    expect(page.get_by_role("button", name="I agree and sign")).to_be_visible()
    tab_to(page, page.locator("[name=name]"))
    page.keyboard.type("Meenal Trivedi")
    press(page, "I agree and sign")
    expect(page.get_by_text("Signed. Thank you.")).to_be_visible()
    follow(page, f"/{Consent.objects.get(kind='photography').public_id}/")
    expect(page.get_by_role("button", name="Take it back")).to_be_visible()
    press(page, "Take it back")
    expect(page.get_by_text("Taken back.")).to_be_visible()
    answers = Consent.objects.filter(kind="photography").order_by("id")
    assert list(answers.values_list("is_given", flat=True)) == [True, False]
    known = browser.new_context(storage_state=context.storage_state(), **screen)  # type: ignore[arg-type] # as above
    page = known.new_page()
    page.goto(consents)
    eyes.look(page, name="consents by link", dark=True)
    page.goto(start)
    eyes.look(page, name="own page, opened", dark=True)
    scale = page.locator(".plot-scale text").first.bounding_box()
    assert scale is not None
    assert 0 <= scale["x"] < PHONE[0], "a phone shows the latest, and what the heights mean"
    known.close()
    context.close()
    assert eyes.serious == []
