"""Before the needle: the day-of check and the preparation, as pages."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.staff.models import User
from tests.treatments.session_pages import a_check, local, press_sign, reviewed, url
from tests.treatments.sessions import (
    REASON,
    an_active_plan,
    checked,
    some_vials,
)
from treatments.models import InjectionSession, Vial

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """Pages read the real clock."""
    return timezone.now()


def test_start_opens_one_draft_with_the_plans_sites(client: Client, clinician: User, now: datetime) -> None:
    plan = an_active_plan(clinician, now)
    start = reverse("treatments:session_start", args=[plan.public_id])
    first, second = client.post(start), client.post(start)
    session = InjectionSession.objects.get()
    assert first["Location"] == second["Location"] == url("session_check", session)
    assert session.sites.count() == 31
    assert sum(site.units for site in session.sites.all()) == Decimal(155)


def test_check_shows_nothing_answered(client: Client, clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    InjectionSession.objects.filter(pk=session.pk).update(day_of_check={}, checked_at=None)
    page = client.get(url("session_check", session)).content.decode()
    assert " checked" not in page.split("<main")[1]


def test_check_of_another_day_fills_in_nothing_today(client: Client, clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    assert " checked" in client.get(url("session_check", session)).content.decode().split("<main")[1]
    InjectionSession.objects.filter(pk=session.pk).update(checked_at=now - timedelta(days=1))
    assert " checked" not in client.get(url("session_check", session)).content.decode().split("<main")[1]
    start = client.post(reverse("treatments:session_start", args=[session.plan.public_id]))
    assert start["Location"] == url("session_check", session)
    assert "of an earlier day" in client.get(url("session_prepare", session)).content.decode()


@pytest.mark.parametrize(
    "unanswered", ["identifiers", "illness", "pregnant", "swallowing", "breathing", "elsewhere", "consent"]
)
def test_check_with_a_missing_answer_is_not_kept(
    unanswered: str, client: Client, clinician: User, now: datetime
) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    InjectionSession.objects.filter(pk=session.pk).update(day_of_check={}, checked_at=None)
    data = a_check(version=str(session.version))
    del data[unanswered]
    assert client.post(url("session_check", session), data).status_code == 422
    session.refresh_from_db()
    assert session.checked_at is None


def test_check_that_finds_nothing_leads_to_the_preparation(client: Client, clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    answer = client.post(url("session_check", session), a_check(version=str(session.version)))
    assert answer["Location"] == url("session_prepare", session)


def test_infection_at_a_site_stops_the_day(client: Client, clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    data = a_check(version=str(session.version), **{"skin-trapezius_upper": "right"})
    assert client.post(url("session_check", session), data).status_code == 422
    kept = session.findings.get(gate="day_of", rule="R15", level="block")
    assert kept.subject == "trapezius_upper:right"
    vial = some_vials(clinician, now)[0]
    made = {"vials": [str(vial.public_id)], "diluent": "saline", "diluent_ml": "4", "reconstituted_at": local(now)}
    assert client.post(url("session_prepare", session), made).status_code == 422
    assert not session.preparations.exists()


def test_consent_taken_back_stops_the_day(client: Client, clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    data = a_check(version=str(session.version), consent="no")
    assert client.post(url("session_check", session), data).status_code == 422
    assert session.findings.filter(gate="day_of", rule="consent", level="block").exists()


def test_pregnancy_needs_its_reason_and_then_goes_on(client: Client, clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    first = client.post(url("session_check", session), a_check(version=str(session.version), pregnant="yes"))
    assert first.status_code == 422
    finding = session.findings.get(gate="day_of", rule="R16", level="override")
    session.refresh_from_db()
    again = a_check(version=str(session.version), pregnant="yes", **{f"reason:{finding.key}": REASON})
    assert client.post(url("session_check", session), again).status_code == 302
    assert session.findings.get(gate="day_of", rule="R16", level="override").reason == REASON


def test_preparation_defaults_nothing(client: Client, clinician: User, now: datetime) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    some_vials(clinician, now)
    page = client.get(url("session_prepare", session)).content.decode().split("<main")[1]
    assert "checked>" not in page
    assert " selected" not in page
    assert client.post(url("session_prepare", session), {}).status_code == 422
    assert Vial.objects.get().opened_at is None


def test_expired_vial_stops_the_preparation_and_is_recorded_when_already_given(
    client: Client, clinician: User, now: datetime
) -> None:
    session = checked(an_active_plan(clinician, now), clinician, now)
    vial = some_vials(clinician, now, expires_on=(now - timedelta(days=2)).date())[0]
    made = {
        "vials": [str(vial.public_id)],
        "diluent": "saline",
        "diluent_ml": "4",
        "reconstituted_at": local(now - timedelta(minutes=20)),
    }
    stopped = client.post(url("session_prepare", session), made)
    assert stopped.status_code == 422
    assert "expired at the end of" in stopped.content.decode()
    assert client.post(url("session_prepare", session), made | {"is_already_given": "on"}).status_code == 302
    assert reviewed(client, session).status_code == 422
    assert InjectionSession.objects.get(pk=session.pk).signed_at is None
    reviewed(client, session, given_despite="The label was read too late; patient told.")
    press_sign(client, session)
    session.refresh_from_db()
    assert session.is_signed
    assert [incident.rule for incident in session.incidents.all()] == ["R07"]
    assert "Given despite a stop" in client.get(url("session", session)).content.decode()
