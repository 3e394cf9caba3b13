"""The list, the search and the chart, as each role sees them."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clinic.audit.models import Entry
from clinic.staff.models import Role
from patients.birth import Birth
from patients.models import Patient
from tests.patients.making import NOW, client_of, member, person, place

pytestmark = pytest.mark.django_db

SEARCHES = ("patients:list", "patients:search")


@pytest.fixture
def desk() -> Client:
    return client_of(member())


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_number_of_questions_for_any_length(
    desk: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        person("Asha", f"Rao {number}", phone="098765 00131")
    url = reverse("patients:list")
    desk.get(url)
    # session, account, places, count, page; four of the frame around every page
    with django_assert_num_queries(8):
        response = desk.get(url)
    assert response.content.decode().count('class="hit"') == count


@pytest.mark.parametrize("count", [1, 3])
def test_search_asks_the_same_number_of_questions_for_any_length(
    desk: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        person("Asha", f"Rao {number}", phone="098765 00131")
    desk.get(reverse("patients:search"))
    # session, account, places, people; savepoint, trail, release
    with django_assert_num_queries(8):
        response = desk.get(reverse("patients:search"), {"q": "ash"})
    assert response.content.decode().count('class="name"') == count


def test_each_hit_says_why_and_a_near_spelling_that_it_is_only_near(desk: Client) -> None:
    person("સુમન", "શાહ", phone="098765 00181", deceased_on=date(2026, 1, 2))
    pages = {name: desk.get(reverse(name), {"q": "suman 0181"}).content.decode() for name in SEARCHES}
    assert all("“suman” in other letters · phone ends in 0181" in page for page in pages.values())
    assert all("died 2 Jan 2026" in page for page in pages.values())
    near = {name: desk.get(reverse(name), {"q": "sumna"}).content.decode() for name in SEARCHES}
    assert all("Nobody found for “sumna”. Spelt nearly so:" in page for page in near.values())
    assert all("nearly “sumna”" in page for page in near.values())
    assert "data-near" in near["patients:search"]
    assert "data-near" not in pages["patients:search"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_nearest_spellings_are_one_question_more_for_any_length(
    desk: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        person("Rakesh", f"Kohli {number}")
    desk.get(reverse("patients:search"))
    # session, account, places, people, those near, what was merged into them; savepoint, trail, release
    with django_assert_num_queries(9):
        response = desk.get(reverse("patients:search"), {"q": "kohil"})
    assert response.content.decode().count('class="name"') == count


def test_a_date_that_was_sought_begins_a_registration(desk: Client) -> None:
    page = desk.get(reverse("patients:list"), {"q": "31/01/1970"}).content.decode()
    assert "birth=31%2F01%2F1970" in page
    assert 'value="31/01/1970"' in page


def test_list_is_cut_into_pages(desk: Client) -> None:
    for number in range(27):
        person("Asha", f"Rao {number:02}")
    first, second = (desk.get(reverse("patients:list"), {"page": page}) for page in ("1", "2"))
    assert [response.content.decode().count('class="hit"') for response in (first, second)] == [25, 2]
    assert desk.get(reverse("patients:list"), {"page": "x"}).status_code == 200


def test_empty_list_says_what_to_do(desk: Client) -> None:
    assert "Nobody is registered yet" in desk.get(reverse("patients:list")).content.decode()


def test_found_letters_are_marked_and_hostile_names_are_inert(desk: Client) -> None:
    person('"><img src=x onerror=alert(1)>', "</script>")
    page = desk.get(reverse("patients:list"), {"q": "img"}).content.decode()
    assert "<img src=x" not in page
    assert "&quot;&gt;&lt;<mark>img</mark> src=x onerror=alert(1)&gt; &lt;/script&gt;" in page


def test_search_with_nothing_typed_answers_nothing(desk: Client) -> None:
    person()
    assert desk.get(reverse("patients:search")).content.decode().strip() == ""


def test_search_offers_to_register_what_was_typed(desk: Client) -> None:
    page = desk.get(reverse("patients:search"), {"q": "ila joshi"}).content.decode()
    assert "given_name=Ila&amp;family_name=Joshi" in page
    page = desk.get(reverse("patients:list"), {"q": "098765 00181"}).content.decode()
    assert "phone=098765+00181" in page


def test_search_is_in_the_trail_without_what_was_typed(desk: Client) -> None:
    asha = person()
    desk.get(reverse("patients:search"), {"q": "asha"})
    assert Entry.objects.get(verb="patient.searched").detail == {"shown": [str(asha.public_id)]}


@pytest.mark.parametrize("text", ["\x00", "'", "%00", "a" * 5000, "\u202e", "9" * 60])
def test_odd_search_text_is_no_error(desk: Client, text: str) -> None:
    for name in ("patients:list", "patients:search"):
        assert desk.get(reverse(name), {"q": text}).status_code == 200


@pytest.mark.parametrize("role", Role.values)
def test_opening_a_chart_is_in_the_trail(role: str) -> None:
    patient, user = person(), member(Role(role))
    assert client_of(user).get(reverse("patients:detail", args=[patient.public_id])).status_code == 200
    entry = Entry.objects.get(verb="chart.opened")
    assert (entry.by, entry.patient_public_id) == (user, patient.public_id)


@pytest.mark.parametrize("name", ["patients:detail", "patients:edit"])
def test_other_locations_chart_is_not_there(name: str) -> None:
    patient = person()
    stranger = client_of(member(at=place("Other Clinic")))
    assert stranger.get(reverse(name, args=[patient.public_id])).status_code == 404
    assert stranger.get(reverse(name, args=["6f0f43e6-6f8c-4b8d-8d3e-0d5f1f1d0000"])).status_code == 404
    assert not Entry.objects.filter(verb="chart.opened").exists()


@pytest.mark.parametrize("name", ["patients:list", "patients:search", "patients:new"])
def test_stranger_is_led_to_sign_in(client: Client, name: str) -> None:
    response = client.get(reverse(name))
    assert (response.status_code, response["Location"].split("?")[0]) == (302, reverse("staff:sign_in"))


def page_of(patient: Patient, role: Role = Role.FRONT_DESK) -> str:
    response = client_of(member(role)).get(reverse("patients:detail", args=[patient.public_id]))
    return str(response.content.decode())


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"email": "a@example.org", "email_is_shared": True}, "shared by the family"),
        ({"has_no_email": True}, "has none: ring instead"),
        ({}, "not recorded"),
        ({"note_for_desk": "rings <b>twice</b>"}, "rings &lt;b&gt;twice&lt;/b&gt;"),
        ({"phone": "098765 00181"}, "+91 98765 00181"),
        ({"wants_reminders": False, "wants_visit_reminders": False, "wants_check_ins": False}, "does not want any"),
        ({"wants_check_ins": False}, "no questions after a visit"),
    ],
)
def test_chart_says_how_a_person_is_reached(facts: dict[str, Any], words: str) -> None:
    assert words in page_of(person(**facts))


def test_chart_says_that_an_address_is_suspended_and_that_somebody_died() -> None:
    patient = person(email="a@example.org")
    Patient.objects.filter(pk=patient.pk).update(email_suspended_at=NOW, deceased_on="2027-01-02")
    page = page_of(patient)
    assert "suspended since 11 Jan 2027" in page
    assert "Asha Rao died on 2 Jan 2027" in page


def test_btx_041_one_name_stands_without_stray_spaces_or_none() -> None:
    patient = person("Lakshmi", "")
    page = page_of(patient)
    assert re.search(r">\s*Lakshmi\s*</p>", page)
    assert "Lakshmi  " not in page
    assert "None" not in page


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.CLINICIAN, Role.MANAGER])
def test_chart_leads_every_role_to_what_the_patient_may_read_in_their_language(role: Role) -> None:
    patient = person(language="gu")
    way = f"{reverse('leaflets:contents', args=[patient.location.public_id])}?lang=gu"
    assert f'<a href="{way}">Information for patients, to read or print</a>' in page_of(patient, role)
    assert client_of(member(role)).get(way).status_code == 200


def test_list_leads_the_manager_to_files_of_people_and_to_the_clinics_records() -> None:
    ways = [reverse("patients:imports"), reverse("scheduling:export_clinic")]
    for role, shown in ((Role.MANAGER, True), (Role.FRONT_DESK, False)):
        page = client_of(member(role)).get(reverse("patients:list")).content.decode()
        assert [f'href="{way}"' in page for way in ways] == [shown, shown]


def test_front_desk_is_not_offered_the_treatment_story() -> None:
    patient = person()
    story = f"/{patient.public_id}/story"
    assert story not in page_of(patient)
    assert "Start consultation" not in page_of(patient)


def test_merged_record_leads_to_the_one_that_goes_on(desk: Client) -> None:
    kept, old = person(), person("Asha", "Rau")
    Patient.objects.filter(pk=old.pk).update(merged_into=kept)
    response = desk.get(reverse("patients:detail", args=[old.public_id]), follow=True)
    assert response.redirect_chain == [(reverse("patients:detail", args=[kept.public_id]), 302)]
    assert f"Record {old.record_number} was merged into this one." in response.content.decode()


def test_age_of_somebody_who_died_stands_still() -> None:
    patient = person(birth=Birth(date(1940, 3, 1), "month"), deceased_on=date(2020, 11, 1))
    assert "<dd>March 1940, 80 years</dd>" in page_of(patient)


def test_list_begins_a_registration_with_what_was_sought(desk: Client) -> None:
    page = desk.get(reverse("patients:list"), {"q": "ila joshi"}).content.decode()
    assert 'name="given_name" value="Ila"' in page


def test_chart_offers_to_mail_the_intake_only_where_it_can_arrive() -> None:
    assert "Mail the form" in page_of(person(email="a@example.org"))
    assert "Mail the form" not in page_of(person("Ila", "Joshi"))
