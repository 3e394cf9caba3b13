"""A letter's words: each patient's own language, characters as typed, the day of the clinic's own clock."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone, translation

from clinic.lib.languages import is_spoken
from clinic.lib.management.commands.prepare_files import compile_catalogue
from clinic.locations.models import Location
from clinic.outbox import registry
from clinic.outbox.deeds import owe
from clinic.outbox.delivery import work
from clinic.outbox.models import Letter
from clinic.outbox.refs import Ref
from patients.models import Patient
from scheduling.booking import Leave
from scheduling.models import Appointment
from tests.outbox import sink as sinks
from tests.outbox.conftest import use_server
from tests.outbox.kinds import Reminder
from tests.scheduling.made import NOW, Clinic, clinic, someone

HINDI = {
    "Save and continue": "सहेजें और आगे बढ़ें",
    "Your visit is booked": "हिन्दी-निशान मुलाक़ात तय है",
    "Your visit on %(day)s at %(time)s %(zone)s": "हिन्दी-निशान %(day)s %(time)s %(zone)s",
}
GUJARATI = {
    "Save and continue": "સાચવો અને આગળ વધો",
    "Your visit is booked": "ગુજરાતી-નિશાન મુલાકાત નક્કી છે",
    "Your visit on %(day)s at %(time)s %(zone)s": "ગુજરાતી-નિશાન %(day)s %(time)s %(zone)s",
    "Tuesday": "મંગળવાર",
    "Tue": "મંગળ",
    "January": "જાન્યુઆરી",
}
NIGHT = {
    "en": "Tuesday 12 January 2027, 01:00",
    "hi": "मंगलवार 12 जनवरी 2027, 01:00",
    "gu": "મંગળવાર 12 જાન્યુઆરી 2027, 01:00",
}
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def spoken(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Hindi and Gujarati, as far as a letter with a word of each language in it."""
    for language, words in (("hi", HINDI), ("gu", GUJARATI)):
        source = tmp_path / language / "LC_MESSAGES" / "django.po"
        source.parent.mkdir(parents=True)
        entries = [f'msgid "{said}"\nmsgstr "{other}"\n\n' for said, other in words.items()]
        source.write_text(HEAD + "".join(f"#, python-format\n{entry}" for entry in entries))
        compile_catalogue(source)
    settings.LOCALE_PATHS = [tmp_path]
    is_spoken.cache_clear()
    yield
    is_spoken.cache_clear()


@pytest.fixture
def sink(settings: Any) -> Iterator[sinks.Sink]:
    settings.PUBLIC_URL = "http://testserver"
    with sinks.running() as (sink, port):
        use_server(settings, port)
        yield sink


@pytest.fixture
def here(db: None) -> Clinic:
    return clinic(buffer_minutes=0)


@pytest.fixture
def broken() -> Iterator[Reminder]:
    """A letter that cannot be written."""
    registry.forget(Reminder.slug)
    kind = Reminder()
    kind.goes_to = registry.Recipient(address="asha@patients.example", name="Asha", language="gu")
    kind.when_rendered = _fails
    registry.register(kind)
    yield kind
    registry.forget(Reminder.slug)


def _fails() -> None:
    raise RuntimeError


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def confirmed(here: Clinic, patient: Patient, clock: str) -> Appointment:
    return here.visit(clock, patient=patient, by=None)


@pytest.mark.django_db
def test_each_patient_is_written_to_in_their_own_language_by_one_run(
    here: Clinic, sink: sinks.Sink, spoken: None, broken: Reminder
) -> None:
    """BTX-034: P1 Gujarati, P2 Hindi, P3 none, one run in that order, an exception while writing in between."""
    wants = [("Asha", {"language": "gu"}), ("Binal", {"language": "hi"}), ("Chetan", {})]
    for at, (name, facts) in enumerate(wants):
        visit = confirmed(here, someone(name, **facts), f"{10 + at}:00")
        Letter.objects.about(visit).update(due_at=NOW - timedelta(minutes=10 - 2 * at))
    fails = owe(
        broken.slug, about=Ref("test.thing", uuid4()), person=uuid4(), due_at=NOW - timedelta(minutes=9), edition="1"
    )
    with translation.override("en"):
        work(NOW)
    said = {
        str(message["To"].addresses[0].display_name).split()[0]: message
        for message in sink.taken
        if not str(message["Subject"]).startswith("Before")
    }
    assert broken.languages  # it was being written in Gujarati when it failed
    assert Letter.objects.get(pk=fails.pk).state == "queued"
    asha, binal, chetan = said["Asha"], said["Binal"], said["Chetan"]
    assert str(asha["Subject"]).startswith("ગુજરાતી-નિશાન 2 ")
    assert str(binal["Subject"]).startswith("हिन्दी-निशान 2 मार्च 2027 11:00")
    assert chetan["Subject"] == "Your visit on 2 March 2027 at 12:00 India time"
    assert "મંગળવાર 2 " in body(asha, "plain")
    assert "मंगलवार 2 मार्च 2027" in body(binal, "plain")
    assert "Tuesday 2 March 2027" in body(chetan, "plain")
    for message, marks in ((asha, ["ગુજરાતી"]), (binal, ["हिन्दी"]), (chetan, [])):
        for kind in ("plain", "html"):
            assert [mark for mark in ("ગુજરાતી", "हिन्दी") if f"{mark}-" in body(message, kind)] == marks
    assert 'lang="gu"' in body(asha, "html")
    assert 'lang="hi"' in body(binal, "html")
    assert 'lang="en"' in body(chetan, "html")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "family", "place"),
    [
        ("Seán", "O\u2019Brien & Co", "D'Souza & Rao Pain Clinic"),
        ("O'Brien", '"Bobby" <3', "D'Souza\nRao & Sons"),
        ("Asha", "Rao", "કદંબ ક્લિનિક અને ઉપચાર કેન્દ્ર, નીમ રોડ, અમદાવાદ, ગુજરાત રાજ્ય, ભારત દેશ"),
    ],
)
def test_characters_arrive_as_typed_in_subject_text_and_html(
    here: Clinic, sink: sinks.Sink, given: str, family: str, place: str
) -> None:
    """BTX-035: nothing arrives as an entity, a subject is one line, a long Gujarati one is encoded, not refused."""
    Location.objects.update(sender_name=place)
    patient = someone()
    Patient.objects.update(given_name=given, family_name=family)
    here.visit("10:30", patient=patient, by=None)
    work(NOW)
    invitation = next(message for message in sink.taken if str(message["Subject"]).startswith("Before"))
    shown = " ".join(place.split())
    assert invitation["Subject"] == f"Before your visit to {shown}: a few questions"
    raw = invitation.as_bytes()
    assert str(message_from_bytes(raw, policy=default)["Subject"]) == invitation["Subject"]
    assert all(ord(character) < 128 for character in raw.split(b"\n\n", 1)[0].decode("latin-1"))
    assert f"Dear {given} {family}," in body(invitation, "plain")
    assert not re.search(r"&(?:#x?\w+|amp|lt|gt|quot);", body(invitation, "plain"))
    html = body(invitation, "html")
    assert "&amp;amp;" not in html
    assert "&amp;#" not in html
    assert "&amp;lt;" not in html
    if "&" in family:
        assert "O\u2019Brien &amp; Co," in html
    if "<" in family:
        assert "&lt;3," in html


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "hi", "gu"])
def test_a_visit_after_midnight_has_the_clinics_weekday_in_every_language(
    here: Clinic, sink: sinks.Sink, spoken: None, settings: Any, time_machine: Any, language: str
) -> None:
    """BTX-038: 2027-01-11 19:30Z is Tuesday 12 January, 01:00, in the letter and on its page; the server is in UTC."""
    before = datetime(2027, 1, 9, 5, 0, tzinfo=UTC)
    time_machine.move_to(before, tick=False)
    starts_at = datetime(2027, 1, 11, 19, 30, tzinfo=UTC)
    visit = here.visit(
        "01:00",
        day=datetime(2027, 1, 12, tzinfo=UTC).date(),
        patient=someone(language=language),
        by=here.doctor,
        now=before,
        leave=Leave(overbook_reason="An emergency at night"),
    )
    assert visit.starts_at == starts_at
    reminder = Letter.objects.about(visit).of_kind("appointment_reminder").get()
    Letter.objects.filter(pk=reminder.pk).update(due_at=before)
    with timezone.override(UTC), translation.override("en"):
        work(before + timedelta(seconds=10))
    about_it = [message for message in sink.taken if "01:00" in str(message["Subject"])]
    assert len(about_it) == 2  # the confirmation and the reminder
    for message in about_it:
        for kind in ("plain", "html"):
            assert NIGHT[language] in body(message, kind)
    link = next(found[0] for message in about_it if (found := re.search(r"/v/[\w-]+/", body(message, "plain"))))
    page = Client().get(link).content.decode()
    assert "12 " in page
    assert "01:00" in page
    assert {"en": "Tue", "hi": "मंगल", "gu": "મંગળ"}[language] in page
