"""Booking without a link: from the public page to the visit, and what a stranger does not learn on the way."""

import re
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client

from clinic.audit.models import Entry
from clinic.outbox.models import Letter
from patients.models import Patient
from scheduling import booking
from scheduling.models import Appointment, HeldTime, OnlineRequest
from scheduling.online import asking, knocking, tidying
from tests.scheduling.made import NOW, Clinic, another_doctor
from tests.scheduling.online_making import (
    KNOWN,
    TYPED,
    asked_on_the_web,
    go_through,
    hold_first,
    newest_code,
    page_of,
    slots_on,
    taking_bookings,
)
from tests.scheduling.test_races import at_once

pytestmark = pytest.mark.django_db
QUERIES = 19


@pytest.fixture
def here(time_machine: Any) -> Clinic:
    time_machine.move_to(NOW, tick=False)
    return taking_bookings()


def test_a_stranger_books_and_has_a_record_that_the_desk_sees(here: Clinic) -> None:
    browser = Client()
    booked = go_through(here, browser, note="I use a wheelchair")
    assert "Your visit is booked" in booked.text
    visit = Appointment.objects.select_related("patient").get()
    patient = visit.patient
    assert (patient.name, patient.email, patient.phone) == ("Rekha Parmar", "rekha@patients.example", "+919876500077")
    assert (str(patient.born_on), patient.birth_precision) == ("1984-08-14", "day")
    assert (visit.booked_by, visit.reason, visit.state) == (None, "I use a wheelchair", "booked")
    assert not HeldTime.objects.kept().exists()
    assert Letter.objects.about(visit).of_kind("appointment_confirmed").count() == 1
    assert list(Entry.objects.filter(verb="patient.registered").values_list("actor", flat=True)) == ["patient online"]
    asked = OnlineRequest.objects.get()
    assert (asked.appointment, asked.is_known, asked.checked_at) == (visit, False, None)
    again = browser.post(page_of(here, "yours"), {"do": "code", "code": "123456"}, follow=True)
    assert "Your visit is booked" in again.text
    assert (Appointment.objects.count(), Patient.objects.count()) == (1, 1)


def test_known_and_unknown_are_answered_alike(here: Clinic) -> None:
    """CHECKLIST A8 and L10: the same pages, the same mails; the visit is in the record that was here."""
    said: dict[str, list[Any]] = {}
    patients = {"known": Patient.objects.create(location=here.location, **KNOWN), "unknown": None}
    for who, typed in (("known", {}), ("unknown", {"email": "nobody@patients.example"})):
        browser, pages = Client(), list[Any]()
        hold_first(here, browser)
        for sent in (TYPED | typed, {"do": "code", "code": "1"}, {"do": "again"}):
            answer = browser.post(page_of(here, "yours"), sent, follow=True)
            text = re.sub(r"[\w.]+@patients\.example|\d\d:\d\d|[\w-]{36,64}", "", answer.text)
            pages.append((answer.status_code, text))
        pages.append(Letter.objects.of_kind(asking.LETTER).count())
        said[who] = pages
        browser.post(page_of(here, "yours"), {"do": "code", "code": newest_code()})
        visit = Appointment.objects.latest("id")
        assert (visit.patient == patients[who]) is (who == "known")
    assert said["known"][:3] == said["unknown"][:3]
    assert (said["known"][3], said["unknown"][3]) == (1, 2)


@pytest.mark.parametrize(
    ("theirs", "typed"),
    [
        ({"born_on": "1984-08-15"}, {}),
        ({"search_name": "rekha shah", "family_name": "Shah"}, {}),
        ({"email": "other@patients.example"}, {}),
        ({}, {"born_day": "", "born_month": ""}),
        ({"deceased_on": "2027-01-01"}, {}),
    ],
    ids=["birth", "name", "address", "less known", "died"],
)
def test_who_does_not_agree_in_all_is_a_new_person(here: Clinic, theirs: dict[str, str], typed: dict[str, str]) -> None:
    before = Patient.objects.create(location=here.location, **KNOWN | theirs)
    assert "Your visit is booked" in go_through(here, Client(), **typed).text
    assert Appointment.objects.get().patient != before


def test_nothing_is_registered_or_booked_without_the_code(here: Clinic) -> None:
    browser = Client()
    hold_first(here, browser)
    browser.post(page_of(here, "yours"), TYPED)
    code = newest_code()
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(asking.WRONG_CODES_AT_MOST):
        answer = browser.post(page_of(here, "yours"), {"do": "code", "code": wrong})
        assert answer.status_code == 422
        assert "This code does not work" in answer.text
    assert browser.post(page_of(here, "yours"), {"do": "code", "code": code}).status_code == 422  # guessed too often
    assert browser.post(page_of(here, "yours"), {"do": "book"}).status_code == 422
    assert (Patient.objects.count(), Appointment.objects.count()) == (0, 0)


def test_a_new_code_comes_after_a_minute_and_ends_the_old_one(here: Clinic, time_machine: Any) -> None:
    browser = Client()
    hold_first(here, browser)
    browser.post(page_of(here, "yours"), TYPED)
    first = newest_code()
    assert "No code could be sent now" in browser.post(page_of(here, "yours"), {"do": "again"}).text
    time_machine.move_to(NOW + timedelta(minutes=1), tick=False)
    assert "A new code is on its way" in browser.post(page_of(here, "yours"), {"do": "again"}).text
    assert browser.post(page_of(here, "yours"), {"do": "code", "code": first}).status_code == 422
    assert browser.post(page_of(here, "yours"), {"do": "code", "code": newest_code()}).status_code == 302


def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(here: Clinic) -> None:
    browser = Client()
    hold_first(here, browser)
    typed = TYPED | {"given_name": "", "email": "rekha", "phone": "12", "agrees": "", "note": "An interpreter"}
    answer = browser.post(page_of(here, "yours"), typed)
    assert answer.status_code == 422
    for words in ("Write your name", "Write the whole address", "too few for a phone", "Tick this", "An interpreter"):
        assert words in answer.text
    assert not OnlineRequest.objects.exists()


def test_a_held_time_is_kept_ten_minutes_and_once_more_while_the_code_comes(here: Clinic, time_machine: Any) -> None:
    browser = Client()
    hold_first(here, browser)
    time_machine.move_to(NOW + timedelta(minutes=8), tick=False)
    browser.post(page_of(here, "yours"), TYPED)
    assert HeldTime.objects.get().until == NOW + timedelta(minutes=18)
    browser.post(page_of(here, "yours"), TYPED | {"note": "Late"})
    assert HeldTime.objects.get().until == NOW + timedelta(minutes=18)
    code = newest_code()
    time_machine.move_to(NOW + timedelta(minutes=20), tick=False)
    assert "has run out" in browser.get(page_of(here, "yours")).text
    booked = browser.post(page_of(here, "yours"), {"do": "code", "code": code}, follow=True)
    assert "Your visit is booked" in booked.text  # nobody took it meanwhile


def test_a_time_taken_meanwhile_is_told_and_another_is_booked_without_a_new_code(
    here: Clinic, time_machine: Any
) -> None:
    browser = Client()
    hold_first(here, browser)
    browser.post(page_of(here, "yours"), TYPED)
    code, held = newest_code(), HeldTime.objects.get()
    time_machine.move_to(NOW + timedelta(minutes=11), tick=False)
    here.visit(slot=booking.slot_of(held), now=NOW + timedelta(minutes=11))
    refused = browser.post(page_of(here, "yours"), {"do": "code", "code": code})
    assert (refused.status_code, "has just been taken" in refused.text) == (409, True)
    hold_first(here, browser)
    shown = browser.get(page_of(here, "yours")).text
    assert 'name="code"' not in shown
    assert "Your visit is booked" in browser.post(page_of(here, "yours"), {"do": "book"}, follow=True).text
    assert Letter.objects.of_kind(asking.LETTER).count() == 1


def test_letting_a_time_go_frees_it_and_another_choice_does_too(here: Clinic) -> None:
    browser = Client()
    hold_first(here, browser)
    hold_first(here, browser)
    assert HeldTime.objects.kept().count() == 1
    browser.post(page_of(here, "yours"), {"do": "release"})
    assert not HeldTime.objects.kept().exists()
    assert browser.get(page_of(here, "yours")).status_code == 302


@pytest.mark.parametrize("slot", ["", "x", "2027-03-02T05:00:00|x", "{moment}|nobody", "9999-12-31T00:00:00+00:00|x"])
def test_a_made_up_time_is_not_held(here: Clinic, slot: str) -> None:
    page = page_of(here, type=str(here.consultation.public_id))
    answer = Client().post(page, {"slot": slot.format(moment=here.at("10:30").isoformat())})
    assert (answer.status_code, HeldTime.objects.count()) == (409, 0)


@pytest.mark.parametrize(("clock", "is_held"), [("09:30", False), ("11:45", False), ("12:00", True), ("12:30", True)])
def test_btx_010_a_time_within_the_notice_is_not_held(here: Clinic, clock: str, is_held: bool) -> None:
    """BTX-010: at ten, with two hours' notice: half past nine has gone by and 11:45 is too near; noon is not."""
    here.consultation.after_buffer_minutes = 0
    here.consultation.save()
    page = page_of(here, type=str(here.consultation.public_id))
    slot = f"{here.at(clock, NOW.date()).isoformat()}|{here.doctor.public_id}"
    assert Client().post(page, {"slot": slot}).status_code == (302 if is_held else 409)


def test_btx_010_a_page_that_grew_stale_holds_nothing(here: Clinic, time_machine: Any) -> None:
    page = page_of(here, type=str(here.consultation.public_id))
    time_machine.move_to(NOW - timedelta(minutes=10), tick=False)
    browser = Client()
    noon = next(slot for slot in slots_on(browser.get(page).text) if slot.startswith("2027-03-01T06:30"))
    time_machine.move_to(NOW + timedelta(minutes=5), tick=False)
    assert browser.post(page, {"slot": noon}).status_code == 409


def test_an_injection_is_never_offered_to_strangers(here: Clinic) -> None:
    here.injection.is_online = True
    here.injection.save()
    text = Client().get(page_of(here)).text
    assert str(here.injection.public_id) not in text
    answer = Client().get(page_of(here, type=str(here.injection.public_id)))
    assert str(here.consultation.public_id) in answer.text
    assert "Choose a day" in answer.text  # of the one there is


def test_where_no_type_is_open_the_page_says_to_call(here: Clinic) -> None:
    here.consultation.is_online = False
    here.consultation.save()
    assert "not booked online" in Client().get(page_of(here)).text
    here.location.is_active = False
    here.location.save()
    assert Client().get(page_of(here)).status_code == 404


def test_both_zones_are_named_where_they_differ(here: Clinic) -> None:
    """BTX-016: half past ten India time is five in London, and is stored as 05:00Z."""
    asked = {
        "type": str(here.consultation.public_id),
        "zone": "Europe/London",
        "day": "2027-03-02",
        "from": "2027-03-02",
    }
    browser = Client()
    text = browser.get(page_of(here, **asked)).text
    assert "10:30" in text
    assert "05:00 London time" in text
    slot = f"{here.at('10:30').isoformat()}|{here.doctor.public_id}"
    kept = browser.post(page_of(here, **asked), {"slot": slot}, follow=True).text
    assert "10:30 to 11:00 India time" in kept
    assert "05:00 to 05:30 London time" in kept
    assert HeldTime.objects.get().starts_at.isoformat() == "2027-03-02T05:00:00+00:00"
    assert "London" not in browser.get(page_of(here, "yours", zone="Asia/Colombo")).text  # the same clock


def test_the_page_asks_the_same_of_the_database_for_one_clinician_and_for_three(
    here: Clinic, django_assert_num_queries: Any
) -> None:
    page = page_of(here, type=str(here.consultation.public_id))
    Client().get(page)
    with django_assert_num_queries(QUERIES):
        Client().get(page)
    for name in ("Dr Two", "Dr Three"):
        another_doctor(here, name)
    with django_assert_num_queries(QUERIES):
        Client().get(page)


def test_what_was_never_proven_is_forgotten_after_a_day(here: Clinic) -> None:
    asked_on_the_web(here.location, NOW)
    booking.hold(slot=here.slot(), now=NOW)
    knocking.may(knocking.LOOK, address="192.0.2.1", now=NOW)
    assert tidying.sweep(NOW + timedelta(minutes=10)) == 1
    assert OnlineRequest.objects.count() == HeldTime.objects.count() == 1
    tidying.sweep(NOW + timedelta(days=1, minutes=11))
    assert not OnlineRequest.objects.exists()
    assert not HeldTime.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_strangers_at_one_time_at_once_one_holds_it(here: Clinic) -> None:
    page = page_of(here, type=str(here.consultation.public_id))
    slot = f"{here.at('10:30').isoformat()}|{here.doctor.public_id}"
    presses: list[Any] = [partial(Client().post, page, {"slot": slot}) for _ in range(8)]
    assert Counter(answer.status_code for answer in at_once(presses)) == {302: 1, 409: 7}
    assert HeldTime.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_code_pressed_many_times_at_once_books_one_visit_of_one_person(here: Clinic) -> None:
    browser = Client()
    hold_first(here, browser)
    browser.post(page_of(here, "yours"), TYPED)
    code = newest_code()

    def press() -> int:
        twin = Client()
        twin.cookies = browser.cookies
        return twin.post(page_of(here, "yours"), {"do": "code", "code": code}).status_code

    answers = Counter(at_once([press] * 6))
    assert set(answers) <= {200, 302}
    assert (Appointment.objects.count(), Patient.objects.count()) == (1, 1)
