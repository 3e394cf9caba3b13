"""A form that came after the consultation: what it says anew stands until a clinician has assessed it."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from clinic.staff.models import User
from tests.treatments.people import an_intake
from tests.treatments.sessions import an_active_plan, checked
from treatments.consulting import start_consultation
from treatments.facts import Flag
from treatments.formulary_db import current_formulary
from treatments.models import Plan
from treatments.newer_form import told_since
from treatments.session_facts import facts_of_session

pytestmark = pytest.mark.django_db
HYPERSENSITIVE, LUNGS = "s01_hypersensitivity", "s06_breathing"


@pytest.fixture
def now() -> datetime:
    """The consultation is of this moment."""
    return timezone.now()


def flags(plan: Plan) -> dict[str, Flag]:
    return told_since(plan, {HYPERSENSITIVE: Flag.CLEARED}, current_formulary())


def test_grave_answer_of_the_evening_before_reaches_the_day_of_check(clinician: User, now: datetime) -> None:
    plan = an_active_plan(clinician, now, sites=1)
    session = checked(plan, clinician, now)
    formulary = current_formulary()
    before = facts_of_session(session, formulary=formulary, used_at=now)
    assert before.flags[HYPERSENSITIVE] is Flag.CLEARED
    an_intake(plan.patient, now=now, **{HYPERSENSITIVE: "yes"})
    told = facts_of_session(session, formulary=formulary, used_at=now)
    assert told.flags[HYPERSENSITIVE] is Flag.STANDS


@pytest.mark.parametrize("answer", ["no", "unsure"])
def test_an_answer_that_flags_nothing_changes_nothing(answer: str, clinician: User, now: datetime) -> None:
    plan = an_active_plan(clinician, now, sites=1)
    an_intake(plan.patient, now=now, **{HYPERSENSITIVE: answer})
    assert flags(plan) == {HYPERSENSITIVE: Flag.CLEARED}


def test_what_was_answered_the_same_before_keeps_its_assessment(clinician: User, now: datetime) -> None:
    plan = an_active_plan(clinician, now, sites=1)
    an_intake(plan.patient, now=now, **{LUNGS: "yes"})
    plan.consultation = start_consultation(patient=plan.patient, by=clinician, now=now)
    an_intake(plan.patient, now=now + timedelta(days=1), **{LUNGS: "yes"})
    assert flags(plan) == {HYPERSENSITIVE: Flag.CLEARED}
    an_intake(plan.patient, now=now + timedelta(days=2), **{LUNGS: "yes", HYPERSENSITIVE: "yes"})
    assert flags(plan) == {HYPERSENSITIVE: Flag.STANDS}


def test_a_consultation_held_with_the_form_answers_it(clinician: User, now: datetime) -> None:
    plan = an_active_plan(clinician, now, sites=1)
    an_intake(plan.patient, now=now, **{LUNGS: "yes"})
    assert flags(plan)[LUNGS] is Flag.STANDS
    held = start_consultation(patient=plan.patient, by=clinician, now=now + timedelta(hours=1))
    plan.consultation = held
    assert flags(plan) == {HYPERSENSITIVE: Flag.CLEARED}
