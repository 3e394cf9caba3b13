"""What was merged into a record that is closed by now: it is closed with it, and is not parted from it."""

from uuid import uuid4

import pytest
from django.urls import reverse

from clinic.staff.models import Role, User
from patients import closing, merging
from patients.merge_refusals import InTheWay
from patients.models import Merge, Patient
from tests.patients.making import NOW, client_of, member, person
from tests.patients.test_closing import restricted

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    return member(Role.MANAGER)


def joined(merged: Patient, survivor: Patient, by: User) -> Merge:
    seen = (merged.version, survivor.version)
    return merging.merge(merged=merged, survivor=survivor, taken=(), seen=seen, press=uuid4(), by=by, now=NOW)


@pytest.fixture
def merged(manager: User) -> Merge:
    """Of three records of one person, the last merge; the first is a part of the second."""
    first, second, third = person("First"), person("Second"), person("Third")
    joined(first, second, manager)
    return joined(second, third, manager)


def close(how: str, patient: Patient, by: User) -> None:
    if how == "restricted":
        restricted(patient, by)
    else:
        closing.make_confidential(patient=patient, because="A colleague", people=[by], by=by, now=NOW)


@pytest.mark.parametrize("how", ["confidential", "restricted"])
def test_a_record_is_not_parted_while_it_is_closed(merged: Merge, manager: User, how: str) -> None:
    close(how, merged.survivor, manager)
    if how == "restricted":
        closing.open_closed(patient=merged.survivor, because="File 7", by=manager, now=NOW)
    merged.survivor.refresh_from_db()
    with pytest.raises(InTheWay) as refused:
        merging.unmerge(joined=merged, by=manager, now=NOW)
    (sentence,) = refused.value.sentences
    assert f"The record is {how}" in sentence
    merged.refresh_from_db()
    assert merged.undone_at is None


def test_the_page_says_why_and_offers_nothing_and_a_press_is_refused_kindly(merged: Merge, manager: User) -> None:
    browser, address = client_of(manager), reverse("patients:unmerge", args=[merged.public_id])
    close("confidential", merged.survivor, manager)
    page = browser.get(address).content.decode()
    assert ("end that before it is parted" in page, "Part the two" in page) == (True, False)
    assert "end that before it is parted" in browser.post(address, follow=True).content.decode()
    closing.end_confidence(patient=merged.survivor, because="Left", by=manager, now=NOW)
    assert "Part the two" in browser.get(address).content.decode()
    browser.post(address)
    merged.refresh_from_db()
    assert merged.undone_at is not None


def test_a_stale_press_on_a_restricted_one_is_told_why(merged: Merge, manager: User) -> None:
    close("restricted", merged.survivor, manager)
    browser = client_of(manager)
    browser.post(reverse("patients:open_closed", args=[merged.survivor.public_id]), {"because": "File 7"})
    address = reverse("patients:unmerge", args=[merged.public_id])
    assert "lifts that before it is parted" in browser.get(address).content.decode()
    assert browser.post(address).status_code == 409


@pytest.mark.parametrize("how", ["confidential", "restricted"])
def test_what_became_a_part_is_open_by_the_record_that_goes_on_alone(merged: Merge, manager: User, how: str) -> None:
    doctor = member(Role.CLINICIAN)
    parts = Patient.objects.filter(merged_into__isnull=False)
    assert set(Patient.objects.visible_to(doctor)) == set(Patient.objects.all())
    close(how, merged.survivor, manager)
    for user in (doctor, manager):
        assert not Patient.objects.visible_to(user).filter(pk__in=parts).exists()
    browser = client_of(doctor)
    for part in parts:
        for form in ("tables", "fhir"):
            export = reverse("scheduling:export_patient_file", args=[part.public_id, form])
            assert browser.post(export).status_code != 200
        shut = browser.get(reverse("patients:detail", args=[part.public_id]), follow=True).content.decode()
        assert "Open the record" in shut
    if how == "confidential":
        old = reverse("patients:detail", args=[parts[0].public_id])
        new = reverse("patients:detail", args=[merged.survivor.public_id])
        assert client_of(manager).get(old, follow=True).redirect_chain[-1][0] == new


def test_an_old_record_is_not_handed_out_beside_the_one_that_goes_on(merged: Merge, manager: User) -> None:
    for patient, status in ((merged.merged, 302), (merged.survivor, 200)):
        export = reverse("scheduling:export_patient_file", args=[patient.public_id, "tables"])
        assert client_of(manager).post(export).status_code == status


@pytest.mark.parametrize("role", [Role.MANAGER, Role.CLINICIAN])
def test_who_may_know_of_a_closed_record_is_led_to_its_door_or_told_what_comes_first(
    merged: Merge, manager: User, role: Role
) -> None:
    other, browser = person("Fourth"), client_of(manager if role is Role.MANAGER else member(role))
    restricted(merged.survivor, manager)
    closed, open_one = (reverse("patients:merge", args=[one.public_id]) for one in (merged.survivor, other))
    assert "Open the record" in browser.get(closed).content.decode()
    named = browser.get(open_one, {"with": str(merged.survivor.public_id)}).content.decode()
    assert "One of them is restricted by law: the manager lifts that first." in named
    pressed = browser.post(closed, {"other": str(other.public_id)})
    assert pressed.status_code == 409
    assert "kept by law and closed to everyday work" in pressed.content.decode()
    if role is Role.MANAGER:
        assert "Open the record" in browser.get(reverse("patients:unmerge", args=[merged.public_id])).content.decode()


def test_the_desk_learns_nothing_of_a_restricted_record_by_its_address(merged: Merge, manager: User) -> None:
    restricted(merged.survivor, manager)
    desk, closed = client_of(member(Role.FRONT_DESK)), reverse("patients:merge", args=[merged.survivor.public_id])
    assert (desk.get(closed).status_code, desk.post(closed).status_code) == (404, 404)
    named = desk.get(
        reverse("patients:merge", args=[person("Fourth").public_id]), {"with": str(merged.survivor.public_id)}
    )
    assert "That is not another record you may open" in named.content.decode()
    assert "restricted" not in named.content.decode()
