"""Somebody with one name, in what is mailed: the letters about a visit and the file for the calendar."""

import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from clinic.outbox.delivery import work
from scheduling import booking
from tests.outbox import sink as sinks
from tests.outbox.conftest import use_server
from tests.patients.making import person
from tests.scheduling.made import clinic

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
GREETED = {"en": "Dear Lakshmi,", "hi": "नमस्ते Lakshmi जी,", "gu": "નમસ્તે Lakshmi,"}
FILLED_UP = re.compile(r"None|Unknown|null|Lakshmi\s*[.-]|Lakshmi\s+(?:,|\s)")
"""What a program puts where it misses a second name: a word, a dash, a dot, a space that nobody typed."""


@pytest.fixture
def sink(settings: Any) -> Any:
    with sinks.running() as (sink, port):
        use_server(settings, port)
        yield sink


def read(letter: EmailMessage) -> dict[str, str]:
    """Every part of a letter as its reader gets it, and its head."""
    parts = {part.get_content_type(): part for part in letter.walk() if not part.is_multipart()}
    said = {kind: part.get_payload(decode=True).decode() for kind, part in parts.items()}
    return said | {"head": f"{letter['To']}\n{letter['Subject']}"}


@pytest.mark.parametrize("language", sorted(GREETED))
def test_btx_041_one_name_is_greeted_and_put_into_the_calendar_as_it_is(sink: sinks.Sink, language: str) -> None:
    """BTX-041: booked, moved, cancelled. Page, sheet and FHIR are in test_people_pages, test_sheets and test_fhir."""
    here = clinic(buffer_minutes=0)
    lakshmi = person("Lakshmi", "", email="lakshmi@patients.example", language=language)
    visit = here.visit(patient=lakshmi, now=NOW)
    work(NOW + timedelta(minutes=1))
    visit.refresh_from_db()
    there = here.slot("11:30")
    visit = booking.move(appointment=visit, slot=there, seen_version=visit.version, by=here.desk, now=LATER)
    work(LATER + timedelta(minutes=1))
    booking.cancel(appointment=visit, reason="Travels", by=here.desk, now=LATER + timedelta(hours=1))
    work(LATER + timedelta(hours=2))
    letters = [read(one) for one in sink.taken if one.get_content_type() == "multipart/mixed"]
    assert len(letters) == 3
    for letter in letters:
        assert GREETED[language] in letter["text/plain"].splitlines()
        assert f">{GREETED[language]}<" in letter["text/html"]
        assert letter["head"].startswith("Lakshmi <lakshmi@patients.example>\n")
        assert "ATTENDEE;" in letter["text/calendar"]
        assert {kind: found[0] for kind, said in letter.items() if (found := FILLED_UP.findall(said))} == {}


@pytest.mark.parametrize("said", ["Dear Lakshmi None,", "Dear Lakshmi ,", "Dear Lakshmi -,", "Lakshmi .", "Unknown"])
def test_a_name_filled_up_would_be_found(said: str) -> None:
    assert FILLED_UP.search(said)
