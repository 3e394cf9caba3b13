"""The effect window of a session, from the record: the worked case of effect_window.md with its dates by hand.

Migraine, headache days, baseline 22; 10, 9, 13, 18 at weeks 4, 8, 10, 12: the benefit ends in week 11.0, blended with
the default 11.67 (day 82); book by day 84, remind on day 70. Injected on Monday 1 March 2027.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from clinic.staff.models import User
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments.effect import EndStatus, Estimate
from treatments.estimating import keep_estimate
from treatments.formulary_db import current_formulary
from treatments.models import EstimateCause, InjectionSession, InstrumentVersion, Score
from treatments.windows import EffectWindow, dates_of, window_of

INJECTED_ON = date(2027, 3, 1)
OBSERVED = EffectWindow(
    earliest_on=date(2027, 5, 24),
    wears_off_from_on=date(2027, 5, 17),  # day 77, the week that was observed
    wears_off_until_on=date(2027, 5, 22),  # day 82, the estimate
    book_by_on=date(2027, 5, 24),
    reminder_on=date(2027, 5, 10),
    basis="observed",
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician() -> User:
    return a_user()


@pytest.fixture
def session(clinician: User, now: datetime) -> InjectionSession:
    session = signed(ready_to_sign(clinician, now), clinician, now)
    for week, value in ((4, 10), (8, 9), (10, 13), (12, 18)):
        score(session, str(value), INJECTED_ON + timedelta(weeks=week))
    return session


def score(session: InjectionSession, value: str, on: date, **facts: object) -> Score:
    row: Score = Score.objects.create(
        patient=session.patient,
        instrument=InstrumentVersion.objects.current().get(key="headache_days"),
        value=Decimal(value),
        taken_on=on,
        by=session.clinician,
        recorded_at=session.started_at,
        **facts,
    )
    keep_estimate(plan=session.plan, why=EstimateCause.SCORED, by=session.clinician, now=session.started_at)
    return row


def baseline(session: InjectionSession, value: str, on: date, **facts: object) -> Score:
    return score(session, value, on, is_baseline=True, **facts)


def test_window_without_scores_is_the_conditions_default(clinician: User, now: datetime) -> None:
    window = window_of(signed(ready_to_sign(clinician, now), clinician, now))
    end = INJECTED_ON + timedelta(weeks=12)
    assert (window.wears_off_from_on, window.wears_off_until_on, window.book_by_on) == (end, end, end)


def test_window_of_the_worked_case(session: InjectionSession) -> None:
    baseline(session, "22", INJECTED_ON)
    assert window_of(session) == OBSERVED


def test_baseline_is_the_last_one_before_the_plans_first_treatment(session: InjectionSession) -> None:
    baseline(session, "10", INJECTED_ON - timedelta(days=400))  # another spell, years before
    baseline(session, "22", INJECTED_ON)
    baseline(session, "12", INJECTED_ON + timedelta(weeks=13))  # a second consultation, well controlled by now
    assert window_of(session) == OBSERVED


def test_a_score_that_was_corrected_does_not_count(session: InjectionSession) -> None:
    wrong = baseline(session, "2", INJECTED_ON)
    baseline(session, "22", INJECTED_ON, corrects=wrong)
    mistyped = score(session, "28", INJECTED_ON + timedelta(weeks=9))
    score(session, "9", INJECTED_ON + timedelta(weeks=9), corrects=mistyped)
    window = window_of(session)
    assert (window.basis, window.wears_off_from_on) == ("observed", OBSERVED.wears_off_from_on)


def test_range_of_days_holds_the_day_of_the_estimate(clinician: User, now: datetime) -> None:
    """Wearing off said on day 79, twice: (2 x 84 + 79 + 79) / 4 = 81.5, the half up is 82; 11.64 weeks say 81."""
    session = signed(ready_to_sign(clinician, now), clinician, now)
    found = Estimate(
        weeks=Decimal("11.64"),
        end_day=82,
        low_weeks=Decimal("11.29"),
        high_weeks=Decimal("11.64"),
        n=2,
        statuses=(EndStatus.REPORTED, EndStatus.REPORTED),
        needs_clinician=False,
        is_non_responder=False,
    )
    window = dates_of(session, found, earliest=None, formulary=current_formulary())
    assert window.wears_off_from_on == INJECTED_ON + timedelta(days=79)
    assert window.wears_off_until_on == INJECTED_ON + timedelta(days=82)


def test_no_effect_leaves_the_day_to_the_clinician(session: InjectionSession) -> None:
    baseline(session, "10", INJECTED_ON)  # best is 9: one day fewer is less than the least that matters
    window = window_of(session)
    assert (window.book_by_on, window.reminder_on, window.basis) == (None, None, "no_effect")
