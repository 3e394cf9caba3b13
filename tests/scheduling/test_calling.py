"""Calls about coming back: what a call does to its follow-up, and what taking it back undoes."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from clinic.audit.models import Entry
from clinic.lib.db import violated
from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from scheduling import calling, following_up
from scheduling.errors import TakenBackAlready, WorkedMeanwhile
from scheduling.models import Appointment, Call, CallOutcome, CallWithdrawal, FollowUp
from tests.scheduling.test_races import at_once
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments.reporting import report_wear_off

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
LATER = datetime(2027, 6, 15, 5, 0, tzinfo=UTC)  # a Tuesday, three weeks after the day to be back
TOMORROW = date(2027, 6, 16)


@pytest.fixture
def follow_up() -> FollowUp:
    doctor = a_user(Role.CLINICIAN)
    session = signed(ready_to_sign(doctor, NOW, email="meenal@patients.example"), doctor, NOW)
    found: FollowUp = FollowUp.objects.get(session=session)
    return found


def call(follow_up: FollowUp, desk: User, outcome: str = "no_answer", **facts: Any) -> Call:
    follow_up.refresh_from_db()
    return calling.log_call(
        **{
            "follow_up": follow_up,
            "outcome": CallOutcome(outcome),
            "seen_version": follow_up.version,
            "press": uuid4(),
            "by": desk,
            "now": LATER,
            **facts,
        }
    )


def states(follow_up: FollowUp) -> list[str]:
    return list(Letter.objects.about(follow_up).order_by("due_at").values_list("state", flat=True))


def test_no_answer_rings_again_tomorrow(follow_up: FollowUp, desk: User) -> None:
    written = call(follow_up, desk, note="  Rang twice ")
    follow_up.refresh_from_db()
    assert (written.note, written.again_on, follow_up.call_again_on) == ("Rang twice", TOMORROW, TOMORROW)
    entry = Entry.objects.get(verb="call.logged")
    assert (entry.by, entry.detail) == (desk, {"outcome": "no_answer"})


def test_the_day_agreed_outranks_the_usual_one(follow_up: FollowUp, desk: User) -> None:
    call(follow_up, desk, "wants_later", again_on=date(2027, 8, 2))
    follow_up.refresh_from_db()
    assert follow_up.call_again_on == date(2027, 8, 2)


def test_a_call_moves_no_letter(follow_up: FollowUp, desk: User) -> None:
    before = states(follow_up)
    call(follow_up, desk, "will_book")
    assert states(follow_up) == before == ["queued", "queued", "queued"]


def test_declined_closes_the_follow_up_with_the_patients_reason(follow_up: FollowUp, desk: User) -> None:
    call(follow_up, desk, "declined", note="Moving to Pune")
    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.said, follow_up.call_again_on) == ("declined", "Moving to Pune", None)
    assert states(follow_up) == ["withdrawn"] * 3


def test_treated_elsewhere_closes_the_follow_up(follow_up: FollowUp, desk: User) -> None:
    call(follow_up, desk, "elsewhere")
    follow_up.refresh_from_db()
    assert follow_up.where == "closed"
    assert states(follow_up) == ["withdrawn"] * 3


def test_who_has_died_is_closed_by_the_record_not_by_a_call(follow_up: FollowUp, desk: User) -> None:
    call(follow_up, desk, "died")
    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.call_again_on) == ("pending", None)


def test_a_second_press_is_the_same_call(follow_up: FollowUp, desk: User) -> None:
    press, seen = uuid4(), follow_up.version
    first = call(follow_up, desk, press=press, seen_version=seen)
    assert call(follow_up, desk, press=press, seen_version=seen) == first
    assert Call.objects.count() == 1


def test_a_press_of_another_row_is_refused(follow_up: FollowUp, desk: User) -> None:
    written = call(follow_up, desk)
    other = FollowUp(pk=follow_up.pk + 1)
    with pytest.raises(WorkedMeanwhile):
        calling.log_call(
            follow_up=other, outcome=CallOutcome.NO_ANSWER, seen_version=1, press=written.press, by=desk, now=LATER
        )


def test_a_row_booked_meanwhile_is_not_worked(follow_up: FollowUp, desk: User) -> None:
    seen = follow_up.version
    FollowUp.objects.filter(pk=follow_up.pk).update(state="booked", version=seen + 1)
    with pytest.raises(WorkedMeanwhile) as refused:
        call(follow_up, desk, seen_version=seen)
    assert refused.value.theirs.state == "booked"
    assert not Call.objects.exists()


def test_a_visit_that_is_gone_is_asked_about_at_once(follow_up: FollowUp, desk: User) -> None:
    call(follow_up, desk, "will_book", again_on=date(2027, 7, 30))
    FollowUp.objects.update(state="booked")
    following_up.unbooked(appointment=Appointment(follow_up=follow_up), by=desk, now=LATER, because="no_show")
    follow_up.refresh_from_db()
    assert (follow_up.where, follow_up.call_again_on) == ("call_list", None)


def test_who_says_that_it_is_wearing_off_waits_for_no_agreed_day(follow_up: FollowUp, desk: User) -> None:
    call(follow_up, desk, "wants_later", again_on=date(2027, 7, 30), now=NOW + timedelta(days=70))
    following_up.scored(plan=follow_up.plan, by=None, now=NOW + timedelta(days=71))  # the control: a score alone
    follow_up.refresh_from_db()
    assert follow_up.call_again_on == date(2027, 7, 30)
    said_at = NOW + timedelta(days=72)
    report_wear_off(plan=follow_up.plan, told_on=said_at.date(), by=follow_up.plan.clinician, now=said_at)
    found = FollowUp.objects.get(pk=follow_up.pk)
    assert (found.call_again_on, found.reason) == (None, "wearing_off")


def test_taking_a_call_back_leaves_what_the_call_before_agreed(follow_up: FollowUp, desk: User) -> None:
    call(follow_up, desk, "will_book", again_on=date(2027, 6, 20))
    wrong = call(follow_up, desk, "wants_later", again_on=date(2027, 9, 1), now=LATER + timedelta(minutes=1))
    calling.take_back(call=wrong, reason="Another patient", by=desk, now=LATER)
    follow_up.refresh_from_db()
    assert follow_up.call_again_on == date(2027, 6, 20)
    assert list(Call.objects.standing()) == [Call.objects.get(outcome="will_book")]
    assert Entry.objects.filter(verb="call.taken-back").count() == 1


def test_taking_back_a_call_that_closed_it_owes_the_follow_up_as_it_stood(follow_up: FollowUp, desk: User) -> None:
    FollowUp.objects.update(state="reminded", where="call_list", reason="no_answer")
    written = call(follow_up, desk, "declined", note="Wrong row")
    calling.take_back(call=written, reason="Wrong row", by=desk, now=LATER)
    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.where, follow_up.reason) == ("reminded", "call_list", "no_answer")
    assert (follow_up.closed_at, follow_up.call_again_on) == (None, None)


def test_letters_not_yet_sent_are_owed_again_with_it(follow_up: FollowUp, desk: User) -> None:
    early = NOW + timedelta(days=1)
    written = call(follow_up, desk, "declined", note="Wrong row", now=early)
    assert states(follow_up) == ["withdrawn"] * 3
    calling.take_back(call=written, reason="Wrong row", by=desk, now=early)
    assert states(follow_up) == ["queued"] * 3


def test_a_follow_up_closed_for_another_reason_stays_closed(follow_up: FollowUp, desk: User) -> None:
    written = call(follow_up, desk)
    following_up.decline(follow_up=follow_up, reason="Told us at the desk", by=desk, now=LATER + timedelta(hours=1))
    calling.take_back(call=written, reason="Wrong row", by=desk, now=LATER)
    follow_up.refresh_from_db()
    assert follow_up.state == "declined"


def test_an_entry_is_taken_back_once(follow_up: FollowUp, desk: User) -> None:
    written = call(follow_up, desk)
    calling.take_back(call=written, reason="Wrong row", by=desk, now=LATER)
    with pytest.raises(TakenBackAlready):
        calling.take_back(call=written, reason="Again", by=desk, now=LATER)


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"outcome": "gone"}, "call_has_a_known_outcome"),
        ({"outcome": "declined", "note": ""}, "call_declined_says_why"),
        ({"outcome": "elsewhere", "again_on": TOMORROW}, "call_that_ends_it_is_the_last"),
    ],
)
def test_the_table_refuses_a_call_that_cannot_be(
    follow_up: FollowUp, desk: User, facts: dict[str, Any], name: str
) -> None:
    row = {"outcome": "no_answer", "called_at": LATER, "by": desk, "press": uuid4()} | facts
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Call.objects.create(follow_up=follow_up, patient=follow_up.patient, **row)
    assert violated(refused.value) == name


@pytest.mark.parametrize("sql", ["UPDATE scheduling_call SET note = 'x'", "DELETE FROM scheduling_callwithdrawal"])
def test_neither_a_call_nor_its_withdrawal_is_ever_changed(follow_up: FollowUp, desk: User, sql: str) -> None:
    calling.take_back(call=call(follow_up, desk), reason="Wrong row", by=desk, now=LATER)
    with (
        pytest.raises(DatabaseError, match=r"stands as written|stays so|permission"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert (Call.objects.count(), CallWithdrawal.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("outcome", ["no_answer", "declined"])
def test_two_desks_work_one_row_and_one_of_them_wins(follow_up: FollowUp, desk: User, outcome: str) -> None:
    def press(_number: int) -> str:
        try:
            calling.log_call(
                follow_up=FollowUp.objects.get(pk=follow_up.pk),
                outcome=CallOutcome(outcome),
                note="Moved away",
                seen_version=follow_up.version,
                press=uuid4(),
                by=desk,
                now=LATER,
            )
        except WorkedMeanwhile:
            return "told"
        return "won"

    assert sorted(at_once([partial(press, number) for number in range(4)])) == ["told", "told", "told", "won"]
    assert Call.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_version_that_was_seen_both_would_win(follow_up: FollowUp, desk: User) -> None:
    """The control: each desk that looks again before it writes gets its call, so the version is what stops them."""

    def press(_number: int) -> UUID:
        for _ in range(20):
            now_seen = FollowUp.objects.get(pk=follow_up.pk)
            try:
                return calling.log_call(
                    follow_up=now_seen,
                    outcome=CallOutcome.NO_ANSWER,
                    seen_version=now_seen.version,
                    press=uuid4(),
                    by=desk,
                    now=LATER,
                ).public_id
            except WorkedMeanwhile:
                continue
        raise AssertionError

    at_once([partial(press, number) for number in range(2)])
    assert Call.objects.count() == 2
