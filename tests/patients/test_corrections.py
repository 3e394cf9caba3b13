"""Requests for correction on the clinic's side: what the record says, what may be called corrected, who sees one."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from clinic.lib import clock
from clinic.staff.models import Role, User
from patients.birth import Birth
from patients.corrections import NothingCorrected, answer_correction, ask_correction
from patients.models import CorrectionRequest, Patient
from patients.registration import PersonFacts, amend
from tests.patients.making import client_of, member
from tests.patients.test_closed_and_merged import joined
from tests.treatments.people import a_patient

pytestmark = pytest.mark.django_db
ASKED = datetime(2020, 1, 1, tzinfo=UTC)
"""Before the history of the record begins, which the database dates by its own clock."""


@pytest.fixture
def asha() -> Patient:
    return a_patient(given_name="Asha", family_name="Mehta", born_on=date(1980, 1, 16), birth_precision="day")


@pytest.fixture
def desk(asha: Patient) -> User:
    return member(Role.FRONT_DESK, at=asha.location)


def asked(patient: Patient, part: str) -> CorrectionRequest:
    return ask_correction(patient=patient, part=part, words=f"Wrong {part}", now=ASKED)


def change(patient: Patient, by: User, **facts: object) -> None:
    patient.refresh_from_db()
    wished = replace(PersonFacts.of(patient), **facts)  # type: ignore[arg-type] # each case names a fact
    amend(patient=patient, seen_version=patient.version, facts=wished, by=by, now=clock.now())


def test_corrected_is_refused_until_that_part_of_the_record_changed(asha: Patient, desk: User) -> None:
    """15 January, not 16: the answer "Corrected" waits for the date, and no other change stands in for it."""
    one, client = asked(asha, "birth"), client_of(desk)
    url = reverse("patients:correction", args=[one.public_id])
    page = client.get(url).text
    assert "16 Jan 1980" in page
    assert reverse("patients:edit", args=[asha.public_id]) in page
    sent = {"is_accepted": "yes", "answer": "It says 15 now"}
    change(asha, desk, phone="+919876500011")
    refused = client.post(url, sent)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["is_accepted"])
    assert "It says 15 now" in refused.text
    with pytest.raises(NothingCorrected):
        answer_correction(request=one, is_accepted=True, answer="Done", by=desk, now=clock.now())
    one.refresh_from_db()
    assert one.answered_at is None
    change(asha, desk, birth=Birth(date(1980, 1, 15), "day"))
    assert client.post(url, sent).status_code == 302
    one.refresh_from_db()
    assert one.is_accepted


def test_request_that_came_by_a_merge_is_corrected_by_who_looked(asha: Patient, desk: User) -> None:
    """They asked that their old record says 15; the one that goes on said so from the first day."""
    one = asked(asha, "birth")
    right = a_patient(given_name="Asha", family_name="Mehta", born_on=date(1980, 1, 15), birth_precision="day")
    joined(asha, right, desk)
    url, client = reverse("patients:correction", args=[one.public_id]), client_of(desk)
    sent = {"is_accepted": "yes", "answer": "It says 15"}
    assert list(client.post(url, sent).context["form"].errors) == ["is_looked_at"]
    assert client.post(url, sent | {"is_looked_at": "on"}).status_code == 302


def test_not_corrected_needs_no_change(asha: Patient, desk: User) -> None:
    url = reverse("patients:correction", args=[asked(asha, "name").public_id])
    assert client_of(desk).post(url, {"is_accepted": "no", "answer": "Your papers say so"}).status_code == 302


def test_what_the_history_of_the_record_does_not_hold_is_asked_with_a_tick(asha: Patient, desk: User) -> None:
    url = reverse("patients:correction", args=[asked(asha, "visits").public_id])
    client, sent = client_of(desk), {"is_accepted": "yes", "answer": "Moved"}
    assert reverse("scheduling:patient_visits", args=[asha.public_id]) in client.get(url).text
    assert list(client.post(url, sent).context["form"].errors) == ["is_looked_at"]
    assert client.post(url, sent | {"is_looked_at": "on"}).status_code == 302


def test_desk_answers_what_is_not_clinical_and_never_sees_the_rest(asha: Patient, desk: User) -> None:
    name, record = asked(asha, "name"), asked(asha, "record")
    client = client_of(desk)
    assert "What was written about the care" not in client.get(reverse("patients:corrections")).text
    assert client.get(reverse("patients:correction", args=[record.public_id])).status_code == 404
    url = reverse("patients:correction", args=[name.public_id])
    assert client.post(url, {"is_accepted": "no"}).status_code == 422
    assert client.post(url, {"is_accepted": "no", "answer": "No"}).status_code == 302
    late = client.post(url, {"is_accepted": "no", "answer": "No"}, follow=True).text
    assert "A colleague answered this first." in late


@pytest.mark.parametrize(("role", "seen"), [(Role.FRONT_DESK, ["name"]), (Role.CLINICIAN, ["name", "record"])])
def test_a_request_stands_on_the_chart_and_is_counted_on_every_page(asha: Patient, role: Role, seen: list[str]) -> None:
    client = client_of(member(role, at=asha.location))
    chart, today = reverse("patients:detail", args=[asha.public_id]), reverse("scheduling:today")
    assert "asks for a correction" not in client.get(chart).text
    assert reverse("patients:corrections") not in client.get(today).text
    found = {part: asked(asha, part) for part in ("name", "record")}
    page = client.get(chart).text
    shown = [part for part, one in found.items() if reverse("patients:correction", args=[one.public_id]) in page]
    assert shown == seen
    counted = client.get(today)
    assert reverse("patients:corrections") in counted.text
    assert counted.context["nav_counts"]["corrections"] == len(seen)
