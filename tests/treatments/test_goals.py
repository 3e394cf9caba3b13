"""Goals and strategies looked at again at a session, in a consultation, on a day between; rows are only added."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.staff.models import Role, User
from patients.models import Patient
from tests.treatments.people import a_location, a_patient, a_user
from tests.treatments.sessions import an_active_plan
from treatments.consulting import (
    ConsultationDraft,
    GoalDraft,
    StrategyDraft,
    save_draft,
    sign_consultation,
    start_consultation,
)
from treatments.errors import NotOfThisPatient
from treatments.goals import GoalLook, StrategyLook, agreed_with, review
from treatments.models import Consultation, GoalReview, StrategyReview
from treatments.recording import start_session

pytestmark = pytest.mark.django_db
ON = date(2027, 3, 1)


@pytest.fixture
def by() -> User:
    return a_user(name="Jigna Vasavada")


def agreed(patient: Patient, by: User, now: datetime, *goals: str, is_signed: bool = True) -> Consultation:
    """A consultation with these goals and physiotherapy."""
    held = start_consultation(patient=patient, by=by, now=now)
    draft = ConsultationDraft(
        decision="treat",
        goals=tuple(GoalDraft(goal, "10 headache days or fewer") for goal in goals),
        strategies=(StrategyDraft("Physiotherapy", "June"),),
    )
    save_draft(consultation=held, seen_version=1, draft=draft, by=by, now=now)
    if is_signed:
        sign_consultation(consultation=held, seen_version=2, by=by, now=now)
    return held


def test_reviews_are_kept_in_their_order_and_the_same_press_keeps_nothing_more(by: User, now: datetime) -> None:
    patient = a_patient()
    agreed(patient, by, now, "Teach a full week")
    goal, strategy = agreed_with(patient).goals[0], agreed_with(patient).strategies[0]
    looks: dict[str, Any] = {
        "patient": patient,
        "goals": [GoalLook(goal, "partly", "Four days of five")],
        "strategies": [StrategyLook(strategy, is_kept_up=False)],
        "by": by,
        "now": now,
    }
    assert review(**looks, reviewed_on=ON) == 2
    assert review(**looks, reviewed_on=ON) == 0
    looks |= {"goals": [GoalLook(goal, "met")], "strategies": []}
    assert review(**looks, reviewed_on=date(2027, 6, 1)) == 1
    rows = [(one.reviewed_on.month, one.outcome, one.note) for one in agreed_with(patient).goals[0].reviews.all()]
    assert rows == [(3, "partly", "Four days of five"), (6, "met", "")]
    assert [one.is_kept_up for one in agreed_with(patient).strategies[0].reviews.all()] == [False]
    assert Entry.objects.filter(verb="goals.reviewed").count() == 2


def test_goals_of_a_later_consultation_take_over_and_a_draft_does_not(by: User, now: datetime) -> None:
    patient = a_patient()
    agreed(patient, by, now, "First")
    agreed(patient, by, now, "Second")
    agreed(patient, by, now, "Third", is_signed=False)
    assert [goal.text for goal in agreed_with(patient).goals] == ["Second"]


def test_goals_stay_where_a_later_consultation_names_none(by: User, now: datetime) -> None:
    patient = a_patient()
    agreed(patient, by, now, "First")
    agreed(patient, by, now)
    assert [goal.text for goal in agreed_with(patient).goals] == ["First"]


def test_anothers_goal_and_an_unsigned_one_are_refused(by: User, now: datetime) -> None:
    patient, other = a_patient(), a_patient(given_name="Other")
    theirs = agreed(other, by, now, "Theirs").goals.get()
    unsigned = agreed(patient, by, now, "Mine", is_signed=False).goals.get()
    for goal in (theirs, unsigned):
        with pytest.raises(NotOfThisPatient):
            review(patient=patient, goals=[GoalLook(goal, "met")], strategies=[], reviewed_on=ON, by=by, now=now)
    assert not GoalReview.objects.exists()


def test_an_unknown_outcome_is_refused_by_the_database(by: User, now: datetime) -> None:
    goal = agreed(a_patient(), by, now, "Sleep").goals.get()
    with pytest.raises(IntegrityError, match="goal_review_has_a_known_outcome"), transaction.atomic():
        GoalReview.objects.create(goal=goal, outcome="so-so", reviewed_on=ON, by=by, at=now)


def signed_in_as(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(patient: Patient) -> str:
    return reverse("treatments:goals", args=[patient.public_id])


def test_part_of_the_session_page_keeps_the_look_with_its_session(by: User, now: datetime) -> None:
    plan = an_active_plan(by, now)
    held = agreed(plan.patient, by, now, "Teach a full week")
    session = start_session(plan=plan, by=by, now=now)
    goal, strategy = held.goals.get(), held.strategies.get()
    where = f"{page(plan.patient)}?session={session.public_id}"
    client = signed_in_as(by)
    part = client.get(where, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "checked" not in part
    typed = {f"goal_{goal.public_id}": "met", f"kept_{strategy.public_id}": "yes"}
    answer = client.post(where, typed, headers={"HX-Request": "true"})
    assert "Kept" in answer.content.decode()
    assert (GoalReview.objects.get().session, StrategyReview.objects.get().session) == (session, session)


def test_without_script_the_look_leads_back_to_its_page(by: User, now: datetime) -> None:
    patient = a_patient()
    held = agreed(patient, by, now, "Sleep")
    typed = {f"goal_{held.goals.get().public_id}": "not_met", f"goal_{held.goals.get().public_id}_note": "Worse"}
    answer = signed_in_as(by).post(f"{page(patient)}?consultation={held.public_id}", typed)
    assert answer["Location"] == reverse("treatments:consultation", args=[held.public_id])
    kept = GoalReview.objects.get()
    assert (kept.consultation, kept.outcome, kept.note, kept.reviewed_on) == (held, "not_met", "Worse", held.held_on)


def test_a_note_without_a_verdict_and_nothing_at_all_are_told(by: User, now: datetime) -> None:
    patient = a_patient()
    name = f"goal_{agreed(patient, by, now, 'Sleep').goals.get().public_id}"
    client = signed_in_as(by)
    alone = client.post(page(patient), {f"{name}_note": "Slept"})
    assert (alone.status_code, set(alone.context["form"].errors)) == (422, {name})
    assert 'value="Slept"' in alone.content.decode()
    assert client.post(page(patient), {}).context["form"].non_field_errors() == ["Nothing was chosen."]
    assert not GoalReview.objects.exists()


def test_anothers_session_is_not_found(by: User, now: datetime) -> None:
    session = start_session(plan=an_active_plan(by, now), by=by, now=now)
    client, patient = signed_in_as(by), a_patient()
    assert client.get(f"{page(patient)}?session={session.public_id}").status_code == 404
    assert client.get(f"{page(patient)}?session=nonsense").status_code == 404
    assert signed_in_as(a_user(location=a_location("Other"))).get(page(patient)).status_code == 404
    assert signed_in_as(a_user(Role.MANAGER)).get(page(patient)).status_code == 403


def test_part_costs_the_same_with_one_goal_and_three(
    by: User, now: datetime, django_assert_max_num_queries: Any
) -> None:
    client, counts = signed_in_as(by), []
    for goals in (("A",), ("A", "B", "C")):
        patient = a_patient()
        held = agreed(patient, by, now, *goals)
        looks = [GoalLook(goal, "met") for goal in held.goals.all()]
        review(patient=patient, goals=looks, strategies=[], reviewed_on=ON, by=by, now=now)
        client.get(page(patient), headers={"HX-Request": "true"})
        with django_assert_max_num_queries(30) as captured:
            client.get(page(patient), headers={"HX-Request": "true"})
        counts.append(len(captured))
    assert counts[0] == counts[1]
