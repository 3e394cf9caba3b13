"""The pace of a domain and of all, with letters that ask at once and a mail server that is in trouble."""

from datetime import datetime, timedelta

import pytest
from django.db.models import F
from pytest_django import Settings

from clinic.outbox import delivery
from clinic.outbox.models import Letter, Pace
from clinic.outbox.registry import Recipient
from tests.outbox.kinds import Reminder, owed
from tests.outbox.sink import DROP, Sink

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def slowly(settings: Settings) -> None:
    """One letter a second to a domain, two in all."""
    settings.LETTERS_A_MINUTE_A_DOMAIN, settings.LETTERS_A_MINUTE = 60, 120


def waits(now: datetime) -> list[float]:
    """In how many seconds those come back that wait, the first first."""
    rows = Letter.objects.filter(state="queued").order_by("due_at")
    return [(row.due_at - now).total_seconds() for row in rows]


def claims() -> int:
    return sum(Letter.objects.values_list("attempt", flat=True))


def test_letters_to_one_domain_wait_for_their_turn_and_are_told_when(
    kind: Reminder, sink: Sink, now: datetime, slowly: None
) -> None:
    for _ in range(14):
        owed(now)
    assert dict(delivery.work(now)) == {"sent": 11, "later": 3}
    assert waits(now) == [1.0, 2.0, 3.0]
    assert dict(delivery.work(now + timedelta(seconds=2))) == {"sent": 2}
    assert dict(delivery.work(now + timedelta(seconds=3))) == {"sent": 1}
    assert claims() == 14 + 3  # each that waited was claimed twice, and lost no attempt by it
    assert set(Letter.objects.values_list(F("max_attempts") - F("attempt"), flat=True)) == {11}


def test_letters_to_another_domain_do_not_wait_for_it(
    kind: Reminder, sink: Sink, now: datetime, slowly: None, settings: Settings
) -> None:
    settings.LETTERS_A_MINUTE = 0
    for _ in range(14):
        owed(now)
    delivery.work(now)
    kind.goes_to = Recipient(address="rekha@other.example", name="", language="en")
    assert delivery.deliver(owed(now).pk, now=now) == "sent"


def test_letters_to_many_domains_keep_the_pace_of_all(kind: Reminder, sink: Sink, now: datetime, slowly: None) -> None:
    for number in range(13):
        kind.goes_to = Recipient(address=f"rekha@n{number}.example", name="", language="en")
        delivery.deliver(owed(now).pk, now=now)
    assert waits(now) == [0.5, 1.0]


def test_code_that_somebody_waits_for_does_not_queue(kind: Reminder, sink: Sink, now: datetime, slowly: None) -> None:
    for _ in range(14):
        owed(now)
    urgent = owed(now)
    Letter.objects.filter(pk=urgent.pk).update(priority=0)
    assert delivery.work(now)["sent"] == 12
    assert Letter.objects.get(pk=urgent.pk).state == "sent"


def test_turns_that_piled_up_while_no_worker_ran_are_taken_anew(
    kind: Reminder, sink: Sink, now: datetime, slowly: None
) -> None:
    for _ in range(60):
        owed(now)
    assert delivery.work(now)["sent"] == 11
    assert delivery.work(now + timedelta(hours=2))["sent"] == 11


def test_letter_that_would_come_too_late_goes_to_a_person(
    kind: Reminder, sink: Sink, now: datetime, slowly: None
) -> None:
    for _ in range(11):
        owed(now)
    assert delivery.work(now)["sent"] == 11
    late = owed(now, not_after=now + timedelta(milliseconds=500))
    assert delivery.deliver(late.pk, now=now) == "lapsed"
    assert Letter.objects.get(pk=late.pk).where == "call_list"


def test_long_line_asks_again_later_and_is_not_claimed_each_minute(
    kind: Reminder, sink: Sink, now: datetime, settings: Settings
) -> None:
    settings.LETTERS_A_MINUTE_A_DOMAIN = 1
    for _ in range(60):
        owed(now)
    delivery.work(now)
    assert set(Letter.objects.filter(state="queued").values_list("reason", flat=True)) == {
        "waits_for_its_turn", "long_line",
    }  # fmt: skip
    assert min(Letter.objects.filter(reason="long_line").values_list("due_at", flat=True)) >= now + 15 * MINUTE
    before = claims()
    for minute in range(1, 10):
        delivery.work(now + minute * MINUTE)
    assert claims() - before == 9


def test_domain_that_says_later_again_and_again_is_left_alone_and_comes_back_slowly(
    kind: Reminder, sink: Sink, now: datetime, slowly: None
) -> None:
    """F23: no burst when the storm is over."""
    sink.answers("RCPT", "450 4.2.1 try later")
    for _ in range(40):
        owed(now)
    assert delivery.work(now)["later"] == 40
    assert len(sink.recipients) == 0
    tried = Letter.objects.filter(reason="server_busy").count()
    assert tried == 3  # the others were not even offered
    sink.answers("RCPT", "250 OK")
    sent = [delivery.work(now + timedelta(seconds=second))["sent"] for second in range(60, 120)]
    assert max(sent) <= 11
    assert sum(sent[:10]) <= 15
    for minute in range(2, 30):
        delivery.work(now + minute * MINUTE)
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}
    assert len(set(sink.message_ids)) == len(sink.message_ids) == 40


def test_domain_in_trouble_stops_no_other(kind: Reminder, sink: Sink, now: datetime) -> None:
    sink.answers("RCPT", *["451 later"] * 3, "250 OK")
    for _ in range(3):
        owed(now)
    delivery.work(now)
    assert Pace.objects.get(name="patients.example").rests_until == now + MINUTE
    kind.goes_to = Recipient(address="rekha@other.example", name="", language="en")
    assert delivery.deliver(owed(now).pk, now=now) == "sent"


def test_mail_server_that_takes_letters_and_falls_silent_does_not_get_them_all(
    kind: Reminder, sink: Sink, now: datetime
) -> None:
    """Each would be a doubt that a person has to settle."""
    sink.answers("DATA", DROP)
    for _ in range(20):
        owed(now)
    assert dict(delivery.work(now)) == {"uncertain": 3, "later": 17}


def test_domain_whose_letters_are_never_answered_stops_no_other_for_longer_than_a_minute(
    kind: Reminder, sink: Sink, now: datetime
) -> None:
    """Its letters are due first each minute. Three doubts, then one as each of its rests ends; the others go."""
    kind.goes_to = Recipient(address="asha@silent.example", name="", language="en")
    poison, others = [owed(now).pk for _ in range(10)], [owed(now).pk for _ in range(4)]
    for minute in range(4):
        sink.answers("DATA", DROP)
        for pk in poison:
            delivery.deliver(pk, now=now + minute * MINUTE)
        sink.answers("DATA", "250 OK")
        kind.goes_to = Recipient(address="rekha@other.example", name="", language="en")
        for pk in others:
            delivery.deliver(pk, now=now + minute * MINUTE)
        kind.goes_to = Recipient(address="asha@silent.example", name="", language="en")
    assert set(Letter.objects.filter(pk__in=others).values_list("state", flat=True)) == {"sent"}
    assert Letter.objects.filter(pk__in=poison, state="uncertain").count() == 5


def test_letter_taken_ends_the_trouble_step_by_step(kind: Reminder, sink: Sink, now: datetime) -> None:
    Pace.objects.create(name="patients.example", slowness=2, refusals=1)
    delivery.deliver(owed(now).pk, now=now)
    pace = Pace.objects.get(name="patients.example")
    assert (pace.slowness, pace.refusals) == (1, 0)
