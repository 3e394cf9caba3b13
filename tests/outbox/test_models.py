"""What the database refuses of letters, whoever writes, and that the sweep reads by its index."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import F

from clinic.lib.db import violated
from clinic.outbox.models import Heartbeat, Hold, Letter
from clinic.outbox.refs import Ref
from tests.outbox.kinds import owed
from tests.outbox.owner import as_owner, execute

pytestmark = pytest.mark.django_db


def broken_by(row: Letter, /, **changes: Any) -> str | None:
    """The constraint that an UPDATE of a letter breaks."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Letter.objects.filter(pk=row.pk).update(**changes)
    return violated(refused.value)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "lost"}, "letter_state_is_known"),
        ({"priority": 10}, "letter_priority_is_0_to_9"),
        ({"attempt": 13}, "letter_attempts_are_capped"),
        ({"state": "sending"}, "letter_has_a_lease_while_sending"),
        ({"claimed_by": "somebody"}, "letter_has_a_lease_while_sending"),
        ({"sent_at": "NOW"}, "letter_has_sent_at_when_sent"),
        ({"ended_at": "NOW"}, "letter_has_ended_at_when_ended"),
        ({"state": "withdrawn", "ended_at": "NOW"}, "letter_that_did_not_go_has_a_reason"),
        ({"state": "uncertain", "ended_at": "NOW", "reason": "x"}, "letter_was_handed_over_when_its_state_says_so"),
        ({"state": "sent", "ended_at": "NOW", "sent_at": "NOW"}, "letter_was_handed_over_when_its_state_says_so"),
        ({"handing_over_at": "NOW"}, "letter_was_handed_over_when_its_state_says_so"),
    ],
)
def test_letter_states_and_stamps_agree(now: datetime, changes: dict[str, Any], constraint: str) -> None:
    letter = owed(now)
    assert (
        broken_by(letter, **{name: now if value == "NOW" else value for name, value in changes.items()}) == constraint
    )


def test_letter_is_owed_once(now: datetime) -> None:
    letter = owed(now)
    copy = Letter.objects.get(pk=letter.pk)
    copy.pk, copy.public_id = None, uuid4()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        copy.save(force_insert=True)
    assert violated(refused.value) == "letter_owed_once"


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"letter": ""}, "letter_has_a_kind"),
        ({"about_type": ""}, "letter_is_about_something"),
        ({"channel": "pigeon"}, "letter_channel_is_known"),
    ],
)
def test_letter_names_its_kind_its_thing_and_its_channel(now: datetime, facts: dict[str, str], constraint: str) -> None:
    named = {"letter": "test_reminder", "about_type": "tests.visit", **facts}
    row = Letter(about_public_id=uuid4(), person_public_id=uuid4(), due_at=now, **named)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        row.save()
    assert violated(refused.value) == constraint


def test_letter_sent_stays_sent(now: datetime) -> None:
    letter = owed(now)
    Letter.objects.filter(pk=letter.pk).update(state="sent", sent_at=now, ended_at=now, handing_over_at=now)
    queued = {"state": "queued", "sent_at": None, "ended_at": None, "handing_over_at": None}
    assert broken_by(letter, **queued) == "letter_sent_stays_sent"
    with as_owner():
        assert broken_by(letter, **queued) == "letter_sent_stays_sent"


@pytest.mark.parametrize(
    "changes",
    [
        {"text_sent": "other words"},
        {"html_sent": "other words"},
        {"subject_sent": "other words"},
        {"sent_to": "f" * 64},
        {"message_id": "<other@clinic.example>"},
        {"sent_at": F("sent_at") + timedelta(days=1)},
        {"handing_over_at": F("sent_at") + timedelta(days=1)},
        {"day": None},
        {"attempt": F("attempt") + 1},
        {"resend_of": F("pk")},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_sent_letter_stays_as_it_was_sent(now: datetime, changes: dict[str, Any]) -> None:
    letter = owed(now)
    sent = {"state": "sent", "sent_at": now, "ended_at": now, "handing_over_at": now, "day": now.date()}
    Letter.objects.filter(pk=letter.pk).update(**sent)
    Letter.objects.filter(pk=letter.pk).update(**sent)  # the same again is no change
    assert broken_by(letter, **changes) == "letter_stays_as_sent"
    with as_owner():
        assert broken_by(letter, **changes) == "letter_stays_as_sent"


def test_a_hold_is_ended_once_and_stays_as_it_was(now: datetime) -> None:
    hold = Hold.objects.create(started_at=now, reason="restore")

    def broken(**changes: Any) -> str | None:
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Hold.objects.filter(pk=hold.pk).update(**changes)
        return violated(refused.value)

    assert broken(reason="another") == "hold_only_ends"
    assert broken(started_at=now - timedelta(days=1)) == "hold_only_ends"
    Hold.objects.filter(pk=hold.pk).update(ended_at=now)
    assert broken(ended_at=None) == "hold_only_ends"
    assert broken(ended_at=now + timedelta(days=1)) == "hold_only_ends"
    with as_owner():
        assert broken(ended_at=None) == "hold_only_ends"


def test_letter_attempts_only_grow(now: datetime) -> None:
    letter = owed(now)
    Letter.objects.filter(pk=letter.pk).update(attempt=2)
    assert broken_by(letter, attempt=F("attempt") - 1) == "letter_attempts_only_grow"


@pytest.mark.parametrize("name", ["letter", "about_type", "edition", "step"])
def test_letter_key_never_changes(now: datetime, name: str) -> None:
    assert broken_by(owed(now), **{name: "other"}) == "letter_key_never_changes"


@pytest.mark.parametrize("table", ["outbox_letter", "outbox_hold"])
@pytest.mark.parametrize("verb", ["DELETE FROM", "TRUNCATE"])
def test_letters_and_holds_cannot_be_removed_by_the_apps_role(table: str, verb: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        execute(f"{verb} {table}")


def test_letters_cannot_be_emptied_by_the_owner() -> None:
    with as_owner(), pytest.raises(IntegrityError) as refused, transaction.atomic():
        execute("TRUNCATE outbox_letter CASCADE")
    assert violated(refused.value) == "letter_is_kept"


def test_hold_is_one_at_a_time(now: datetime) -> None:
    Hold.objects.create(started_at=now, ended_at=now, reason="an old one")
    Hold.objects.create(started_at=now, reason="restore")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Hold.objects.create(started_at=now, reason="restore")
    assert violated(refused.value) == "hold_is_one_at_a_time"


def test_heartbeat_is_one_row_a_part_and_moves() -> None:
    Heartbeat.objects.seen("beat")
    first = Heartbeat.objects.get().seen_at
    Heartbeat.objects.seen("beat")
    assert Heartbeat.objects.get().seen_at > first


def test_due_letters_are_found_by_their_index_among_many(now: datetime) -> None:
    fill = """
        INSERT INTO outbox_letter (public_id, letter, about_type, about_public_id, edition, step, channel,
            person_public_id, priority, state, due_at, attempt, max_attempts, claimed_by, reason, reason_text, "where",
            last_error, language, message_id, subject_sent, text_sent, html_sent)
        SELECT gen_random_uuid(), 'test_reminder', 'tests.visit', gen_random_uuid(), '1', '', 'email',
            gen_random_uuid(), 5, 'queued', %s::timestamptz + n * interval '1 minute',
            0, 12, '', '', '', '', '', '', '', '', '', ''
        FROM generate_series(1, 20000) AS n
    """
    with connection.cursor() as cursor:
        cursor.execute(fill, [now])
    owed(now)
    with as_owner():
        execute("ANALYZE outbox_letter")
    plan = Letter.objects.due(now)[:500].explain()
    assert "letter_due" in plan
    assert "Seq Scan" not in plan


def test_letter_says_why_in_a_sentence(now: datetime) -> None:
    letter = owed(now)
    assert letter.why == ""
    letter.reason = "no_answer"
    assert letter.why == "The mail server took the letter and never answered. It may have arrived."
    letter.reason = "opted_out"
    assert letter.why == "opted out"
    letter.reason_text = "Asked for no letters."
    assert letter.why == "Asked for no letters."


def test_letter_promise_carries_no_row(now: datetime) -> None:
    visit = Ref("tests.visit", uuid4())
    letter = owed(now, about=visit, edition="4", not_after=now + timedelta(days=1))
    promise = letter.promise
    assert (promise.about_type, promise.about, promise.edition, promise.resend) == (
        "tests.visit",
        visit.public_id,
        "4",
        0,
    )
    assert (promise.public_id, promise.due_at, promise.not_after) == (letter.public_id, now, now + timedelta(days=1))
