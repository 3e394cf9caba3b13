"""Somebody calls: the card says what the desk must know and nothing clinical; the visits on paper; sent again."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.outbox.models import Letter
from clinic.staff.models import Role
from patients.models import Patient
from scheduling.caller import caller
from scheduling.models import Appointment, FollowUp
from tests.clinic.clinical_words import clinical_words_in
from tests.patients.making import client_of, member, place
from tests.scheduling.made import NOW, TUESDAY, Clinic, someone
from tests.treatments.sessions import an_active_plan, checked, prepared, signed, some_vials

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]


@pytest.fixture
def desk(here: Clinic) -> Client:
    return client_of(here.desk)


def card(desk: Client, patient: Patient) -> str:
    return desk.get(reverse("scheduling:caller", args=[patient.public_id])).content.decode()


def treated(here: Clinic) -> FollowUp:
    """Treated this Monday, to be back Monday 24 May, twelve weeks later."""
    draft = checked(
        an_active_plan(here.doctor, NOW, email="meenal@patients.example", location=here.location), here.doctor, NOW
    )
    prepared(draft, some_vials(here.doctor, NOW, location=here.location), here.doctor, NOW)
    found: FollowUp = FollowUp.objects.select_related("patient").get(session=signed(draft, here.doctor, NOW))
    return found


def test_the_card_says_the_next_visit_and_that_the_intake_is_missing(here: Clinic, desk: Client) -> None:
    patient = someone()
    here.visit("10:30", patient=patient)
    here.visit("11:30", patient=patient)
    page = card(desk, patient)
    assert "Tue 2 Mar 2027, 10:30" in page
    assert ("with Dr Meera Solanki" in page, "and 1 more" in page, "Not filled in" in page) == (True, True, True)
    assert "Earliest day" not in page
    assert Entry.objects.filter(verb="caller.opened", patient_public_id=patient.public_id).count() == 1


def test_the_card_of_somebody_treated_says_from_when_and_by_when(here: Clinic, desk: Client) -> None:
    follow_up = treated(here)
    found = caller(follow_up.patient, user=here.desk, now=NOW)
    assert (found.next_visit, found.earliest_on, found.book_by_on) == (None, date(2027, 5, 24), date(2027, 5, 24))
    page = card(desk, follow_up.patient)
    assert ("Mon 24 May 2027" in page, "none booked" in page) == (True, True)


def test_no_clinical_word_stands_on_the_card(here: Clinic, desk: Client) -> None:
    follow_up = treated(here)
    here.visit("10:30", patient=follow_up.patient, day=date(2027, 5, 25), type=here.injection)
    assert clinical_words_in(card(desk, follow_up.patient)) == []


def test_who_has_died_is_not_booked(here: Clinic, desk: Client) -> None:
    patient = someone()
    Patient.objects.filter(pk=patient.pk).update(deceased_on=date(2027, 2, 1))
    page = card(desk, patient)
    assert "Died on 1 Feb 2027: nothing is booked." in page
    assert reverse("scheduling:book") not in page


def test_a_clinician_opens_the_chart_first_and_the_desk_books_first(here: Clinic, desk: Client) -> None:
    patient = someone()
    for browser, keys in ((desk, "bo"), (client_of(here.doctor), "ob")):
        page = card(browser, patient)
        assert "".join(piece[0] for piece in page.split('data-key="')[1:]) == keys


def test_a_letter_about_what_is_to_come_goes_again_and_the_page_stays(here: Clinic, desk: Client) -> None:
    patient = someone()
    here.visit("10:30", patient=patient)
    confirmed = Letter.objects.for_person(patient).get(letter="appointment_confirmed")
    again = reverse("scheduling:resend", args=[confirmed.public_id])
    assert again not in card(desk, patient)  # it waits to go by itself
    Letter.objects.filter(pk=confirmed.pk).update(state="sent", sent_at=NOW, ended_at=NOW, handing_over_at=NOW)
    page = card(desk, patient)
    assert (again in page, "Send again: Visit confirmed" in page) == (True, True)
    answer = desk.post(again, {"stay": "1"}, headers={"referer": "http://testserver/calendar/"})
    assert answer["Location"] == "http://testserver/calendar/"
    assert Letter.objects.for_person(patient).filter(letter="appointment_confirmed", state="queued").count() == 1
    assert again not in card(desk, patient)  # the newest of its kind is on its way


def test_the_card_asks_the_same_of_one_visit_as_of_three(
    here: Clinic, desk: Client, django_assert_num_queries: Any
) -> None:
    patient = someone()
    for hour in (10, 11, 12):
        here.visit(f"{hour}:00", patient=patient)
        desk.get("/")
        with django_assert_num_queries(CARD_QUERIES):
            card(desk, patient)


CARD_QUERIES = 13


def test_visits_on_paper_are_in_the_patients_language_and_say_not_what_for(here: Clinic, desk: Client) -> None:
    patient = someone(language="gu")
    where = reverse("scheduling:visit_slip", args=[patient.public_id])
    assert "<table" not in desk.get(where).content.decode()
    here.visit("10:30", patient=patient, type=here.injection)
    page = desk.get(where).content.decode()
    assert ('<html lang="gu"' in page, "Your visit is booked" in page) == (True, False)
    assert ("10:30" in page, here.doctor.full_name in page) == (True, True)
    assert clinical_words_in(page.split("<main", 1)[1]) == []
    assert Entry.objects.filter(verb="visits.printed").count() == 2


def test_another_locations_patient_is_nobody(here: Clinic) -> None:
    patient = someone()
    there = client_of(member(Role.FRONT_DESK, at=place("Bopal")))
    for name in ("caller", "visit_slip"):
        assert there.get(reverse(f"scheduling:{name}", args=[patient.public_id])).status_code == 404


def test_whom_to_book_for_is_found_while_typing_and_carries_the_time_asked_for(here: Clinic, desk: Client) -> None:
    patient = someone()
    asked = {"day": TUESDAY.isoformat(), "clinician": str(here.doctor.public_id), "at": TUESDAY.isoformat()}
    where = reverse("scheduling:book")
    page = desk.get(where, asked).content.decode()
    assert f"{reverse('patients:search')}?clinician=" in page
    live = desk.get(reverse("patients:search"), {**asked, "for": "book", "q": "asha"}).content.decode()
    without_script = desk.get(where, {**asked, "q": "asha"}).content.decode()
    for shown in (live, without_script):
        assert f'href="{where}?' in shown
        assert f"patient={patient.public_id}" in shown
        assert f"day={TUESDAY}" in shown
        assert f"clinician={here.doctor.public_id}" in shown
        assert reverse("scheduling:caller", args=[patient.public_id]) not in shown
    found = desk.get(where, {**asked, "patient": str(patient.public_id)}).content.decode()
    assert "Tuesday 2 Mar 2027" in found
    assert Entry.objects.filter(verb="patient.searched").count() == 2


def test_who_should_be_here_by_now_calls_about_just_that(here: Clinic, desk: Client, time_machine: Any) -> None:
    """Today's visit counts until it is over: ten minutes past its time, then in the room, then the next morning."""
    visit = here.visit("10:30")
    move = reverse("scheduling:move", args=[visit.public_id])
    time_machine.move_to(visit.starts_at + timedelta(minutes=10), tick=False)
    page = card(client_of(here.desk), visit.patient)
    assert ("Tue 2 Mar 2027, 10:30" in page, "Booked</span>" in page, move in page) == (True, True, True)
    Appointment.objects.filter(pk=visit.pk).update(state="in_room", arrived_at=NOW, in_room_at=NOW)
    page = card(client_of(here.desk), visit.patient)
    slip = reverse("scheduling:visit_slip", args=[visit.patient.public_id])
    assert ("In room</span>" in page, move in page, slip in page) == (True, False, False)
    time_machine.move_to(visit.starts_at + timedelta(days=1), tick=False)
    assert "none booked" in card(client_of(here.desk), visit.patient)
