"""Letters to patients: neutral, in their language, to the right address, with a link that is the same each time."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from django.urls import resolve
from pytest_django import Settings

from clinic.outbox.delivery import deliver
from clinic.outbox.models import Letter
from clinic.outbox.registry import Suppressed, kind_for
from patients.intake import submit
from patients.link_check import code_of, send_code
from patients.links import make_link, open_link
from patients.models import AccessLink, Patient
from tests.clinic.random_parts import without_random_parts
from tests.outbox import sink as sinks
from tests.outbox.conftest import use_server
from tests.outbox.reading import rendered_for
from tests.patients.intake_making import filled, invited, patient_of
from tests.patients.making import person, place

CLINICAL = re.compile(r"pain|toxin|botox|inject|migraine|headache|treat|doctor|dose|neuro|medic", re.IGNORECASE)


@pytest.fixture
def sink(settings: Settings) -> Iterator[sinks.Sink]:
    """A mail server that the settings point at."""
    with sinks.running() as (sink, port):
        use_server(settings, port)
        yield sink


def parts(message: EmailMessage) -> tuple[str, str]:
    """The text and the HTML of a message."""
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert rich is not None
    return plain.get_content(), rich.get_content()


@pytest.mark.django_db(transaction=True)
def test_invitation_goes_through_a_mail_server_and_its_link_opens(sink: sinks.Sink, now: datetime) -> None:
    place(phone="+917900000123", address="12 Neem Road, Ahmedabad")
    intake = invited(now, name="Rekha", family="O'Brien")
    letter = Letter.objects.about(intake).get()
    assert deliver(letter.pk, now=now) == "sent"
    message = sink.taken[0]
    assert sink.recipients == ["asha@patients.example"]
    assert message["Subject"] == "Before your visit to Kadamb Clinic: a few questions"
    assert message["From"].addresses[0].display_name == "Kadamb Clinic"
    plain, rich = parts(message)
    assert "Dear Rekha O'Brien," in plain
    assert "Dear Rekha O'Brien," in rich
    links = set(re.findall(r"https?://[^\s\"<]+/i/[^\s\"<]+", plain))
    assert links == set(re.findall(r"https?://[^\s\"<]+/i/[^\s\"<]+", rich))
    token = resolve("/" + links.pop().split("/", 3)[3]).kwargs["token"]
    assert open_link(token, "intake", now).about_public_id == intake.public_id
    assert "31 Mar 2027" in plain
    letter.refresh_from_db()
    assert token not in letter.text_sent + letter.html_sent + letter.subject_sent


@pytest.mark.django_db(transaction=True)
def test_code_goes_through_a_mail_server_and_is_not_kept(sink: sinks.Sink, now: datetime) -> None:
    patient = person(email="asha@patients.example")
    link, _token = make_link(
        purpose="intake", patient=patient, about=patient, now=now, expires_at=now + timedelta(days=1)
    )
    send_code(link=link, now=now)
    code = code_of(AccessLink.objects.get(pk=link.pk))
    letter = Letter.objects.about(link).get()
    assert deliver(letter.pk, now=now) == "sent"
    plain, rich = parts(sink.taken[0])
    assert code in plain
    assert code in rich
    assert code not in sink.taken[0]["Subject"]
    letter.refresh_from_db()
    assert code not in letter.text_sent + letter.html_sent


@pytest.mark.django_db
def test_letter_of_a_form_that_was_sent_is_not_wanted(now: datetime) -> None:
    intake = invited(now)
    promise = Letter.objects.about(intake).get().promise
    kind = kind_for("intake_invitation")
    assert kind.still_wanted(promise, now=now) is None
    submit(intake=filled(intake, now), by=None, now=now)
    verdict = kind.still_wanted(promise, now=now)
    assert isinstance(verdict, Suppressed)
    assert verdict.reason == "form_sent"


@pytest.mark.django_db
def test_code_is_not_wanted_once_used_or_replaced(now: datetime) -> None:
    patient = person(email="asha@patients.example")
    link, _token = make_link(
        purpose="intake", patient=patient, about=patient, now=now, expires_at=now + timedelta(days=1)
    )
    send_code(link=link, now=now)
    send_code(link=link, now=now + timedelta(minutes=2))
    kind = kind_for("link_code")
    first, second = [letter.promise for letter in Letter.objects.about(link).order_by("id")]
    older = kind.still_wanted(first, now=now)
    assert isinstance(older, Suppressed)
    assert older.reason == "newer_code"
    assert kind.still_wanted(second, now=now) is None
    link.codes.filter(number=2).update(used_at=now)
    used = kind.still_wanted(second, now=now)
    assert isinstance(used, Suppressed)
    assert used.reason == "code_not_needed"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "reason", "where"),
    [
        ({"email": ""}, "no_address", "call_list"),
        ({"email_suspended_at": datetime(2027, 1, 1, tzinfo=UTC)}, "address_suspended", "call_list"),
        ({"deceased_on": datetime(2027, 1, 1, tzinfo=UTC).date()}, "deceased", "closed"),
    ],
)
def test_who_cannot_be_mailed_is_said_why_and_where(
    change: dict[str, object], reason: str, where: str, now: datetime
) -> None:
    intake = invited(now)
    Patient.objects.filter(pk=intake.patient_id).update(**change)
    verdict = kind_for("intake_invitation").recipient(Letter.objects.about(intake).get().promise, now=now)
    assert isinstance(verdict, Suppressed)
    assert (verdict.reason, verdict.where) == (reason, where)


@pytest.mark.django_db
def test_merged_record_gets_no_letter(now: datetime) -> None:
    intake, other = invited(now), person("Usha")
    Patient.objects.filter(pk=intake.patient_id).update(merged_into=other)
    verdict = kind_for("intake_invitation").recipient(Letter.objects.about(intake).get().promise, now=now)
    assert isinstance(verdict, Suppressed)
    assert verdict.reason == "merged_away"


@pytest.mark.django_db
def test_shared_address_is_greeted_by_the_first_name_alone(now: datetime) -> None:
    intake = invited(now, email_is_shared=True)
    rendered = rendered_for(Letter.objects.about(intake).get(), now)
    assert "Dear Asha," in rendered.text
    assert "Rao" not in without_random_parts(rendered.text + rendered.html)


@pytest.mark.django_db
def test_letter_written_twice_has_one_link(now: datetime) -> None:
    intake = invited(now)
    letter = Letter.objects.about(intake).get()
    assert rendered_for(letter, now).text == rendered_for(letter, now + timedelta(days=1)).text
    assert AccessLink.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "hi", "gu"])
def test_letters_say_nothing_clinical(language: str, now: datetime) -> None:
    intake = invited(now, language=language)
    link, _token = make_link(
        purpose="intake", patient=intake.patient, about=intake, now=now, expires_at=now + timedelta(days=1)
    )
    send_code(link=link, now=now)
    for letter in Letter.objects.for_person(patient_of(intake)):
        rendered = rendered_for(letter, now)
        for words in (rendered.subject, rendered.text, rendered.html):
            assert CLINICAL.findall(re.sub(r"<style.*?</style>|\bdata-[\w-]+|@media", "", words, flags=re.DOTALL)) == []


@pytest.mark.django_db
def test_btx_037_a_name_that_looks_like_html_is_text_in_the_letter(now: datetime) -> None:
    intake = invited(now, name='<a href="https://example.invalid">Open</a>', family="")
    rendered = rendered_for(Letter.objects.about(intake).get(), now)
    assert "&lt;a href=" in rendered.html
    assert '<a href="https://example.invalid"' not in rendered.html
    assert 'Dear <a href="https://example.invalid">Open</a>,' in rendered.text
    assert patient_of(intake).given_name == '<a href="https://example.invalid">Open</a>'


@pytest.mark.django_db
def test_html_carries_its_style_in_its_elements(now: datetime) -> None:
    html = rendered_for(Letter.objects.about(invited(now)).get(), now).html
    assert html.count("<style") == 1
    assert re.search(r'<td class="button" style="[^"]*background: #0f6b6b', html)
    assert "http://www" not in html
