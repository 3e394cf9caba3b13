"""One letter a day and a person, of the kinds that count: which goes, what the others do, and who sees to it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from clinic.lib.db import violated
from clinic.outbox import deeds, delivery, registry
from clinic.outbox.models import Letter
from clinic.outbox.registry import Recipient
from clinic.outbox.writing import Ready, decide
from tests.outbox.kinds import ADDRESS, Reminder, owed
from tests.outbox.owner import as_owner, execute
from tests.outbox.sink import DROP, Sink
from tests.outbox.test_races import all_at_once

DAY = timedelta(days=1)
REKHA = UUID(int=7)
OPENS = datetime(2027, 3, 2, 3, 30, tzinfo=UTC)  # 9:00 in Ahmedabad, the day after `now`


class First(Reminder):
    slug: ClassVar[str] = "test_first"
    rank: ClassVar[int | None] = 1


class Second(Reminder):
    slug: ClassVar[str] = "test_second"
    rank: ClassVar[int | None] = 2


class Any(Reminder):
    slug: ClassVar[str] = "test_any"


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    """Three kinds of letter: two that count, and one that somebody waits for."""
    for kind in (First(), Second(), Any()):
        kind.goes_to = Recipient(address=ADDRESS, name="", language="en", mail_from=time(9), mail_until=time(20))
        registry.register(kind)
    yield
    for slug in (First.slug, Second.slug, Any.slug):
        registry.forget(slug)


def told(letter: Letter) -> tuple[str, str, datetime]:
    letter.refresh_from_db()
    return letter.state, letter.reason, letter.due_at


@pytest.mark.django_db
class TestOneADay:
    def test_more_important_of_two_goes_and_the_other_the_next_morning(self, sink: Sink, now: datetime) -> None:
        second, first = (owed(now, person=REKHA, letter=slug) for slug in (Second.slug, First.slug))
        assert dict(delivery.work(now)) == {"sent": 1, "later": 1}
        assert (told(first)[0], first.day) == ("sent", date(2027, 3, 1))
        assert told(second) == ("queued", "one_letter_a_day", OPENS)
        assert dict(delivery.work(OPENS)) == {"sent": 1}

    def test_more_important_one_due_later_the_same_day_keeps_the_day(self, sink: Sink, now: datetime) -> None:
        second = owed(now, person=REKHA, letter=Second.slug)
        owed(now + timedelta(hours=5), person=REKHA, letter=First.slug)
        assert delivery.deliver(second.pk, now=now) == "later"
        assert told(second)[2] == OPENS

    def test_a_letter_to_a_record_that_was_made_one_with_this_had_the_day(self, sink: Sink, now: datetime) -> None:
        """Control: without the merge both go."""
        assert delivery.deliver(owed(now, person=UUID(int=8), letter=First.slug).pk, now=now) == "sent"
        kind = registry.kind_for(Second.slug)
        assert isinstance(kind, Second)
        alone = kind.goes_to
        assert isinstance(alone, Recipient)
        kind.goes_to = replace(alone, was_also=frozenset({UUID(int=8)}))
        second = owed(now, person=REKHA, letter=Second.slug)
        assert delivery.deliver(second.pk, now=now) == "later"
        assert told(second) == ("queued", "one_letter_a_day", OPENS)
        kind.goes_to = alone
        assert delivery.deliver(owed(now, person=REKHA, letter=Second.slug).pk, now=now) == "sent"

    def test_more_important_one_due_the_next_local_day_does_not(self, sink: Sink, now: datetime) -> None:
        """18:30 UTC is midnight in Ahmedabad."""
        owed(datetime(2027, 3, 1, 18, 30, tzinfo=UTC), person=REKHA, letter=First.slug)
        assert delivery.deliver(owed(now, person=REKHA, letter=Second.slug).pk, now=now) == "sent"

    def test_the_one_that_would_be_useless_tomorrow_goes_first(self, sink: Sink, now: datetime) -> None:
        first = owed(now, person=REKHA, letter=First.slug)
        second = owed(now, person=REKHA, letter=Second.slug, not_after=now + timedelta(hours=12))
        assert dict(delivery.work(now)) == {"later": 1, "sent": 1}
        assert (told(first)[0], told(second)[0]) == ("queued", "sent")

    def test_too_late_tomorrow_when_the_day_is_taken_goes_to_a_person(self, sink: Sink, now: datetime) -> None:
        delivery.deliver(owed(now, person=REKHA, letter=Second.slug).pk, now=now)
        first = owed(now, person=REKHA, letter=First.slug, not_after=OPENS)
        assert delivery.deliver(first.pk, now=now) == "lapsed"
        assert told(first)[1] == "day_was_taken"
        assert first.where == "call_list"

    def test_letters_somebody_waits_for_go_and_take_no_day(self, sink: Sink, now: datetime) -> None:
        for letter in (Second.slug, Any.slug, Any.slug):
            assert delivery.deliver(owed(now, person=REKHA, letter=letter).pk, now=now) == "sent"
        assert Letter.objects.exclude(day=None).count() == 1

    def test_letters_to_other_people_go(self, sink: Sink, now: datetime) -> None:
        for person in (REKHA, uuid4()):
            assert delivery.deliver(owed(now, person=person, letter=First.slug).pk, now=now) == "sent"

    def test_refused_letter_gives_the_day_back(self, sink: Sink, now: datetime) -> None:
        sink.answers("DATA", "552 too big", "250 OK")
        assert delivery.deliver(owed(now, person=REKHA, letter=First.slug).pk, now=now) == "failed"
        assert delivery.deliver(owed(now, person=REKHA, letter=Second.slug).pk, now=now) == "sent"

    def test_uncertain_letter_keeps_the_day_for_it_may_have_arrived(self, sink: Sink, now: datetime) -> None:
        sink.answers("DATA", DROP, "250 OK")
        assert delivery.deliver(owed(now, person=REKHA, letter=First.slug).pk, now=now) == "uncertain"
        assert delivery.deliver(owed(now, person=REKHA, letter=Second.slug).pk, now=now) == "later"

    def test_what_a_person_sends_again_goes_whatever_else_went(self, sink: Sink, now: datetime) -> None:
        sink.answers("DATA", DROP, "250 OK")
        doubtful, sent = (owed(now - DAY, person=REKHA, letter=slug) for slug in (First.slug, Second.slug))
        delivery.deliver(doubtful.pk, now=now - DAY)
        delivery.deliver(sent.pk, now=now)
        for letter in (doubtful, sent):
            again = deeds.resend(letter, by=None, now=now)
            assert delivery.deliver(again.pk, now=now) == "sent"

    def test_table_refuses_a_second_letter_of_one_day(self, sink: Sink, now: datetime) -> None:
        delivery.deliver(owed(now, person=REKHA, letter=First.slug).pk, now=now)
        other = owed(now, person=REKHA, letter=Second.slug)
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            Letter.objects.filter(pk=other.pk).update(day=date(2027, 3, 1))
        assert violated(refusal.value) == "letter_one_a_day"


def race(now: datetime) -> list[str | None]:
    """Two workers, each with a letter to the same person that it believes to be the only one of the day."""
    letters = [owed(now, person=REKHA, letter=First.slug, edition=str(number)) for number in range(2)]
    ready = []
    for letter in letters:
        Letter.objects.exclude(pk=letter.pk).update(due_at=now + 30 * DAY)
        Letter.objects.filter(pk=letter.pk).update(due_at=now)
        claimed = delivery.claim(letter.pk, now=now)
        assert claimed is not None
        decided = decide(claimed, now=now)
        assert isinstance(decided, Ready)
        ready.append((claimed, decided))
    turns = iter(ready)

    def hand() -> str | None:
        claimed, decided = next(turns)
        return delivery.hand(claimed, decided, now=now)

    return all_at_once(hand, runners=2)


@pytest.mark.django_db(transaction=True)
def test_workers_in_parallel_hand_over_one_letter_a_day(sink: Sink, now: datetime) -> None:
    assert sorted(map(str, race(now))) == ["later", "sent"]
    assert len(sink.taken) == 1
    assert sorted(Letter.objects.values_list("state", "reason")) == [("queued", "one_letter_a_day"), ("sent", "")]


@pytest.mark.django_db(transaction=True)
def test_workers_in_parallel_without_the_key_hand_over_both(sink: Sink, now: datetime) -> None:
    """The control."""
    with as_owner():
        execute("DROP INDEX letter_one_a_day")
    assert race(now) == ["sent", "sent"]
