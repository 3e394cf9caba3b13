"""A freed slot taken from the waiting list: put on it where one books, a visit cancelled, two letters, one winner."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from clinic.outbox import registry
from clinic.outbox.links import Links
from clinic.outbox.models import Letter
from clinic.outbox.registry import Recipient
from patients.models import Patient
from scheduling.models import Appointment, WaitingEntry
from scheduling.waiting import offering
from tests.journeys import desk_steps as desk
from tests.journeys.clinic_of import Team, a_team
from tests.journeys.looking import Eyes, window
from tests.journeys.running import Running
from tests.scheduling.made import someone

pytestmark = pytest.mark.django_db(transaction=True)
SUNDAY = 6  # nobody works then


def put_on_the_list(page: Page, team: Team, patient: Patient, eyes: Eyes) -> None:
    """From the booking page, where no time suits: any day, mornings only."""
    page.goto(f"/book/?patient={patient.public_id}&type={team.clinic.consultation.public_id}")
    page.get_by_role("link", name="Nothing suits? Put on the waiting list").click()
    expect(page.get_by_label("What for")).to_have_value(str(team.clinic.consultation.public_id))
    page.get_by_label("Over by").fill("13:00")
    eyes.look(page, name="put on the waiting list", dark=True)
    page.get_by_role("button", name="Put on the list").click()
    expect(page.get_by_text(f"On the waiting list: {patient.name}")).to_be_visible()


def cancel(page: Page, visit: Appointment) -> None:
    """Cancel a visit on its page."""
    page.goto(f"/visits/{visit.public_id}/")
    page.get_by_text("Cancel this visit…").click()
    page.get_by_role("textbox", name="Reason*", exact=True).fill("Travels")
    page.get_by_role("button", name="Cancel the visit").click()
    expect(page.get_by_text("visit cancelled")).to_be_visible()


def link_in_the_letter(patient: Patient, web: Running) -> str:
    """What the letter says where to press."""
    letter = Letter.objects.of_kind(offering.LETTER).for_person(patient).get()
    kind, now = registry.kind_for(letter.letter), timezone.now()
    recipient = kind.recipient(letter.promise, now=now)
    assert isinstance(recipient, Recipient)
    text = kind.render(letter.promise, recipient, links=Links(web.url), now=now).text
    found = re.search(r"http\S+/o/\S+", text)
    assert found, text
    return found[0]


def test_the_first_to_press_has_the_freed_time_and_the_second_stays_on_the_list(
    web_running: Running, browser: Browser, eyes: Eyes
) -> None:
    team = a_team()
    bela, charu = someone("Bela"), someone("Charu")
    day = timezone.localdate() + timedelta(days=2)
    day += timedelta(days=day.weekday() == SUNDAY)
    freed = team.clinic.visit("10:30", day=day, now=timezone.now(), patient=someone("Zarna"))
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        desk.sign_in(page, team.desk, eyes)
        for patient in (bela, charu):
            put_on_the_list(page, team, patient, eyes)
        cancel(page, freed)
        assert offering.sweep(timezone.now()) == 2
        page.goto("/waiting/")
        expect(page.get_by_text("answer by")).to_have_count(2)
        eyes.look(page, name="waiting list", dark=True)

        with window(browser, base_url=web_running.url, eyes=eyes, phone=True) as phone:
            phone.goto(link_in_the_letter(charu, web_running))
            expect(phone.get_by_role("heading", name="A time has come free")).to_be_visible()
            eyes.look(phone, name="a time has come free", dark=True)
            phone.get_by_role("button", name="Book this time").click()
            expect(phone.get_by_role("heading", name="Your visit is booked")).to_be_visible()
            phone.goto(link_in_the_letter(bela, web_running))
            expect(phone.get_by_role("heading", name="Somebody was a little quicker")).to_be_visible()
            eyes.look(phone, name="somebody was quicker", dark=True)

        assert Appointment.objects.get(state="booked").patient == charu
        assert WaitingEntry.objects.waiting().get().patient == bela
        page.reload()
        expect(page.get_by_role("link", name=bela.name)).to_be_visible()
        expect(page.get_by_role("link", name=charu.name)).to_have_count(0)
    assert not eyes.serious, "\n".join(eyes.found)
    assert {line.split()[0] for line in eyes.broken} <= {"410"}
