"""A week of working hours as a person types it: from, until, breaks between; and periods of days. Pure.

The rows of the calendar are stretches without breaks; what a page shows is read back from them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from scheduling import slots
from scheduling.slots import Span

Stretch = tuple[time, time]
"""From one wall-clock time until another."""
Period = tuple[date | None, date | None]
"""From a day until and with another; None is without a beginning, without an end."""

ANY_DAY = date(2000, 1, 1)
BREAK = re.compile(r"(\d{1,2})[:.](\d{2})\s*(?:-|–|—|to)\s*(\d{1,2})[:.](\d{2})")  # noqa: RUF001 - typed by people
BETWEEN = re.compile(r"[\s,;]*")


@dataclass(frozen=True, slots=True)
class DayHours:
    """Works on a weekday (0 is Monday) from a time until another, but for the breaks."""

    weekday: int
    starts: time
    ends: time
    breaks: tuple[Stretch, ...] = ()

    @property
    def stretches(self) -> list[Stretch]:
        """The hours without the breaks, in order; the order in which breaks were typed makes no difference."""
        work = [_span((self.starts, self.ends))]
        return [(span.start.time(), span.end.time()) for span in slots.without(work, map(_span, self.breaks))]

    @property
    def idle_breaks(self) -> tuple[Stretch, ...]:
        """Breaks that lie outside the hours altogether: nothing is taken away by them."""
        work = _span((self.starts, self.ends))
        return tuple(one for one in self.breaks if not work.overlaps(_span(one)))


def of_rows(weekday: int, stretches: Iterable[Stretch]) -> DayHours | None:
    """Return a weekday's stretches as a person would type them, or None where there are none."""
    ordered = slots.joined(map(_span, stretches))
    if not ordered:
        return None
    gaps = slots.without([Span(ordered[0].start, ordered[-1].end)], ordered)
    breaks = tuple((gap.start.time(), gap.end.time()) for gap in gaps)
    return DayHours(weekday, ordered[0].start.time(), ordered[-1].end.time(), breaks)


def read_breaks(text: str) -> tuple[Stretch, ...]:
    """Read breaks: `15:00-15:15, 12:30-13:30`. Raises ValueError where it is none, or one ends before it begins."""
    found: list[Stretch] = []
    rest = text.strip()
    while rest:
        match = BREAK.match(rest)
        if match is None:
            raise ValueError(text)
        hour, minute, until_hour, until_minute = map(int, match.groups())
        start, end = time(hour, minute), time(until_hour, until_minute)
        if start >= end:
            raise ValueError(text)
        found.append((start, end))
        rest = rest[match.end() :]
        rest = rest[BETWEEN.match(rest).end() :]  # type: ignore[union-attr] # it matches nothing as well
    return tuple(found)


def in_words(breaks: Sequence[Stretch], *, dash: str = "-") -> str:
    """Return breaks as they are typed, or with the dash of a page."""
    return ", ".join(f"{start:%H:%M}{dash}{end:%H:%M}" for start, end in breaks)


def outside(period: Period, cut: Period) -> list[Period]:
    """Return what is left of a period once another is cut out: none, one or two periods."""
    (first, last), (cut_first, cut_last) = period, cut
    if (cut_last and first and cut_last < first) or (cut_first and last and last < cut_first):
        return [period]
    left: list[Period] = []
    if cut_first and (first is None or first < cut_first):
        left.append((first, cut_first - timedelta(days=1)))
    if cut_last and (last is None or cut_last < last):
        left.append((cut_last + timedelta(days=1), last))
    return left


def _span(stretch: Stretch) -> Span:
    return Span(datetime.combine(ANY_DAY, stretch[0]), datetime.combine(ANY_DAY, stretch[1]))
