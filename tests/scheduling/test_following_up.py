"""From a signature to the next visit: dates by hand, each state with its reason, letters owed once.

Signed on Monday 1 March 2027, PREEMPT every 12 weeks: earliest and to be back Monday 24 May 2027 (84 days), first
letter Monday 10 May (14 days before), second on the day, third Thursday 3 June. Source: effect_window.md, rules.json.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from clinic.locations.models import Closure
from clinic.outbox.delivery import work
from clinic.outbox.models import Letter
from clinic.staff.models import User
from scheduling import aftercare, booking, checking_in, following_up
from scheduling.booking import Slot
from scheduling.errors import TooSoon
from scheduling.models import Appointment, AppointmentKind, AppointmentType, FollowUp, ProviderHours
from tests.treatments.people import a_location
from tests.treatments.sessions import another_plan, ready_to_sign, signed
from treatments import hooks, planning
from treatments.intervals import Interval
from treatments.models import ConditionVersion, InjectionSession
from treatments.models.session import VoidReason
from treatments.plan_drafts import PlanDraft
from treatments.plan_sites import drafts_of
from treatments.signing import void_session

NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
BACK_ON = date(2027, 5, 24)

pytestmark = pytest.mark.django_db


def follow_up_of(session: InjectionSession) -> FollowUp:
    found: FollowUp = FollowUp.objects.get(session=session)
    return found


def letters_of(follow_up: FollowUp) -> list[tuple[str, str, datetime]]:
    return list(Letter.objects.about(follow_up).order_by("step").values_list("step", "state", "due_at"))


def at_nine(day: date) -> datetime:
    return datetime.combine(day, time(3, 30), UTC)


def visit(session: InjectionSession, day: date, *, now: datetime = NOW, is_extra: bool = False) -> Appointment:
    """An injection visit of the session's patient at ten in the morning."""
    location = session.location
    kind, _ = AppointmentType.objects.get_or_create(
        name="Injection", defaults={"public_name": "Visit", "kind": AppointmentKind.INJECTION, "minutes": 30}
    )
    ProviderHours.objects.get_or_create(
        clinician=session.clinician, location=location, weekday=day.weekday(), starts=time(9), ends=time(18)
    )
    slot = Slot(
        clinician=session.clinician,
        location=location,
        room=None,
        type=kind,
        starts_at=datetime.combine(day, time(10), location.zone),
    )
    leave = booking.Leave(is_extra=is_extra)
    return booking.book(patient=session.patient, slot=slot, by=session.clinician, now=now, leave=leave)


def test_the_lists_of_deeds_are_pinned() -> None:
    assert hooks.on_signed == [
        following_up.open_next,
        booking.link_session,
        checking_in.owe_check_ins,
        aftercare.owe_aftercare,
    ]
    assert hooks.on_voided == [
        following_up.session_voided,
        checking_in.session_voided,
        aftercare.session_voided,
    ]
    assert hooks.on_plan_stopped == [following_up.plan_changed]
    assert hooks.on_plan_resumed == [following_up.plan_changed]
    assert hooks.on_plan_revised == [following_up.plan_revised]
    assert hooks.on_scored == [following_up.scored]
    assert hooks.on_event_changed == [following_up.events_changed]


def test_signing_owes_the_follow_up_and_its_three_letters(session: InjectionSession) -> None:
    follow_up = follow_up_of(session)
    assert (follow_up.cycle, follow_up.state, follow_up.where) == (1, "pending", "letters")
    assert (follow_up.earliest_on, follow_up.book_by_on) == (BACK_ON, BACK_ON)
    assert letters_of(follow_up) == [
        ("1", "queued", at_nine(date(2027, 5, 10))),
        ("2", "queued", at_nine(BACK_ON)),
        ("3", "queued", at_nine(date(2027, 6, 3))),
    ]
    assert follow_up.next_step_on == date(2027, 6, 10)


def test_booking_withdraws_the_letters_and_cancelling_owes_them_again(session: InjectionSession) -> None:
    follow_up = follow_up_of(session)
    booked = visit(session, BACK_ON)
    follow_up.refresh_from_db()
    assert (booked.follow_up, follow_up.state) == (follow_up, "booked")
    assert [state for _, state, _ in letters_of(follow_up)] == ["withdrawn"] * 3
    booking.cancel(appointment=booked, reason="Travels", by=session.clinician, now=NOW)
    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.reason) == ("pending", "visit_cancelled")
    assert [state for _, state, _ in letters_of(follow_up)] == ["queued"] * 3


def test_a_visit_cancelled_after_the_first_letter_went_owes_one_more(session: InjectionSession) -> None:
    follow_up = follow_up_of(session)
    sent_at = at_nine(date(2027, 5, 10))
    Letter.objects.about(follow_up).filter(step="1").update(
        state="sent", attempt=1, handing_over_at=sent_at, sent_at=sent_at, ended_at=sent_at
    )
    booked = visit(session, BACK_ON, now=sent_at)
    booking.cancel(appointment=booked, reason="Travels", by=session.clinician, now=sent_at + timedelta(hours=2))
    again = Letter.objects.about(follow_up).get(edition="1.1")
    assert (again.step, again.state, again.due_at) == ("1", "queued", at_nine(date(2027, 5, 11)))


def test_the_days_visit_points_at_the_session_signed_in_it(doctor: User) -> None:
    draft = ready_to_sign(doctor, NOW)
    kind = AppointmentType.objects.create(
        name="Injection", public_name="Visit", kind=AppointmentKind.INJECTION, minutes=30
    )
    here = Appointment.objects.create(
        patient=draft.patient,
        clinician=doctor,
        location=draft.location,
        type=kind,
        starts_at=NOW,
        ends_at=NOW + timedelta(minutes=30),
        occupied_until=NOW + timedelta(minutes=30),
        booked_at=NOW,
        state="in_room",
        arrived_at=NOW,
    )
    session = signed(draft, doctor, NOW)
    here.refresh_from_db()
    assert here.session == session


def test_a_missed_visit_goes_to_the_call_list(session: InjectionSession) -> None:
    booked = visit(session, BACK_ON)
    booking.mark_no_show(appointment=booked, by=session.clinician, now=at_nine(BACK_ON) + timedelta(hours=3))
    follow_up = follow_up_of(session)
    assert (follow_up.state, follow_up.where, follow_up.reason) == ("pending", "call_list", "visit_no_show")


def test_a_letter_put_off_from_a_closed_day_is_owed_again_on_the_day_it_would_go(session: InjectionSession) -> None:
    """Closed on the day to be back, the place writes the day after: on that very day a visit is missed."""
    Closure.objects.create(location=session.location, on=BACK_ON, name="Buddha Purnima")
    day_after = BACK_ON + timedelta(days=1)
    booked = visit(session, day_after)
    booking.mark_no_show(appointment=booked, by=session.clinician, now=at_nine(day_after) + timedelta(hours=3))
    (_first, second, _third) = letters_of(follow_up_of(session))
    assert second == ("2", "queued", at_nine(day_after))


def test_an_injection_before_the_earliest_day_is_refused_with_that_day(session: InjectionSession) -> None:
    with pytest.raises(TooSoon) as refusal:
        visit(session, BACK_ON - timedelta(days=3))
    assert refusal.value.earliest == BACK_ON


def test_an_ended_plans_session_holds_back_a_new_plans_injection(session: InjectionSession) -> None:
    new = another_plan(session.plan)
    planning.complete(plan=session.plan, by=session.clinician, now=NOW)
    assert not FollowUp.objects.live().exists()
    with pytest.raises(TooSoon) as refusal:
        visit(session, BACK_ON - timedelta(days=3))
    assert refusal.value.earliest == BACK_ON
    planning.stop(plan=new, reason="Treated elsewhere from now on", by=session.clinician, now=NOW)
    assert booking.earliest_injection(session.patient) is None


def test_a_follow_up_that_two_visits_keep_is_owed_again_with_the_last(session: InjectionSession) -> None:
    first = visit(session, BACK_ON)
    second = visit(session, BACK_ON + timedelta(days=7), is_extra=True)
    Appointment.objects.filter(pk=second.pk).update(follow_up=first.follow_up)  # as two were that came at one moment
    booking.cancel(appointment=first, reason="Twice", by=session.clinician, now=NOW)
    assert follow_up_of(session).state == "booked"
    second.refresh_from_db()
    booking.cancel(appointment=second, reason="Travels", by=session.clinician, now=NOW)
    assert follow_up_of(session).state == "pending"


def test_a_revised_interval_moves_the_follow_up_and_its_letters(session: InjectionSession) -> None:
    plan = session.plan
    plan.condition = ConditionVersion.objects.current().get(key="upper_limb_spasticity")  # its effect ends by week 14
    plan.save()
    months = PlanDraft(
        product_key=plan.product.key, interval=Interval(3, "months"), sites=drafts_of(plan), note="Longer"
    )
    planning.revise_plan(plan=plan, seen_version=plan.version, draft=months, by=plan.clinician, now=NOW)
    follow_up = follow_up_of(session)
    assert (follow_up.earliest_on, follow_up.book_by_on) == (BACK_ON, date(2027, 6, 1))  # 92 days, not 84 or 90
    assert [due_at for _, _, due_at in letters_of(follow_up)] == [
        at_nine(day) for day in (date(2027, 5, 18), date(2027, 6, 1), date(2027, 6, 11))
    ]


@pytest.mark.parametrize(
    ("deed", "state", "reason"),
    [(planning.stop, "closed", "plan_stopped"), (planning.complete, "closed", "plan_completed")],
)
def test_a_plan_that_ends_closes_its_follow_up(session: InjectionSession, deed: Any, state: str, reason: str) -> None:
    deed(plan=session.plan, reason="Treated elsewhere from now on", by=session.clinician, now=NOW)
    follow_up = follow_up_of(session)
    assert (follow_up.state, follow_up.reason) == (state, reason)
    assert [state for _, state, _ in letters_of(follow_up)] == ["withdrawn"] * 3


def test_a_paused_plan_waits_with_the_clinician_and_resumes(session: InjectionSession) -> None:
    plan = planning.pause(plan=session.plan, reason="Pregnancy is planned", by=session.clinician, now=NOW)
    follow_up = follow_up_of(session)
    assert (follow_up.where, follow_up.reason) == ("clinician_list", "plan_paused")
    assert [state for _, state, _ in letters_of(follow_up)] == ["withdrawn"] * 3
    planning.resume(plan=plan, by=session.clinician, now=NOW)
    follow_up.refresh_from_db()
    assert (follow_up.where, follow_up.reason) == ("letters", "")
    assert [state for _, state, _ in letters_of(follow_up)] == ["queued"] * 3


def test_a_cycle_without_effect_stays_with_the_clinician_over_a_pause(session: InjectionSession) -> None:
    follow_up = follow_up_of(session)
    FollowUp.objects.filter(pk=follow_up.pk).update(where="clinician_list", reason="no_effect")
    plan = planning.pause(plan=session.plan, reason="Pregnancy is planned", by=session.clinician, now=NOW)
    planning.resume(plan=plan, by=session.clinician, now=NOW)
    follow_up.refresh_from_db()
    assert (follow_up.where, follow_up.reason) == ("clinician_list", "no_effect")
    assert [state for _, state, _ in letters_of(follow_up)] == ["withdrawn"] * 3


@pytest.mark.parametrize(
    ("deed", "state", "where", "reason"),
    [
        (planning.pause, "pending", "clinician_list", "plan_paused"),
        (planning.stop, "closed", "closed", "plan_stopped"),
    ],
)
def test_a_session_signed_after_its_plan_was_set_aside_owes_no_letter(
    doctor: User, deed: Any, state: str, where: str, reason: str
) -> None:
    draft = ready_to_sign(doctor, NOW, email="meenal@patients.example")
    deed(plan=draft.plan, reason="Moves to another city", by=doctor, now=NOW)
    follow_up = follow_up_of(signed(draft, doctor, NOW))
    assert (follow_up.state, follow_up.where, follow_up.reason) == (state, where, reason)
    assert [state for _, state, _ in letters_of(follow_up)] == ["withdrawn"] * 3


def test_a_voided_session_closes_what_was_counted_from_it(session: InjectionSession) -> None:
    void_session(
        session=session, kind=VoidReason.NEVER_GIVEN, reason="Patient left before", by=session.clinician, now=NOW
    )
    follow_up = follow_up_of(session)
    assert (follow_up.state, follow_up.reason) == ("closed", "session_voided")


def test_the_death_of_a_patient_closes_everything(session: InjectionSession) -> None:
    following_up.patient_died(patient=session.patient, by=None, now=NOW)
    follow_up = follow_up_of(session)
    assert (follow_up.state, follow_up.reason) == ("closed", "deceased")
    assert [state for _, state, _ in letters_of(follow_up)] == ["withdrawn"] * 3


def test_the_sweep_hands_who_never_answered_to_a_person(session: InjectionSession) -> None:
    follow_up = follow_up_of(session)
    assert following_up.sweep(at_nine(date(2027, 6, 9))) == 0
    assert following_up.sweep(at_nine(date(2027, 6, 10))) == 1
    follow_up.refresh_from_db()
    assert (follow_up.where, follow_up.reason, follow_up.next_step_on) == ("call_list", "no_answer", None)


def test_a_patient_without_an_address_lands_on_the_call_list_on_the_same_day(doctor: User) -> None:
    session = signed(ready_to_sign(doctor, NOW), doctor, NOW)
    follow_up = follow_up_of(session)
    assert letters_of(follow_up)[0][1] == "queued"
    assert a_location() == session.location


@pytest.mark.django_db(transaction=True)
def test_who_cannot_be_mailed_is_on_the_call_list_once_the_letter_is_due(doctor: User) -> None:
    session = signed(ready_to_sign(doctor, NOW), doctor, NOW)
    work(at_nine(date(2027, 5, 10)))
    follow_up = follow_up_of(session)
    assert (follow_up.where, follow_up.reason) == ("call_list", "no_address")
    assert letters_of(follow_up)[0][1] == "withdrawn"
