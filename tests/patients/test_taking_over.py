"""What a patient wrote of themselves beside the record: which fields differ, and what each decision leaves behind."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.staff.models import Role, User
from patients.birth import Birth
from patients.comparing import differences
from patients.intake import submit
from patients.models import DetailDecision, Intake
from patients.registration import EditedMeanwhile
from patients.taking_over import CannotBeTakenOver, NothingToDecide, leave, take_over
from tests.patients.intake_making import filled, invited, patient_of
from tests.patients.making import client_of, member, place

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2027, 1, 11)


def sent(at: datetime.datetime, **told: Any) -> Intake:
    return submit(intake=filled(invited(at, phone="+919876500131"), at, **told), by=None, now=at)


def told(at: datetime.datetime, answers: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """What differs, with what the record would say."""
    patient = invited(at, **facts).patient
    return {one.field: one.value for one in differences(answers, patient, today=TODAY)}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, {}),
        ({"about_given_name": "  asha ", "about_family_name": "RAO"}, {}),
        ({"about_given_name": "Asha Rao"}, {}),
        ({"about_given_name": "Usha"}, {"given_name": "Usha"}),
        ({"about_phone": "098765 00131"}, {}),
        ({"about_phone": "98765 00132"}, {"phone": "+919876500132"}),
        ({"about_email": "ASHA@patients.example"}, {}),
        ({"about_email": "new@patients.example"}, {"email": "new@patients.example"}),
        ({"about_born": "1970-01-31"}, {}),
        ({"about_born": "1970"}, {}),
        ({"about_born": "1971"}, {"birth": Birth(datetime.date(1971, 1, 1), "year")}),
        ({"about_born": "2099-01-01"}, {"birth": None}),
        ({"about_language": "gu"}, {"language": "gu"}),
        ({"about_language": "en"}, {}),
    ],
)
def test_only_what_says_something_else_differs(
    answers: dict[str, Any], expected: dict[str, Any], at: datetime.datetime
) -> None:
    """A spelling of the same number, a name in other letters' case, a year within a known day: nothing to decide."""
    assert told(at, answers, phone="+919876500131") == expected


def test_a_better_known_date_of_birth_differs_from_a_year(at: datetime.datetime) -> None:
    year_only = Birth(datetime.date(1970, 1, 1), "year")
    assert told(at, {"about_born": "1970-01-31"}, birth=year_only) == {
        "birth": Birth(datetime.date(1970, 1, 31), "day")
    }


def test_taking_over_changes_the_record_and_not_the_answer(at: datetime.datetime, user: User) -> None:
    intake = sent(at, about_phone="98765 00132", about_language="gu")
    assert intake.details_open
    patient = patient_of(intake)
    row = take_over(intake=intake, field="phone", seen_version=patient.version, by=user, now=at)
    patient = patient_of(intake)
    assert (patient.phone, patient.language) == ("+919876500132", "en")
    assert (row.told, row.stood, row.is_taken_over) == ("98765 00132", "+91 98765 00131", True)
    intake.refresh_from_db()
    assert (intake.answers["about_phone"], intake.details_open) == ("98765 00132", True)
    leave(intake=intake, field="language", by=user, now=at)
    intake.refresh_from_db()
    assert (patient_of(intake).language, intake.details_open) == ("en", False)
    verbs = set(Entry.objects.filter(thing_public_id=intake.public_id).values_list("verb", flat=True))
    assert {"intake.detail_taken_over", "intake.detail_left"} <= verbs


def test_a_detail_is_decided_once(at: datetime.datetime, user: User) -> None:
    intake = sent(at, about_phone="98765 00132")
    leave(intake=intake, field="phone", by=user, now=at)
    with pytest.raises(NothingToDecide):
        take_over(intake=intake, field="phone", seen_version=patient_of(intake).version, by=user, now=at)
    again = DetailDecision(intake=intake, field="phone", is_taken_over=True, told="98765 00132", at=at, by=user)
    with pytest.raises(IntegrityError, match="intake_detail_is_decided_once"), transaction.atomic():
        again.save(force_insert=True)


def test_record_changed_meanwhile_is_not_written_over(at: datetime.datetime, user: User) -> None:
    intake = sent(at, about_phone="98765 00132")
    with pytest.raises(EditedMeanwhile):
        take_over(intake=intake, field="phone", seen_version=patient_of(intake).version - 1, by=user, now=at)
    assert (patient_of(intake).phone, DetailDecision.objects.count()) == ("+919876500131", 0)


def test_answer_the_record_cannot_keep_is_not_taken_over(at: datetime.datetime, user: User) -> None:
    intake = sent(at, about_born="2099-01-01")
    with pytest.raises(CannotBeTakenOver):
        take_over(intake=intake, field="birth", seen_version=patient_of(intake).version, by=user, now=at)


def test_new_address_for_who_had_none_is_taken_over(at: datetime.datetime, user: User) -> None:
    intake = filled(invited(at, email="", has_no_email=True), at, about_email="new@patients.example")
    intake = submit(intake=intake, by=None, now=at)
    take_over(intake=intake, field="email", seen_version=patient_of(intake).version, by=user, now=at)
    assert (patient_of(intake).email, patient_of(intake).has_no_email) == ("new@patients.example", False)


def test_decisions_are_only_added(at: datetime.datetime, user: User) -> None:
    leave(intake=sent(at, about_phone="98765 00132"), field="phone", by=user, now=at)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE patients_detaildecision SET told = 'else'")


def test_page_shows_both_and_a_press_decides(at: datetime.datetime, user: User) -> None:
    intake = sent(at, about_phone="98765 00132", goals="Canary of the patient", about_address="<b>Lane 3</b>")
    browser = client_of(user)
    address = reverse("patients:intake_details", args=[intake.public_id])
    assert address in browser.get(reverse("patients:intake_inbox")).text
    page = browser.get(address).text
    assert "+91 98765 00131" in page
    assert "98765 00132" in page
    assert "&lt;b&gt;Lane 3&lt;/b&gt;" in page
    assert "Canary" not in page
    decide = reverse("patients:intake_decide", args=[intake.public_id])
    seen = str(patient_of(intake).version)
    done = browser.post(decide, {"decide": "take:phone", "seen": seen}, follow=True)
    assert "Taken over into the record." in done.text
    again = browser.post(decide, {"decide": "take:address", "seen": seen}, follow=True)  # a page drawn before
    assert "Somebody changed the record meanwhile." in again.text
    for odd in ({}, {"decide": "take:phone"}, {"decide": "take:version", "seen": seen}, {"decide": "burn:phone"}):
        assert browser.post(decide, odd).status_code == 302
    assert patient_of(intake).phone == "+919876500132"


def test_page_says_what_was_decided_in_words(at: datetime.datetime, user: User) -> None:
    intake = sent(at, about_phone="98765 00132", about_language="gu", about_born="1970-02-01")
    leave(intake=intake, field="phone", by=user, now=at)
    take_over(intake=intake, field="birth", seen_version=patient_of(intake).version, by=user, now=at)
    take_over(intake=intake, field="language", seen_version=patient_of(intake).version, by=user, now=at)
    page = client_of(user).get(reverse("patients:intake_details", args=[intake.public_id])).text
    assert "on record +91 98765 00131, the patient wrote 98765 00132" in page
    assert "ગુજરાતી instead of English" in page
    assert "1 Feb 1970 instead of 31 Jan 1970" in page


def test_another_places_intake_is_not_there(at: datetime.datetime) -> None:
    intake = sent(at, about_phone="98765 00132")
    other: Client = client_of(member(role=Role.FRONT_DESK, at=place("Another place"), name="Other"))
    for name in ("intake_details", "intake_decide"):
        address = reverse(f"patients:{name}", args=[intake.public_id])
        assert (other.get(address) if name == "intake_details" else other.post(address)).status_code == 404
