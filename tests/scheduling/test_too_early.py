"""A booked visit that another plan's session made too early, and visits that outlive what they kept. Dates by hand.

Plan A is treated on Monday 1 March 2027 and booked for Monday 24 May, 84 days on. Plan B on 15 March: from then on both
are permitted on Monday 7 June at the earliest.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse

from clinic.staff.models import Role, User
from scheduling import booking, recall, unsettled
from scheduling.booking import Slot
from scheduling.models import Appointment, FollowUp
from scheduling.recall import Wanted
from tests.patients.making import client_of
from tests.scheduling.test_following_up import NOW, at_nine, follow_up_of, letters_of, visit
from tests.scheduling.test_two_plans import AFTER_A, AFTER_B, LATER, second_session
from tests.treatments.people import a_user
from tests.treatments.sessions import REASON, checked, prepared, ready_to_sign, signed, some_vials
from treatments import noting, planning
from treatments.elsewhere import Span
from treatments.models import InjectionSession
from treatments.models.session import VoidReason
from treatments.session_refusals import ReasonsMissing
from treatments.signing import void_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(doctor: User) -> InjectionSession:
    return signed(ready_to_sign(doctor, NOW, email="meenal@patients.example"), doctor, NOW)


def stands(session: InjectionSession) -> tuple[str, str, str]:
    one = follow_up_of(session)
    return one.state, one.where, one.reason


def test_desk_is_told_with_the_first_free_permitted_time(first: InjectionSession, doctor: User) -> None:
    booked = visit(first, AFTER_A)
    assert stands(first) == ("booked", "letters", "")
    second_session(first, doctor)
    assert stands(first) == ("booked", "call_list", "visit_too_early")
    desk = a_user(Role.FRONT_DESK)
    (listed,) = recall.rows(user=desk, today=LATER.date(), wanted=Wanted()).filter(group="early")
    assert listed == follow_up_of(first)
    (row,) = unsettled.visits_to_settle(user=desk, now=LATER)
    assert row.first_free is not None
    assert (row.visit, row.is_to_move) == (booked, True)
    assert row.first_free.starts_at == datetime.combine(AFTER_B, time(9), first.location.zone)
    browser = client_of(desk)
    page = browser.get(reverse("scheduling:today")).content.decode()
    assert "Earliest 7 Jun 2027. First free: Mon 7 Jun 2027, 09:00." in page


def elsewhere(first: InjectionSession, doctor: User) -> None:
    told = noting.Told(span=Span(LATER.date(), "day"), said_by="patient")
    noting.note_elsewhere(patient=first.patient, told=told, by=doctor, now=LATER)


def test_toxin_given_elsewhere_makes_a_booked_visit_too_early_as_well(first: InjectionSession, doctor: User) -> None:
    visit(first, AFTER_A)
    elsewhere(first, doctor)
    assert stands(first) == ("booked", "call_list", "visit_too_early")
    assert follow_up_of(first).earliest_on == AFTER_B


def test_toxin_given_elsewhere_during_a_pause_counts_once_the_plan_goes_on(
    first: InjectionSession, doctor: User
) -> None:
    plan = planning.pause(plan=first.plan, reason="Pregnancy is planned", by=doctor, now=NOW)
    elsewhere(first, doctor)
    planning.resume(plan=plan, by=doctor, now=LATER)
    assert follow_up_of(first).earliest_on == AFTER_B
    assert letters_of(follow_up_of(first))[0] == ("1", "queued", at_nine(AFTER_A))


def test_moved_to_a_permitted_day_it_is_watched_again(first: InjectionSession, doctor: User) -> None:
    booked = visit(first, AFTER_A)
    second_session(first, doctor)
    slot = Slot(
        clinician=doctor, location=first.location, room=None, type=booked.type,
        starts_at=datetime.combine(AFTER_B, time(10), first.location.zone),
    )  # fmt: skip
    booking.move(appointment=booked, slot=slot, seen_version=booked.version, by=doctor, now=LATER)
    assert stands(first) == ("booked", "letters", "")
    assert unsettled.visits_to_settle(user=doctor, now=LATER) == []


def test_voided_the_other_session_lets_the_visit_be(first: InjectionSession, doctor: User) -> None:
    visit(first, AFTER_A)
    second = second_session(first, doctor)
    void_session(session=second, kind=VoidReason.NEVER_GIVEN, reason="Left before", by=doctor, now=LATER)
    assert stands(first) == ("booked", "letters", "")


def test_put_off_by_another_treatment_says_so_beside_the_letters(first: InjectionSession, doctor: User) -> None:
    second_session(first, doctor)
    assert stands(first) == ("pending", "letters", "minimum_interval")


def test_cancelled_because_it_was_too_early_owes_the_letters_of_the_new_day(
    first: InjectionSession, doctor: User
) -> None:
    booked = visit(first, AFTER_A)
    second_session(first, doctor)
    booking.cancel(appointment=booked, reason="Too early", by=doctor, now=LATER)
    assert stands(first) == ("pending", "letters", "visit_cancelled")
    assert letters_of(follow_up_of(first)) == [
        ("1", "queued", at_nine(AFTER_A)),
        ("2", "queued", at_nine(AFTER_B)),
        ("3", "queued", at_nine(date(2027, 6, 17))),
    ]  # fmt: skip


def test_pause_hands_a_booked_visit_to_the_clinician_and_resuming_gives_it_back(
    first: InjectionSession, doctor: User
) -> None:
    visit(first, AFTER_A)
    plan = planning.pause(plan=first.plan, reason="Pregnancy is planned", by=doctor, now=NOW)
    assert stands(first) == ("booked", "clinician_list", "plan_paused")
    planning.resume(plan=plan, by=doctor, now=NOW)
    assert stands(first) == ("booked", "letters", "")


def test_visit_of_a_plan_that_ended_is_listed_to_be_cancelled(first: InjectionSession, doctor: User) -> None:
    visit(first, AFTER_A)
    planning.stop(plan=first.plan, reason="No benefit", by=doctor, now=NOW)
    (row,) = unsettled.visits_to_settle(user=doctor, now=NOW)
    assert (row.reason, row.is_to_move) == ("plan_stopped", False)


def treated_again(first: InjectionSession, doctor: User, now: datetime) -> InjectionSession:
    """The same plan is treated again at a moment, by one more session."""
    session = checked(first.plan, doctor, now)
    prepared(session, some_vials(doctor, now, number="C7731B9"), doctor, now)
    try:
        return signed(session, doctor, now)
    except ReasonsMissing as refused:
        return signed(session, doctor, now, reasons={found.key: REASON for found in refused.findings})


def test_patient_who_came_early_is_done_early_and_owed_anew(doctor: User) -> None:
    """BTX-025: due 11 January; injected on 30 December; back on 24 March, 12 weeks after, with reminders of its own."""
    start = datetime(2026, 10, 19, 4, 30, tzinfo=UTC)
    first = signed(ready_to_sign(doctor, start, email="meenal@patients.example"), doctor, start)
    assert follow_up_of(first).book_by_on == date(2027, 1, 11)
    assert letters_of(follow_up_of(first))[0][2] == at_nine(date(2026, 12, 28))
    early = datetime(2026, 12, 30, 4, 30, tzinfo=UTC)
    second = treated_again(first, doctor, early)
    assert stands(first) == ("done_early", "closed", "treated")
    assert {state for _step, state, _due in letters_of(follow_up_of(first))} == {"withdrawn"}
    assert follow_up_of(second).book_by_on == date(2027, 3, 24)
    owed = [(step, due) for step, state, due in letters_of(follow_up_of(second)) if state == "queued"]
    assert owed[0] == ("1", at_nine(date(2027, 3, 10)))


def test_visit_booked_for_the_cycle_before_is_carried_over_and_told_as_too_early(
    first: InjectionSession, doctor: User
) -> None:
    booked = visit(first, AFTER_A)
    second = treated_again(first, doctor, NOW + timedelta(days=70))
    booked.refresh_from_db()
    assert stands(first) == ("done_early", "closed", "treated")
    assert booked.follow_up == follow_up_of(second)
    assert stands(second) == ("booked", "call_list", "visit_too_early")


def test_visit_booked_at_check_out_of_a_session_that_is_voided_keeps_what_is_owed_again(
    first: InjectionSession, doctor: User
) -> None:
    second = treated_again(first, doctor, NOW + timedelta(days=84))
    booked = visit(second, date(2027, 8, 16), now=NOW + timedelta(days=84))
    void_session(
        session=second, kind=VoidReason.NEVER_GIVEN, reason="Left before", by=doctor, now=NOW + timedelta(days=84)
    )
    booked.refresh_from_db()
    assert booked.follow_up == follow_up_of(first)
    assert stands(first) == ("booked", "letters", "")
    assert stands(second) == ("closed", "closed", "session_voided")
    assert Appointment.objects.count() == FollowUp.objects.live().count() == 1


@pytest.mark.parametrize("extra", [0, 2])
def test_list_asks_the_same_number_of_questions(
    first: InjectionSession, doctor: User, django_assert_num_queries: object, extra: int
) -> None:
    booked = visit(first, AFTER_A)
    second_session(first, doctor)
    for number in range(1, extra + 1):
        later = timedelta(hours=number)
        Appointment.objects.create(
            patient=booked.patient,
            clinician=doctor,
            location=booked.location,
            type=booked.type,
            starts_at=booked.starts_at + later,
            ends_at=booked.ends_at + later,
            occupied_until=booked.ends_at + later,
            booked_at=NOW,
            follow_up=booked.follow_up,
        )
    with django_assert_num_queries(6):  # type: ignore[operator]
        rows = unsettled.visits_to_settle(user=doctor, now=LATER)
    assert len(rows) == 1 + extra
