"""Who may be here already, as the form of registration shows it: a warning, never a block."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.staff.models import User
from patients.birth import Birth
from patients.models import Patient
from tests.patients.making import ASHA, errors, person, place, typed

pytestmark = pytest.mark.django_db
NEW = "/patients/new/"


def test_btx_049_who_may_be_here_is_shown_first_with_all_that_was_typed(desk: Client) -> None:
    asha = person(birth=ASHA, phone="098765 00131")
    response = desk.post(NEW, typed(given_name="asha", family_name=" rao", note_for_desk="comes by bus"))
    page = response.content.decode()
    assert response.status_code == 200
    assert Patient.objects.count() == 1
    assert reverse("patients:detail", args=[asha.public_id]) in page
    for words in ("Register as a new person", "comes by bus", 'value="098765 00131"', "1 record looks alike"):
        assert words in page
    below = page.split('id="id_note_for_desk"')[1]
    assert ("Register as a new person" in below, 'href="#alike-h"' in below) == (True, True)


def test_btx_049_created_anyway_with_how_it_was_made_sure_in_the_trail(desk: Client, user: User) -> None:
    asha = person(birth=ASHA, phone="098765 00131")
    seen = desk.post(NEW, typed()).context["seen_alike"]
    response = desk.post(NEW, typed(seen_alike=seen))
    assert errors(response) == {"compared": ["Say how you know that this is another person."]}
    assert desk.post(NEW, typed(seen_alike=seen, compared="family")).status_code == 302
    assert Patient.objects.count() == 2
    detail = Entry.objects.get(verb="patient.registered", by=user).detail
    assert (detail["unlike"], detail["compared"]) == ([str(asha.public_id)], "family")


def test_btx_049_another_one_registered_meanwhile_is_shown_before_anything_is_saved(desk: Client) -> None:
    person(birth=ASHA, phone="098765 00131")
    seen = desk.post(NEW, typed()).context["seen_alike"]
    late = person(birth=ASHA, phone="098765 00131")
    response = desk.post(NEW, typed(seen_alike=seen, compared="family"))
    assert response.status_code == 200
    assert str(late.public_id) in response.context["seen_alike"]
    assert Patient.objects.count() == 2


def test_other_locations_people_are_not_told_by_the_warning(desk: Client) -> None:
    person(birth=ASHA, phone="098765 00131", at=place("Other Clinic"))
    assert desk.post(NEW, typed()).status_code == 302


def test_btx_049_same_abha_number_is_a_reason_even_where_name_and_date_differ(desk: Client) -> None:
    person("Ramesh", "Patel", birth=Birth(date(1950, 5, 1), "day"), abha_number="91123456789012")
    response = desk.post(NEW, typed(abha_number="91-1234-5678-9012"))
    assert "Same ABHA number" in response.content.decode()
    assert Patient.objects.count() == 1


def test_btx_050_old_phone_of_a_merged_record_warns_of_the_one_it_is_part_of(desk: Client) -> None:
    kept, old = person("Asha", "Trivedi", birth=ASHA), person(birth=ASHA, phone="098765 00131")
    Patient.objects.filter(pk=old.pk).update(merged_into=kept)
    response = desk.post(NEW, typed())
    page = " ".join(response.content.decode().split())
    assert response.context["seen_alike"] == str(kept.public_id)
    assert f"Asha Rao, record {old.record_number}, is now part of record {kept.record_number}: Same name" in page
    assert reverse("patients:detail", args=[kept.public_id]) in page
    assert Patient.objects.count() == 2
