"""A visit from its own link: confirmed, moved, cancelled by its patient, within the policy, and no other visit."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.outbox.deeds import owe
from clinic.outbox.models import Letter
from patients.links import make_link
from scheduling import booking
from scheduling.models import Appointment, HeldTime
from tests.clinic.random_parts import without_random_parts
from tests.outbox.reading import rendered_for
from tests.scheduling.calendars import faults, lines_of, value_of
from tests.scheduling.made import NOW, Clinic, another_doctor, clinic, someone
from tests.scheduling.online_making import slots_on

pytestmark = pytest.mark.django_db
THURSDAY = date(2027, 3, 4)


@pytest.fixture
def here(time_machine: Any, settings: Any) -> Clinic:
    settings.PUBLIC_URL = "http://testserver"
    time_machine.move_to(NOW, tick=False)
    return clinic()


@pytest.fixture
def visit(here: Clinic) -> Appointment:
    return here.visit("10:30", day=THURSDAY)


def link_of(visit: Appointment) -> str:
    """The address in the letter that confirms it."""
    letter = (
        Letter.objects.about(visit).filter(letter__in=("appointment_confirmed", "appointment_moved")).newest_first()[0]
    )
    found = re.search(r"http://testserver(/m/\S+)", rendered_for(letter, NOW).text)
    assert found
    return found[1]


def test_the_letter_has_a_link_and_says_until_when_it_changes_the_visit(visit: Appointment) -> None:
    letter = Letter.objects.about(visit).of_kind("appointment_confirmed").get()
    assert "That works until 3 March 2027, 10:30 India time." in rendered_for(letter, NOW).text


def test_a_visit_too_near_to_change_is_told_of_without_the_link(here: Clinic) -> None:
    visit = here.visit("18:00", day=NOW.date())
    letter = Letter.objects.about(visit).of_kind("appointment_confirmed").get()
    assert "/m/" not in rendered_for(letter, NOW).text


def test_a_look_changes_nothing_and_a_press_confirms(visit: Appointment) -> None:
    url, browser = link_of(visit), Client()
    for _ in range(3):
        assert "Will you come?" in browser.get(url).text
    visit.refresh_from_db()
    assert visit.state == "booked"
    assert "You have told us" in browser.post(url, {"do": "confirm", "seen": "0"}).text
    visit.refresh_from_db()
    assert visit.state == "confirmed"


def test_the_page_names_neither_the_patient_nor_what_for(visit: Appointment) -> None:
    """CHECKLIST L1."""
    text = without_random_parts(Client().get(link_of(visit)).text)
    for word in ("Asha", "Rao", "Consultation"):
        assert word not in text


def test_a_visit_moves_to_a_held_time_and_keeps_its_own_until_then(here: Clinic, visit: Appointment) -> None:
    url, browser = link_of(visit), Client()
    page = browser.get(f"{url}move/?from=2027-03-04&day=2027-03-04").text
    slots = slots_on(page)
    later = next(slot for slot in slots if slot.startswith("2027-03-04T05:15"))  # 10:45: it overlaps itself, BTX-004
    asked = browser.post(f"{url}move/", {"slot": later}).text
    assert "Is this right?" in asked
    visit.refresh_from_db()
    assert visit.starts_at == here.at("10:30", THURSDAY)
    assert HeldTime.objects.get().moving == visit
    done = browser.post(f"{url}move/", {"slot": later, "confirm": "1", "seen": "0"})
    assert "Your visit has moved" in done.text
    assert "A link in the e-mail moves or cancels the visit." in done.text
    assert "Please call" not in done.text
    visit.refresh_from_db()
    assert (visit.starts_at, visit.sequence, visit.state) == (here.at("10:45", THURSDAY), 1, "booked")
    assert not HeldTime.objects.kept().exists()
    assert browser.get(url).status_code == 410
    assert "10:45" in browser.get(link_of(visit)).text


def test_anyone_is_offered_where_that_is_asked_for(here: Clinic, visit: Appointment) -> None:
    other = another_doctor(here)
    url, browser = link_of(visit), Client()
    assert str(other.public_id) not in browser.get(f"{url}move/").text
    slot = f"{here.at('10:30', THURSDAY).isoformat()}|{other.public_id}"
    assert browser.post(f"{url}move/", {"slot": slot}).status_code == 409
    browser.post(f"{url}move/?who=anyone", {"slot": slot})
    browser.post(f"{url}move/?who=anyone", {"slot": slot, "confirm": "1", "seen": "0"})
    visit.refresh_from_db()
    assert visit.clinician == other


def test_a_visit_is_cancelled_with_what_its_patient_says(visit: Appointment) -> None:
    url, browser = link_of(visit), Client()
    assert "Your visit is cancelled" in browser.post(url, {"do": "cancel", "seen": "0", "words": "I travel"}).text
    visit.refresh_from_db()
    assert (visit.state, visit.ended_reason) == ("cancelled", "By the patient, by link: I travel")
    assert browser.post(url, {"do": "cancel", "seen": "0"}).status_code == 410


def test_too_many_words_are_told_and_kept(visit: Appointment) -> None:
    answer = Client().post(link_of(visit), {"do": "cancel", "seen": "0", "words": "Fever. " * 40})
    assert (answer.status_code, "no more than 200" in answer.text, answer.text.count("Fever.")) == (422, True, 40)


def test_moved_too_near_to_change_again_the_page_promises_no_link_and_gives_the_number(visit: Appointment) -> None:
    url, browser = f"{link_of(visit)}move/", Client()
    today = slots_on(browser.get(f"{url}?from={NOW:%Y-%m-%d}&day={NOW:%Y-%m-%d}").text)[-1]
    browser.post(url, {"slot": today})
    done = browser.post(url, {"slot": today, "confirm": "1", "seen": "0"}).text
    assert "Your visit has moved" in done
    assert "A link in the e-mail moves or cancels the visit." not in done
    assert 'href="tel:' in done


def test_within_a_day_it_is_confirmed_but_neither_moved_nor_cancelled(visit: Appointment, time_machine: Any) -> None:
    url, browser = link_of(visit), Client()
    edge = visit.starts_at - timedelta(hours=24)
    time_machine.move_to(edge, tick=False)
    assert browser.get(f"{url}move/").status_code == 200
    time_machine.move_to(edge + timedelta(seconds=1), tick=False)
    assert "Cancel my visit" not in browser.get(url).text
    for answer in (browser.post(url, {"do": "cancel", "seen": "0"}), browser.get(f"{url}move/")):
        assert (answer.status_code, "too late" in answer.text) == (409, True)
    assert browser.post(url, {"do": "confirm", "seen": "0"}).status_code == 200
    visit.refresh_from_db()
    assert visit.state == "confirmed"


def test_how_late_is_the_types_own(here: Clinic, visit: Appointment, time_machine: Any) -> None:
    here.consultation.change_hours = 2
    here.consultation.save()
    url = link_of(visit)
    time_machine.move_to(visit.starts_at - timedelta(hours=2), tick=False)
    assert Client().post(url, {"do": "cancel", "seen": "0"}).status_code == 200


@pytest.mark.parametrize("sent", ["", "x", "7"])
def test_a_press_of_a_page_that_showed_something_else_changes_nothing(visit: Appointment, sent: str) -> None:
    url = link_of(visit)
    for press in ("confirm", "cancel"):
        assert Client().post(url, {"do": press, "seen": sent}).status_code == 409
    visit.refresh_from_db()
    assert visit.state == "booked"


def test_the_link_that_confirms_neither_moves_nor_cancels(visit: Appointment) -> None:
    """CHECKLIST L1: a link is for one purpose."""
    token = make_link(purpose="confirm-visit", patient=visit.patient, about=visit, now=NOW, expires_at=visit.ends_at)[1]
    for name in ("manage_visit", "move_visit"):
        assert (
            Client().post(reverse(f"scheduling:{name}", args=[token]), {"do": "cancel", "seen": "0"}).status_code == 404
        )


def test_a_time_somebody_took_meanwhile_is_told_and_the_visit_stays(here: Clinic, visit: Appointment) -> None:
    url, browser = link_of(visit), Client()
    slot = f"{here.at('12:00', THURSDAY).isoformat()}|{here.doctor.public_id}"
    here.visit("12:00", day=THURSDAY, patient=someone())
    answer = browser.post(f"{url}move/", {"slot": slot, "confirm": "1", "seen": "0"})
    assert (answer.status_code, "not free any more" in answer.text) == (409, True)
    visit.refresh_from_db()
    assert visit.starts_at == here.at("10:30", THURSDAY)


def test_letting_go_shows_the_times_again(here: Clinic, visit: Appointment) -> None:
    url, browser = link_of(visit), Client()
    slot = f"{here.at('12:00', THURSDAY).isoformat()}|{here.doctor.public_id}"
    browser.post(f"{url}move/", {"slot": slot})
    assert "Is this right?" in browser.get(f"{url}move/").text
    assert "Choose a time" in browser.post(f"{url}move/", {"release": "1"}).text
    assert not HeldTime.objects.kept().exists()


def test_a_reminder_has_both_links(visit: Appointment) -> None:
    letter = owe(
        "appointment_reminder", about=visit, person=visit.patient, due_at=NOW, edition="0", step="9",
        not_after=visit.starts_at,
    )  # fmt: skip
    text = rendered_for(letter, NOW).text
    assert "/v/" in text
    assert "/m/" in text


def test_a_cancelled_visits_hold_keeps_nothing(here: Clinic, visit: Appointment) -> None:
    url = link_of(visit)
    slot = f"{here.at('12:00', THURSDAY).isoformat()}|{here.doctor.public_id}"
    Client().post(f"{url}move/", {"slot": slot})
    booking.cancel(appointment=visit, reason="Travels", by=here.desk, now=NOW)
    assert Client().get(f"{url}move/").status_code == 410
    assert here.visit("12:00", day=THURSDAY, now=NOW + booking.HELD_FOR).state == "booked"


def test_the_file_for_the_patients_calendar_is_the_letters_own_visit_and_names_nobody(
    here: Clinic, visit: Appointment, time_machine: Any
) -> None:
    """BTX-082: the same uid, twice the same file but for its stamp, and after the move the new time by the new link."""
    url = link_of(visit)
    assert f'href="{url}visit.ics"' in Client().get(url).text
    first = Client().get(f"{url}visit.ics")
    assert (first["Content-Type"], first["Cache-Control"]) == ("text/calendar; charset=utf-8", "no-store")
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)
    second = Client().get(f"{url}visit.ics")
    assert [line.name for line, other in zip(lines_of(first.content), lines_of(second.content), strict=True)
            if line != other] == ["DTSTAMP"]  # fmt: skip
    assert faults(first.content) == []
    shown = [value_of(first.content, name) for name in ("UID", "METHOD", "SEQUENCE", "DTSTART")]
    assert shown == [str(visit.public_id), "PUBLISH", "0", "20270304T050000Z"]
    for told in (b"Asha", b"Rao", visit.patient.email.encode(), b"ATTENDEE", b"Consultation"):
        assert told not in first.content
    booking.move(appointment=visit, slot=here.slot("11:30", day=THURSDAY), seen_version=1, by=here.desk, now=NOW)
    assert Client().get(f"{url}visit.ics").status_code == 410
    moved = Client().get(f"{link_of(visit)}visit.ics").content
    assert [value_of(moved, name) for name in ("SEQUENCE", "DTSTART")] == ["1", "20270304T060000Z"]
