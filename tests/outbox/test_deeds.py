"""Owe, withdraw, reschedule, resend, hold."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model

from clinic.audit.models import Entry
from clinic.outbox import deeds, delivery
from clinic.outbox.errors import NotResendable
from clinic.outbox.models import Hold, Letter
from clinic.outbox.reasons import HELD_BACK
from clinic.outbox.refs import Owed, Ref
from tests.outbox.kinds import Reminder, owed
from tests.outbox.sink import DROP, Sink

pytestmark = pytest.mark.django_db

VISIT = Ref("tests.visit", uuid4())
REKHA = uuid4()


@pytest.fixture
def manager() -> Any:
    return get_user_model().objects.create(email="manager@clinic.example", full_name="M. Solanki", role="manager")


def states() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("state", flat=True))


def test_owe_twice_is_one_letter_and_the_first_stands(now: datetime) -> None:
    first = owed(now, about=VISIT, person=REKHA)
    second = owed(now + timedelta(days=1), about=VISIT, person=REKHA)
    assert (second.pk, second.due_at) == (first.pk, now)


def test_owe_another_edition_step_or_person_is_another_letter(now: datetime) -> None:
    for edition, step, person in [("1", "", REKHA), ("2", "", REKHA), ("1", "week_before", REKHA), ("1", "", uuid4())]:
        deeds.owe("test_reminder", about=VISIT, person=person, edition=edition, step=step, due_at=now)
    assert Letter.objects.count() == 4


def test_owe_about_a_row_names_its_model_and_public_id(now: datetime, manager: Any) -> None:
    letter = deeds.owe("test_reminder", about=manager, person=manager, due_at=now)
    assert (letter.about_type, letter.about_public_id) == ("staff.user", manager.public_id)
    assert letter.person_public_id == manager.public_id
    assert list(Letter.objects.about(manager)) == list(Letter.objects.for_person(manager)) == [letter]


def test_owe_again_leaves_a_withdrawn_letter_withdrawn_unless_revived(now: datetime) -> None:
    letter = owed(now, about=VISIT, person=REKHA)
    deeds.withdraw(about=VISIT, reason="visit_booked", where="closed", now=now)
    assert owed(now, about=VISIT, person=REKHA).state == "withdrawn"
    tomorrow = now + timedelta(days=1)
    revived = deeds.owe(letter.letter, about=VISIT, person=REKHA, edition="1", due_at=tomorrow, revive=True)
    assert (revived.pk, revived.state, revived.due_at) == (letter.pk, "queued", tomorrow)
    assert (revived.reason, revived.where, revived.ended_at) == ("", "", None)


def test_owe_never_revives_what_was_sent(kind: Reminder, sink: Sink, now: datetime) -> None:
    letter = owed(now, about=VISIT, person=REKHA)
    delivery.deliver(letter.pk, now=now)
    assert deeds.owe(letter.letter, about=VISIT, person=REKHA, edition="1", due_at=now, revive=True).state == "sent"


def test_owe_many_counts_what_is_new(now: datetime) -> None:
    letters = [Owed(letter="test_reminder", about=VISIT, person=REKHA, due_at=now, edition=str(n)) for n in range(3)]
    assert deeds.owe_many(letters[:2]) == 2
    assert deeds.owe_many(letters) == 1
    assert Letter.objects.count() == 3


def test_first_letters_are_queued_or_held_as_letters_are_by_then(now: datetime) -> None:
    first = Owed(letter="test_reminder", about=VISIT, person=REKHA, due_at=now, edition="1")
    deeds.owe_first([first])
    deeds.hold_all(by=None, now=now, reason="The mail server moves")
    Letter.objects.update(state="queued", reason="")
    deeds.owe_first([replace(first, edition="2")])
    assert list(Letter.objects.order_by("pk").values_list("state", "reason")) == [("queued", ""), ("held", HELD_BACK)]


def test_withdraw_stops_what_is_owed_about_the_thing_and_nothing_else(now: datetime) -> None:
    owed(now, about=VISIT, edition="1")
    owed(now, about=VISIT, edition="2")
    owed(now)
    assert deeds.withdraw(about=VISIT, reason="visit_cancelled", where="closed", now=now) == 2
    assert deeds.withdraw(about=VISIT, reason="visit_cancelled", now=now) == 0
    assert states() == ["withdrawn", "withdrawn", "queued"]
    assert set(Letter.objects.about(VISIT).values_list("reason", "where", "ended_at")) == {
        ("visit_cancelled", "closed", now)
    }


def test_withdraw_of_one_edition_takes_its_resends_and_leaves_the_others(now: datetime) -> None:
    for edition in ("1", "1~resend1", "11", "2"):
        owed(now, about=VISIT, edition=edition)
    assert deeds.withdraw(about=VISIT, editions=["1"], reason="visit_moved", now=now) == 2
    assert states() == ["withdrawn", "withdrawn", "queued", "queued"]


def test_withdraw_by_kind_step_and_person(now: datetime) -> None:
    for letter, step, person in [("a", "1", REKHA), ("b", "1", REKHA), ("a", "2", REKHA), ("a", "1", uuid4())]:
        deeds.owe(letter, about=VISIT, person=person, step=step, due_at=now)
    assert deeds.withdraw(about=VISIT, letters=["a"], steps=["1"], person=REKHA, reason="x", now=now) == 1
    assert states() == ["withdrawn", "queued", "queued", "queued"]


def test_withdraw_person_stops_all_that_is_owed_to_them(now: datetime) -> None:
    owed(now, person=REKHA)
    owed(now, person=REKHA)
    owed(now)
    assert deeds.withdraw_person(person=REKHA, reason="deceased", where="closed", now=now) == 2
    assert states() == ["withdrawn", "withdrawn", "queued"]


def test_withdraw_for_no_said_reason_has_one(now: datetime) -> None:
    owed(now, about=VISIT)
    assert deeds.withdraw(about=VISIT, reason="", now=now) == 1
    assert Letter.objects.get().reason == "no_longer_wanted"


def test_withdraw_leaves_what_was_handed_over(kind: Reminder, sink: Sink, now: datetime) -> None:
    sink.answers("DATA", DROP, "250 OK")
    for edition in ("1", "2"):
        delivery.deliver(owed(now, about=VISIT, edition=edition).pk, now=now)
    assert deeds.withdraw(about=VISIT, reason="visit_cancelled", now=now) == 0
    assert states() == ["uncertain", "sent"]


def test_reschedule_moves_what_waits(now: datetime) -> None:
    letter = owed(now, not_after=now + timedelta(days=2))
    assert deeds.reschedule(letter, due_at=now + timedelta(days=1)) is True
    letter.refresh_from_db()
    assert (letter.due_at, letter.not_after) == (now + timedelta(days=1), now + timedelta(days=2))
    assert deeds.reschedule(letter, due_at=now, not_after=None) is True
    letter.refresh_from_db()
    assert letter.not_after is None


def test_reschedule_of_a_withdrawn_letter_moves_nothing(now: datetime) -> None:
    letter = owed(now, about=VISIT)
    deeds.withdraw(about=VISIT, reason="x", now=now)
    assert deeds.reschedule(letter, due_at=now) is False


def test_letter_too_late_by_mail_is_somebodys_until_its_time_is_over(kind: Reminder, sink: Sink, now: datetime) -> None:
    """The mail server asks to come later than the visit begins: until then somebody may still ring."""
    sink.answers("RCPT", "450 later")
    begins = now + timedelta(seconds=50)
    letter = owed(now, about=VISIT, person=REKHA, not_after=begins)
    assert delivery.deliver(letter.pk, now=now) == "lapsed"
    assert list(Letter.objects.needs_a_person(now)) == [letter]
    assert list(Letter.objects.needs_a_person(begins)) == []


def test_resend_of_a_failed_letter_is_a_new_edition_by_name_and_pressed_twice_one(
    kind: Reminder, sink: Sink, now: datetime, manager: Any
) -> None:
    sink.answers("RCPT", "550 unknown", "250 OK")
    letter = owed(now, about=VISIT, person=REKHA, edition="3")
    delivery.deliver(letter.pk, now=now)
    assert list(Letter.objects.needs_a_person(now)) == [letter]
    again = deeds.resend(letter, by=manager, now=now)
    assert deeds.resend(letter, by=manager, now=now) == again
    assert (again.edition, again.resend_of, again.state, again.due_at) == ("3~resend1", letter, "queued", now)
    assert (again.promise.edition, again.promise.resend, letter.promise.resend) == ("3", 1, 0)
    assert list(Letter.objects.needs_a_person(now)) == []
    assert delivery.deliver(again.pk, now=now) == "sent"
    assert deeds.resend(again, by=manager, now=now).edition == "3~resend2"
    assert deeds.resend(letter, by=manager, now=now).edition == "3~resend3"
    entries = Entry.objects.filter(verb="letter_resent").order_by("pk")
    assert [(entry.by, entry.detail["was"]) for entry in entries[:1]] == [(manager, "failed")]


def test_resend_of_an_uncertain_letter_goes_as_itself_with_its_message_id(
    kind: Reminder, sink: Sink, now: datetime, manager: Any
) -> None:
    sink.answers("DATA", DROP, "250 OK")
    letter = owed(now, not_after=now + timedelta(hours=1))
    delivery.deliver(letter.pk, now=now)
    tomorrow = now + timedelta(days=1)
    assert deeds.resend(letter, by=manager, now=tomorrow).pk == letter.pk
    assert delivery.deliver(letter.pk, now=tomorrow) == "sent"
    assert sink.message_ids == [f"<{letter.public_id}@kadamb.example>"] * 2
    letter.refresh_from_db()
    assert (letter.attempt, letter.reason) == (2, "")


@pytest.mark.parametrize("state", ["queued", "held", "withdrawn", "sending"])
def test_resend_of_what_waits_or_was_withdrawn_is_refused(now: datetime, state: str) -> None:
    letter = owed(now, about=VISIT)
    if state == "withdrawn":
        deeds.withdraw(about=VISIT, reason="x", now=now)
    elif state == "held":
        deeds.hold_all(by=None, now=now, reason="restore")
    elif state == "sending":
        delivery.claim(letter.pk, now=now)
    with pytest.raises(NotResendable) as refused:
        deeds.resend(letter, by=None, now=now)
    assert refused.value.state == state


def test_mark_arrived_settles_a_doubt(kind: Reminder, sink: Sink, now: datetime, manager: Any) -> None:
    sink.answers("DATA", DROP)
    letter = owed(now)
    delivery.deliver(letter.pk, now=now)
    deeds.mark_arrived(letter, by=manager, now=now)
    letter.refresh_from_db()
    assert (letter.state, letter.sent_at, letter.reason, letter.where) == ("sent", now, "", "")
    assert Entry.objects.get(verb="letter_found_arrived").by == manager
    with pytest.raises(NotResendable):
        deeds.mark_arrived(letter, by=manager, now=now)


def test_hold_stops_what_waits_what_is_owed_meanwhile_and_what_slipped_by(
    kind: Reminder, sink: Sink, now: datetime, manager: Any
) -> None:
    waiting = owed(now)
    assert deeds.hold_all(by=manager, now=now, reason="restored from a backup") == 1
    assert deeds.hold_all(by=manager, now=now, reason="again") == 0
    assert Hold.objects.count() == 1
    new = owed(now)
    assert new.state == "held"
    Letter.objects.filter(pk=new.pk).update(state="queued")  # a deed that did not see the hold yet
    assert delivery.deliver(new.pk, now=now) is None
    assert sum(delivery.work(now).values()) == 0
    assert states() == ["held", "held"]
    assert sink.taken == []
    assert deeds.release_hold(by=manager, now=now) == 2
    assert dict(delivery.work(now)) == {"sent": 2}
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("sent", "")
    assert list(Entry.objects.filter(by=manager).order_by("pk").values_list("verb", flat=True)) == [
        "letters_held",
        "letters_released",
    ]


def test_hold_released_lapses_what_came_too_late(kind: Reminder, sink: Sink, now: datetime) -> None:
    owed(now, not_after=now + timedelta(hours=1))
    deeds.hold_all(by=None, now=now, reason="restored from a backup")
    tomorrow = now + timedelta(days=1)
    deeds.release_hold(by=None, now=tomorrow)
    assert dict(delivery.work(tomorrow)) == {"lapsed": 1}
