"""What a patient told the clinic is found in their record and nowhere it could be overheard."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from pytest_django import Settings

from clinic.audit.models import Entry
from clinic.outbox.delivery import work
from clinic.outbox.models import Letter
from patients.models import AccessLink, Patient
from tests.clinic.building import world
from tests.clinic.canary import CLINICAL, PHONE, WORD, Heard, links_of, listening, story
from tests.clinic.world import World
from tests.outbox import sink as sinks
from tests.outbox.conftest import use_server
from tests.scheduling.made import NOW

pytestmark = pytest.mark.django_db(transaction=True)
UNCOUNTED = {"django_session"}


@pytest.fixture
def sink(settings: Settings) -> Iterator[sinks.Sink]:
    settings.PUBLIC_URL = "http://testserver"
    with sinks.running() as (sink, port):
        use_server(settings, port)
        yield sink


@pytest.fixture
def the(time_machine: Any) -> World:
    time_machine.move_to(NOW, tick=False)
    return world(NOW)


def says(text: str) -> bool:
    """Whether it holds a word of the patient's."""
    return WORD in text.lower() or PHONE in text.replace(" ", "")


def every_row() -> dict[str, tuple[int, str]]:
    """Count and checksum of each table."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names()) - UNCOUNTED):
            cursor.execute(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")  # noqa: S608
            found[table] = cursor.fetchone()
    return found


def test_a_patients_words_are_overheard_nowhere(the: World, sink: sinks.Sink, time_machine: Any) -> None:
    heard = Heard()
    with listening(heard):
        patient = story(the, heard, sink, time_machine)
    mine = [message for message in sink.taken if WORD in str(message["To"])]
    assert len(mine) >= 4  # confirmed, invited, reminded, confirmed
    assert len(heard.redirects) > 8
    assert heard.log
    assert [line for line in heard.log if says(line) or any(token in line for token in heard.tokens)] == []
    assert [where for where in heard.redirects if says(where)] == []
    for entry in Entry.objects.all():
        told = json.dumps([entry.detail, entry.verb, entry.actor, entry.request_id])
        assert not says(told), entry
        assert "migraine" not in told
    for message in mine:
        for part in (message["Subject"], message["From"], message["List-Unsubscribe"], *links_of(message)):
            assert not says(str(part))
            assert not CLINICAL.search(str(part)), part
        assert not CLINICAL.search(message.get_body(("plain",)).get_content())
    kept = Letter.objects.for_person(patient)
    assert kept.exists()
    for letter in kept:
        assert f"{WORD}@" not in " ".join(str(value) for value in vars(letter).values())
        assert not any(token in letter.text_sent + letter.html_sent for token in heard.tokens)
    for row in apps.get_model("pghistory", "Context").objects.all():
        assert not says(json.dumps(row.metadata))
        assert not any(token in json.dumps(row.metadata) for token in heard.tokens)


def test_the_listener_would_hear(the: World) -> None:
    heard = Heard()
    with listening(heard):
        logging.getLogger("patients").debug("opened %s", f"{WORD}Asha")
        logging.getLogger("django.request").error("at /b/%s/", "A" * 32)
    assert [says(line) for line in heard.log[:1]] == [True]
    assert "A" * 32 not in " ".join(heard.log)
    assert the.now == NOW


def to_patients(sink: sinks.Sink) -> set[str]:
    """Every link of every letter to a patient; one to staff opens only to who signs in."""
    return {link for message in sink.taken if "patients.example" in message["To"] for link in links_of(message)}


def test_opening_every_link_of_every_letter_changes_no_row(
    the: World, sink: sinks.Sink, settings: Settings, time_machine: Any
) -> None:
    due = the.here.follow_up
    work(NOW)
    assert due.next_step_on is not None
    morning = datetime.combine(due.next_step_on, datetime.min.time(), NOW.tzinfo) + timedelta(hours=5)
    time_machine.move_to(NOW, tick=False)
    asked = to_patients(sink)
    before = every_row()
    scan(asked)
    assert every_row() == before
    time_machine.move_to(morning, tick=False)
    work(morning)
    due_links = to_patients(sink) - asked
    assert {link.split("/")[1] for link in asked | due_links} == {"i", "b", "p", "stop", "own"}
    before = every_row()
    scan(due_links)
    assert every_row() == before
    assert len(before) > 40


def scan(links: set[str]) -> None:
    """What a mail scanner does with them."""
    assert links
    for link in links:
        for client in (Client(), Client(enforce_csrf_checks=True)):
            for _ in range(5):
                assert client.get(link).status_code == 200
                assert client.head(link).status_code == 200
            client.options(link)


def test_one_click_stops_reminders_without_cookie_or_page_and_cancels_nothing(the: World) -> None:
    link = f"/stop/{the.here.tokens['stop_link']}/"
    patient: Patient = the.here.plan.patient
    stranger = Client(
        enforce_csrf_checks=True, headers={"origin": "https://mail.example", "sec-fetch-site": "cross-site"}
    )
    assert stranger.get(link).status_code == 200
    assert Patient.objects.get(pk=patient.pk).wants_reminders
    for _ in range(2):
        assert stranger.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Patient.objects.get(pk=patient.pk).wants_reminders
    the.here.follow_up.refresh_from_db()
    assert the.here.follow_up.state == "pending"
    assert AccessLink.objects.filter(purpose="stop-reminders", used_at__isnull=False).count() == 0
