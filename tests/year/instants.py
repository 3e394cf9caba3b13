"""The moments of the year, and those between at which a letter comes up that had to wait for its turn.

After trouble with a mail server letters go slowly for days. The clinic looks each minute; the year looks where one
comes up, ten minutes apart at least.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from clinic.outbox.models import Letter
from tests.year.weather import MAIL_DOWN, Moment, moments

SLOW_FOR = timedelta(days=7)
APART = timedelta(minutes=10)


def instants(days: int) -> Iterator[Moment]:
    """Every moment of so many days; in the week after the outage also when a letter comes up."""
    found = list(moments(days))
    for this, following in pairwise(found):
        yield this
        now = this.at
        while _is_slow(now) and following.has_workers and (due := _next_due(now, following.at)):
            now = due
            yield Moment(now, this.mail, has_workers=True, is_daily=False)
    yield found[-1]


def _is_slow(now: datetime) -> bool:
    back = MAIL_DOWN[0] + MAIL_DOWN[1]
    return back <= now < back + SLOW_FOR


def _next_due(now: datetime, until: datetime) -> datetime | None:
    waiting = Letter.objects.filter(state="queued", due_at__gt=now, due_at__lt=until).order_by("due_at")
    first: datetime | None = waiting.values_list("due_at", flat=True).first()
    due = max(first, now + APART) if first else None
    return due if due and due < until else None
