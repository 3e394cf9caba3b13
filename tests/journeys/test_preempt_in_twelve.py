"""A PREEMPT session from the plan to the signature in at most twelve interactions beside the day-of check.

An interaction is one thing the hand does on a page: a press of a button, a link or a box, or one field written or
chosen, however many characters it takes. Reading and scrolling are none. The day-of check is not counted, neither its
answers nor the press that keeps it: each question is to be asked, whatever that takes. Every interaction goes through
`Hand`, so that none is forgotten. Lot, diluent, mL, time and the day's answers are never filled in beforehand, which
the test looks at where each is asked.
"""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browsing import PASSWORD, sign_in
from tests.journeys.looking import Eyes, window
from tests.journeys.running import Running
from tests.journeys.session_steps import ZONE
from tests.treatments.people import a_user
from tests.treatments.sessions import REASON, an_active_plan, some_vials

pytestmark = pytest.mark.django_db(transaction=True)

AT_MOST = 12


class Hand:
    """The clinician's hand: each deed is one interaction and is kept by name."""

    def __init__(self) -> None:
        self.did: list[str] = []

    def press(self, thing: Locator) -> None:
        """Press a button or tick a box."""
        self.did.append(f"press {thing.evaluate('thing => thing.name || thing.textContent.trim()')}")
        thing.click()

    def write(self, field: Locator, text: str) -> None:
        """Write one field."""
        self.did.append(f"write {field.evaluate('field => field.name')}")
        field.fill(text)

    def choose(self, field: Locator, value: str) -> None:
        """Choose from a list."""
        self.did.append(f"choose {field.evaluate('field => field.name')}")
        field.select_option(value)


def nothing_is_filled_in(page: Page) -> None:
    """Nothing on the page is ticked, chosen or written before the hand does it."""
    assert page.locator("main input:checked").count() == 0
    boxes = page.locator("main form input:not([type=hidden]):not([type=radio]):not([type=checkbox]), main textarea")
    assert [box.get_attribute("name") for box in boxes.all() if box.input_value()] == []


def check_the_day(page: Page) -> None:
    """Every question of the day, asked and answered, with the reasons it asks for; not counted."""
    nothing_is_filled_in(page)
    page.get_by_label("Full name").check()
    page.get_by_label("Date of birth").check()
    for answer in page.locator("main input[type=radio][value=no]:not([name=consent])").all():
        answer.check()
    page.locator("input[name=consent][value=yes]").check()
    page.get_by_role("button", name="Keep the check and go on").click()
    for reason in page.locator("main textarea[name^='reason:']").all():
        reason.fill(REASON)
        reason.press("Tab")
    if page.get_by_text("a reason is due").is_visible():
        page.get_by_role("button", name="Keep the check and go on").click()


def test_preempt_session_from_plan_to_signature_in_twelve_interactions(
    web_running: Running, browser: Browser, eyes: Eyes
) -> None:
    doctor = a_user(name="Dr Meera Solanki")
    doctor.set_password(PASSWORD)
    doctor.save()
    plan = an_active_plan(doctor, timezone.now(), given_name="Asha")
    some_vials(doctor, timezone.now(), number="C7731A3", count=2)
    hand = Hand()
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        page.goto("/staff/sign-in/")
        sign_in(page, doctor)
        page.wait_for_url(re.compile(r"^(?!.*sign-in)"))
        page.goto(reverse("treatments:plan", args=[plan.public_id]))
        hand.press(page.get_by_role("button", name="Start session"))
        check_the_day(page)

        expect(page.get_by_role("heading", name="Preparation")).to_be_visible()
        nothing_is_filled_in(page)
        eyes.look(page, name="preparation with its syringe plan", dark=True)
        hand.press(page.locator("input[name=vials]").first)
        hand.press(page.locator("input[name=diluent][value=saline]"))
        hand.write(page.get_by_label("mL in all"), "4")
        made_at = datetime.datetime.now(ZONE) - datetime.timedelta(minutes=5)
        hand.write(page.get_by_label("Made up at"), made_at.strftime("%Y-%m-%dT%H:%M"))
        hand.press(page.get_by_role("button", name="Record the preparation"))

        expect(page.get_by_role("heading", name="Injection session")).to_be_visible()
        expect(page.locator("[data-use-by]")).to_contain_text("23 h")
        eyes.look(page, name="session with its clock", dark=True)
        hand.write(page.get_by_label("Needle"), "30 G, 13 mm")
        hand.choose(page.get_by_label("Guidance"), "none")
        hand.press(page.get_by_label("Aftercare sheet given"))
        hand.choose(page.get_by_label("Pain during the injections"), "3")
        hand.press(page.get_by_role("button", name="Review and sign"))
        expect(page.get_by_role("heading", name="Read back, then sign")).to_be_visible()
        hand.press(page.get_by_role("button", name="Sign session"))
        expect(page.get_by_text(f"Signed by {doctor.full_name}")).to_be_visible()
    session = plan.sessions.get()
    assert session.is_signed
    assert session.sites.count() == 31
    assert len(hand.did) <= AT_MOST, hand.did
    assert eyes.broken == []
    assert not eyes.serious, "\n".join(eyes.found)
