"""A decision on what an intake tells is taken back: the record says what it said, and the same is decided anew."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.staff.models import Role, User
from patients.birth import Birth
from patients.merging import unmerge
from patients.models import DetailDecision, Intake, Patient
from patients.registration import PersonFacts, amend
from patients.suspending import suspend
from patients.taking_over import ChangedSince, KnownBetter, NothingToDecide, leave, take_back, take_over
from tests.patients.intake_making import patient_of
from tests.patients.making import client_of, member, person, place
from tests.patients.test_closed_and_merged import joined
from tests.patients.test_taking_over import sent

pytestmark = pytest.mark.django_db
KNOWN = Birth(datetime.date(1970, 1, 31), "day")
TOLD = {
    "about_given_name": "Usha",
    "about_phone": "98765 00132",
    "about_born": "1971-02-03",
    "about_email": "new@patients.example",
    "about_address": "Lane 3",
    "about_language": "gu",
}


def taken(intake: Intake, field: str, by: User, at: datetime.datetime, **more: Any) -> DetailDecision:
    return take_over(intake=intake, field=field, seen_version=patient_of(intake).version, by=by, now=at, **more)


def written(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_record_says_what_it_said_before_whatever_was_taken_over(at: datetime.datetime, user: User) -> None:
    intake = sent(at, **TOLD)
    before = PersonFacts.of(patient_of(intake))
    rows = [
        taken(intake, field, user, at) for field in ("given_name", "phone", "birth", "email", "address", "language")
    ]
    changed = patient_of(intake)
    assert (changed.given_name, changed.phone, changed.born_on) == ("Usha", "+919876500132", datetime.date(1971, 2, 3))
    assert [Intake.objects.get().details_open] == [False]
    for row in rows:
        take_back(intake=row.intake, field=row.field, by=user, now=at)
    assert PersonFacts.of(patient_of(intake)) == before
    assert [Intake.objects.get().details_open] == [True]
    assert Entry.objects.filter(verb="intake.decision_taken_back", thing_public_id=intake.public_id).count() == 6


def test_address_that_came_back_is_suspended_again(at: datetime.datetime, user: User) -> None:
    intake = sent(at, about_email="new@patients.example")
    suspend(patient=patient_of(intake), because="returned", now=at)
    row = taken(intake, "email", user, at)
    assert patient_of(intake).email_suspended_at is None
    take_back(intake=row.intake, field=row.field, by=user, now=at)
    patient = patient_of(intake)
    assert (patient.email, patient.email_suspended_at, patient.email_suspended_because) == (
        "asha@patients.example",
        at,
        "returned",
    )


def test_what_was_left_is_taken_back_and_decided_anew(at: datetime.datetime, user: User) -> None:
    intake = sent(at, about_phone="98765 00132")
    row = leave(intake=intake, field="phone", by=user, now=at)
    take_back(intake=row.intake, field=row.field, by=user, now=at)
    with pytest.raises(NothingToDecide):
        take_back(intake=row.intake, field=row.field, by=user, now=at)
    taken(intake, "phone", user, at)
    assert patient_of(intake).phone == "+919876500132"
    assert list(DetailDecision.objects.values_list("is_taken_over", "taken_back_by")) == [
        (False, user.pk),
        (True, None),
    ]


def test_nothing_is_given_back_over_a_later_change(at: datetime.datetime, user: User) -> None:
    intake = sent(at, about_phone="98765 00132")
    row = taken(intake, "phone", user, at)
    patient = patient_of(intake)
    later = PersonFacts(given_name="Asha", family_name=patient.family_name, phone="+919876500139")
    amend(patient=patient, seen_version=patient.version, facts=later, by=user, now=at)
    with pytest.raises(ChangedSince):
        take_back(intake=row.intake, field=row.field, by=user, now=at)
    row.refresh_from_db()
    assert (patient_of(intake).phone, row.taken_back_at) == ("+919876500139", None)


def test_nothing_is_given_back_to_a_record_that_said_so_by_itself(at: datetime.datetime, user: User) -> None:
    """The old record was made to say 00132; the one it became a part of always did. Parted, it is given back."""
    intake = sent(at, about_phone="98765 00132")
    taken(intake, "phone", user, at)
    old, survivor = patient_of(intake), person("Usha", phone="+919876500132")
    merge = joined(old, survivor, user)
    intake.refresh_from_db()
    with pytest.raises(ChangedSince):
        take_back(intake=intake, field="phone", by=user, now=at)
    survivor.refresh_from_db()
    assert survivor.phone == "+919876500132"
    unmerge(joined=merge, by=user, now=at)
    intake.refresh_from_db()
    take_back(intake=intake, field="phone", by=user, now=at)
    old.refresh_from_db()
    assert old.phone == "+919876500131"


def test_taken_back_is_added_once_and_nothing_else_changes(at: datetime.datetime, user: User) -> None:
    """For the owner of the tables too: the app's role may write these two columns, whoever may more is refused."""
    row = leave(intake=sent(at, about_phone="98765 00132"), field="phone", by=user, now=at)
    half = "UPDATE patients_detaildecision SET taken_back_at = now()"
    whole = half + ", taken_back_by_id = by_id"
    undone = "UPDATE patients_detaildecision SET taken_back_at = NULL, taken_back_by_id = NULL"
    for statements, refused in [
        ((half,), "intake_detail_taken_back_says_by_whom"),
        ((whole, whole), "rows are only added, and taken back once"),
        ((whole, undone), "rows are only added, and taken back once"),
    ]:
        with pytest.raises(IntegrityError, match=refused), transaction.atomic():
            written(*statements)
    row.refresh_from_db()
    assert row.taken_back_at is None


def test_year_alone_takes_the_place_of_a_known_day_only_after_a_question(at: datetime.datetime, user: User) -> None:
    intake = sent(at, about_born="1971")
    with pytest.raises(KnownBetter):
        taken(intake, "birth", user, at)
    browser, version = client_of(user), str(patient_of(intake).version)
    page, decide = (reverse(f"patients:intake_{name}", args=[intake.public_id]) for name in ("details", "decide"))
    assert "The record knows this better: ask the patient first." in browser.get(page).text
    asked = browser.post(decide, {"decide": "take:birth", "seen": version})
    assert asked.headers["Location"] == f"{page}?ask=birth#decide-birth"
    assert patient_of(intake).birth == KNOWN
    text = browser.get(f"{page}?ask=birth").text
    assert "Does “1971” really take the place of 31 Jan 1970? The day and the month are lost." in text
    assert 'value="sure:birth"' in text
    assert 'value="take:birth"' not in text
    browser.post(decide, {"decide": "sure:birth", "seen": version})
    assert patient_of(intake).birth == Birth(datetime.date(1971, 1, 1), "year")
    take_back(intake=intake, field="birth", by=user, now=at)
    assert patient_of(intake).birth == KNOWN


def test_day_that_contradicts_the_record_is_taken_over_at_once(at: datetime.datetime, user: User) -> None:
    intake = sent(at, about_born="1971-02-03")
    taken(intake, "birth", user, at)
    assert patient_of(intake).birth == Birth(datetime.date(1971, 2, 3), "day")


def test_press_offers_the_way_back_at_once_and_on_the_page(at: datetime.datetime, user: User) -> None:
    intake = sent(at, about_phone="98765 00132")
    browser = client_of(user)
    page, decide = (reverse(f"patients:intake_{name}", args=[intake.public_id]) for name in ("details", "decide"))
    seen = {"seen": str(patient_of(intake).version)}
    done = browser.post(decide, {"decide": "take:phone", **seen}, follow=True).text
    back = reverse("patients:intake_take_back", args=[intake.public_id, "phone"])
    assert done.count(f'action="{back}"') == 2  # what is said for some seconds, and the list of what was decided
    assert browser.get(page).text.count(f'action="{back}"') == 1
    taken_back = browser.post(back, follow=True)
    assert "Taken back: it can be decided anew." in taken_back.text
    assert back not in taken_back.text
    assert patient_of(intake).phone == "+919876500131"
    assert "This was taken back already." in browser.post(back, follow=True).text


def test_way_back_says_when_the_record_went_on(at: datetime.datetime, user: User) -> None:
    intake = sent(at, about_phone="98765 00132")
    row = taken(intake, "phone", user, at)
    Patient.objects.filter(pk=intake.patient_id).update(phone="+919876500139")
    said = (
        client_of(user)
        .post(reverse("patients:intake_take_back", args=[row.intake.public_id, "phone"]), follow=True)
        .text
    )
    assert "Somebody changed this in the record since." in said


def test_another_places_decision_is_not_taken_back(at: datetime.datetime, user: User) -> None:
    row = leave(intake=sent(at, about_phone="98765 00132"), field="phone", by=user, now=at)
    other = client_of(member(role=Role.FRONT_DESK, at=place("Another place"), name="Other"))
    address = reverse("patients:intake_take_back", args=[row.intake.public_id, "phone"])
    assert other.post(address).status_code == 404
    assert client_of(user).get(address).status_code == 405
