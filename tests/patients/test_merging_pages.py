"""Making two records one, as the desk sees it: who it may be, both side by side, the press, the way back."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clinic.audit.models import Entry
from clinic.lib import clock
from clinic.staff.models import Role, User
from patients.models import Merge, Patient
from patients.wording_merge import held_by_each
from tests.patients.intake_making import invited
from tests.patients.making import ASHA, client_of, member, person, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return member()


@pytest.fixture
def desk(clerk: User) -> Client:
    return client_of(clerk)


@pytest.fixture
def asha() -> Patient:
    """The record that stays."""
    return person(birth=ASHA, phone="098765 00131")


@pytest.fixture
def asah() -> Patient:
    """A second record of the same person, written down in a hurry."""
    return person("Asah", email="asha@patients.example", phone="098765 00131", address="12 Sarthi Flats")


def page(patient: Patient) -> str:
    return reverse("patients:merge", args=[patient.public_id])


def press(desk: Client, stays: Patient, goes: Patient, **more: Any) -> Any:
    """What the button sends when nothing was chosen otherwise."""
    shown = desk.get(page(stays), {"with": str(goes.public_id)}).context["form"]
    sent = {name: shown[name].value() for name in shown.fields}
    return desk.post(page(stays), sent | more, follow=True)


def test_who_looks_alike_is_offered_and_who_is_searched(desk: Client, asha: Patient, asah: Patient) -> None:
    other = person("Bela", "Joshi")
    html = desk.get(page(asha), {"q": "bela"}).content.decode()
    assert f"?with={asah.public_id}" in html
    assert f"?with={other.public_id}" in html
    assert f"?with={asha.public_id}" not in html


def test_both_stand_side_by_side_and_what_is_missing_is_taken_over(desk: Client, asha: Patient, asah: Patient) -> None:
    response = desk.get(page(asha), {"with": str(asah.public_id)})
    chosen = {line.name: field.value() for line, field in response.context["form"].rows()}
    assert chosen == {"name": "survivor", "birth": "survivor", "email": "merged", "address": "merged"}
    assert [line.name for line in response.context["same"]] == ["sex", "phone", "wishes", "language"]
    assert Entry.objects.filter(verb="patient.compared", thing_public_id=asah.public_id).exists()


@pytest.mark.parametrize("count", [1, 3])
def test_what_stands_in_each_is_counted_in_one_query_a_kind(
    asha: Patient, asah: Patient, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    questions = invited(clock.now()).questionnaire
    for _ in range(count):
        asah.intakes.create(
            questionnaire=questions, state="submitted", invited_at=clock.now(), submitted_at=clock.now()
        )
    with django_assert_num_queries(6):  # visits; plans, sessions; forms, consents, documents
        held = held_by_each(merged=asah, survivor=asha)
    assert [(one.label, one.survivor, one.merged) for one in held] == [
        *[(label, 0, 0) for label in ("Visits", "Plans", "Signed sessions")],
        ("Forms sent in", 0, count),
        *[(label, 0, 0) for label in ("Consents", "Documents")],
    ]


def test_a_press_merges_and_the_old_address_leads_to_the_record_that_stays(
    desk: Client, asha: Patient, asah: Patient
) -> None:
    """BTX-050."""
    response = press(desk, asha, asah, keep_name="merged")
    assert response.redirect_chain == [(reverse("patients:detail", args=[asha.public_id]), 302)]
    assert f"Record {asah.record_number} is part of record {asha.record_number} now." in response.content.decode()
    asha.refresh_from_db()
    assert (asha.name, asha.email, asha.address, asha.born_on) == (
        "Asah Rao", "asha@patients.example", "12 Sarthi Flats", ASHA.first_day,
    )  # fmt: skip
    old = desk.get(reverse("patients:detail", args=[asah.public_id]), follow=True)
    assert f"Record {asah.record_number} was merged into this one." in old.content.decode()


def why(desk: Client, text: str) -> list[tuple[str, str]]:
    """Who a search shows, by name, and why."""
    html = desk.get(reverse("patients:search"), {"q": text}).content.decode()
    return [
        (re.sub("<[^>]+>", "", name), unescape(reason))
        for name, reason in re.findall(r'<span class="name"[^>]*>(.*?)</span><span class="why">(.*?)</span>', html)
    ]


def test_btx_050_old_number_phone_name_and_address_find_the_record_that_stays(
    desk: Client, asha: Patient, asah: Patient
) -> None:
    Patient.objects.filter(pk=asah.pk).update(phone="+919876500177", phone_digits="771005678919+"[:12])
    asah.refresh_from_db()
    press(desk, asha, asah, keep_phone="survivor", keep_email="survivor")
    old, inside = asah.record_number, f", in record {asah.record_number} that was merged into this one"
    assert why(desk, "asah") == [("Asha Rao", f"name begins with “asah”{inside}")]
    assert why(desk, "98765 00177") == [("Asha Rao", f"this phone{inside}")]
    assert why(desk, "0177") == [("Asha Rao", f"phone ends in 0177{inside}")]
    assert why(desk, "asha@patients.example") == [("Asha Rao", f"this e-mail address{inside}")]
    assert why(desk, str(old)) == [("Asha Rao", f"record {old} was merged into this one")]
    assert why(desk, "asha rao") == [("Asha Rao", "name begins with “asha” · family name begins with “rao”")]
    third = person("Bela", "Joshi")
    press(desk, third, asha)
    assert why(desk, "asah") == [("Bela Joshi", f"name begins with “asah”{inside}")]
    shown = desk.get(reverse("patients:list"), {"q": "0177"}).content.decode()
    assert unescape(f"phone ends in 0177{inside}") in unescape(shown)


def test_btx_050_each_old_address_leads_to_the_same_page_of_the_record_that_stays(
    desk: Client, asha: Patient, asah: Patient
) -> None:
    press(desk, asha, asah)
    for name in ("detail", "edit", "merge"):
        old = desk.get(reverse(f"patients:{name}", args=[asah.public_id]), {"q": "ä b"}, follow=True)
        assert old.redirect_chain == [(f"{reverse(f'patients:{name}', args=[asha.public_id])}?q=%C3%A4+b", 302)]
        assert f"Record {asah.record_number} was merged into this one." in old.content.decode()
    booking = desk.get(reverse("scheduling:book"), {"patient": str(asah.public_id)})
    assert booking["Location"] == f"{reverse('scheduling:book')}?patient={asha.public_id}"
    late = desk.post(reverse("patients:edit", args=[asah.public_id]), {"given_name": "Asah"}, follow=True)
    assert late.redirect_chain == [(reverse("patients:detail", args=[asha.public_id]), 302)]
    told = f"Record {asah.record_number} was merged into this one meanwhile: nothing was written."
    assert told in late.content.decode()
    stranger = client_of(member(at=place("Elsewhere"), name="Far Away"))
    assert stranger.get(reverse("patients:detail", args=[asah.public_id])).status_code == 404
    assert desk.get(reverse("patients:detail", args=[uuid4()])).status_code == 404


def test_pressed_twice_and_after_somebody_else_did_it_is_told_kindly(
    desk: Client, asha: Patient, asah: Patient
) -> None:
    shown = desk.get(page(asha), {"with": str(asah.public_id)}).context["form"]
    sent = {name: shown[name].value() for name in shown.fields}
    first, second = desk.post(page(asha), sent), desk.post(page(asha), sent)
    assert (first.status_code, second.status_code) == (302, 302)
    late = desk.post(page(asha), sent | {"press": uuid4()}, follow=True)
    assert f"Record {asah.record_number} was merged into another already." in late.content.decode()
    assert Merge.objects.count() == 1


def test_a_change_meanwhile_is_shown_and_what_was_chosen_stays(desk: Client, asha: Patient, asah: Patient) -> None:
    shown = desk.get(page(asha), {"with": str(asah.public_id)}).context["form"]
    sent = {name: shown[name].value() for name in shown.fields} | {"keep_name": "merged"}
    Patient.objects.filter(pk=asah.pk).update(language="gu", version=asah.version + 1)
    response = desk.post(page(asha), sent)
    assert response.status_code == 409
    assert "One of the two was changed meanwhile: look at both again." in response.content.decode()
    assert response.context["form"]["keep_name"].value() == "merged"
    again = {name: response.context["form"][name].value() for name in response.context["form"].fields}
    assert desk.post(page(asha), again).status_code == 302


def test_without_a_choice_nothing_is_merged(desk: Client, asha: Patient, asah: Patient) -> None:
    response = press(desk, asha, asah, keep_name="both")
    assert response.status_code == 422
    assert not Merge.objects.exists()


@pytest.mark.parametrize("asked", ["", "nobody", "276266fc-8983-4e83-94d3-c0a3b8455ee6"])
def test_a_record_that_is_none_leads_to_the_choice(desk: Client, asha: Patient, asked: str) -> None:
    assert "which other record" in desk.get(page(asha), {"with": asked}).content.decode()
    assert "which other record" in desk.post(page(asha), {"other": asked}).content.decode()
    assert "which other record" in desk.get(page(asha), {"with": str(asha.public_id)}).content.decode()


def test_another_locations_record_is_not_one_to_merge(desk: Client, asha: Patient) -> None:
    elsewhere = person("Asha", at=place("Elsewhere"), phone="098765 00131")
    assert "which other record" in desk.get(page(asha), {"with": str(elsewhere.public_id)}).content.decode()
    assert str(elsewhere.public_id) not in desk.get(page(asha)).content.decode()


def test_who_merged_takes_it_back_at_once_and_nobody_else_of_the_desk(
    desk: Client, clerk: User, asha: Patient, asah: Patient
) -> None:
    press(desk, asha, asah)
    undo = reverse("patients:undo_merge", args=[Merge.objects.get().public_id])
    assert client_of(member(name="Jigna Vyas")).post(undo).status_code == 403
    response = desk.post(undo, follow=True)
    assert f"Record {asah.record_number} and record {asha.record_number} are two again." in response.content.decode()
    assert "parted already" in desk.post(undo, follow=True).content.decode()
    asah.refresh_from_db()
    assert asah.merged_into is None
    assert Merge.objects.get().undone_by == clerk


def test_later_a_manager_parts_them(desk: Client, asha: Patient, asah: Patient) -> None:
    press(desk, asha, asah)
    joined = Merge.objects.get()
    manager = client_of(member(Role.MANAGER, name="Nila Mehta"))
    part = reverse("patients:unmerge", args=[joined.public_id])
    assert part in manager.get(reverse("patients:detail", args=[asha.public_id])).content.decode()
    assert part not in desk.get(reverse("patients:detail", args=[asha.public_id])).content.decode()
    assert desk.get(part).status_code == 403
    assert "Part the two" in manager.get(part).content.decode()
    manager.post(part)
    asah.refresh_from_db()
    asha.refresh_from_db()
    assert (asah.merged_into, asha.email, asha.address) == (None, "", "")


def test_the_way_back_of_the_desk_closes(desk: Client, asha: Patient, asah: Patient, time_machine: Any) -> None:
    press(desk, asha, asah)
    time_machine.move_to(clock.now() + timedelta(minutes=6))
    assert desk.post(reverse("patients:undo_merge", args=[Merge.objects.get().public_id])).status_code == 403
