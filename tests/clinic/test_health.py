"""Alive and ready, as a balancer asks."""

import datetime

import pytest
from django.db import connection
from django.test import Client

from clinic.outbox.models import Heartbeat


def test_alive_answers_without_a_database(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"alive\n")


@pytest.mark.django_db
def test_ready_reports_and_does_not_fail_for_a_worker_that_was_never_seen(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "database": "ok",
        "migrations": "ok",
        "oldest_due_letter_seconds": None,
        "letters_put_off": 0,
        "letters_on_hold": False,
        "worker_seen_seconds_ago": None,
        "beat_seen_seconds_ago": None,
    }


@pytest.mark.django_db
def test_ready_says_how_long_ago_worker_and_beat_were_seen(client: Client) -> None:
    now = datetime.datetime.now(datetime.UTC)
    for name, minutes in (("worker", 2), ("beat", 3)):
        Heartbeat.objects.create(name=name, seen_at=now - datetime.timedelta(minutes=minutes))
    told = client.get("/readyz").json()
    assert told["worker_seen_seconds_ago"] == pytest.approx(120, abs=5)
    assert told["beat_seen_seconds_ago"] == pytest.approx(180, abs=5)


@pytest.mark.django_db(transaction=True)
def test_ready_fails_when_a_migration_is_missing(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE interval_owner")  # the app's role may not; the next test connects anew
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (
        503,
        {"ready": False, "database": "ok", "migrations": "missing"},
    )


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_health_takes_no_post(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
