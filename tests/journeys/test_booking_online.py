"""A stranger books by keyboard alone, in a browser without script, and moves the visit by the link of its letter."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from patients.links import make_link
from scheduling.models import Appointment, OnlineRequest
from scheduling.online import asking
from tests.journeys.keyboard import tab_to
from tests.journeys.looking import PHONE, Eyes
from tests.journeys.running import Running
from tests.scheduling.made import clinic

WIDTH = 320
TYPED = ("Rekha", "Parmar", "14", "8", "1984", "98765 00077", "rekha@patients.example", "An interpreter, please")


@pytest.mark.django_db(transaction=True)
def test_a_stranger_books_by_keyboard_without_script_and_moves_by_link(
    web_running: Running, browser: Browser, eyes: Eyes
) -> None:
    """BTX-100: Tab, Enter and Space alone, the focus seen and in order; each time is a button named in full."""
    here = clinic()
    here.consultation.is_online, here.consultation.change_hours = True, 0
    here.consultation.save()
    start = reverse("scheduling:online_choose", args=[here.location.public_id])
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": WIDTH, "height": 640}, base_url=web_running.url
    )
    page = context.new_page()
    page.goto(start)
    day = page.locator("#day").inner_text()
    named = re.compile(rf"^\d\d:\d\d ?, {day}, free Dr Meera Solanki$")
    expect(page.locator("button.time").first).to_have_accessible_name(named)
    assert page.locator("html").evaluate("page => page.scrollWidth") <= WIDTH
    tab_to(page, page.locator("button.time"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Who comes?")).to_be_visible()
    tab_to(page, page.locator("[name=given_name]"))
    for typed in TYPED:
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Confirm your visit")).to_be_visible()
    tab_to(page, page.locator("[name=code]"))
    page.keyboard.type(asking.code_of(OnlineRequest.objects.get()))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your visit is booked")).to_be_visible()
    context.close()
    visit = Appointment.objects.get()
    token = make_link(
        purpose="manage-visit", patient=visit.patient, about=visit, now=timezone.now(), expires_at=visit.ends_at
    )[1]
    page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]}, base_url=web_running.url)
    page.goto(start)
    eyes.look(page, name="book a visit", dark=True)
    page.goto(reverse("scheduling:manage_visit", args=[token]))
    eyes.look(page, name="your visit", dark=True)
    page.get_by_role("link", name="Move to another time").click()
    eyes.look(page, name="move to another time")
    page.locator("button.time").last.click()
    expect(page.get_by_role("heading", name="Is this right?")).to_be_visible()
    page.get_by_role("button", name="Move my visit to this time").click()
    expect(page.get_by_role("heading", name="Your visit has moved")).to_be_visible()
    visit.refresh_from_db()
    assert visit.sequence == 1
    page.close()
    assert eyes.serious == []
