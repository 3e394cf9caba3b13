"""Two plans of one patient: a follow-up each, and a session of either moves the other's earliest day. By hand.

Plan A is treated on Monday 1 March 2027: earliest Monday 24 May (84 days). Plan B, two weeks later, on 15 March: from
then on both are due on Monday 7 June at the earliest, first letter 24 May, third Thursday 17 June.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from clinic.outbox.models import Letter
from clinic.staff.models import User
from scheduling.models import FollowUp
from tests.scheduling.test_following_up import at_nine
from tests.treatments.sessions import REASON, another_plan, checked, prepared, ready_to_sign, signed, some_vials
from treatments.findings import Level
from treatments.models import InjectionSession
from treatments.models.session import VoidReason
from treatments.session_refusals import ReasonsMissing
from treatments.signing import void_session

NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=14)
AFTER_A, AFTER_B = date(2027, 5, 24), date(2027, 6, 7)

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(doctor: User) -> InjectionSession:
    return signed(ready_to_sign(doctor, NOW, email="meenal@patients.example"), doctor, NOW)


def second_session(first: InjectionSession, doctor: User) -> InjectionSession:
    session = checked(another_plan(first.plan), doctor, LATER)
    prepared(session, some_vials(doctor, LATER, number="C7731B9"), doctor, LATER)
    try:
        return signed(session, doctor, LATER)
    except ReasonsMissing as refused:
        return signed(session, doctor, LATER, reasons={found.key: REASON for found in refused.findings})


def days_of(session: InjectionSession) -> tuple[str, date, date, date | None]:
    follow_up = FollowUp.objects.get(session=session)
    return follow_up.state, follow_up.earliest_on, follow_up.book_by_on, follow_up.reminder_on


def letters_of(session: InjectionSession) -> list[tuple[str, datetime]]:
    owed = Letter.objects.about(FollowUp.objects.get(session=session)).order_by("step")
    return list(owed.values_list("state", "due_at"))


def test_each_plan_has_its_follow_up_and_a_session_of_one_moves_the_other(
    first: InjectionSession, doctor: User
) -> None:
    assert days_of(first) == ("pending", AFTER_A, AFTER_A, date(2027, 5, 10))
    second = second_session(first, doctor)
    assert days_of(first) == days_of(second) == ("pending", AFTER_B, AFTER_B, AFTER_A)
    due = [("queued", at_nine(day)) for day in (AFTER_A, AFTER_B, date(2027, 6, 17))]
    assert letters_of(first) == due
    assert letters_of(second) == due


def test_the_second_plans_session_is_judged_by_the_first_plans(first: InjectionSession, doctor: User) -> None:
    second = second_session(first, doctor)
    said = {
        row.rule: (row.level, row.reason) for row in second.findings.filter(gate="signing", rule__in=("R01", "R02"))
    }
    assert said == {"R01": (Level.OVERRIDE.value, REASON), "R02": (Level.OK.value, "")}  # 14 days; 310 of 400 units


def test_never_given_takes_the_other_plan_back_to_its_own_days(first: InjectionSession, doctor: User) -> None:
    second = second_session(first, doctor)
    void_session(session=second, kind=VoidReason.NEVER_GIVEN, reason="The patient left before", by=doctor, now=LATER)
    assert days_of(first) == ("pending", AFTER_A, AFTER_A, date(2027, 5, 10))
    assert letters_of(first) == [("queued", at_nine(day)) for day in (date(2027, 5, 10), AFTER_A, date(2027, 6, 3))]


def test_entered_wrongly_the_toxin_is_in_and_the_other_plan_waits_on(first: InjectionSession, doctor: User) -> None:
    second = second_session(first, doctor)
    void_session(
        session=second, kind=VoidReason.ENTERED_WRONGLY, reason="Sites on the wrong side", by=doctor, now=LATER
    )
    assert days_of(first) == ("pending", AFTER_B, AFTER_B, AFTER_A)
