"""The patient's own page: visits for whoever holds the link, the rest for who typed the mailed code."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from patients.corrections import AnsweredMeanwhile, answer_correction, ask_correction
from patients.intake import invite
from patients.link_check import code_of, send_code
from patients.models import AccessLink, CorrectionRequest, DocumentKind, Intake, Patient
from patients.registration import PersonFacts, amend
from patients.reminders import own_page_link
from scheduling import booking, own_page
from scheduling.booking import Slot
from scheduling.models import AppointmentKind, AppointmentType, PageWish, ProviderHours
from tests.patients.documents.making import a_document, ready
from tests.patients.making import client_of, member
from tests.treatments.people import a_patient, a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments.models import Plan
from treatments.scoring import record_score

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 5, 3, 4, 30, tzinfo=UTC)
SIGNED_AT = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
DAY = datetime(2027, 5, 27, 5, 0, tzinfo=UTC)
BEHIND_THE_CODE = ("my scores", "after your visit", "download as tables", "corrections", "meenal")


class Held:
    """A treated patient with a visit to come, who holds the link of their page."""

    def __init__(self, time_machine: Any) -> None:
        doctor = a_user(Role.CLINICIAN)
        time_machine.move_to(SIGNED_AT, tick=False)
        self.session = signed(ready_to_sign(doctor, SIGNED_AT, email="meenal@patients.example"), doctor, SIGNED_AT)
        time_machine.move_to(NOW, tick=False)
        self.patient: Patient = self.session.patient
        self.doctor: User = doctor
        self.kind = AppointmentType.objects.create(
            name="Consultation", public_name="Visit", kind=AppointmentKind.CONSULTATION, minutes=30,
            after_buffer_minutes=0,
        )  # fmt: skip
        for weekday in range(6):
            ProviderHours.objects.create(
                clinician=doctor, location=self.session.location, weekday=weekday, starts="10:00", ends="13:00"
            )
        self.visit = self.booked(DAY)
        self.link, self.token = own_page_link(self.patient, now=NOW)

    def booked(self, at: datetime) -> Any:
        place = Slot(clinician=self.doctor, location=self.session.location, room=None, type=self.kind, starts_at=at)
        return booking.book(patient=self.patient, slot=place, by=self.doctor, now=NOW)

    def url(self, name: str = "", *more: object) -> str:
        return reverse(f"scheduling:own_page{name}", args=[self.token, *more])

    def recognised(self) -> Client:
        """A browser in which the code was typed."""
        send_code(link=self.link, now=NOW)
        browser = Client()
        answer = browser.post(self.url("_check"), {"how": "code", "code": code_of(self.link)})
        assert (answer.status_code, answer.headers["Location"]) == (302, self.url())
        return browser


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


def test_copy_holds_everything_and_is_audited(held: Held) -> None:
    answer = held.recognised().post(held.url("_copy", "tables"))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined] # a streaming answer
    assert "patient.csv" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "meenal" not in answer.headers["Content-Disposition"].lower()
    assert Entry.objects.filter(verb="record.exported", actor="patient link").count() == 1


def test_scores_are_drawn_and_said_and_asked_for_as_often_with_one_as_with_three(held: Held) -> None:
    browser, asked = held.recognised(), []
    for number in range(3):
        record_score(
            patient=held.patient, plan=held.session.plan, instrument_key="headache_days", value=Decimal(20 - number),
            taken_on=(NOW - timedelta(days=9 - number)).date(), by=held.doctor, now=NOW,
        )  # fmt: skip
        ask_correction(patient=held.patient, part="record", words=f"No. {number}", now=NOW)
        held.booked(DAY + timedelta(days=7 * (number + 1)))
        browser.get(held.url())  # the catalogue is read once
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(held.url()).text
        asked.append(len(queries))
    assert len(set(asked)) == 1, asked
    assert "The newest is 18, of 26 Apr 2027." in " ".join(page.split())
    assert len(re.findall("<circle", page)) == 3
    assert page.count("<svg") == 3  # the clinic's mark, the plot, and its scale that stays beside it


def test_page_about_their_condition_is_led_to_behind_the_code_only(held: Held) -> None:
    """The ways to what everybody may read stand there for all; which of it is theirs says what they are treated for."""
    Patient.objects.filter(pk=held.patient.pk).update(language="gu")
    here = f"/read/{held.session.location.public_id}/"
    browser = held.recognised()
    assert ways_to_read(browser, held) == [f"{here}part-a/?lang=gu", f"{here}expect/?lang=gu", f"{here}?lang=gu"]
    assert ways_to_read(Client(), held) == [f"{here}expect/?lang=gu", f"{here}?lang=gu"]
    for state, is_theirs in (("paused", True), ("completed", True), ("stopped", False), ("draft", False)):
        Plan.objects.filter(pk=held.session.plan_id).update(state=state, state_reason="Rest")
        assert (f"{here}part-a/?lang=gu" in ways_to_read(browser, held)) is is_theirs, state


def ways_to_read(browser: Client, held: Held) -> list[str]:
    """Where the page leads of what anybody may read, each tried."""
    found = re.findall(r'href="(/read/[^"]*)"', browser.get(held.url()).text)
    assert {Client().get(way).status_code for way in found} == {200}
    return found


def test_what_came_by_link_is_named_in_the_patients_language(held: Held) -> None:
    a_document(held.patient, DocumentKind.REFERRAL, by=None, title="Letter sent with the form")
    a_document(held.patient, DocumentKind.CONSENT, [ready(pages=1)], title="Signed in 2019")
    Patient.objects.filter(pk=held.patient.pk).update(language="hi")
    page = held.recognised().get(held.url()).text
    assert "Letter sent with the form" not in page
    assert "रेफ़रल पत्र" in page
    assert "Signed in 2019" in page


def test_correction_is_asked_answered_and_read_behind_the_code(held: Held) -> None:
    browser = held.recognised()
    missing = browser.post(held.url("_correct"), {"words": "My name has one t"})
    assert missing.status_code == 422
    assert "My name has one t" in missing.text
    for _press in range(2):
        sent = browser.post(held.url("_correct"), {"part": "name", "words": "My name has one t"})
        assert sent.headers["Location"] == f"{held.url()}#corrections"
    asked = CorrectionRequest.objects.get()
    answer_correction(request=asked, is_accepted=False, answer="Your papers say two", by=held.doctor, now=NOW)
    with pytest.raises(AnsweredMeanwhile):
        answer_correction(request=asked, is_accepted=True, answer="Done", by=held.doctor, now=NOW)
    assert Letter.objects.of_kind("correction_answered").about(asked).count() == 1
    assert "Your papers say two" in browser.get(held.url()).text
    assert "Your papers say two" not in Client().get(held.url()).text


def test_sixth_open_request_is_refused_with_what_was_typed(held: Held) -> None:
    for number in range(5):
        ask_correction(patient=held.patient, part="other", words=f"No. {number}", now=NOW)
    page = held.recognised().post(held.url("_correct"), {"part": "other", "words": "One more"})
    assert page.status_code == 409
    assert "One more" in page.text


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
