"""A lot is recalled: its patients are found and told one by one, and nobody prepares from it any more."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from clinic.audit.models import Entry
from clinic.staff.models import Role, User
from tests.browsing import PASSWORD, sign_in
from tests.journeys.looking import Eyes, window
from tests.journeys.running import Running
from tests.treatments.people import a_user
from tests.treatments.sessions import an_active_plan, checked, some_vials
from tests.treatments.test_withdrawing import treated
from treatments.models import Preparation, RecallContact

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = "C7731A3"


def a_colleague(role: Role, name: str) -> User:
    user = a_user(role, name=name)
    user.set_password(PASSWORD)
    user.save()
    return user


def enter(page: Page, user: User) -> None:
    page.goto("/staff/sign-in/")
    sign_in(page, user)
    page.wait_for_url(re.compile(r"^(?!.*sign-in)"))


def write_down(page: Page, patient: str, outcome: str, note: str) -> None:
    """Open a patient's form on the list and write what came of the attempt."""
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=re.compile(patient)))
    row.get_by_label("Outcome").select_option(label=outcome)
    row.get_by_label("Note").fill(note)
    row.get_by_role("button", name="Write down").click()


def test_recalled_lot_leads_to_each_patient_and_into_no_syringe(
    web_running: Running, browser: Browser, eyes: Eyes
) -> None:
    manager, doctor = a_colleague(Role.MANAGER, "Rupal Desai"), a_colleague(Role.CLINICIAN, "Dr Meera Solanki")
    now = timezone.now()
    for name, phone in (("Hetal", "+919876500017"), ("Ila", "+919876500018")):
        treated(doctor, now, given_name=name, phone=phone)
    some_vials(doctor, now)
    waiting = checked(an_active_plan(doctor, now, given_name="Jigna"), doctor, now)
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        enter(page, manager)
        page.get_by_role("link", name="Stock").click()
        page.get_by_role("link", name=NUMBER).first.click()
        page.get_by_label("Change to").select_option(label="Recall: its patients are told")
        page.get_by_label("Reason").fill("Letter of the maker of today")
        page.get_by_role("button", name="Change the state").click()
        expect(page.get_by_text("2 patients are still to be reached")).to_be_visible()
        eyes.look(page, name="recall of a lot", dark=True)
        write_down(page, "Hetal", "No answer", "Rang twice")
        expect(page.get_by_text("2 patients are still to be reached")).to_be_visible()
        write_down(page, "Hetal", "Reached", "Well; knows what to watch for")
        expect(page.get_by_text("1 patient is still to be reached")).to_be_visible()
        write_down(page, "Ila", "Reached", "Well")
        expect(page.get_by_text("everybody was reached")).to_be_visible()
        eyes.look(page, name="recall of a lot, closed")
    assert RecallContact.objects.count() == 3
    assert Entry.objects.filter(verb="recall.closed").count() == 1
    made = Preparation.objects.count()
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        enter(page, doctor)
        page.goto(f"/treatments/sessions/{waiting.public_id}/prepare/")
        page.locator(".option").filter(has_text=NUMBER).get_by_role("checkbox").check()
        page.locator("input[name=diluent][value=saline]").check()
        page.get_by_label("mL in all").fill("4")
        page.get_by_label("Made up at").fill(f"{timezone.localtime() - timedelta(minutes=5):%Y-%m-%dT%H:%M}")
        page.get_by_role("button", name="Record the preparation").click()
        expect(page.get_by_text(f"Lot {NUMBER} is recalled").first).to_be_visible()
    assert Preparation.objects.count() == made
    assert eyes.broken == []
    assert not eyes.serious, "\n".join(eyes.found)
