"""Two signed sessions side by side, and what last time achieved beside each muscle of the next."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clinic.audit.models import Entry
from clinic.staff.models import User
from patients.models import Patient
from tests.treatments.events import an_event
from tests.treatments.sessions import an_active_plan, checked, prepared, signed, some_vials
from tests.treatments.test_windows import baseline, score
from treatments.models import InjectionSession, Plan

pytestmark = pytest.mark.django_db
WEEKS = timedelta(weeks=13)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def given(plan: Plan, by: User, at: datetime, *, more: str = "") -> InjectionSession:
    """A signed session of a plan; `more` units for its first site."""
    session = checked(plan, by, at)
    prepared(session, some_vials(by, at, number=f"L{plan.pk}-{at:%d%m%y}"), by, at)
    if more:
        session.sites.filter(pk=session.sites.earliest("position").pk).update(units=Decimal(more))
    return signed(session, by, at)


@pytest.fixture
def plan(clinician: User, now: datetime) -> Plan:
    return an_active_plan(clinician, now - 2 * WEEKS)


@pytest.fixture
def sessions(plan: Plan, clinician: User, now: datetime) -> list[InjectionSession]:
    return [given(plan, clinician, now - 2 * WEEKS), given(plan, clinician, now - WEEKS, more="7.5")]


def words(client: Client, patient: Patient) -> str:
    response = client.get(address(patient))
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def address(patient: Patient) -> str:
    return reverse("treatments:session_compare", args=[patient.public_id])


def test_latest_two_are_compared_unasked(client: Client, plan: Plan, sessions: list[InjectionSession]) -> None:
    said = words(client, plan.patient)
    assert "1 difference " in said
    assert "Corrugator supercilii L Left 5 units 7.5 units +2.5 U" in said
    assert "155 U" in said
    assert "157.5 U" in said
    assert "+2.5 U" in said
    assert Entry.objects.filter(verb="sessions.compared", thing_public_id=plan.patient.public_id).count() == 1


def test_one_session_is_held_against_the_one_before(
    client: Client, plan: Plan, clinician: User, now: datetime, sessions: list[InjectionSession]
) -> None:
    given(plan, clinician, now - timedelta(days=1))
    page = client.get(address(plan.patient), {"second": str(sessions[1].public_id)})
    assert [session.pk for session in page.context["pair"]] == [session.pk for session in sessions]


def test_a_session_of_somebody_else_is_not_found(
    client: Client, plan: Plan, clinician: User, now: datetime, sessions: list[InjectionSession]
) -> None:
    other = given(an_active_plan(clinician, now - WEEKS), clinician, now - WEEKS)
    for asked in (str(other.public_id), "none"):
        assert client.get(address(plan.patient), {"first": asked}).status_code == 404


def test_one_session_alone_says_that_there_is_nothing_to_compare(
    client: Client, plan: Plan, clinician: User, now: datetime
) -> None:
    given(plan, clinician, now - WEEKS)
    assert "Nothing to compare yet" in words(client, plan.patient)


def test_comparison_asks_the_same_number_of_questions_for_2_and_3_sessions(
    client: Client,
    plan: Plan,
    clinician: User,
    now: datetime,
    sessions: list[InjectionSession],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.get(address(plan.patient))
    with django_assert_num_queries(21):
        client.get(address(plan.patient))
    given(plan, clinician, now - timedelta(days=1))
    with django_assert_num_queries(21):
        client.get(address(plan.patient))


def test_next_session_says_what_last_time_achieved(
    client: Client, plan: Plan, clinician: User, now: datetime, sessions: list[InjectionSession]
) -> None:
    first, last = sessions
    assert first.injected_on
    assert last.injected_on
    baseline(first, "22", first.injected_on)
    for week, value in ((4, "10"), (8, "9"), (10, "13"), (12, "18")):
        score(last, value, last.injected_on + timedelta(weeks=week))
    session = checked(plan, clinician, now)
    page = client.get(reverse("treatments:session", args=[session.public_id])).content.decode()
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "22 before, 9 at best (59% better). Wore off on day 77: seen in the scores." in said
    assert "last time 7.5 units" in said
    assert "last time 4 × 5 units" in said  # noqa: RUF001  # a multiplication sign
    assert 'class="ghosts"' in page


def test_last_time_names_what_is_left_out_and_what_is_new(
    client: Client, plan: Plan, clinician: User, now: datetime, sessions: list[InjectionSession]
) -> None:
    plan.sites.filter(muscle__key="procerus").delete()
    session = checked(plan, clinician, now)
    page = client.get(reverse("treatments:session", args=[session.public_id]))
    assert [at.name for at in page.context["left_out"]] == ["Procerus"]
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))
    assert "Not this time: Procerus 5 units" in said


def test_adverse_event_of_last_time_stands_beside_its_muscle(
    client: Client, plan: Plan, clinician: User, now: datetime, sessions: list[InjectionSession]
) -> None:
    last = sessions[1]
    at = last.sites.filter(muscle__key="corrugator", side="left")
    an_event(last, clinician, now, term="Eyelid ptosis", severity="mild", sites=list(at))
    an_event(last, clinician, now, term="Struck by mistake", is_struck=True, note="Another patient.")
    an_event(last, clinician, now)
    session = checked(plan, clinician, now)
    page = client.get(reverse("treatments:session", args=[session.public_id]))
    rows = {(item["row"].muscle, item["row"].side): item["last"] for item in page.context["rows"] if item.get("last")}
    assert rows["corrugator", "left"].events == ("Eyelid ptosis (mild, ongoing)",)
    assert rows["corrugator", "right"].events == ()
    of_plan = client.get(reverse("treatments:plan", args=[plan.public_id]))
    assert of_plan.context["last_time"]["events"] == [
        ("Corrugator supercilii, left", "Eyelid ptosis (mild, ongoing)"),
        ("", "Trouble swallowing (moderate, ongoing)"),
    ]
