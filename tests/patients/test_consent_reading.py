"""Consents that are given are read and taken back after a question; what a name must be; what stays stopped."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from clinic.staff.models import Role, User
from patients.consents import wording_for
from patients.models import Consent, Patient
from tests.patients.consent_making import NOW, answer, by_link, sent, sign_link, sign_url, words
from tests.patients.making import client_of, member
from tests.treatments.people import a_patient

pytestmark = pytest.mark.django_db
LETTERS = ("reminders", "before_visit", "check_ins")


@pytest.fixture
def rekha(time_machine: Any) -> Patient:
    time_machine.move_to(NOW, tick=False)
    words()
    return a_patient(given_name="Rekha", family_name="Parmar", email="rekha@patients.example", language="gu")


@pytest.fixture
def desk(rekha: Patient) -> User:
    return member(Role.FRONT_DESK, at=rekha.location)


def test_what_is_agreed_to_is_read_and_taken_back_only_after_the_question(rekha: Patient, desk: User) -> None:
    kept = answer(rekha, "data_use", NOW)
    client, _link, token = by_link(rekha)
    url = reverse("patients:consents_sign", args=[token, wording_for("data_use", "gu").public_id])
    taken_back = reverse("patients:consents_withdraw", args=[token, kept.public_id])
    page = client.get(url).text
    assert (taken_back in page, 'value="no"' in page, 'value="yes"' in page) == (True, False, False)
    pressed = client.post(url, sent(answer="no"))
    assert (pressed.status_code, pressed["Location"]) == (302, taken_back)
    assert Consent.objects.count() == 1
    anew = client_of(desk).get(sign_url(rekha, "data_use")).text
    assert ('value="no"' in anew, 'value="yes"' in anew) == (False, True)
    assert 'value="no"' in client.get(sign_link(token, "photography")).text, "what is not agreed to is answered at once"


def test_data_use_signed_anew_says_what_stays_stopped_and_leads_there(rekha: Patient, desk: User) -> None:
    client, _link, token = by_link(rekha)
    client.post(reverse("patients:consents_withdraw", args=[token, answer(rekha, "data_use", NOW).public_id]))
    client.post(sign_link(token, "data_use"), sent())
    listed = client.get(reverse("patients:consents_link", args=[token]))
    (said,) = [str(one) for one in listed.context["messages"] if one.level_tag == "info"]
    rows = {row["standing"].kind: row for row in listed.context["rows"]}
    assert [rows[kind]["standing"].is_stopped for kind in LETTERS] == [True, True, True]
    with override("gu"):
        assert all(str(rows[kind]["standing"].label) in said for kind in LETTERS)
    signed = client_of(desk).get(sign_url(rekha, "data_use", "en") + "?signed=1").text
    assert all(sign_url(rekha, kind, "en") in signed for kind in LETTERS)
    client.post(rows["reminders"]["sign_href"], sent())
    rekha.refresh_from_db()
    assert (rekha.wants_reminders, rekha.wants_check_ins) == (True, False)


@pytest.mark.parametrize(
    ("name", "is_asked"),
    [("Parmar Rekha", False), ("REKHA  Kantilal pármar", False), ("Somebody Else", True), ("Rekha", True)],
)
def test_another_name_than_the_patients_is_asked_about_once(
    rekha: Patient, desk: User, name: str, *, is_asked: bool
) -> None:
    client, url = client_of(desk), sign_url(rekha, "photography", "en")
    page = client.post(url, sent(name=name))
    assert page.status_code == (422 if is_asked else 302)
    if is_asked:
        assert "The record says Rekha Parmar" in page.context["form"].errors["name"][0]
        assert 'name="is_own_name"' in page.text
        assert client.post(url, sent(name=name, is_own_name="on")).status_code == 302
    assert Consent.objects.get().signer_name == name


def test_a_guardian_signs_with_a_name_of_their_own(rekha: Patient, desk: User) -> None:
    typed = sent(name="Hina Shah", signer="guardian", relation="mother")
    assert client_of(desk).post(sign_url(rekha, "photography"), typed).status_code == 302
