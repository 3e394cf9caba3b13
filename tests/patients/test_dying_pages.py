"""A death is written down on a page of its own, and taken back with the reason."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.staff.models import Role
from patients.models import Patient
from tests.patients.making import ASHA, client_of, member, person, typed

pytestmark = pytest.mark.django_db
TOLD = {"version": "1", "deceased_on": "02/01/2026", "told_by": "Her son, by phone"}


@pytest.fixture
def asha() -> Patient:
    return person(birth=ASHA)


@pytest.fixture
def desk() -> Client:
    return client_of(member())


def url(patient: Patient, name: str = "deceased") -> str:
    return reverse(f"patients:{name}", args=[patient.public_id])


def test_death_is_written_down_shown_and_taken_back_and_both_reasons_stay_in_history(
    asha: Patient, desk: Client
) -> None:
    assert "nothing is sent and nothing is booked" in desk.get(url(asha)).content.decode()
    assert desk.post(url(asha), TOLD)["Location"] == url(asha, "detail")
    asha.refresh_from_db()
    assert (asha.deceased_on, asha.death_note) == (date(2026, 1, 2), "Her son, by phone")
    chart = desk.get(url(asha, "detail")).content.decode()
    assert ("died on 2 Jan 2026" in chart, "Her son, by phone" in chart) == (True, True)
    page = desk.get(url(asha)).content.decode()
    assert "Written down as died on 2 Jan 2026." in page
    assert "31 Jan 1970, 55 years" in page, "as old as they became"
    events = client_of(member(Role.CLINICIAN)).get(reverse("treatments:event_new", args=[asha.public_id]))
    assert "31 Jan 1970, 55 years" in events.text
    desk.post(url(asha), {"version": asha.version, "because": "It was her sister"})
    asha.refresh_from_db()
    assert (asha.deceased_on, asha.death_note) == (None, "It was her sister")
    history: Any = Patient.pgh_event_model  # type: ignore[attr-defined] # pghistory's
    notes = history.objects.filter(pgh_obj_id=asha.pk).order_by("pgh_id").values_list("death_note", flat=True)
    assert list(dict.fromkeys(notes)) == ["", "Her son, by phone", "It was her sister"]


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"deceased_on": "01/01/1960"}, {"deceased_on": ["This is before the date of birth."]}),
        ({"deceased_on": "01/01/2999"}, {"deceased_on": ["This day is still to come."]}),
        ({"told_by": " "}, {"told_by": ["This field is required."]}),
        ({"deceased_on": "soon"}, {"deceased_on": ["Enter a valid date."]}),
    ],
)
def test_what_cannot_be_is_a_field_error_and_stays_typed(
    asha: Patient, desk: Client, change: dict[str, str], errors: dict[str, list[str]]
) -> None:
    response = desk.post(url(asha), TOLD | change)
    assert dict(response.context["form"].errors) == errors
    assert f'value="{(TOLD | change)["deceased_on"]}"' in response.content.decode()


def test_press_of_a_page_somebody_changed_since_is_told_kindly(asha: Patient, desk: Client) -> None:
    desk.post(url(asha, "edit"), typed(version="1"))
    page = desk.post(url(asha), TOLD, follow=True).content.decode()
    assert "Somebody changed this record meanwhile" in page
    assert Patient.objects.get().deceased_on is None


def test_editing_leaves_a_death_alone(asha: Patient, desk: Client) -> None:
    desk.post(url(asha), TOLD)
    asha.refresh_from_db()
    desk.post(url(asha, "edit"), typed(version=str(asha.version), phone="098765 00177"))
    asha.refresh_from_db()
    assert (asha.phone, asha.deceased_on) == ("+919876500177", date(2026, 1, 2))
