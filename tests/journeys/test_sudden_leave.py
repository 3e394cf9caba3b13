"""A clinician rings in ill: the desk enters it, sees whom it hits, moves one visit, keeps one, and nothing is left."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from clinic.lib.days import day_of
from clinic.outbox.models import Letter
from patients.models import Patient
from scheduling import booking
from scheduling.booking import Slot
from scheduling.models import Absence, Appointment
from tests.journeys import desk_steps as desk
from tests.journeys.clinic_of import Team, a_team
from tests.journeys.looking import Eyes, window
from tests.journeys.running import Running
from tests.patients.making import person

pytestmark = pytest.mark.django_db(transaction=True)
DAYS_AHEAD = 8


def the_day(team: Team) -> date:
    """A coming day on which the doctor works."""
    day = day_of(timezone.now(), team.clinic.location.zone) + timedelta(days=DAYS_AHEAD)
    return day if day.weekday() < 6 else day + timedelta(days=1)


def booked(team: Team, name: str, clock: str) -> Appointment:
    here = team.clinic
    slot = Slot(
        clinician=team.doctor,
        location=here.location,
        room=here.rooms[0],
        type=here.injection,
        starts_at=here.at(clock, the_day(team)),
    )
    patient: Patient = person(name, "Rao", email=f"{name.lower()}@patients.example")
    return booking.book(patient=patient, slot=slot, by=team.desk, now=timezone.now())


def leave_is_entered(page: Page, team: Team, eyes: Eyes) -> None:
    """Looked at first: nothing is written until the second press."""
    page.get_by_role("link", name="Who is away").click()
    page.get_by_label("From*").first.fill(the_day(team).isoformat())
    page.get_by_label("What for").fill("Ill")
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_text("2 booked visits cannot stay.")).to_be_visible()
    assert not Absence.objects.exists()
    eyes.look(page, name="leave, whom it hits", dark=True)
    page.get_by_role("button", name="Save and list the visits").click()
    page.wait_for_url("**/worklist/")
    eyes.look(page, name="visits to move", dark=True)


def move(page: Page, visit: Appointment) -> None:
    """Press the first time that is offered."""
    expect(page.get_by_role("heading", name=visit.patient.name)).to_be_visible()
    page.locator("button.time").first.click()
    expect(page.get_by_text(f"{visit.patient.name} moved to")).to_be_visible()
    visit.refresh_from_db()


def one_is_moved_put_back_and_moved_again(page: Page, visit: Appointment) -> None:
    was = visit.starts_at
    move(page, visit)
    assert visit.starts_at > was
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Put back")).to_be_visible()
    visit.refresh_from_db()
    assert visit.starts_at == was
    move(page, visit)
    letters = Letter.objects.about(visit).filter(state="queued").exclude(letter="appointment_reminder")
    assert letters.count() == 1


def test_a_clinicians_sudden_leave_leaves_nobody_behind(web_running: Running, browser: Browser, eyes: Eyes) -> None:
    team = a_team()
    asha, bina = booked(team, "Asha", "10:30"), booked(team, "Bina", "11:30")
    with window(browser, base_url=web_running.url, eyes=eyes) as page:
        desk.sign_in(page, team.desk, eyes)
        leave_is_entered(page, team, eyes)
        one_is_moved_put_back_and_moved_again(page, asha)
        page.get_by_text("It stands all the same").click()
        page.get_by_label("Why it stands").fill("Comes in for her")
        page.get_by_role("button", name="Keep it there").click()
        expect(page.get_by_text("Every visit stands where it can")).to_be_visible()
        eyes.look(page, name="no visit to move")
    bina.refresh_from_db()
    assert bina.starts_at == team.clinic.at("11:30", the_day(team))
    assert eyes.broken == []
    assert not eyes.serious, "\n".join(eyes.found)
