"""The form that changes a record: what two desks wrote at once, and nothing typed is lost."""

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.staff.models import User
from patients.birth import Birth
from patients.models import Patient
from patients.registration import PersonFacts, amend
from tests.patients.making import ASHA, NOW, client_of, member, person, typed

pytestmark = pytest.mark.django_db
NEW = "/patients/new/"


def edit_url(patient: Patient) -> str:
    return reverse("patients:edit", args=[patient.public_id])


def test_edit_changes_the_person(desk: Client) -> None:
    patient = person(birth=ASHA)
    desk.post(edit_url(patient), typed(version="1", phone="098765 00177"))
    patient.refresh_from_db()
    assert (patient.phone, patient.version) == ("+919876500177", 2)


def test_opening_a_record_to_edit_is_written_down(desk: Client, user: User) -> None:
    asha = person()
    desk.get(edit_url(asha))
    looked = Entry.objects.get(verb="patient.opened")
    assert (looked.by, looked.patient_public_id) == (user, asha.public_id)


def test_btx_094_other_desks_change_is_shown_and_kept_and_nothing_typed_is_lost(desk: Client) -> None:
    patient = person(birth=ASHA, phone="098765 00131", sex="female", language="gu")
    other = member(name="Ila Joshi")
    facts = replace(PersonFacts.of(patient), phone="+919876500199")
    with_context = client_of(other)
    with_context.post(edit_url(patient), typed(version="1", phone="098765 00199"))
    assert Patient.objects.get().phone == facts.phone
    response = desk.post(edit_url(patient), typed(version="1", note_for_desk="mine"))
    page = response.content.decode()
    assert response.status_code == 409
    patient.refresh_from_db()
    assert (patient.phone, patient.note_for_desk) == ("+919876500199", "")
    assert "Ila Joshi changed this record while you were writing." in page
    assert [(one.label, one.was, one.theirs, one.typed) for one in response.context["meanwhile"].differences] == [
        ("Phone", "+91 98765 00131", "+91 98765 00199", None)
    ]
    data = response.context["form"].data
    assert (data["phone"], data["note_for_desk"], data["version"]) == ("+91 98765 00199", "mine", "2")
    assert desk.post(edit_url(patient), data).status_code == 302
    patient.refresh_from_db()
    assert (patient.phone, patient.note_for_desk, patient.version) == ("+919876500199", "mine", 3)


def test_btx_094_where_both_changed_one_thing_both_are_shown_and_this_desk_decides(desk: Client, user: User) -> None:
    patient = person(birth=ASHA, phone="098765 00131", sex="female", language="gu", wants_reminders=True)
    theirs = replace(PersonFacts.of(patient), birth=Birth(date(1971, 1, 1), "year"), wants_reminders=False)
    amend(patient=patient, seen_version=1, facts=theirs, by=user, now=NOW)
    response = desk.post(edit_url(patient), typed(version="1", birth="30/01/1970"))
    assert [(one.label, one.theirs, one.typed) for one in response.context["meanwhile"].differences] == [
        ("Date of birth", "1971", "30/01/1970"),
        ("Reminder to plan the next visit", "no", None),
    ]
    data = response.context["form"].data
    assert (data["birth"], data.get("wants_reminders")) == ("30/01/1970", None)
    desk.post(edit_url(patient), data)
    patient.refresh_from_db()
    assert (patient.birth, patient.wants_reminders) == (Birth(date(1970, 1, 30), "day"), False)
