"""`manage.py work_letters`: a sweep by hand, at a given clock."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from clinic.outbox import registry
from clinic.outbox.models import Letter
from clinic.outbox.registry import Suppressed
from tests.outbox.kinds import Reminder, owed
from tests.outbox.sink import DROP, Sink

pytestmark = pytest.mark.django_db


def run(**options: str) -> list[tuple[str, int]]:
    out = StringIO()
    call_command("work_letters", stdout=out, **options)
    return [(word, int(count)) for word, count in (line.split() for line in out.getvalue().splitlines())]


def test_work_letters_prints_what_came_of_all_that_was_due(kind: Reminder, sink: Sink) -> None:
    now = datetime(2027, 3, 1, 4, 0, tzinfo=UTC)
    sink.answers("DATA", DROP, "550 no", "450 later", "250 OK")
    for minutes in range(6):
        owed(now - timedelta(minutes=10 - minutes), not_after=now if minutes == 5 else None)
    owed(now + timedelta(seconds=1))
    table = run(now="2027-03-01T09:30+05:30")
    assert table == [("sent", 2), ("withdrawn", 0), ("lapsed", 1), ("failed", 1), ("uncertain", 1), ("later", 1)]
    kind.wanted = Suppressed(reason="visit_cancelled")
    assert run(now="2027-03-01T09:30:30+05:30")[:2] == [("sent", 0), ("withdrawn", 1)]


def test_work_letters_hands_the_clock_to_the_finders(sink: Sink) -> None:
    asked: list[datetime] = []

    def finder(now: datetime) -> int:
        asked.append(now)
        return 0

    registry.due_finders[:] = [finder]
    run(now="2027-03-01T09:30+05:30")
    assert asked == [datetime(2027, 3, 1, 4, 0, tzinfo=UTC)]


@pytest.mark.parametrize("clock", ["2027-03-01T09:30", "tomorrow", "2027-02-30T09:30+05:30"])
def test_work_letters_refuses_a_clock_without_an_offset(clock: str) -> None:
    with pytest.raises(CommandError, match="needs an instant with its offset"):
        run(now=clock)
    assert Letter.objects.count() == 0
