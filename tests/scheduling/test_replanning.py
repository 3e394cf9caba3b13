"""A changed policy and the letters owed already: unsent ones follow, sent ones stay, none goes twice.

Treated on Monday 1 March 2027, every 12 weeks: to be back on Monday 24 May. By the house's policy the letters go
on 10 May, 24 May and 3 June at nine (03:30Z), and a person calls from 10 June. 21 days before is Monday 3 May.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from clinic.audit.models import Entry
from clinic.locations.models import Closure, Location
from clinic.outbox import delivery
from clinic.outbox.delivery import work
from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from patients import merging
from patients.models import Merge, Patient
from scheduling import following_up, foreseeing, policies, replanning, setting_places, setting_policies
from scheduling.errors import PolicyChangedMeanwhile
from scheduling.models import FollowUp, FollowUpStep, Replanning
from scheduling.policies import FOR_ALL
from scheduling.setting_places import PlaceDraft
from scheduling.setting_policies import PolicyDraft, StepDraft
from tests.scheduling.owed import a_follow_up, letters_of, went
from tests.treatments.people import a_patient, a_user

NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
LATER = datetime(2027, 3, 2, 4, 30, tzinfo=UTC)
HOUSE = (StepDraft(1, -14), StepDraft(2, 0), StepDraft(3, 10))

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    return a_user(Role.MANAGER)


@pytest.fixture
def follow_up(doctor: User) -> FollowUp:
    return a_follow_up(doctor, NOW)


def at_nine(day: date) -> datetime:
    return datetime.combine(day, time(3, 30), UTC)


def draft(*steps: StepDraft, call_after: int = 7, **facts: Any) -> PolicyDraft:
    return PolicyDraft(steps or HOUSE, call_after, **facts)


def set_policy(
    by: User, *steps: StepDraft, condition: str = FOR_ALL, now: datetime = LATER, call_after: int = 7, **facts: Any
) -> Replanning:
    """Save a policy and let the sweep bring it about."""
    wanted = PolicyDraft(steps, call_after, **facts)
    seen = setting_policies.draft_in_force(condition)[1]
    change = setting_policies.change_follow_ups(condition=condition, draft=wanted, seen=seen, by=by, now=now)
    replanning.sweep(now)
    change.refresh_from_db()
    return change


def foreseen(follow_up: FollowUp, wanted: PolicyDraft, *, now: datetime = LATER, condition: str = FOR_ALL) -> Any:
    asked = setting_policies.looked_at(wanted, condition=condition, in_force=policies.in_force())
    return foreseeing.of_follow_ups(asked, policies.places([follow_up.location], now=now), now=now, condition=condition)


def test_three_weeks_instead_of_two_move_the_first_letter_that_has_not_gone(follow_up: FollowUp, manager: User) -> None:
    weeks = (StepDraft(1, -21), *HOUSE[1:])
    effect = foreseen(follow_up, draft(*weeks))
    assert (effect.things, effect.moved, effect.taken_back, effect.owed, effect.gone) == (1, 1, 0, 0, 0)
    change = set_policy(manager, *weeks)
    assert (change.total, change.done, change.moved, change.taken_back, change.owed) == (1, 1, 1, 0, 0)
    assert change.finished_at == LATER
    assert letters_of(follow_up) == {
        "1": ("queued", at_nine(date(2027, 5, 3))),
        "2": ("queued", at_nine(date(2027, 5, 24))),
        "3": ("queued", at_nine(date(2027, 6, 3))),
    }


def made_one(goes: Patient, stays: Patient, by: User, now: datetime) -> Merge:
    for one in (goes, stays):
        one.refresh_from_db()
    seen = (goes.version, stays.version)
    return merging.merge(merged=goes, survivor=stays, taken=(), seen=seen, press=uuid4(), by=by, now=now)


def waiting_for(patient: Patient) -> dict[str, datetime]:
    return dict(Letter.objects.for_person(patient).live().values_list("step", "due_at"))


def read_last(patient: Patient) -> None:
    """Let the table give this person's rows after the others: the last that is read must not win."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
    Letter.objects.for_person(patient).update(last_error="")


def test_letters_follow_the_record_that_has_the_follow_up_and_never_the_other(
    follow_up: FollowUp, manager: User
) -> None:
    """After a merge, and after its way back: of two rows of one letter the other record's stays withdrawn."""
    goes = follow_up.patient
    stays = a_patient(location=goes.location, email="other@patients.example")
    joined = made_one(goes, stays, manager, NOW)
    read_last(goes)
    effect = foreseen(follow_up, draft(StepDraft(1, -21), *HOUSE[1:]))
    assert (effect.moved, effect.taken_back, effect.owed, effect.gone) == (1, 0, 0, 0)
    set_policy(manager, StepDraft(1, -21), *HOUSE[1:])
    days = [date(2027, 5, 3), date(2027, 5, 24), date(2027, 6, 3)]
    moved = {str(number): at_nine(day) for number, day in enumerate(days, 1)}
    assert (waiting_for(stays), waiting_for(goes)) == (moved, {})
    merging.unmerge(joined=joined, by=manager, now=LATER)
    read_last(stays)
    set_policy(manager, *HOUSE, now=LATER)
    assert (waiting_for(goes), waiting_for(stays)) == (moved | {"1": at_nine(date(2027, 5, 10))}, {})


def test_what_went_to_the_record_that_was_merged_is_not_owed_again(follow_up: FollowUp, manager: User) -> None:
    """Neither by a changed policy nor where its days are counted anew; steps two and three are owed."""
    went(follow_up, "1", at_nine(date(2027, 5, 10)))
    now = datetime(2027, 5, 11, 5, 0, tzinfo=UTC)
    stays = a_patient(location=follow_up.location, email="other@patients.example")
    made_one(follow_up.patient, stays, manager, now)
    set_policy(manager, StepDraft(1, -7), *HOUSE[1:], now=now)
    following_up.owe_steps(FollowUp.objects.get(pk=follow_up.pk), now=now)
    assert set(waiting_for(stays)) == {"2", "3"}


def test_a_letter_that_went_stays_and_never_goes_again(follow_up: FollowUp, manager: User) -> None:
    went(follow_up, "1", at_nine(date(2027, 5, 10)))
    now = datetime(2027, 5, 11, 5, 0, tzinfo=UTC)
    later_first = (StepDraft(1, -7), *HOUSE[1:])  # the 17th, still to come: the letter that went was this step
    effect = foreseen(follow_up, draft(*later_first), now=now)
    assert (effect.moved, effect.owed, effect.gone) == (0, 0, 1)
    set_policy(manager, *later_first, now=now)
    assert letters_of(follow_up)["1"] == ("sent", at_nine(date(2027, 5, 10)))
    assert Letter.objects.about(follow_up).count() == 3


def test_a_first_letter_whose_new_day_has_gone_by_goes_now(follow_up: FollowUp, manager: User) -> None:
    now = datetime(2027, 5, 5, 5, 0, tzinfo=UTC)  # after 3 May, before 10 May
    weeks = (StepDraft(1, -21), *HOUSE[1:])
    assert foreseen(follow_up, draft(*weeks), now=now).at_once == 1
    set_policy(manager, *weeks, now=now)
    assert letters_of(follow_up)["1"] == ("queued", at_nine(date(2027, 5, 5)))


def test_a_step_turned_off_is_taken_back_and_on_again_is_owed_again(follow_up: FollowUp, manager: User) -> None:
    off = (HOUSE[0], HOUSE[1], StepDraft(3, 10, is_on=False))
    assert foreseen(follow_up, draft(*off)).taken_back == 1
    set_policy(manager, *off)
    third = Letter.objects.about(follow_up).get(step="3")
    assert (third.state, third.reason, third.reason_text) == (
        "withdrawn",
        "policy_off",
        "The clinic turned this letter off.",
    )
    follow_up.refresh_from_db()
    assert follow_up.next_step_on == date(2027, 5, 31)  # a week after the letter of 24 May
    change = set_policy(manager, *HOUSE)
    assert change.owed == 1
    assert letters_of(follow_up)["3"] == ("queued", at_nine(date(2027, 6, 3)))


def test_a_policy_without_letters_goes_to_the_call_list_on_the_first_letters_day(
    follow_up: FollowUp, manager: User
) -> None:
    set_policy(manager, *(StepDraft(step.number, step.days, is_on=False) for step in HOUSE))
    follow_up.refresh_from_db()
    assert {state for state, _ in letters_of(follow_up).values()} == {"withdrawn"}
    assert follow_up.next_step_on == date(2027, 5, 10)
    work(at_nine(date(2027, 5, 10)))
    follow_up.refresh_from_db()
    assert follow_up.where == "call_list"


def test_a_new_step_is_owed_only_where_its_day_is_to_come_and_keeps_its_number(
    follow_up: FollowUp, manager: User
) -> None:
    set_policy(manager, *HOUSE, StepDraft(None, -7), StepDraft(None, -90))  # 23 February has gone by
    assert letters_of(follow_up)["4"] == ("queued", at_nine(date(2027, 5, 17)))
    assert "5" not in letters_of(follow_up)
    assert list(FollowUpStep.objects.order_by("number").values_list("number", "days")) == [
        (1, -14), (2, 0), (3, 10), (4, -7), (5, -90),
    ]  # fmt: skip
    went(follow_up, "4", at_nine(date(2027, 5, 17)))
    set_policy(manager, *HOUSE, now=LATER)  # removed
    set_policy(manager, *HOUSE, StepDraft(None, -6), now=LATER)  # another step: not the one that went
    assert [step for step, (state, _) in letters_of(follow_up).items() if state == "queued"] == ["1", "2", "3", "6"]


def test_a_number_that_no_page_showed_is_a_new_step(follow_up: FollowUp, manager: User) -> None:
    set_policy(manager, *HOUSE, StepDraft(9, -7))
    assert list(FollowUpStep.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4]


def test_a_condition_with_steps_of_its_own_is_left_alone_by_the_policy_of_all(
    follow_up: FollowUp, manager: User
) -> None:
    condition = follow_up.plan.condition.key
    set_policy(manager, StepDraft(1, -21), *HOUSE[1:], condition=condition)
    assert letters_of(follow_up)["1"][1] == at_nine(date(2027, 5, 3))
    change = set_policy(manager, StepDraft(1, -7), *HOUSE[1:])
    assert change.total == 0
    assert letters_of(follow_up)["1"][1] == at_nine(date(2027, 5, 3))
    set_policy(manager, *HOUSE, condition=condition, is_in_use=False)  # it follows the policy of all again
    assert letters_of(follow_up)["1"][1] == at_nine(date(2027, 5, 17))


def test_a_closure_on_a_letters_day_moves_it_to_the_next_working_day(follow_up: FollowUp, manager: User) -> None:
    location = follow_up.location
    closed = PlaceDraft(
        location.mail_from,
        location.mail_until,
        tuple(location.closed_weekdays),
        added=((date(2027, 5, 10), "Founding day"),),
    )
    place = setting_places.looked_at(closed, location, now=LATER)
    effect = foreseeing.of_follow_ups(policies.in_force(), {location.pk: place}, now=LATER, location=location.pk)
    assert (effect.moved, effect.taken_back, effect.owed) == (1, 0, 0)
    setting_places.change_place(
        location=location, draft=closed, seen=setting_places.seen_as(location), by=manager, now=LATER
    )
    replanning.sweep(LATER)
    assert letters_of(follow_up)["1"] == ("queued", at_nine(date(2027, 5, 11)))
    reopened = PlaceDraft(
        location.mail_from,
        location.mail_until,
        tuple(location.closed_weekdays),
        removed=tuple(Closure.objects.values_list("public_id", flat=True)),
    )
    setting_places.change_place(
        location=location, draft=reopened, seen=setting_places.seen_as(location), by=manager, now=LATER
    )
    replanning.sweep(LATER)
    assert letters_of(follow_up)["1"] == ("queued", at_nine(date(2027, 5, 10)))


def test_two_letters_that_a_closure_brings_together_are_one(follow_up: FollowUp, manager: User) -> None:
    set_policy(manager, StepDraft(1, -14), StepDraft(2, -13), StepDraft(3, 10))
    location = follow_up.location
    closed = PlaceDraft(
        location.mail_from,
        location.mail_until,
        tuple(location.closed_weekdays),
        added=((date(2027, 5, 10), "Holiday"),),
    )
    setting_places.change_place(
        location=location, draft=closed, seen=setting_places.seen_as(location), by=manager, now=LATER
    )
    replanning.sweep(LATER)
    first = Letter.objects.about(follow_up).get(step="1")
    assert (first.state, first.reason) == ("withdrawn", "later_step")
    assert letters_of(follow_up)["2"] == ("queued", at_nine(date(2027, 5, 11)))


def test_earlier_mornings_move_letters(follow_up: FollowUp, manager: User) -> None:
    location = follow_up.location
    early = PlaceDraft(time(8), location.mail_until, tuple(location.closed_weekdays))
    setting_places.change_place(
        location=location, draft=early, seen=setting_places.seen_as(location), by=manager, now=LATER
    )
    replanning.sweep(LATER)
    assert letters_of(follow_up)["1"][1] == datetime(2027, 5, 10, 2, 30, tzinfo=UTC)


def test_what_a_person_works_is_not_written_to_again(follow_up: FollowUp, manager: User) -> None:
    FollowUp.objects.filter(pk=follow_up.pk).update(where="call_list", reason="opted_out", next_step_on=None)
    Letter.objects.about(follow_up).update(state="withdrawn", reason="opted_out", ended_at=LATER)
    change = set_policy(manager, StepDraft(1, -21), *HOUSE[1:])
    assert (change.done, change.moved, change.owed) == (1, 0, 0)
    assert {state for state, _ in letters_of(follow_up).values()} == {"withdrawn"}


def test_a_change_goes_on_where_it_was_stopped_and_does_nothing_twice(doctor: User, manager: User) -> None:
    for _ in range(3):
        a_follow_up(doctor, NOW)
    change = setting_policies.change_follow_ups(
        condition=FOR_ALL, draft=draft(StepDraft(1, -21), *HOUSE[1:]), seen=0, by=manager, now=LATER
    )
    assert replanning.batch(change.pk, now=LATER, size=2) == 0
    change.refresh_from_db()
    assert (change.total, change.done, change.moved, change.finished_at) == (3, 2, 2, None)
    replanning.sweep(LATER)
    replanning.sweep(LATER)
    change.refresh_from_db()
    assert (change.done, change.moved, change.finished_at) == (3, 3, LATER)
    assert set(Letter.objects.filter(letter="follow_up_due", step="1").values_list("due_at", flat=True)) == {
        at_nine(date(2027, 5, 3))
    }


def test_a_manager_who_saw_an_older_policy_changes_nothing(follow_up: FollowUp, manager: User) -> None:
    set_policy(manager, *HOUSE)
    with pytest.raises(PolicyChangedMeanwhile):
        setting_policies.change_follow_ups(
            condition=FOR_ALL, draft=draft(StepDraft(1, -21)), seen=0, by=manager, now=LATER
        )
    assert FollowUpStep.objects.get(number=1).days == -14
    with pytest.raises(PolicyChangedMeanwhile):
        setting_places.change_place(
            location=follow_up.location,
            draft=PlaceDraft(time(8), time(20), ()),
            seen="10:00 20:00 []",
            by=manager,
            now=LATER,
        )


def test_a_change_leaves_a_line_in_the_trail(follow_up: FollowUp, manager: User) -> None:
    set_policy(manager, *HOUSE)
    line = Entry.objects.get(verb="policy.changed")
    assert (line.by, line.detail) == (manager, {"concerned": 1, "condition": ""})


def test_what_is_foreseen_is_what_is_done(doctor: User, manager: User) -> None:
    found = [a_follow_up(doctor, NOW) for _ in range(3)]
    now = at_nine(date(2027, 5, 12))
    went(found[0], "1", at_nine(date(2027, 5, 10)))
    went(found[1], "1", at_nine(date(2027, 5, 10)))
    Letter.objects.about(found[2]).filter(step="2").update(state="withdrawn", reason="x", ended_at=now)
    steps = (StepDraft(1, -10), StepDraft(2, 1), StepDraft(3, 10, is_on=False), StepDraft(None, 20))
    effect = foreseen(found[0], draft(*steps), now=now)
    change = set_policy(manager, *steps, now=now + timedelta(minutes=1))
    assert (effect.moved, effect.taken_back, effect.owed) == (change.moved, change.taken_back, change.owed)
    assert (effect.moved, effect.taken_back, effect.owed, effect.gone) == (3, 3, 4, 2)


def test_a_letter_waits_for_a_change_that_has_not_reached_it(follow_up: FollowUp, manager: User) -> None:
    day = at_nine(date(2027, 5, 10))
    setting_policies.change_follow_ups(
        condition=FOR_ALL, draft=draft(StepDraft(1, -7), *HOUSE[1:]), seen=0, by=manager, now=day
    )
    first = Letter.objects.about(follow_up).get(step="1")
    assert delivery.deliver(first.pk, now=day) == "later"
    replanning.sweep(day)
    first.refresh_from_db()
    assert (first.state, first.due_at) == ("queued", at_nine(date(2027, 5, 17)))


def test_a_change_that_is_stuck_holds_no_letter_for_longer_than_a_day(follow_up: FollowUp, manager: User) -> None:
    setting_policies.change_follow_ups(condition=FOR_ALL, draft=draft(), seen=0, by=manager, now=LATER)
    assert replanning.is_on_its_way_to(follow_up, now=LATER + timedelta(hours=23))
    assert not replanning.is_on_its_way_to(follow_up, now=LATER + timedelta(hours=24))


def test_a_letter_put_off_to_a_closed_day_waits_for_an_open_one(follow_up: FollowUp) -> None:
    first = Letter.objects.about(follow_up).get(step="1")
    Letter.objects.filter(pk=first.pk).update(due_at=at_nine(date(2027, 5, 9)))
    Location.objects.filter(pk=follow_up.location_id).update(closed_weekdays=[6])
    assert delivery.deliver(first.pk, now=at_nine(date(2027, 5, 9))) == "later"  # a Sunday
    first.refresh_from_db()
    assert (first.due_at, first.reason) == (at_nine(date(2027, 5, 10)), "closed_day")
