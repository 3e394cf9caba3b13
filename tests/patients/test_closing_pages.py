"""The door before a closed record, lists that show it, and the pages that close it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.staff.models import Role, User
from patients import closing
from patients.models import Confidant, Opening, Patient, Restriction
from tests.clinic.random_parts import without_random_parts
from tests.patients.making import ASHA, NOW, client_of, member, person, typed
from tests.patients.test_closing import restricted

pytestmark = pytest.mark.django_db
SAYS = {"ground": "erasure_asked", "because": "Letter of 9 Jan", "kept_until_on": "11/01/2095"}


@pytest.fixture
def asha() -> Patient:
    return person(birth=ASHA, phone="098765 00131")


@pytest.fixture
def manager() -> User:
    return member(Role.MANAGER)


def url(name: str, thing: Any) -> str:
    return reverse(f"patients:{name}", args=[thing.public_id])


def page(client: Client, address: str) -> str:
    return client.get(address, follow=True).text


def test_confidential_record_stands_behind_a_door_that_opens_with_a_reason(asha: Patient, manager: User) -> None:
    closing.make_confidential(patient=asha, because="A colleague", people=[manager], by=manager, now=NOW)
    doctor = client_of(member(Role.CLINICIAN))
    shut = page(doctor, url("detail", asha))
    assert ("This record is confidential." in shut, "98765" in shut, "A colleague" in shut) == (True, False, False)
    assert doctor.get(url("edit", asha)).status_code == 404
    assert doctor.get(reverse("treatments:patient_story", args=[asha.public_id])).status_code == 404
    assert "This field is required." in doctor.post(url("open_closed", asha), {"because": " "}).content.decode()
    assert doctor.post(url("open_closed", asha), {"because": "Rang, unwell"})["Location"] == url("detail", asha)
    assert "+91 98765 00131" in page(doctor, url("detail", asha))
    assert doctor.get(reverse("treatments:patient_story", args=[asha.public_id])).status_code == 200
    assert "Rang, unwell" in page(client_of(manager), url("confidential", asha))
    assert Entry.objects.filter(verb="chart.closed_door").count() == 2


def test_the_desk_books_a_confidential_patient_by_name_and_opens_nothing(asha: Patient, manager: User) -> None:
    closing.make_confidential(patient=asha, because="A colleague", people=[], by=manager, now=NOW)
    desk = client_of(member())
    assert desk.post(url("open_closed", asha), {"because": "Curious"}).status_code == 403
    shut = page(desk, url("detail", asha))
    assert ("It is open to those who look after this patient." in shut, "Open the record" in shut) == (True, False)
    assert f"{reverse('scheduling:book')}?patient={asha.public_id}" in shut
    card = reverse("scheduling:caller", args=[asha.public_id])
    for address in ("/patients/?q=asha", "/patients/search/?q=asha", card):
        seen = without_random_parts(page(desk, address))
        assert ("Asha" in seen, "Confidential" in seen) == (True, True), address
        assert not any(word in seen for word in ("1970", "00131")), address
    assert desk.get(f"{reverse('scheduling:book')}?patient={asha.public_id}").status_code == 200


def test_restricted_record_is_not_in_the_desks_search_and_says_so_when_somebody_registers_it_again(
    asha: Patient, manager: User
) -> None:
    restricted(asha, manager)
    desk = client_of(member())
    for address in ("/patients/?q=asha", "/patients/search/?q=asha"):
        assert "1970" not in without_random_parts(page(desk, address))
    gone, stranger = desk.get(url("detail", asha)), Client().get("/nowhere/")
    assert gone.status_code == stranger.status_code == 404
    assert ("A record that is closed" in gone.text, "A link from a letter" in gone.text) == (True, False)
    assert ("A record that is closed" in stranger.text, "A link from a letter" in stranger.text) == (False, True)
    again = desk.post("/patients/new/", typed()).content.decode()
    assert "A closed record" in again
    assert url("detail", asha) not in again
    assert Patient.objects.count() == 1
    found = page(client_of(member(Role.CLINICIAN)), "/patients/?q=asha")
    assert ("Restricted" in found, "1970" in found) == (True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_of_one_closed_record_as_of_three(
    manager: User, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        closing.make_confidential(
            patient=person(f"Asha {number}"), because="A colleague", people=[], by=manager, now=NOW
        )
    desk = client_of(member())
    desk.get("/patients/")
    with django_assert_num_queries(LIST_QUERIES):
        desk.get("/patients/")


LIST_QUERIES = 9


def test_who_makes_it_confidential_stays_named_and_can_end_it_with_a_reason(asha: Patient) -> None:
    doctor, other = member(Role.CLINICIAN), member(Role.CLINICIAN, name="Dr Other")
    browser = client_of(doctor)
    form = browser.get(url("confidential", asha)).context["form"]
    assert set(form["people"].value()) == {str(doctor.public_id), str(other.public_id)}
    browser.post(url("confidential", asha), {"because": "A colleague", "people": [str(other.public_id)]})
    assert {row.person for row in Confidant.objects.standing()} == {doctor, other}
    assert "because" not in browser.get(url("confidential", asha)).context["form"].fields, "what stands stays as given"
    browser.post(url("confidential", asha), {"people": []})
    assert {row.person for row in Confidant.objects.standing()} == {doctor}
    browser.post(url("confidential_end", asha), {"because": " "})
    asha.refresh_from_db()
    assert asha.confidential_at is not None
    assert browser.post(url("confidential_end", asha), {"because": "Left"})["Location"] == url("detail", asha)
    asha.refresh_from_db()
    assert asha.confidential_at is None


@pytest.mark.parametrize(
    ("change", "field"),
    [({"because": " "}, "because"), ({"ground": "whim"}, "ground"), ({"kept_until_on": "01/01/2020"}, "kept_until_on")],
)
def test_restriction_without_what_it_needs_is_a_field_error(
    asha: Patient, manager: User, change: dict[str, str], field: str
) -> None:
    response = client_of(manager).post(url("restriction", asha), SAYS | change)
    assert [*response.context["form"].errors] == [field]
    assert not Restriction.objects.exists()


def test_manager_restricts_reads_who_opened_it_and_lifts(asha: Patient, manager: User) -> None:
    browser = client_of(manager)
    assert "The desk does not find it." in page(browser, url("restriction", asha))
    browser.post(url("restriction", asha), SAYS)
    seen = page(browser, url("restriction", asha))
    for words in ("The patient asked for erasure; clinical records must be kept", "Letter of 9 Jan", "11 Jan 2095"):
        assert words in seen
    again = browser.post(url("restriction", asha), SAYS)
    assert again.status_code == 200
    assert Restriction.objects.count() == 1
    browser.post(url("open_closed", asha), {"because": "Court order 12"})
    chart = page(browser, url("detail", asha))
    assert "Kept by law and closed to everyday work." in chart
    assert "Send the link to their page" not in page(
        browser, reverse("scheduling:patient_letters", args=[asha.public_id])
    )
    assert ">Book<" not in page(browser, reverse("scheduling:patient_visits", args=[asha.public_id]))
    assert ("Restrict the record by law" in chart, "The restriction" in chart) == (False, True)
    assert "Court order 12" in page(browser, url("restriction", asha))
    browser.post(url("restriction_lift", asha), {"because": "Taken back"})
    assert "Taken back" in page(browser, url("restriction", asha))
    browser.post(url("restriction_lift", asha), {"because": "Twice"})
    assert Restriction.objects.get().ended_because == "Taken back"


def test_opening_what_is_not_closed_opens_nothing(asha: Patient, manager: User) -> None:
    client_of(manager).post(url("open_closed", asha), {"because": "By mistake"})
    assert not Opening.objects.exists()
