"""A grave answer in a form stands where a clinician looks the moment it is sent, and where an injection is booked."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from clinic.locations.models import Location
from clinic.staff.models import Role
from patients.inbox import inbox
from patients.intake import review, submit
from patients.models import Intake, Patient
from scheduling import context, reading_first
from scheduling.models import VisitPolicy
from tests.clinic.clinical_words import clinical_words_in
from tests.patients.intake_making import filled, invited
from tests.patients.making import client_of, member, person, place
from tests.scheduling.made import NOW, TUESDAY, Clinic, someone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]
TODAY, BOOK = reverse("scheduling:today"), reverse("scheduling:book")
GRAVE = "s01_hypersensitivity"
WAITS = "An intake of this patient is to be read first."


def sent(at: Location, **told: Any) -> Intake:
    return submit(intake=filled(invited(NOW, at=at), NOW, **told), by=None, now=NOW)


def booked_for(patient: Patient, here: Clinic) -> str:
    return f"{BOOK}?patient={patient.public_id}&type={here.injection.public_id}"


def test_it_stands_on_the_clinicians_day_at_once_and_goes_when_read(here: Clinic) -> None:
    form = sent(here.location, **{GRAVE: "yes"})
    assert form.is_grave
    here.visit("10:30", patient=form.patient, type=here.injection)
    doctor = client_of(here.doctor)
    page = doctor.get(TODAY).text
    assert "An intake to be read first" in page
    assert reverse("patients:intake_review", args=[form.public_id]) in page
    assert "next visit Tue 2 Mar 2027, 10:30" in page
    assert context._counts(here.doctor) == {"signature": 0, "intake": 1, "corrections": 0}  # noqa: SLF001 - what the rail counts
    board = doctor.get(TODAY, {"day": TUESDAY.isoformat()}).text
    assert "Intake to be read first" in board
    review(intake=form, by=here.doctor, now=NOW)
    assert "to be read first" not in doctor.get(TODAY).text + doctor.get(TODAY, {"day": TUESDAY.isoformat()}).text
    assert context._counts(here.doctor)["intake"] == 0  # noqa: SLF001


def test_a_mild_answer_waits_its_turn(here: Clinic) -> None:
    form = sent(here.location, s30_driver="no")
    assert (form.to_assess, form.is_grave) == (1, False)
    assert "to be read first" not in client_of(here.doctor).get(TODAY).text
    assert WAITS not in client_of(here.desk).get(booked_for(form.patient, here)).text


def test_another_places_form_is_not_there(here: Clinic) -> None:
    sent(place("Another place"), **{GRAVE: "yes"})
    assert "to be read first" not in client_of(here.doctor).get(TODAY).text


def test_desk_sees_that_it_waits_and_nothing_that_stands_in_it(here: Clinic) -> None:
    form = sent(here.location, **{GRAVE: "yes"})
    here.visit("10:30", patient=form.patient)
    desk = client_of(here.desk)
    assert "An intake to be read first" not in desk.get(TODAY).text  # it may not open it
    board = desk.get(TODAY, {"day": TUESDAY.isoformat()}).text
    assert "Intake to be read first" in board
    assert clinical_words_in(board) == []


def test_booking_an_injection_says_it(here: Clinic) -> None:
    form = sent(here.location, **{GRAVE: "yes"})
    desk = client_of(here.desk)
    page = desk.get(booked_for(form.patient, here)).text
    assert WAITS in page
    other = f"{BOOK}?patient={form.patient.public_id}&type={here.consultation.public_id}"
    assert WAITS not in desk.get(other).text  # a visit without a needle is where it is spoken of
    assert WAITS not in desk.get(booked_for(someone("Usha", at=here.location), here)).text
    at = reverse("scheduling:book_here", args=["20270302T0500Z"])
    ids = {"place": here.location.public_id, "with": here.doctor.public_id, "patient": form.patient.public_id}
    where = {name: str(key) for name, key in ids.items()}
    assert WAITS in desk.get(at, where).text
    review(intake=form, by=here.doctor, now=NOW)
    assert WAITS not in desk.get(booked_for(form.patient, here)).text
    assert WAITS not in desk.get(at, where).text


@pytest.mark.parametrize(
    ("day", "is_overdue"), [(date(2027, 3, 3), True), (date(2027, 3, 4), False)]
)  # today is Monday the first, ten o'clock; the letter that asks again goes two days before, at nine
def test_a_form_is_overdue_from_the_day_it_is_asked_for_again(here: Clinic, day: date, *, is_overdue: bool) -> None:
    visit = here.visit("10:30", day=day)
    (waiting,) = inbox(Intake.objects.visible_to(here.desk), now=NOW).waiting
    assert waiting.visit is not None
    assert (waiting.visit.starts_at, waiting.is_overdue) == (visit.starts_at, is_overdue)
    page = client_of(here.desk).get(reverse("patients:intake_inbox")).text
    assert ("Form overdue" in page) is is_overdue
    assert reverse("patients:intake_invite", args=[visit.patient.public_id]) in page


def test_who_is_overdue_comes_first_also_where_no_letter_asks_again(here: Clinic) -> None:
    VisitPolicy.objects.create(
        appointment_type=here.consultation, changed_at=NOW, changed_by=here.desk, reminder_days_before=[],
        nudge_days_before=None, sends_aftercare=True, asks_check_ins=True,
    )  # fmt: skip
    invited(NOW, name="Invited", at=here.location)
    here.visit("10:30", patient=someone("Later", at=here.location), day=date(2027, 3, 11))
    here.visit("10:30", patient=someone("Soon", at=here.location), day=TUESDAY)
    waiting = inbox(Intake.objects.visible_to(here.desk), now=NOW).waiting
    assert [(one.intake.patient.given_name, one.is_overdue) for one in waiting] == [
        ("Soon", True),
        ("Invited", False),
        ("Later", False),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_as_often_for_three_as_for_one(here: Clinic, count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        form = sent(here.location, **{GRAVE: "yes"})
        here.visit("11:30", patient=form.patient, type=here.injection, day=date(2027, 3, 3 + number))
        here.visit("10:30", patient=person(f"P{number}", at=here.location), day=date(2027, 3, 3 + number))
    user = member(Role.CLINICIAN, at=here.location)
    with django_assert_num_queries(2):  # the forms, their visits
        assert len(reading_first.forms_to_read_first(user, now=NOW)) == count
    with django_assert_num_queries(6):  # sent, to compare, awaited, letters, visits, the policy of their one type
        assert len(inbox(Intake.objects.visible_to(user), now=NOW).waiting) == count
