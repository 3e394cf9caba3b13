"""The vial was given; then somebody reads its label again. What was given is signed as that, and nobody misses it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from clinic.audit.models import Entry
from clinic.staff.models import Role, User
from tests.journeys.looking import Eyes, window
from tests.journeys.running import Running
from tests.journeys.test_lot_recall import a_colleague, enter
from tests.treatments.sessions import ready_to_sign
from treatments.models import Incident, InjectionSession, Vial

pytestmark = pytest.mark.django_db(transaction=True)

STATEMENT = "The label was misread when the lot came; the patient was told and is well."


def correct_the_expiry(page: Page, manager: User) -> None:
    """The manager reads the box again: it expired at the end of last month."""
    last_month = timezone.localdate().replace(day=1) - timedelta(days=1)
    enter(page, manager)
    page.get_by_role("link", name="Stock").click()
    page.get_by_role("link", name="C7731A3").first.click()
    page.get_by_role("heading", name="Expiry misread?").click()
    page.get_by_label("Expires").fill(f"{last_month:%m/%Y}")
    page.get_by_label(re.compile("came about")).fill("Read from the outer box, which was another lot's")
    page.get_by_role("button", name="Correct the expiry").click()
    expect(page.get_by_text("outer box").first).to_be_visible()


def sign_as_given_despite(page: Page, session: InjectionSession, eyes: Eyes) -> None:
    """The clinician is stopped, writes the statement, reads it back and signs."""
    page.get_by_label("Note").fill("Calm, no bleeding.")
    page.get_by_role("button", name="Review and sign").click()
    page.get_by_text("Write your statement").wait_for()
    expect(page.get_by_text(re.compile("expired at the end of")).first).to_be_visible()
    expect(page.get_by_label("Note")).to_have_value("Calm, no bleeding.")
    eyes.look(page, name="session, lot found expired", dark=True)
    page.get_by_label("Your statement").fill(STATEMENT)
    page.get_by_role("button", name="Review and sign").click()
    told = page.get_by_role("region", name="Signed as given despite a stop")
    told.wait_for()
    expect(told).to_contain_text("R07")
    expect(told).to_contain_text(STATEMENT)
    eyes.look(page, name="read back, given despite", dark=True)
    page.get_by_role("button", name="Sign session").click()
    expect(page.get_by_text("What is signed does not change")).to_be_visible()
    sheet = page.get_by_role("region", name="Given despite a stop")
    expect(sheet).to_contain_text(STATEMENT)
    eyes.look(page, name="signed, given despite", dark=True)
    page.goto(f"/treatments/sessions/{session.public_id}/print/")
    expect(page.get_by_role("region", name="Given despite a stop")).to_contain_text(STATEMENT)
    eyes.look(page, name="sheet, given despite")


def test_expired_vial_found_after_the_injection_is_signed_as_given_and_seen_by_the_manager(
    web_running: Running, browser: Browser, eyes: Eyes
) -> None:
    manager, doctor = a_colleague(Role.MANAGER, "Rupal Desai"), a_colleague(Role.CLINICIAN, "Dr Meera Solanki")
    session = ready_to_sign(doctor, timezone.now())
    address = f"/treatments/sessions/{session.public_id}/"
    with (
        window(browser, base_url=web_running.url, eyes=eyes) as office,
        window(browser, base_url=web_running.url, eyes=eyes) as room,
    ):
        enter(room, doctor)
        room.goto(address)  # the page is open and says nothing of it: the lot is in date
        expect(room.get_by_text("Given despite a stop")).to_have_count(0)
        correct_the_expiry(office, manager)
        sign_as_given_despite(room, session, eyes)
        session.refresh_from_db()
        incident = Incident.objects.get()
        assert (incident.session, incident.rule, incident.statement) == (session, "R07", STATEMENT)
        assert session.given_despite == STATEMENT
        assert Vial.objects.get().drawn_units == 155  # it is in the patient: the ledger says so, and a recall finds it
        office.goto("/")
        waiting = office.get_by_role("region", name="Given despite a stop")
        eyes.look(office, name="manager's day, given despite", dark=True)
        waiting.get_by_role("link").first.click()
        office.get_by_role("button", name="I have seen it").click()
        expect(office.get_by_text("Seen by Rupal Desai")).to_be_visible()
        office.goto("/")
        expect(office.get_by_role("region", name="Given despite a stop")).to_have_count(0)
    assert Entry.objects.filter(verb="incident.seen", thing_public_id=session.public_id, by=manager).count() == 1
    assert eyes.broken == []
    assert not eyes.serious, "\n".join(eyes.found)
