"""One letter, from the claim to what came of it, in real conversations with a mail server."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from clinic.outbox import delivery, registry
from clinic.outbox.models import Letter
from clinic.outbox.registry import Later, Recipient, Rendered, Suppressed
from tests.outbox.conftest import use_server
from tests.outbox.kinds import ADDRESS, CANARY, TOKEN, Reminder, owed
from tests.outbox.sink import DROP, HANG, Sink, tarpit
from tests.ports import free_port

pytestmark = pytest.mark.django_db


def test_letter_accepted_is_sent_once(kind: Reminder, sink: Sink, now: datetime) -> None:
    letter = owed(now)
    assert delivery.deliver(letter.pk, now=now) == "sent"
    assert delivery.deliver(letter.pk, now=now) is None
    letter.refresh_from_db()
    assert (letter.state, letter.attempt, letter.sent_at, letter.ended_at) == ("sent", 1, now, now)
    assert sink.recipients == [ADDRESS]
    assert sink.message_ids == [f"<{letter.public_id}@kadamb.example>"]
    assert kind.ends == [("sent", "")]


def test_letter_sent_keeps_its_words_without_its_keys(kind: Reminder, sink: Sink, now: datetime) -> None:
    letter = owed(now)
    delivery.deliver(letter.pk, now=now)
    letter.refresh_from_db()
    assert (letter.subject_sent, letter.language) == ("Your visit", "en")
    assert letter.text_sent == f"Dear {CANARY},\n.open http://clinic.example/…\nCode …\n"
    assert letter.html_sent == f'<p>Dear {CANARY}, <a href="http://clinic.example/…">open</a> …</p>'
    text = sink.taken[0].get_body(("plain",))
    assert text is not None
    assert (
        text.get_content().replace("\r\n", "\n")
        == f"Dear {CANARY},\n.open http://clinic.example/v/{TOKEN}\nCode 481-516\n"
    )


def test_letter_is_written_in_the_recipients_language(kind: Reminder, sink: Sink, now: datetime, hindi: None) -> None:
    kind.goes_to = Recipient(address=ADDRESS, name="Rekha", language="hi")
    delivery.deliver(owed(now).pk, now=now)
    assert kind.languages == ["सोम\u200cवार"]  # as Django's own Hindi spells it, with a non-joiner
    assert Letter.objects.get().language == "hi"


def test_letter_is_english_through_and_through_where_nothing_is_translated(
    kind: Reminder, sink: Sink, now: datetime
) -> None:
    kind.goes_to = Recipient(address=ADDRESS, name="Rekha", language="ta")
    delivery.deliver(owed(now).pk, now=now)
    assert kind.languages == ["Monday"]
    assert Letter.objects.get().language == "en"


def test_letter_not_due_stays_queued(kind: Reminder, sink: Sink, now: datetime) -> None:
    letter = owed(now + timedelta(minutes=1))
    assert delivery.deliver(letter.pk, now=now) is None
    assert Letter.objects.get().state == "queued"


def test_letter_past_its_use_lapses(kind: Reminder, sink: Sink, now: datetime) -> None:
    letter = owed(now - timedelta(hours=2), not_after=now)
    assert delivery.deliver(letter.pk, now=now) == "lapsed"
    letter.refresh_from_db()
    assert (letter.state, letter.reason, letter.where) == ("lapsed", "no_longer_useful", "call_list")
    assert kind.ends == [("lapsed", "no_longer_useful")]
    assert sink.taken == []


def test_letter_no_longer_wanted_is_withdrawn_with_the_reason(kind: Reminder, sink: Sink, now: datetime) -> None:
    kind.wanted = Suppressed(reason="visit_cancelled", where="closed", text="The visit was cancelled.")
    letter = owed(now)
    assert delivery.deliver(letter.pk, now=now) == "withdrawn"
    letter.refresh_from_db()
    assert (letter.reason, letter.where, letter.why) == ("visit_cancelled", "closed", "The visit was cancelled.")
    assert sink.taken == []


def test_letter_no_longer_wanted_for_no_said_reason_still_ends(kind: Reminder, sink: Sink, now: datetime) -> None:
    kind.wanted = Suppressed(reason="")
    letter = owed(now)
    assert delivery.deliver(letter.pk, now=now) == "withdrawn"
    letter.refresh_from_db()
    assert (letter.reason, letter.why) == ("no_longer_wanted", "Nobody needs it any more.")


def test_letter_with_a_character_no_database_keeps_goes(kind: Reminder, sink: Sink, now: datetime) -> None:
    kind.says = Rendered(subject="a\x00b", text="a\x00b", html="<p>a\x00b</p>")
    letter = owed(now)
    assert delivery.deliver(letter.pk, now=now) == "sent"
    letter.refresh_from_db()
    assert (letter.subject_sent, letter.text_sent) == ("a b", "ab")


def test_letter_without_an_address_is_withdrawn_to_the_call_list(kind: Reminder, sink: Sink, now: datetime) -> None:
    kind.goes_to = Suppressed(reason="no_address", where="call_list")
    letter = owed(now)
    assert delivery.deliver(letter.pk, now=now) == "withdrawn"
    letter.refresh_from_db()
    assert (letter.state, letter.reason, letter.where) == ("withdrawn", "no_address", "call_list")


def test_letter_wanted_later_waits_and_loses_no_attempt(kind: Reminder, sink: Sink, now: datetime) -> None:
    kind.wanted = Later(until=now + timedelta(days=3), reason="under_the_interval")
    letter = owed(now)
    assert delivery.deliver(letter.pk, now=now) == "later"
    letter.refresh_from_db()
    assert (letter.state, letter.due_at, letter.attempt, letter.max_attempts) == (
        "queued",
        now + timedelta(days=3),
        1,
        13,
    )


def test_letter_at_night_waits_for_the_local_morning(kind: Reminder, sink: Sink) -> None:
    kind.goes_to = Recipient(address=ADDRESS, name="", language="gu", mail_from=time(9), mail_until=time(20))
    night = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)  # 20:30 in Ahmedabad
    letter = owed(night)
    assert delivery.deliver(letter.pk, now=night) == "later"
    letter.refresh_from_db()
    assert letter.due_at == datetime(2027, 3, 2, 3, 30, tzinfo=UTC)
    assert delivery.deliver(letter.pk, now=letter.due_at) == "sent"


def test_letter_that_would_wake_too_late_lapses(kind: Reminder, sink: Sink) -> None:
    kind.goes_to = Recipient(address=ADDRESS, name="", language="en", mail_from=time(9), mail_until=time(20))
    night = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)
    letter = owed(night, not_after=datetime(2027, 3, 2, 3, 0, tzinfo=UTC))
    assert delivery.deliver(letter.pk, now=night) == "lapsed"


def test_letter_of_unknown_kind_fails_and_says_so(sink: Sink, now: datetime) -> None:
    letter = owed(now, letter="nobody_knows")
    assert delivery.deliver(letter.pk, now=now) == "failed"
    letter.refresh_from_db()
    assert (letter.reason, letter.why) == ("unknown_letter", "No part of the program knows this kind of letter.")


def test_letter_for_a_bad_address_fails(kind: Reminder, sink: Sink, now: datetime) -> None:
    kind.goes_to = Recipient(address="rekha at example", name="", language="en")
    letter = owed(now)
    assert delivery.deliver(letter.pk, now=now) == "failed"
    letter.refresh_from_db()
    assert letter.reason == "bad_address"


@pytest.mark.parametrize(
    ("command", "reply", "state", "reason", "error"),
    [
        ("RCPT", "550 5.1.1 no such Zanzibarova", "failed", "address_refused", "rcpt 550 5.1.1"),
        ("RCPT", "450 4.2.1 try later", "queued", "server_busy", "rcpt 450 4.2.1"),
        ("RCPT", "421 closing", "queued", "server_busy", "rcpt 421"),
        ("MAIL", "451 greylisted", "queued", "server_busy", "mail 451"),
        ("MAIL", "550 not you", "failed", "server_refused", "mail 550"),
        ("DATA", "451 4.3.0 disk full", "queued", "server_busy", "content 451 4.3.0"),
        ("DATA", "552 too big", "failed", "letter_refused", "content 552"),
    ],
)
def test_letter_refused(
    kind: Reminder, sink: Sink, now: datetime, command: str, reply: str, state: str, reason: str, error: str
) -> None:
    sink.answers(command, reply)
    letter = owed(now)
    delivery.deliver(letter.pk, now=now)
    letter.refresh_from_db()
    assert (letter.state, letter.reason, letter.last_error) == (state, reason, error)
    assert sink.taken == []


def test_letter_refused_for_now_goes_later_with_back_off_and_the_same_id(
    kind: Reminder, sink: Sink, now: datetime
) -> None:
    sink.answers("DATA", "451 later", "451 later", "250 OK")
    letter = owed(now)
    waits = []
    for _ in range(2):
        assert delivery.deliver(letter.pk, now=letter.due_at) == "later"
        before = letter.due_at
        letter.refresh_from_db()
        waits.append(letter.due_at - before)
        assert (letter.handing_over_at, letter.text_sent) == (None, "")
    assert timedelta(minutes=1) <= waits[0] <= timedelta(minutes=1, seconds=15)
    assert timedelta(minutes=2) <= waits[1] <= timedelta(minutes=2, seconds=30)
    assert delivery.deliver(letter.pk, now=letter.due_at) == "sent"
    assert sink.message_ids == [f"<{letter.public_id}@kadamb.example>"]


def test_letter_refused_for_now_till_the_cap_fails(kind: Reminder, sink: Sink, now: datetime) -> None:
    sink.answers("RCPT", "451 later")
    letter = owed(now)
    Letter.objects.filter(pk=letter.pk).update(max_attempts=2)
    outcomes = [delivery.deliver(letter.pk, now=now + timedelta(days=day)) for day in range(3)]
    assert outcomes == ["later", "failed", None]
    letter.refresh_from_db()
    assert (letter.reason, letter.last_error) == ("tried_too_often", "rcpt 451")


def test_letter_refused_for_now_past_its_use_lapses(kind: Reminder, sink: Sink, now: datetime) -> None:
    sink.answers("RCPT", "451 later")
    letter = owed(now, not_after=now + timedelta(seconds=30))
    assert delivery.deliver(letter.pk, now=now) == "lapsed"


def test_letter_taken_then_dropped_is_uncertain_and_not_sent_again(kind: Reminder, sink: Sink, now: datetime) -> None:
    sink.answers("DATA", DROP)
    letter = owed(now)
    assert delivery.deliver(letter.pk, now=now) == "uncertain"
    assert sum(delivery.work(now + timedelta(days=1)).values()) == 0
    letter.refresh_from_db()
    assert (letter.state, letter.reason, letter.where) == ("uncertain", "no_answer", "call_list")
    assert letter.last_error in {"SMTPServerDisconnected", "ConnectionResetError"}
    assert letter.text_sent.startswith(f"Dear {CANARY}")
    assert len(sink.taken) == 1
    assert kind.ends == [("uncertain", "no_answer")]


def test_letter_taken_then_silence_is_uncertain_within_the_time_out(kind: Reminder, sink: Sink, now: datetime) -> None:
    sink.answers("DATA", HANG)
    letter = owed(now)
    started = datetime.now(UTC)
    assert delivery.deliver(letter.pk, now=now) == "uncertain"
    assert datetime.now(UTC) - started < timedelta(seconds=10)
    assert len(sink.taken) == 1


def test_letter_to_a_tarpit_waits_and_is_no_doubt(kind: Reminder, settings: Settings, now: datetime) -> None:
    letter = owed(now)
    with tarpit() as port:
        use_server(settings, port)
        started = datetime.now(UTC)
        assert delivery.deliver(letter.pk, now=now) == "later"
        assert datetime.now(UTC) - started < timedelta(seconds=10)
    letter.refresh_from_db()
    assert (letter.state, letter.handing_over_at, letter.last_error) == ("queued", None, "SMTPServerDisconnected")


def test_letter_without_a_server_waits(kind: Reminder, settings: Settings, now: datetime) -> None:
    use_server(settings, free_port())
    letter = owed(now)
    assert delivery.deliver(letter.pk, now=now) == "later"
    letter.refresh_from_db()
    assert (letter.state, letter.last_error) == ("queued", "ConnectionRefusedError")


def test_letter_that_cannot_be_written_fails_after_three_tries_and_others_go(
    kind: Reminder, sink: Sink, now: datetime, log: pytest.LogCaptureFixture
) -> None:
    poison, good = owed(now), owed(now)

    def break_down() -> None:
        kind.when_rendered = lambda: None
        raise ValueError(CANARY)

    moment = now
    outcomes = []
    for _ in range(3):
        kind.when_rendered = break_down
        outcomes.append(delivery.deliver(poison.pk, now=moment))
        poison.refresh_from_db()
        moment = poison.due_at
    assert outcomes == ["later", "later", "failed"]
    assert poison.reason == "could_not_be_written"
    assert poison.last_error.startswith("ValueError test_delivery.py:")
    assert delivery.deliver(good.pk, now=now) == "sent"
    assert CANARY not in log.text


def test_kind_that_breaks_on_the_end_does_not_undo_it(
    kind: Reminder, sink: Sink, now: datetime, log: pytest.LogCaptureFixture
) -> None:
    def break_down() -> None:
        owed(now, edition="made on the way")
        raise KeyError(CANARY)

    kind.when_ended = break_down
    letter = owed(now)
    assert delivery.deliver(letter.pk, now=now) == "sent"
    assert list(Letter.objects.values_list("edition", flat=True)) == ["1"]
    assert CANARY not in log.text


def test_kind_that_breaks_the_database_on_the_end_does_not_undo_it(kind: Reminder, sink: Sink, now: datetime) -> None:
    def break_down() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    kind.when_ended = break_down
    letter = owed(now)
    assert delivery.deliver(letter.pk, now=now) == "sent"
    assert Letter.objects.get().state == "sent"


def test_work_finds_releases_and_delivers_all_that_is_due_once(kind: Reminder, sink: Sink, now: datetime) -> None:
    def broken(_now: datetime) -> int:
        raise ValueError(CANARY)

    def slow(_now: datetime) -> int:
        with connection.cursor() as cursor, transaction.atomic():
            cursor.execute("SET LOCAL statement_timeout = '10ms'")
            cursor.execute("SELECT pg_sleep(5)")
        return 1

    def finder(moment: datetime) -> int:
        owed(moment, edition="found")
        return 1

    registry.due_finders[:] = [broken, slow, finder]

    def owe_one_more() -> None:
        if len(kind.ends) == 1:
            owed(now, edition="owed by an end")

    kind.when_ended = owe_one_more
    owed(now)
    owed(now + timedelta(hours=1), edition="later")
    assert dict(delivery.work(now)) == {"sent": 3}
    assert list(Letter.objects.filter(state="queued").values_list("edition", flat=True)) == ["later"]
