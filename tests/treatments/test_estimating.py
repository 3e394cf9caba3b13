"""Estimates as they are kept, set by hand, marked and taken back. Days worked by hand from 1 March 2027.

Migraine, every 12 weeks, default end 12 weeks, k = 2. Baseline 22; 10, 9, 13, 18 at weeks 4, 8, 10, 12: ended in week
11.0, blended 11.67, day 82.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg2
import pytest
from django.db import connection

from clinic.embedded.home import APP_ROLE, OWNER_ROLE
from clinic.staff.models import User
from scheduling.models import FollowUp
from tests.treatments.people import a_user
from tests.treatments.sessions import checked, prepared, ready_to_sign, signed, some_vials
from treatments.correcting import correct_score, mark_score, take_back
from treatments.errors import AlreadyCorrected, AlreadyWithdrawn, EditedMeanwhile, ReasonMissing
from treatments.estimating import see_flag
from treatments.intervals import Interval
from treatments.models import EffectEstimate, Flag, InjectionSession, MarkKind, Plan, RulesVersion, Score, WindowByHand
from treatments.models.session import VoidReason
from treatments.reporting import record_check_in
from treatments.scoring import record_score
from treatments.setting_window import set_window
from treatments.signing import void_session

INJECTED_ON = date(2027, 3, 1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician() -> User:
    return a_user()


@pytest.fixture
def session(clinician: User, now: datetime) -> InjectionSession:
    return signed(ready_to_sign(clinician, now), clinician, now)


def scored(session: InjectionSession, week: int, days: int, *, key: str = "headache_days", **facts: Any) -> Score:
    assert session.signed_at is not None
    at = session.signed_at + timedelta(weeks=week)
    return record_score(
        patient=session.patient,
        plan=session.plan,
        instrument_key=key,
        value=Decimal(days),
        taken_on=at.date(),
        by=session.clinician,
        now=at,
        **facts,
    )


def worked_case(session: InjectionSession) -> list[Score]:
    scored(session, 0, 22, is_baseline=True)
    return [scored(session, week, days) for week, days in ((4, 10), (8, 9), (10, 13), (12, 18))]


def newest(plan: Plan) -> EffectEstimate:
    found: EffectEstimate = EffectEstimate.objects.filter(plan=plan).order_by("-id")[0]
    return found


def booked_by(session: InjectionSession) -> int:
    """The day to be back, counted from the injection."""
    return (FollowUp.objects.get(session=session).book_by_on - INJECTED_ON).days


def test_each_event_keeps_what_went_in_and_what_came_out(session: InjectionSession, clinician: User) -> None:
    worked_case(session)
    rows = list(EffectEstimate.objects.filter(plan=session.plan))
    assert [(row.why, row.end_day) for row in rows] == [
        ("signed", 84),
        *[("scored", 84)] * 4,  # the baseline, then weeks 4, 8, 10: half of the gain is not lost yet
        ("scored", 82),
    ]
    last = rows[-1]
    assert (last.weeks, last.low_weeks, last.high_weeks, last.n, last.statuses) == (
        Decimal("11.67"),
        Decimal("11.00"),
        Decimal("11.67"),
        1,
        ["observed"],
    )
    assert (last.by, last.rules) == (clinician, RulesVersion.objects.current().get())
    (cycle,) = last.inputs["cycles"]
    assert [value for _ref, _week, value, _mark in cycle["scores"]] == ["10.00", "9.00", "13.00", "18.00"]
    assert cycle["end"] == ["observed", "11"]
    kept = set(Score.objects.values_list("public_id", flat=True))
    assert {ref for ref, *_rest in cycle["scores"]} <= {str(ref) for ref in kept}


def test_a_score_that_does_not_feed_it_keeps_no_row(session: InjectionSession) -> None:
    before = EffectEstimate.objects.count()
    scored(session, 4, 3, key="nrs")
    assert EffectEstimate.objects.count() == before == 1


def test_a_void_keeps_the_session_before_and_takes_the_window_back(
    session: InjectionSession, clinician: User, now: datetime
) -> None:
    later = now + timedelta(weeks=12)
    second = checked(session.plan, clinician, later)
    prepared(second, some_vials(clinician, later, number="C7731A4"), clinician, later)
    second = signed(second, clinician, later)
    void_session(session=second, kind=VoidReason.ENTERED_WRONGLY, reason="Other patient", by=clinician, now=later)
    assert [(row.session, row.why) for row in EffectEstimate.objects.filter(plan=session.plan)] == [
        (session, "signed"),
        (second, "signed"),
        (session, "voided"),
    ]


def set_to(session: InjectionSession, until: int | Interval, **changes: Any) -> WindowByHand:
    facts: dict[str, Any] = {"reason": "Relief held on two cycles", "seen": None, "by": session.clinician, **changes}
    return set_window(plan=session.plan, until=until, now=session.signed_at, **facts)  # type: ignore[arg-type]


def test_a_window_set_by_hand_books_later_than_the_interval_and_can_be_taken_back(
    session: InjectionSession, clinician: User, now: datetime
) -> None:
    window = set_to(session, Interval(16, "weeks"))
    follow_up = FollowUp.objects.get(session=session)
    assert (booked_by(session), follow_up.window_basis) == (112, "by_hand")
    assert follow_up.reminder_on == INJECTED_ON + timedelta(days=98)
    row = newest(session.plan)
    assert (row.why, row.by_hand, row.end_day) == ("by_hand", window, 84)  # the estimate is kept beside it
    take_back(thing=window, reason="Trust the scores", by=clinician, now=now)
    assert (booked_by(session), newest(session.plan).by_hand) == (84, None)
    with pytest.raises(AlreadyWithdrawn):
        take_back(thing=window, reason="Trust the scores", by=clinician, now=now)


def test_a_window_set_by_hand_never_books_before_the_shortest_interval(session: InjectionSession) -> None:
    set_to(session, 60)
    assert booked_by(session) == 84


def test_a_window_needs_its_reason_and_what_was_seen(session: InjectionSession) -> None:
    with pytest.raises(ReasonMissing):
        set_to(session, 98, reason="  ")
    first = set_to(session, 98)
    with pytest.raises(EditedMeanwhile):
        set_to(session, 105)
    set_to(session, 105, seen=first.public_id)
    assert booked_by(session) == 105


def test_a_window_by_hand_decides_a_cycle_without_effect(session: InjectionSession) -> None:
    scored(session, 0, 20, is_baseline=True)
    scored(session, 4, 19)
    assert FollowUp.objects.get(session=session).reason == "no_effect"
    set_to(session, 84)
    follow_up = FollowUp.objects.get(session=session)
    assert (follow_up.where, follow_up.reason, booked_by(session)) == ("letters", "", 84)
    assert newest(session.plan).flags == ()


def test_the_next_session_starts_from_the_estimate_again(
    session: InjectionSession, clinician: User, now: datetime
) -> None:
    set_to(session, 112)
    later = now + timedelta(weeks=12)
    second = checked(session.plan, clinician, later)
    prepared(second, some_vials(clinician, later, number="C7731A4"), clinician, later)
    second = signed(second, clinician, later)
    assert newest(session.plan).by_hand is None
    assert FollowUp.objects.get(session=second).book_by_on == later.date() + timedelta(days=84)


def test_a_marked_score_finds_no_end_until_the_mark_is_taken_back(
    session: InjectionSession, clinician: User, now: datetime
) -> None:
    scores = worked_case(session)
    mark = mark_score(score=scores[-1], kind=MarkKind.FLARE, reason="A week of fever", by=clinician, now=now)
    assert (newest(session.plan).statuses, newest(session.plan).end_day) == (["censored"], 84)
    take_back(thing=mark, reason="It was no flare", by=clinician, now=now)
    assert (newest(session.plan).statuses, newest(session.plan).end_day) == (["observed"], 82)


def test_a_correction_is_a_later_row_that_counts_and_carries_the_mark(
    session: InjectionSession, clinician: User, now: datetime
) -> None:
    last = worked_case(session)[-1]
    mark_score(score=last, kind=MarkKind.NEW_MEDICINE, reason="Started topiramate", by=clinician, now=now)
    at = now + timedelta(weeks=13)
    facts: dict[str, Any] = {"taken_on": last.taken_on, "by": clinician, "now": at}
    later = correct_score(score=last, value=Decimal(16), reason="Read from the wrong line", **facts)
    assert (later.corrects, later.reason, later.plan) == (last, "Read from the wrong line", session.plan)
    assert [row.pk for row in Score.objects.standing() if row.taken_on == last.taken_on] == [later.pk]
    assert newest(session.plan).statuses == ["censored"]
    for refused, thing in ((AlreadyCorrected, last), (None, later)):
        if refused:
            with pytest.raises(refused):
                correct_score(score=thing, value=Decimal(15), reason="Once more", **facts)
    with pytest.raises(ReasonMissing):
        correct_score(score=later, value=Decimal(15), reason="", **facts)


def test_a_score_taken_back_counts_no_more(session: InjectionSession, clinician: User, now: datetime) -> None:
    last = worked_case(session)[-1]
    take_back(thing=last, reason="Of somebody else", by=clinician, now=now)
    assert newest(session.plan).statuses == ["censored"]
    with pytest.raises(AlreadyWithdrawn):
        take_back(thing=last, reason="Of somebody else", by=clinician, now=now)


def test_a_report_taken_back_lets_the_scores_speak_again(
    session: InjectionSession, clinician: User, now: datetime
) -> None:
    worked_case(session)
    at = now + timedelta(days=85)
    told = record_check_in(
        plan=session.plan, values={}, weekly_headache_days=None, is_wearing_off=True, told_at=at, now=at
    )
    assert newest(session.plan).statuses == ["reported"]
    assert told.report is not None
    take_back(thing=told.report, reason="Pressed by mistake", by=clinician, now=at)
    assert newest(session.plan).statuses == ["observed"]


def test_a_flag_leaves_the_list_when_somebody_says_what_follows(
    session: InjectionSession, clinician: User, now: datetime
) -> None:
    scored(session, 0, 20, is_baseline=True)
    scored(session, 4, 19)
    flagged = EffectEstimate.objects.newest().flagged()
    assert [row.flags for row in flagged] == [(Flag.NO_EFFECT,)]
    with pytest.raises(ReasonMissing):
        see_flag(estimate=newest(session.plan), flag=Flag.NO_EFFECT, note=" ", by=clinician, now=now)
    for _press in range(2):
        see_flag(estimate=newest(session.plan), flag=Flag.NO_EFFECT, note="Try 195 U", by=clinician, now=now)
    assert session.flags_seen.count() == 1
    assert not EffectEstimate.objects.newest().flagged().exists()
    Plan.objects.filter(pk=session.plan_id).update(state="stopped", state_reason="Moved")
    assert not EffectEstimate.objects.newest().exists()


KEPT = ("effectestimate", "wearoffreport", "windowbyhand", "scoremark", "outcomewithdrawal", "flagseen", "score")


@pytest.fixture
def cursors() -> Iterator[list[Any]]:
    """A raw connection for each role, beside Django."""
    opened = []
    for role in (APP_ROLE, OWNER_ROLE):
        raw = psycopg2.connect(
            host=connection.settings_dict["HOST"], user=OWNER_ROLE, dbname=connection.settings_dict["NAME"]
        )
        raw.autocommit = True
        cursor = raw.cursor()
        cursor.execute(f"SET ROLE {role}")
        opened.append(cursor)
    yield opened
    for cursor in opened:
        cursor.connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_was_kept_is_never_changed_by_raw_sql(
    session: InjectionSession, clinician: User, now: datetime, cursors: list[Any]
) -> None:
    score = scored(session, 4, 10)
    mark_score(score=score, kind=MarkKind.OTHER, reason="A new job", by=clinician, now=now)
    take_back(thing=set_to(session, 98), reason="Trust the scores", by=clinician, now=now)
    at = now + timedelta(days=85)
    record_check_in(plan=session.plan, values={}, weekly_headache_days=2, is_wearing_off=True, told_at=at, now=at)
    see_flag(estimate=newest(session.plan), flag=Flag.SHORTENING, note="Watch", by=clinician, now=now)
    for cursor in cursors:
        for table in KEPT:
            cursor.execute(f"SELECT count(*) FROM treatments_{table}")  # noqa: S608 - our own names
            assert cursor.fetchone()[0], table  # the control: there is something
            for sql in ("UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
                with pytest.raises((psycopg2.errors.RestrictViolation, psycopg2.errors.InsufficientPrivilege)):
                    cursor.execute(sql.format(f"treatments_{table}"))
