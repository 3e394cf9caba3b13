"""The pages of contacts, numbers and alerts."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.staff.models import Role
from patients.alerts import add_alert
from patients.models import Alert, Contact, Identifier, Patient
from tests.patients.making import NOW, client_of, errors, member, person
from tests.patients.register_making import in_the_register

pytestmark = pytest.mark.django_db
MEENA = {"name": "Meena Rao", "relation": "spouse", "phone": "098765 00199", "is_for_emergencies": "on"}


@pytest.fixture
def asha() -> Patient:
    return person()


@pytest.fixture
def desk() -> Client:
    return client_of(member())


def url(name: str, thing: Any) -> str:
    return reverse(f"patients:{name}", args=[thing.public_id])


def test_contact_is_written_down_shown_on_the_chart_and_ended(asha: Patient, desk: Client) -> None:
    assert desk.post(url("contacts", asha), MEENA)["Location"] == url("contacts", asha) + "?saved"
    row = Contact.objects.get()
    assert (row.phone, row.is_guardian) == ("+919876500199", False)
    words = "Wife or husband · rung in an emergency · +91 98765 00199"
    assert words in desk.get(url("contacts", asha)).content.decode()
    assert words in desk.get(url("detail", asha)).content.decode()
    desk.post(url("contact_end", row))
    assert words not in desk.get(url("detail", asha)).content.decode()
    assert Contact.objects.get().ended_at is not None
    again = desk.post(url("contact_end", row), follow=True)
    assert "This was ended already." in again.content.decode()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"phone": ""}, {"phone": ["Without a phone nobody can be rung."]}),
        ({"is_for_emergencies": ""}, {"is_for_emergencies": ["Tick what they are there for: one or both."]}),
        ({"name": " "}, {"name": ["This field is required."]}),
        ({"relation": "boss"}, {"relation": ["Select a valid choice. boss is not one of the available choices."]}),
    ],
)
def test_contact_that_cannot_be_is_a_field_error_and_stays_typed(
    asha: Patient, desk: Client, change: dict[str, str], found: dict[str, list[str]]
) -> None:
    response = desk.post(url("contacts", asha), MEENA | change)
    assert errors(response) == found
    assert ("Meena Rao" in response.content.decode()) is (change.get("name") is None)


def test_second_number_of_a_kind_is_told_kindly(asha: Patient, desk: Client) -> None:
    number = {"kind": "insurance", "value": "PM-JAY 77", "issuer": "State scheme"}
    desk.post(url("numbers", asha), number)
    response = desk.post(url("numbers", asha), number | {"value": "PM-JAY 78", "issuer": "STATE SCHEME"})
    assert errors(response) == {"kind": ["One of this kind and issuer stands already: end it first."]}
    assert 'value="PM-JAY 78"' in response.content.decode()
    desk.post(url("number_end", Identifier.objects.get()))
    desk.post(url("numbers", asha), number | {"value": "PM-JAY 78"})
    assert "PM-JAY 78" in desk.get(url("detail", asha)).content.decode()


def test_mark_that_turns_the_letters_is_refused_in_a_number_and_an_alert(asha: Patient, desk: Client) -> None:
    found = ["There are hidden characters in this text. Type it once more."]
    number = desk.post(url("numbers", asha), {"kind": "insurance", "value": "12\u202e34"})
    assert errors(number) == {"value": found}
    assert errors(desk.post(url("alerts", asha), {"level": "due", "text": "Deaf\u202e"})) == {"text": found}


def test_the_desk_reads_and_writes_its_own_alerts_only(asha: Patient, desk: Client) -> None:
    doctor = client_of(member(Role.CLINICIAN))
    doctor.post(url("alerts", asha), {"level": "stop", "text": "Fainted at  the needle"})
    desk.post(url("alerts", asha), {"level": "due", "text": "Hears on the left"})
    clinical, plain = Alert.objects.order_by("pk")
    assert (clinical.text, clinical.is_for_desk, plain.is_for_desk) == ("Fainted at the needle", False, True)
    for page in (url("detail", asha), url("alerts", asha), reverse("scheduling:caller", args=[asha.public_id])):
        seen = desk.get(page).content.decode()
        assert ("Fainted" in seen, "Hears on the left" in seen) == (False, True), page
    chart = doctor.get(url("detail", asha)).content.decode()
    assert ("Fainted" in chart, "Hears on the left" in chart) == (True, True)
    assert desk.get(url("alert_end", clinical)).status_code == 404


def test_alert_is_ended_with_a_reason_alone(asha: Patient, desk: Client) -> None:
    alert = add_alert(patient=asha, level="due", text="Owes a form", is_for_desk=True, by=member(), now=NOW)
    assert errors(desk.post(url("alert_end", alert), {"because": " "})) == {"because": ["This field is required."]}
    desk.post(url("alert_end", alert), {"because": "Brought it"})
    alert.refresh_from_db()
    assert alert.ended_because == "Brought it"


@pytest.mark.parametrize("rows", [1, 3])
def test_chart_asks_the_same_of_one_row_as_of_three(asha: Patient, rows: int, django_assert_num_queries: Any) -> None:
    user = member()
    in_the_register(asha, user, NOW)
    for count in range(rows - 1):
        add_alert(patient=asha, level="info", text=f"Word {count}", is_for_desk=True, by=user, now=NOW)
        Contact.objects.create(
            patient=asha, name="Dev", relation="friend", phone="+919876500198", is_for_emergencies=True,
            is_guardian=False, added_by=user, added_at=NOW,
        )  # fmt: skip
    desk = client_of(user)
    desk.get(url("detail", asha))
    with django_assert_num_queries(CHART_QUERIES):
        desk.get(url("detail", asha))


CHART_QUERIES = 17
