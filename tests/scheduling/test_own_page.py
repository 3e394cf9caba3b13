"""The patient's own page: visits for whoever holds the link, the rest for who typed the mailed code."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.outbox.models import Letter
from clinic.staff.models import Role
from patients.intake import invite
from patients.models import AccessLink, CorrectionRequest, Intake, Patient
from patients.registration import PersonFacts, amend
from patients.reminders import own_page_link
from scheduling import own_page
from scheduling.models import PageWish
from tests.patients.making import client_of, member
from tests.scheduling.own_page_making import NOW, Held
from tests.treatments.people import a_patient

pytestmark = pytest.mark.django_db
BEHIND_THE_CODE = ("my scores", "after your visit", "download as tables", "corrections", "meenal")


@pytest.fixture
def held(time_machine: Any) -> Held:
    return Held(time_machine)


def test_holder_of_the_link_sees_the_visit_and_nothing_clinical(held: Held) -> None:
    page = Client().get(held.url())
    said = page.text.lower()
    assert page.status_code == 200
    assert "thursday 27 may 2027" in said
    assert [word for word in (*BEHIND_THE_CODE, "botulinum", "meenal@") if word in said] == []
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_code_opens_the_rest_for_thirty_minutes_and_is_written_down_once(held: Held, time_machine: Any) -> None:
    browser = held.recognised()
    for _time in range(2):
        said = browser.get(held.url()).text.lower()
        assert [word for word in BEHIND_THE_CODE if word not in said] == []
    assert Entry.objects.filter(verb="own_page.opened", actor="patient link").count() == 1
    time_machine.move_to(NOW + timedelta(minutes=30), tick=False)
    assert "my scores" not in browser.get(held.url()).text.lower()


def test_close_ends_it_on_this_device_and_another_link_was_never_open(held: Held) -> None:
    browser = held.recognised()
    other = a_patient(given_name="Usha", email="usha@patients.example")
    other_url = reverse("scheduling:own_page", args=[own_page_link(other, now=NOW)[1]])
    assert "my scores" not in browser.get(other_url).text.lower()
    invite(patient=held.patient, by=held.doctor, now=NOW)
    browser.post(held.url("_go", "form"))
    assert "Your page is closed" in browser.post(held.url("_close")).text
    assert not {"passed_links", "links_shown_by_code"} & set(browser.session.keys())
    assert "my scores" not in browser.get(held.url()).text.lower()


@pytest.mark.parametrize(
    ("name", "more"),
    [("_go", ("form",)), ("_go", ("advice",)), ("_go", ("how-are-you",)), ("_copy", ("tables",)), ("_correct", ())],
)
def test_clinical_presses_are_refused_without_the_code(held: Held, name: str, more: tuple[str, ...]) -> None:
    links = AccessLink.objects.count()
    answer = Client().post(held.url(name, *more), {"part": "name", "words": "Other"})
    assert answer.status_code == 403
    assert "Your page was closed for your safety." in answer.text
    assert AccessLink.objects.count() == links
    assert not CorrectionRequest.objects.exists()


def test_date_of_birth_is_not_enough_here(held: Held) -> None:
    """What recognises somebody for a form does not open the page."""
    browser = Client()
    browser.get(held.url())
    session = browser.session
    session["passed_links"] = {str(held.link.public_id): NOW.isoformat()}
    session.save()
    assert "my scores" not in browser.get(held.url()).text.lower()


def test_each_way_is_a_link_of_its_own_purpose(held: Held) -> None:
    invite(patient=held.patient, by=held.doctor, now=NOW)
    browser = held.recognised()
    ways = {where: browser.post(held.url("_go", where)) for where in ("wishes", "form", "advice", "permissions")}
    ways["visit"] = browser.post(held.url("_visit", held.visit.public_id))
    assert {answer.status_code for answer in ways.values()} == {302}
    assert [browser.get(answer.headers["Location"]).status_code for answer in ways.values()] == [200] * 5
    made = set(AccessLink.objects.values_list("purpose", flat=True))
    assert {"my-page", "preferences", "intake", "aftercare", "manage-visit", "consents"} <= made
    assert browser.post(held.url("_go", "how-are-you")).status_code == 409  # nothing was asked
    assert browser.post(held.url("_visit", held.session.public_id)).status_code == 409


def test_who_typed_the_code_is_not_asked_again_by_the_form(held: Held) -> None:
    intake = invite(patient=held.patient, by=held.doctor, now=NOW)
    rows = Intake.objects.filter(pk=intake.pk)
    rows.update(answers={"goals": "Garden again"}, state="started", started_at=NOW)
    browser = held.recognised()
    form = browser.get(browser.post(held.url("_go", "form")).headers["Location"])
    assert "One short check" not in form.text


def test_the_way_to_the_permissions_lasts_no_longer_than_the_code(held: Held, time_machine: Any) -> None:
    """Half an hour from the code, not from the press: going round between the two pages keeps neither open."""
    browser = held.recognised()
    time_machine.move_to(NOW + timedelta(minutes=29), tick=False)
    there = browser.post(held.url("_go", "permissions")).headers["Location"]
    assert "Chronic migraine" in browser.get(there).text
    time_machine.move_to(NOW + timedelta(minutes=30), tick=False)
    assert "One short check" in browser.get(there).text
    assert browser.post(held.url("_go", "permissions")).status_code == 403


@pytest.mark.parametrize("where", ["permissions", "wishes"])
def test_page_it_leads_to_leads_back_and_only_in_this_browser(held: Held, where: str) -> None:
    browser = held.recognised()
    there = browser.post(held.url("_go", where)).headers["Location"]
    back = f'href="{held.url()}"'
    assert (back in browser.get(there).text, back in Client().get(there).text) == (True, False)


def test_page_is_read_in_another_language_here_and_letters_stay_as_they_are(held: Held) -> None:
    browser = held.recognised()
    assert 'name="language" value="gu"' in browser.get(held.url()).text
    assert browser.post(held.url(), {"language": "hi"}).headers["Location"] == held.url()
    assert 'lang="hi"' in browser.get(held.url()).text.split(">", 2)[1]
    there = browser.post(held.url("_go", "permissions")).headers["Location"]
    assert 'lang="hi"' in browser.get(there).text.split(">", 2)[1]
    browser.post(held.url(), {"language": "xx"})
    assert 'lang="en"' in Client().get(held.url()).text.split(">", 2)[1]
    held.patient.refresh_from_db()
    assert held.patient.language == "en"


def test_wrong_code_says_so_and_page_stays(held: Held) -> None:
    browser = Client()
    assert "A code is on its way" in browser.post(held.url("_check"), {"how": "send_code"}).text
    wrong = browser.post(held.url("_check"), {"how": "code", "code": "111111"})
    assert wrong.status_code == 422
    assert "This is not the newest code." in wrong.text
    assert "The code is six digits." in browser.post(held.url("_check"), {"how": "code", "code": "abc"}).text
    assert "No new code can be sent just now." in browser.post(held.url("_check"), {"how": "send_code"}).text
    for _try in range(4):
        dead = browser.post(held.url("_check"), {"how": "code", "code": "111111"})
    assert "This code does not work any more" in dead.text


def test_answer_to_a_wish_for_a_code_is_the_same_without_an_address(held: Held) -> None:
    """A8: whoever holds an old letter does not learn whether the address still stands."""
    known = Client().post(held.url("_check"), {"how": "send_code"})
    other = a_patient(given_name="Usha", email="usha@patients.example")
    url = reverse("scheduling:own_page_check", args=[own_page_link(other, now=NOW)[1]])
    Patient.objects.filter(pk=other.pk).update(email_suspended_at=NOW)
    assert Client().post(url, {"how": "send_code"}).status_code == known.status_code == 200
    assert Letter.objects.of_kind("link_code").count() == 1


def test_desk_sends_the_link_once_and_says_why_not(held: Held) -> None:
    desk = client_of(member(Role.FRONT_DESK, at=held.session.location))
    url = reverse("scheduling:own_page_send", args=[held.patient.public_id])
    for _press in range(2):
        desk.post(url)
    assert Letter.objects.of_kind("own_page").count() == 1
    Patient.objects.filter(pk=held.patient.pk).update(email="")
    assert "There is no e-mail address on file." in desk.post(url, follow=True).text


def test_public_page_answers_known_and_unknown_alike(held: Held) -> None:
    """A8: the same page for all; a letter to each living person of that address, and to nobody else."""
    url = reverse("scheduling:own_page_ask", args=[held.session.location.public_id])
    sister = a_patient(given_name="Usha", email="meenal@patients.example")
    a_patient(given_name="Gone", email="meenal@patients.example", deceased_on=NOW.date())
    answers = {}
    for email in ("Meenal@patients.example", "nobody@patients.example"):
        answer = Client().post(url, {"email": email})
        answers[email] = (answer.status_code, re.sub('value="[^"]*"', "", answer.text))
    assert len(set(answers.values())) == 1
    assert "on its way" in answer.text
    assert not Letter.objects.of_kind("own_page").exists()  # nobody was looked up while the page answered
    own_page.sweep(NOW)
    people = set(Letter.objects.of_kind("own_page").values_list("person_public_id", flat=True))
    assert people == {held.patient.public_id, sister.public_id}
    assert not PageWish.objects.exists()
    assert Client().post(url, {"email": "no address"}).status_code == 422


def test_mailbox_is_not_filled_by_who_asks_again_and_again(held: Held) -> None:
    url = reverse("scheduling:own_page_ask", args=[held.session.location.public_id])
    said = {Client().post(url, {"email": "meenal@patients.example"}).status_code for _time in range(9)}
    assert said == {200}
    assert PageWish.objects.count() == 6
    own_page.sweep(NOW)
    assert Letter.objects.of_kind("own_page").count() == 1


def test_link_dies_with_the_address(held: Held) -> None:
    held.patient.refresh_from_db()
    facts = PersonFacts.of(held.patient)
    changed = replace(facts, email="new@patients.example")
    amend(patient=held.patient, seen_version=held.patient.version, facts=changed, by=held.doctor, now=NOW)
    browser = Client()
    assert browser.get(held.url()).status_code == 410
    assert browser.post(held.url("_check"), {"how": "send_code"}).status_code == 410
