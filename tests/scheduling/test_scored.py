"""A score moves the day to be back, or hands a cycle without effect to the clinician. Worked by hand.

Migraine, headache days of 28; default end 12 weeks, k = 2, p = 0.5. Baseline 20; weeks 4, 8, 12, 16: 8, 8, 9, 18.
Half of the gain of 12 is lost at 14 days, reached at week 12 + 4 x 5/9 = 14.22; blended (2 x 12 + 14.22) / 3 = 12.74
weeks: day 89. Source: effect_window.md.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from clinic.outbox.models import Letter
from clinic.staff.models import User
from scheduling.models import FollowUp
from tests.treatments.sessions import ready_to_sign, signed
from treatments.models import InjectionSession, Plan
from treatments.scoring import record_score

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
INJECTED_ON = date(2027, 3, 1)
DAYS = "headache_days"


@pytest.fixture
def session(doctor: User) -> InjectionSession:
    """Signed today, planned every 16 weeks, with a baseline of 20 headache days."""
    draft = ready_to_sign(doctor, NOW, email="meenal@patients.example")
    Plan.objects.filter(pk=draft.plan_id).update(interval_value=16)
    draft.refresh_from_db()
    score(draft, week=0, days=20, is_baseline=True)
    return signed(draft, doctor, NOW)


def score(session: InjectionSession, *, week: int, days: int, is_baseline: bool = False) -> None:
    """So many headache days, so many weeks after the injection."""
    day = INJECTED_ON + timedelta(weeks=week)
    record_score(
        patient=session.patient,
        instrument_key=DAYS,
        value=Decimal(days),
        taken_on=day,
        by=session.clinician,
        now=NOW + timedelta(weeks=week),
        plan=session.plan,
        is_baseline=is_baseline,
    )


def follow_up_of(session: InjectionSession) -> FollowUp:
    found: FollowUp = FollowUp.objects.get(session=session)
    return found


def states_of(follow_up: FollowUp) -> list[str]:
    return list(Letter.objects.about(follow_up).order_by("step").values_list("state", flat=True))


def test_relief_that_lasts_longer_moves_the_day_to_be_back(session: InjectionSession) -> None:
    assert follow_up_of(session).book_by_on == INJECTED_ON + timedelta(days=84)
    for week, days in ((4, 8), (8, 8), (12, 9), (16, 18)):
        score(session, week=week, days=days)
    assert follow_up_of(session).book_by_on == INJECTED_ON + timedelta(days=89)


def test_a_cycle_without_effect_goes_to_the_clinician_and_no_letter_is_owed(session: InjectionSession) -> None:
    score(session, week=4, days=19)
    follow_up = follow_up_of(session)
    assert (follow_up.state, follow_up.where, follow_up.reason) == ("pending", "clinician_list", "no_effect")
    assert states_of(follow_up) == ["withdrawn"] * 3


def test_a_late_response_takes_it_back_to_the_letters(session: InjectionSession) -> None:
    score(session, week=4, days=19)
    score(session, week=8, days=9)
    follow_up = follow_up_of(session)
    assert (follow_up.where, follow_up.reason) == ("letters", "")
    assert states_of(follow_up) == ["queued"] * 3


def test_a_score_leaves_a_booked_follow_up_booked(session: InjectionSession) -> None:
    FollowUp.objects.update(state="booked")
    score(session, week=4, days=19)
    assert (follow_up_of(session).state, follow_up_of(session).where) == ("booked", "letters")
