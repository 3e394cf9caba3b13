"""Consents on the clinic's screen, by a patient's link, and the manager's page of words."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from patients.consenting import consents_link
from patients.consents import wording_for
from patients.models import AccessLink, Consent, ConsentText, Patient
from patients.views.by_link import PASSED
from tests.patients.consent_making import NOW, STROKES, answer, by_link, sent, sign_url, words
from tests.patients.making import client_of, member
from tests.treatments.people import a_patient, a_user
from tests.treatments.sessions import an_active_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def rekha(time_machine: Any) -> Patient:
    time_machine.move_to(NOW, tick=False)
    words()
    return a_patient(
        given_name="Rekha", family_name="Parmar", email="rekha@patients.example", language="gu",
        born_on=date(1980, 5, 17), birth_precision="day",
    )  # fmt: skip


@pytest.fixture
def desk(rekha: Patient) -> User:
    return member(Role.FRONT_DESK, at=rekha.location)


def every_page(token: str, consent: Consent) -> list[str]:
    """Each address of a consents' link: the list, words to sign, taking back, the copy."""
    return [
        reverse("patients:consents_link", args=[token]),
        reverse("patients:consents_sign", args=[token, wording_for("photography", "gu").public_id]),
        reverse("patients:consents_withdraw", args=[token, consent.public_id]),
        reverse("consent_copy_by_link", args=[token, consent.public_id]),
    ]


def is_shut(client: Client, address: str) -> bool:
    """Whether the code is asked for, whatever is sent, and nothing of the page is shown."""
    seen = [client.get(address, follow=True), client.post(address, sent(), follow=True)]
    return all(page.templates[0].name == "patients/link_who.html" for page in seen)


def test_desk_signs_draws_and_sees_it_stand(rekha: Patient, desk: User) -> None:
    client = client_of(desk)
    url = sign_url(rekha, "photography")
    page = client.get(url)
    assert 'lang="gu"' in page.text
    response = client.post(url, sent(strokes=STROKES))
    assert (response.status_code, response["Location"]) == (302, f"{url}?signed=1")
    kept = Consent.objects.get()
    assert (kept.signed_how, kept.taken_by, kept.wording.language) == ("drawn", desk, "gu")
    assert client.get(response["Location"]).status_code == 200
    listed = client.get(reverse("patients:consents", args=[rekha.public_id]))
    assert "Rekha Parmar, signed by hand" in listed.text
    assert Entry.objects.filter(verb="consents.opened").exists()


NO_REFERRER = '<meta name="referrer"'
"""A page with it sends `Origin: null` from a browser: Django's check then refuses the form of a signed-in person."""


def test_forms_on_the_clinics_screen_name_their_origin_and_those_by_link_do_not(rekha: Patient, desk: User) -> None:
    client, words_url = client_of(desk), sign_url(rekha, "reminders")
    assert NO_REFERRER not in client.get(words_url).text
    client.post(words_url, sent())
    consent = Consent.objects.get()
    taken_back = reverse("patients:consent_withdraw", args=[rekha.public_id, consent.public_id])
    for address in (taken_back, words_url + "?signed=1"):
        seen = client.get(address).text
        assert NO_REFERRER not in seen
        assert "forward the link" not in seen
    browser, _link, token = by_link(rekha)
    assert NO_REFERRER in browser.get(reverse("patients:consents_withdraw", args=[token, consent.public_id])).text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"signer": "guardian"}, "relation"),
        ({"witness": "Rekha Parmar"}, "witness"),
        ({"strokes": "[[[1,1]]]"}, "strokes"),
        ({"answer": "perhaps"}, "__all__"),
        ({"signer": "nobody"}, "signer"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(
    rekha: Patient, desk: User, typed: dict[str, str], field: str
) -> None:
    page = client_of(desk).post(sign_url(rekha, "photography"), sent(relation="", **typed))
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field}
    assert page.context["form"]["name"].value() == sent(**typed)["name"]
    assert not Consent.objects.exists()


def test_who_cannot_read_signs_before_a_witness(rekha: Patient, desk: User) -> None:
    client_of(desk).post(sign_url(rekha, "data_use"), sent(witness="Jignesh Vyas"))
    kept = Consent.objects.get()
    assert (kept.signed_how, kept.witness_name) == ("witnessed", "Jignesh Vyas")


def test_a_minor_is_asked_for_a_guardian(rekha: Patient, desk: User) -> None:
    Patient.objects.filter(pk=rekha.pk).update(born_on=date(2015, 1, 1))
    client, url = client_of(desk), sign_url(rekha, "photography", "en")
    assert "signer" not in client.get(url).context["form"].fields
    client.post(url, sent(relation="father"))
    assert Consent.objects.get().signer_is == "guardian"


def test_replaced_words_are_shown_anew(rekha: Patient, desk: User) -> None:
    url = sign_url(rekha, "photography", "en")
    ConsentText.objects.create(kind="photography", version=2, language="en", text="Newer words")
    response = client_of(desk).post(url, sent(), follow=True)
    assert "Newer words" in response.text
    assert not Consent.objects.exists()


def test_a_plans_consent_is_signed_about_it_and_taken_back(rekha: Patient) -> None:
    doctor = a_user(Role.CLINICIAN)
    plan = an_active_plan(doctor, NOW, is_agreed=False)
    client = client_of(doctor)
    listed = client.get(reverse("patients:consents", args=[plan.patient.public_id]))
    (row,) = [row for row in listed.context["rows"] if row["standing"].about == plan.public_id]
    client.post(row["sign_href"], sent(name=plan.patient.name))
    kept = Consent.objects.get(kind="treatment")
    assert kept.about_public_id == plan.public_id
    url = reverse("patients:consent_withdraw", args=[plan.patient.public_id, kept.public_id])
    assert "Take back" in client.get(url).text
    client.post(url)
    assert [one.is_given for one in Consent.objects.filter(kind="treatment")] == [False, True]
    wrong = sign_url(plan.patient, "treatment", "en")
    assert client.get(wrong).status_code == 404, "a treatment is agreed to for a plan"
    assert client.get(f"{wrong}?about={rekha.public_id}").status_code == 404
    assert client.get(f"{wrong}?about=x").status_code == 404


def test_the_patient_reads_what_for_and_the_desks_screen_does_not_say(rekha: Patient, desk: User) -> None:
    plan = an_active_plan(a_user(Role.CLINICIAN), NOW, is_agreed=False)
    Patient.objects.filter(pk=plan.patient_id).update(email="meenal@patients.example")
    plan.patient.refresh_from_db()
    client, _link, token = by_link(plan.patient)
    address = reverse("patients:consents_sign", args=[token, wording_for("treatment", "en").public_id])
    assert "Chronic migraine" in client.get(f"{address}?about={plan.public_id}").text
    shown = client_of(desk).get(f"{sign_url(plan.patient, 'treatment', 'en')}?about={plan.public_id}")
    assert (shown.status_code, "Chronic migraine" in shown.text) == (200, False)


def test_the_desk_mails_the_link_and_reads_no_condition(rekha: Patient, desk: User) -> None:
    plan = an_active_plan(a_user(Role.CLINICIAN), NOW, location=rekha.location, email="x@patients.example")
    client = client_of(desk)
    page = client.get(reverse("patients:consents", args=[plan.patient.public_id]))
    assert "migraine" not in page.text.lower()
    client.post(reverse("patients:consents_mail", args=[plan.patient.public_id]))
    assert Letter.objects.get(letter="consents_link").person_public_id == plan.patient.public_id


def test_the_link_shows_nothing_before_the_second_check(rekha: Patient) -> None:
    kept = answer(rekha, "photography", NOW)
    link, token = consents_link(patient=rekha, now=NOW)
    assert [address for address in every_page(token, kept) if not is_shut(Client(), address)] == []
    assert Consent.objects.count() == 1
    assert link.used_at is None


def test_a_date_of_birth_opens_no_consents_nor_does_a_session_that_once_had_it(rekha: Patient) -> None:
    """Families know the date; what somebody is treated for stands there. A date is not even looked at, nor counted."""
    kept = answer(rekha, "photography", NOW)
    link, token = consents_link(patient=rekha, now=NOW)
    client = Client()
    typed = {"how": "birth", "born_day": "17", "born_month": "5", "born_year": "1980"}
    asked = client.post(reverse("patients:consents_who", args=[token]), typed)
    assert (asked.status_code, 'name="born_' in asked.text) == (422, False)
    session = client.session
    session[PASSED] = {str(link.public_id): NOW.isoformat()}  # as the pages before this one remembered a date of birth
    session.save()
    assert [address for address in every_page(token, kept) if not is_shut(client, address)] == []
    assert (Consent.objects.count(), AccessLink.objects.get(pk=link.pk).failed_checks) == (1, 0)


def test_the_code_opens_consents_for_half_an_hour_however_busy(rekha: Patient, time_machine: Any) -> None:
    kept = answer(rekha, "photography", NOW)
    client, _link, token = by_link(rekha)
    time_machine.move_to(NOW + timedelta(minutes=29), tick=False)
    pages = every_page(token, kept)
    assert [client.get(address).status_code for address in pages] == [200] * 4
    assert client.post(pages[2]).status_code == 302, "acting there does not prolong it"
    time_machine.move_to(NOW + timedelta(minutes=30), tick=False)
    assert [address for address in pages if not is_shut(client, address)] == []
    assert Consent.objects.count() == 2
    assert Entry.objects.filter(verb="consents.opened", actor="patient link").count() == 1


def test_the_patient_signs_takes_back_and_keeps_a_copy_by_link(rekha: Patient) -> None:
    client, _link, token = by_link(rekha)
    page = client.get(reverse("patients:consents_link", args=[token]))
    assert 'lang="gu"' in page.text
    (row,) = [row for row in page.context["rows"] if row["standing"].kind == "reminders"]
    assert client.post(row["sign_href"], sent()).status_code == 302
    kept = Consent.objects.get()
    assert (kept.taken_by, kept.signed_how) == (None, "typed")
    copy = client.get(reverse("consent_copy_by_link", args=[token, kept.public_id]))
    assert (copy.status_code, copy["Content-Type"]) == (200, "application/pdf")
    url = reverse("patients:consents_withdraw", args=[token, kept.public_id])
    client.get(url)
    assert Consent.objects.count() == 1, "looking changes nothing"
    client.post(url)
    rekha.refresh_from_db()
    assert (Consent.objects.count(), rekha.wants_reminders) == (2, False)


def test_a_link_opens_nobody_elses_consent(rekha: Patient) -> None:
    other = answer(a_patient(given_name="Other"), "photography", NOW)
    client, _link, token = by_link(rekha)
    for name in ("patients:consents_withdraw", "consent_copy_by_link"):
        assert client.get(reverse(name, args=[token, other.public_id])).status_code == 404


def test_manager_looks_at_new_words_and_puts_them_in_force(rekha: Patient) -> None:
    client = client_of(member(Role.MANAGER, at=rekha.location))
    url = reverse("patients:consent_words", args=["photography"])
    typed = {"text_en": "Heading {contact}\n\n- one", "text_hi": "शीर्षक", "text_gu": "મથાળું", "seen_version": "1"}
    looked = client.post(url, typed | {"go": "preview"})
    assert [one["blocks"][0]["heading"] for one in looked.context["preview"]][1:] == ["शीर्षक", "મથાળું"]
    assert "{contact}" not in looked.context["preview"][0]["blocks"][0]["heading"]
    assert not ConsentText.objects.filter(kind="photography", version=2).exists()
    client.post(url, typed | {"go": "publish"})
    assert ConsentText.objects.filter(kind="photography", version=2).count() == 3
    again = client.post(url, typed | {"go": "publish"})
    assert again.status_code == 409
    assert "Heading" in again.context["form"]["text_en"].value()
    missing = client.post(url, typed | {"text_gu": "", "text_hi": "{me}"})
    assert set(missing.context["form"].errors) == {"text_gu", "text_hi"}
    assert client.get(reverse("patients:consent_kinds")).status_code == 200


@pytest.mark.parametrize("language", ["en", "hi", "gu"])
def test_every_help_and_error_of_the_page_is_tied_to_its_field(rekha: Patient, desk: User, language: str) -> None:
    """BTX-101: what aria-describedby and label for= name stands on the page, with a mistake and without."""
    client, url = client_of(desk), sign_url(rekha, "photography", language)
    for page in (client.get(url), client.post(url, sent(name="", signer="guardian"))):
        ids = re.findall(r'\bid="([^"]+)"', page.text)
        assert len(ids) == len(set(ids))
        for named in re.findall(r'(?:aria-describedby|aria-labelledby|\bfor)="([^"]+)"', page.text):
            assert set(named.split()) <= set(ids), named
