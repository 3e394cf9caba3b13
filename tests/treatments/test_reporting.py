"""What a patient tells by link moves the estimate and the day to be back. Worked by hand.

PREEMPT on 1 March 2027, every 12 weeks; default end 12 weeks, k = 2. Told on day 63 that it is wearing off: (2 x 12 +
9) / 3 = 11 weeks, day 77. Source: effect_window.md.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from clinic.audit.models import Entry
from clinic.staff.models import User
from scheduling.models import FollowUp
from tests.treatments.people import a_user
from tests.treatments.sessions import an_active_plan, ready_to_sign, signed
from treatments.errors import NoSessionYet, ScoreInFuture, ScoreOutOfRange
from treatments.forms.check_in_scores import CheckInScores
from treatments.formulary import Formulary
from treatments.models import EffectEstimate, InjectionSession, Plan, Score, WearOffReport
from treatments.reporting import CheckIn, record_check_in, report_wear_off
from treatments.scoring import record_score

INJECTED_ON = date(2027, 3, 1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician() -> User:
    return a_user()


@pytest.fixture
def session(clinician: User, now: datetime) -> InjectionSession:
    return signed(ready_to_sign(clinician, now), clinician, now)


def told(plan: Plan, at: datetime, **changes: Any) -> CheckIn:
    facts: dict[str, Any] = {"values": {}, "weekly_headache_days": None, "is_wearing_off": False, **changes}
    return record_check_in(plan=plan, told_at=at, now=at, **facts)


def test_a_check_in_keeps_scores_of_the_patient(session: InjectionSession, now: datetime) -> None:
    at = now + timedelta(weeks=4)
    kept = told(session.plan, at, values={"nrs": Decimal(3)}, weekly_headache_days=2)
    assert [(row.instrument.key, row.value, row.weekly_count, row.by, row.taken_on) for row in kept.scores] == [
        ("nrs", Decimal(3), None, None, date(2027, 3, 29)),
        ("headache_days", Decimal(8), 2, None, date(2027, 3, 29)),
    ]
    assert kept.report is None
    actors = Entry.objects.filter(verb="score.recorded").values_list("actor", flat=True)
    assert set(actors) == {"patient link"}


def test_it_is_wearing_off_is_a_reported_cycle_that_moves_the_window(session: InjectionSession, now: datetime) -> None:
    told(session.plan, now + timedelta(days=63), is_wearing_off=True)
    newest = EffectEstimate.objects.filter(plan=session.plan).last()
    assert newest is not None
    assert (newest.statuses, newest.weeks, newest.end_day, newest.why) == (["reported"], Decimal(11), 77, "reported")
    follow_up = FollowUp.objects.get(session=session)
    assert (follow_up.window_basis, follow_up.wears_off_from_on) == ("reported", INJECTED_ON + timedelta(days=63))
    assert follow_up.book_by_on == INJECTED_ON + timedelta(days=84)  # never before the shortest interval


def test_what_the_patient_said_outranks_the_scores(session: InjectionSession, clinician: User, now: datetime) -> None:
    facts: dict[str, Any] = {"patient": session.patient, "plan": session.plan, "instrument_key": "headache_days"}
    record_score(**facts, value=Decimal(22), taken_on=INJECTED_ON, is_baseline=True, by=clinician, now=now)
    for week, days in ((4, 10), (8, 9), (10, 13), (12, 18)):
        at = now + timedelta(weeks=week)
        record_score(**facts, value=Decimal(days), taken_on=at.date(), by=clinician, now=at)
    assert EffectEstimate.objects.last().weeks == Decimal("11.67")
    told(session.plan, now + timedelta(weeks=12, days=1), is_wearing_off=True)
    newest = EffectEstimate.objects.last()
    assert newest is not None
    assert (newest.statuses, newest.weeks) == (["reported"], Decimal("12.05"))  # (24 + 85/7) / 3 = 12.0476


def test_told_twice_the_same_day_the_later_value_corrects_and_the_same_keeps_nothing(
    session: InjectionSession, now: datetime
) -> None:
    at = now + timedelta(weeks=4)
    for days in (3, 3, 2):
        told(session.plan, at, weekly_headache_days=days, is_wearing_off=True)
    first, second = Score.objects.order_by("id")
    assert (first.weekly_count, second.weekly_count, second.corrects) == (3, 2, first)
    assert WearOffReport.objects.count() == 1


def test_nothing_of_a_check_in_is_kept_where_one_value_cannot_be(session: InjectionSession, now: datetime) -> None:
    at = now + timedelta(weeks=4)
    for bad in ({"values": {"nrs": Decimal(11)}}, {"weekly_headache_days": 8}, {"weekly_headache_days": -1}):
        with pytest.raises(ScoreOutOfRange):
            told(session.plan, at, **{"values": {"nrs": Decimal(3)}, "is_wearing_off": True, **bad})
    assert not Score.objects.exists()
    assert not WearOffReport.objects.exists()


def test_before_the_first_session_nothing_wears_off(clinician: User, now: datetime) -> None:
    plan = an_active_plan(clinician, now)
    kept = told(plan, now, values={"nrs": Decimal(7)}, is_wearing_off=True)
    assert (len(kept.scores), kept.report) == (1, None)
    with pytest.raises(NoSessionYet):
        report_wear_off(plan=plan, told_on=now.date(), by=clinician, now=now)


def test_staff_take_it_down_for_a_patient_but_not_of_a_day_to_come(
    session: InjectionSession, clinician: User, now: datetime
) -> None:
    later = now + timedelta(weeks=9)
    with pytest.raises(ScoreInFuture):
        report_wear_off(plan=session.plan, told_on=INJECTED_ON + timedelta(weeks=9), by=clinician, now=now)
    report = report_wear_off(plan=session.plan, told_on=later.date(), by=clinician, now=later)
    assert (report.by, report.told_on) == (clinician, INJECTED_ON + timedelta(days=63))


def test_the_form_asks_a_migraine_patient_for_days_and_pain_in_plain_words(clinician: User, now: datetime) -> None:
    form = CheckInScores(plan=an_active_plan(clinician, now), formulary=Formulary.from_files())
    assert list(form.fields) == ["headache_days", "nrs", "is_wearing_off"]
    assert [value for value, _word in form.fields["headache_days"].choices] == list("01234567")  # type: ignore[attr-defined]
    assert [value for value, _word in form.fields["nrs"].choices] == [str(step) for step in range(11)]  # type: ignore[attr-defined]


def test_the_form_gives_what_the_deed_takes_and_refuses_an_empty_press(clinician: User, now: datetime) -> None:
    plan, formulary = an_active_plan(clinician, now), Formulary.from_files()
    full = CheckInScores({"headache_days": "0", "nrs": "0"}, plan=plan, formulary=formulary)
    assert full.is_valid()
    assert (full.values, full.weekly_headache_days) == ({"nrs": Decimal(0)}, 0)
    assert full.cleaned_data["is_wearing_off"] is False
    empty = CheckInScores({}, plan=plan, formulary=formulary)
    assert empty.errors == {"__all__": ["Nothing was chosen yet: answer what you can."]}
    wrong = CheckInScores({"nrs": "11"}, plan=plan, formulary=formulary)
    assert list(wrong.errors) == ["nrs"]


def test_no_wording_of_a_licensed_score_is_asked(clinician: User, now: datetime) -> None:
    plan, formulary = an_active_plan(clinician, now), Formulary.from_files()
    Plan.objects.filter(pk=plan.pk).update(primary_instrument="hit6")
    plan.refresh_from_db()
    assert "hit6" not in CheckInScores(plan=plan, formulary=formulary).fields
