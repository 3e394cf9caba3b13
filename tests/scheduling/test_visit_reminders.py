"""The reminders before a visit: one of each for the time that stands, in the morning of the location's day."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from clinic.outbox.models import Letter
from scheduling import booking, foreseeing, replanning, setting_places, setting_policies
from scheduling.models import Appointment, VisitPolicy
from scheduling.policies import VisitRules
from tests.scheduling.made import Clinic

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 5, 4, 30, tzinfo=UTC)
MOVED_AT = datetime(2027, 1, 7, 4, 30, tzinfo=UTC)


def visit(here: Clinic, day: date, clock: str = "10:30", **facts: Any) -> Appointment:
    return here.visit(clock, day=day, now=NOW, **facts)


def move(here: Clinic, appointment: Appointment, day: date, clock: str, now: datetime = MOVED_AT) -> Appointment:
    return booking.move(
        appointment=appointment,
        slot=here.slot(clock, day),
        seen_version=appointment.version,
        by=here.desk,
        now=now,
    )


def reminders(appointment: Appointment) -> list[tuple[str, str, datetime]]:
    rows = Letter.objects.about(appointment).of_kind("appointment_reminder").filter(state="queued")
    return list(rows.order_by("due_at").values_list("edition", "step", "due_at"))


def at_nine(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 3, 30, tzinfo=UTC)


def test_a_visit_is_reminded_of_three_days_and_one_day_before(here: Clinic) -> None:
    booked = visit(here, date(2027, 1, 11))
    assert reminders(booked) == [("0", "3", at_nine(date(2027, 1, 8))), ("0", "1", at_nine(date(2027, 1, 10)))]


def test_a_moved_visit_has_one_of_each_reminder_for_its_final_time(here: Clinic) -> None:
    """BTX-026: booked for 11 January, moved to the 18th, twice more, and back to the original."""
    booked = move(here, visit(here, date(2027, 1, 11)), date(2027, 1, 18), "17:30")
    assert reminders(booked) == [("1", "3", at_nine(date(2027, 1, 15))), ("1", "1", at_nine(date(2027, 1, 17)))]
    for day, clock in ((date(2027, 1, 20), "10:30"), (date(2027, 1, 19), "11:00"), (date(2027, 1, 11), "10:30")):
        booked = move(here, booked, day, clock)
    assert reminders(booked) == [("4", "3", at_nine(date(2027, 1, 8))), ("4", "1", at_nine(date(2027, 1, 10)))]
    rows = Letter.objects.about(booked).of_kind("appointment_reminder")
    assert Counter(rows.values_list("state", flat=True)) == {"withdrawn": 8, "queued": 2}


def test_a_reminder_whose_morning_has_gone_by_is_not_owed(here: Clinic) -> None:
    booked = here.visit("10:30", day=date(2027, 1, 11), now=datetime(2027, 1, 8, 5, 0, tzinfo=UTC))
    assert [step for _, step, _ in reminders(booked)] == ["1"]


def test_a_cancelled_visit_is_not_reminded_of_and_one_taken_back_is(here: Clinic) -> None:
    booked = visit(here, date(2027, 1, 11))
    cancelled = booking.cancel(appointment=booked, reason="Travels", by=here.desk, now=MOVED_AT)
    assert reminders(booked) == []
    booking.undo(appointment=cancelled, from_state="cancelled", by=here.desk, now=MOVED_AT)
    assert [step for _, step, _ in reminders(booked)] == ["3", "1"]


def test_another_policy_moves_what_has_not_gone(here: Clinic) -> None:
    booked = visit(here, date(2027, 1, 18))
    Letter.objects.about(booked).filter(step="3").update(
        state="sent", attempt=1, handing_over_at=NOW, sent_at=NOW, ended_at=NOW
    )
    rules = VisitRules(reminder_days_before=(7, 2), nudge_days_before=None, sends_aftercare=True, asks_check_ins=True)
    effect = foreseeing.of_type(here.consultation, rules, now=NOW)
    assert (effect.things, effect.moved, effect.taken_back, effect.owed, effect.gone) == (1, 0, 1, 2, 1)
    change = setting_policies.change_visits(
        appointment_type=here.consultation, rules=rules, seen=0, by=here.desk, now=NOW
    )
    replanning.sweep(NOW)
    change.refresh_from_db()
    assert (change.moved, change.taken_back, change.owed) == (0, 1, 2)
    assert [(step, due_at) for _, step, due_at in reminders(booked)] == [
        ("7", at_nine(date(2027, 1, 11))),
        ("2", at_nine(date(2027, 1, 16))),
    ]


def test_earlier_mornings_move_reminders(here: Clinic) -> None:
    booked = visit(here, date(2027, 1, 18))
    early = setting_places.PlaceDraft(time(8), time(20), ())
    place = setting_places.looked_at(early, here.location, now=NOW)
    assert foreseeing.of_mornings(here.location, place, now=NOW).moved == 2
    setting_places.change_place(
        location=here.location, draft=early, seen=setting_places.seen_as(here.location), by=here.desk, now=NOW
    )
    replanning.sweep(NOW)
    assert [due_at for _, _, due_at in reminders(booked)] == [
        datetime(2027, 1, 15, 2, 30, tzinfo=UTC),
        datetime(2027, 1, 17, 2, 30, tzinfo=UTC),
    ]


def test_a_types_policy_says_how_often(here: Clinic) -> None:
    VisitPolicy.objects.create(
        appointment_type=here.consultation,
        reminder_days_before=[2, 6],
        sends_aftercare=False,
        asks_check_ins=False,
        changed_at=NOW - timedelta(days=1),
        changed_by=here.desk,
    )
    booked = visit(here, date(2027, 1, 18))
    assert [(step, due_at) for _, step, due_at in reminders(booked)] == [
        ("6", at_nine(date(2027, 1, 12))),
        ("2", at_nine(date(2027, 1, 16))),
    ]
