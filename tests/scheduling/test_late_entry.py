"""A session typed in later owes no letter in the past: dates by hand, 84 days of PREEMPT, first letter 14 days before.

Typed in on Monday 1 March 2027 at ten in Ahmedabad.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from clinic.outbox.models import Letter
from clinic.staff.models import User
from scheduling.models import FollowUp
from tests.scheduling.test_following_up import NOW, at_nine, follow_up_of, letters_of
from tests.treatments.late import a_late_entry, signed_late
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments.models import InjectionSession
from treatments.models.session import VoidReason
from treatments.signing import void_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor() -> User:
    return a_user()


def late(doctor: User, days: int) -> InjectionSession:
    return signed_late(a_late_entry(doctor, NOW, given_at=NOW - timedelta(days=days)), doctor, NOW)


def test_letters_before_today_are_not_owed_and_those_to_come_are(doctor: User) -> None:
    follow_up = follow_up_of(late(doctor, 75))  # given 16 December: back on 10 March, first letter 24 February
    assert (follow_up.book_by_on, follow_up.where) == (date(2027, 3, 10), "letters")
    assert letters_of(follow_up) == [
        ("2", "queued", at_nine(date(2027, 3, 10))),
        ("3", "queued", at_nine(date(2027, 3, 20))),
    ]


def test_day_to_be_back_that_has_passed_is_for_a_person_to_call(doctor: User) -> None:
    follow_up = follow_up_of(late(doctor, 120))  # given 1 November: back on 24 January, last letter 3 February
    assert (follow_up.book_by_on, follow_up.where, follow_up.reason) == (
        date(2027, 1, 24),
        "call_list",
        "day_has_passed",
    )
    assert not Letter.objects.of_kind("follow_up_due").exists()
    assert not Letter.objects.filter(due_at__lt=NOW).exists()


def test_control_signed_the_day_it_was_given_all_three_are_owed(doctor: User) -> None:
    session = signed(ready_to_sign(doctor, NOW), doctor, NOW)
    assert [step for step, _state, _due in letters_of(follow_up_of(session))] == ["1", "2", "3"]


def a_newer_one_and_a_late_one(doctor: User) -> tuple[InjectionSession, InjectionSession]:
    """A session signed today, and one of the same plan given 90 days before it, found on paper a week later."""
    newer = signed(ready_to_sign(doctor, NOW), doctor, NOW)
    week_on = NOW + timedelta(days=7)
    draft = a_late_entry(doctor, week_on, given_at=NOW - timedelta(days=90), plan=newer.plan, lot="E5")
    return newer, signed_late(draft, doctor, week_on)


def test_late_entry_before_a_newer_session_leaves_its_follow_up_alone(doctor: User) -> None:
    newer, older = a_newer_one_and_a_late_one(doctor)
    follow_up = follow_up_of(newer)
    asked = Letter.objects.of_kind("check_in").filter(state="queued")
    assert {letter.about_public_id for letter in asked} == {newer.public_id}
    assert (follow_up.state, follow_up.book_by_on) == ("pending", date(2027, 5, 24))
    assert [state for _step, state, _due in letters_of(follow_up)] == ["queued"] * 3
    assert not FollowUp.objects.filter(session=older).exists()


def test_newer_session_voided_owes_what_the_late_entry_owes(doctor: User) -> None:
    newer, older = a_newer_one_and_a_late_one(doctor)
    now = NOW + timedelta(days=8)
    void_session(session=newer, kind=VoidReason.NEVER_GIVEN, reason="Patient left", by=doctor, now=now)
    assert [one.session for one in FollowUp.objects.live()] == [older]
    assert FollowUp.objects.live().get().where == "call_list"  # 90 days before 1 March, back on 24 February


def test_late_entry_of_today_counts_from_the_day_it_was_given(doctor: User) -> None:
    session = late(doctor, 10)
    assert session.injected_on == date(2027, 2, 19)
    assert follow_up_of(session).earliest_on == date(2027, 5, 14)
    assert session.total_units == Decimal(155)
