"""Follow-ups that a person ends and takes back, and rows that no writer may leave nowhere. Dates by hand.

Treated on Monday 1 March 2027, 84 days: first letter 10 May, to be back 24 May, overdue letter 3 June, call 10 June.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from clinic.lib.db import violated
from clinic.outbox.models import Letter
from clinic.staff.models import User
from scheduling import booking, following_up, standing
from scheduling.errors import CannotReopen, ClinicianDecides, StandsOtherwise
from scheduling.models import FollowUp, FollowUpState
from tests.scheduling.test_following_up import BACK_ON, NOW, at_nine, follow_up_of, letters_of, visit
from treatments import planning
from treatments.models import InjectionSession

pytestmark = pytest.mark.django_db


def declined(one: FollowUp, by: User) -> None:
    following_up.decline(follow_up=one, reason="Moves to Pune", by=by, now=NOW)


def lapsed(one: FollowUp, by: User) -> None:
    following_up.lapse(follow_up=one, said="Rang four times", by=by, now=NOW)


def elsewhere(one: FollowUp, by: User) -> None:
    following_up.close_treated_elsewhere(follow_up=one, said="A clinic in Surat", by=by, now=NOW)


def transferred(one: FollowUp, by: User) -> None:
    following_up.close_transferred(follow_up=one, said="Letter sent to Surat", by=by, now=NOW)


ENDED = (
    (declined, "declined", "will_not_come", "Moves to Pune"),
    (lapsed, "lapsed", "gave_up", "Rang four times"),
    (elsewhere, "closed", "treated_elsewhere", "A clinic in Surat"),
    (transferred, "closed", "transferred", "Letter sent to Surat"),
)


@pytest.mark.parametrize(("deed", "state", "reason", "said"), ENDED)
def test_person_ends_it_with_a_reason_and_may_take_it_back(
    session: InjectionSession, desk: User, deed: Callable[[FollowUp, User], None], state: str, reason: str, said: str
) -> None:
    one = follow_up_of(session)
    deed(one, desk)
    assert (one.state, one.where, one.reason, one.said) == (state, "closed", reason, said)
    assert (one.closed_by, one.closed_at) == (desk, NOW)
    assert [was for _step, was, _due in letters_of(one)] == ["withdrawn"] * 3
    assert not Letter.objects.about(one).filter(reason_text__contains=said).exists()
    following_up.reopen(follow_up=one, by=desk, now=NOW)
    assert (one.state, one.where, one.reason, one.said, one.closed_by) == ("pending", "letters", "", "", None)
    assert [was for _step, was, _due in letters_of(one)] == ["queued"] * 3


@pytest.mark.parametrize(("deed", "state", "reason", "said"), ENDED)
def test_what_is_booked_is_not_ended_before_its_visit_is_cancelled(
    session: InjectionSession, desk: User, deed: Callable[[FollowUp, User], None], state: str, reason: str, said: str
) -> None:
    visit(session, BACK_ON)
    one = follow_up_of(session)
    with pytest.raises(StandsOtherwise) as refused:
        deed(one, desk)
    assert refused.value.state is FollowUpState.BOOKED


def test_what_waits_for_the_clinician_the_desk_does_not_give_up(
    session: InjectionSession, desk: User, doctor: User
) -> None:
    planning.pause(plan=session.plan, reason="Pregnancy is planned", by=doctor, now=NOW)
    with pytest.raises(ClinicianDecides):
        lapsed(follow_up_of(session), desk)
    lapsed(follow_up_of(session), doctor)
    assert follow_up_of(session).state == "lapsed"


def test_taken_back_months_later_one_letter_goes_and_who_waited_for_a_call_waits_on(
    session: InjectionSession, desk: User
) -> None:
    one = follow_up_of(session)
    late = at_nine(date(2027, 7, 5)) + timedelta(hours=2)
    following_up.sweep(late)
    one.refresh_from_db()
    following_up.lapse(follow_up=one, said="Rang four times", by=desk, now=late)
    following_up.reopen(follow_up=one, by=desk, now=late)
    assert (one.state, one.where, one.reason) == ("pending", "call_list", "no_answer")
    live = Letter.objects.about(one).live()
    assert [(row.edition, row.step, row.due_at) for row in live] == [("1.1", "3", at_nine(date(2027, 7, 6)))]


def test_ended_by_the_plan_is_not_reopened_by_hand(session: InjectionSession, doctor: User) -> None:
    planning.stop(plan=session.plan, reason="No benefit", by=doctor, now=NOW)
    with pytest.raises(CannotReopen):
        following_up.reopen(follow_up=follow_up_of(session), by=doctor, now=NOW)


def test_declined_is_not_reopened_once_its_plan_has_ended(session: InjectionSession, doctor: User, desk: User) -> None:
    one = follow_up_of(session)
    declined(one, desk)
    planning.complete(plan=session.plan, by=doctor, now=NOW)
    with pytest.raises(CannotReopen):
        following_up.reopen(follow_up=one, by=desk, now=NOW)


@pytest.mark.parametrize(("deed", "state", "reason", "said"), ENDED)
def test_who_books_again_is_taken_up_again_and_watched(
    session: InjectionSession, desk: User, deed: Callable[[FollowUp, User], None], state: str, reason: str, said: str
) -> None:
    one = follow_up_of(session)
    deed(one, desk)
    booked = visit(session, BACK_ON)
    one.refresh_from_db()
    assert (booked.follow_up, one.state, one.where, one.reason, one.said) == (one, "booked", "letters", "", "")
    booking.cancel(appointment=booked, reason="Travels", by=desk, now=NOW)
    one.refresh_from_db()
    assert (one.state, one.where, one.reason) == ("pending", "letters", "visit_cancelled")


def written(follow_up: FollowUp, **columns: Any) -> str:
    """Write columns by plain SQL; return the constraint that refused it, or nothing."""
    sets = ", ".join(f'"{name}" = %s' for name in columns)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE scheduling_followup SET {sets} WHERE id = %s",  # noqa: S608 - names of our own
                [*columns.values(), follow_up.pk],
            )
    except IntegrityError as error:
        return violated(error) or "?"
    return ""


@pytest.mark.parametrize("state", sorted(standing.TOGETHER))
def test_plain_sql_may_write_what_the_table_allows_and_nothing_else(session: InjectionSession, state: str) -> None:
    one = follow_up_of(session)
    person = session.clinician.pk
    ended = {"closed_at": None if state in standing.LIVE else NOW, "said": "x", "closed_by_id": person}
    reasons = {reason for places in standing.TOGETHER.values() for some in places.values() for reason in some}
    wrong = []
    for where in ("letters", "call_list", "clinician_list", "closed", "later", ""):
        for reason in sorted(reasons | {"Moves to Pune"}):
            refused = written(one, state=state, where=where, reason=reason, **ended)
            allowed = standing.may_stand(state, where, reason)
            if refused != ("" if allowed else "follow_up_is_where_its_reason_says"):
                wrong.append((where, reason, refused))
    assert wrong == []


def test_plain_sql_gives_nobody_up_without_a_word_and_a_name(session: InjectionSession) -> None:
    one = follow_up_of(session)
    given_up = {"where": "closed", "closed_at": datetime(2027, 6, 1, tzinfo=UTC)}
    person = session.clinician.pk
    assert written(one, state="declined", reason="will_not_come", said="", **given_up) == "follow_up_given_up_says_why"
    assert (
        written(one, state="lapsed", reason="gave_up", said="Rang", **given_up) == "follow_up_lapsed_names_who_decided"
    )
    assert written(one, state="lapsed", reason="gave_up", said="Rang", closed_by_id=person, **given_up) == ""
