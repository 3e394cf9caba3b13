"""Free times as range arithmetic. Pure: instants in, instants out; no clock, no database.

A span is half-open [start, end): a visit that ends at ten leaves ten free.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from clinic.lib.days import at_local, day_bounds

LAST_MINUTE = time(23, 59)
LONGEST = timedelta(days=1)
"""No visit lasts longer, with what is tidied up after it: so a day's are found without reading the years before."""
_start = attrgetter("start")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From an instant until another, the end not included."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Span") -> bool:
        """Say whether the two share an instant."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: "Span") -> bool:
        """Say whether the other lies wholly within."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Works on a weekday (0 is Monday) from one wall-clock time until another, between two days where given.

    Until 23:59 is until midnight, the way a clock writes it. A time the clock jumps over is read with the offset before
    the jump, one it shows twice is its first (RFC 5545, 3.3.5; clinic.lib.days).
    """

    weekday: int
    starts: time
    ends: time
    valid_from: date | None = None
    valid_until: date | None = None

    @classmethod
    def once(cls, on: date, starts: time, ends: time) -> "WeeklyHours":
        """Return the hours of one day alone."""
        return cls(on.weekday(), starts, ends, on, on)

    def on(self, day: date, zone: ZoneInfo) -> Span | None:
        """Return the span of these hours on a day of the zone, or None where they do not apply."""
        if day.weekday() != self.weekday:
            return None
        if (self.valid_from and day < self.valid_from) or (self.valid_until and day > self.valid_until):
            return None
        return stretch(day, self.starts, self.ends, zone)


@dataclass(frozen=True, slots=True)
class Away:
    """Is away on each day from the first to the last, both included: all day, or between two wall-clock times."""

    first_on: date
    last_on: date
    starts: time | None = None
    ends: time | None = None

    def between(self, first: date, last: date, zone: ZoneInfo) -> Iterator[Span]:
        """Yield the spans away between two days of the zone."""
        begins, ends = max(first, self.first_on), min(last, self.last_on)
        if begins > ends:
            return
        if self.starts is None or self.ends is None:
            yield Span(day_bounds(begins, zone)[0], day_bounds(ends, zone)[1])
            return
        for day in days(begins, ends):
            if span := stretch(day, self.starts, self.ends, zone):
                yield span


def minutes_between(start: datetime, end: datetime) -> int:
    """Return how many whole minutes lie between two instants."""
    return int((end - start).total_seconds() // 60)


def stretch(day: date, starts: time, ends: time, zone: ZoneInfo) -> Span | None:
    """Return the span between two wall-clock times of a day, or None where a jump of the clock swallows it."""
    start = at_local(day, starts, zone)
    end = day_bounds(day, zone)[1] if ends >= LAST_MINUTE else at_local(day, ends, zone)
    return Span(start, end) if start < end else None


def days(first: date, last: date) -> Iterator[date]:
    """Yield each day from the first to the last, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def working_spans(
    hours: Iterable[WeeklyHours], *, first: date, last: date, zone: ZoneInfo, closed: Iterable[date] = ()
) -> list[Span]:
    """Return when somebody works between two days, closures left out, joined where they touch."""
    hours, shut = list(hours), frozenset(closed)
    found = (row.on(day, zone) for day in days(first, last) if day not in shut for row in hours)
    return joined(span for span in found if span)


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that touch or overlap made one."""
    ordered = sorted(spans, key=_start)
    if not ordered:
        return []
    result: list[Span] = []
    start, end = ordered[0].start, ordered[0].end
    for span in ordered:
        if span.start > end:
            result.append(Span(start, end))
            start, end = span.start, span.end
        elif span.end > end:
            end = span.end
    result.append(Span(start, end))
    return result


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """Return what is left of the spans once the taken ones are cut out. One walk along both, in order."""
    left: list[Span] = []
    cuts = joined(taken)
    at = 0
    for span in joined(spans):
        start = span.start
        while at < len(cuts) and cuts[at].end <= start:
            at += 1
        number = at
        while number < len(cuts) and cuts[number].start < span.end:
            if start < cuts[number].start:
                left.append(Span(start, cuts[number].start))
            start = cuts[number].end
            number += 1
        if start < span.end:
            left.append(Span(start, span.end))
    return left


class Taken:
    """When something is taken, ready to be asked many times whether it is free."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = joined(spans)
        self._ends = [span.end for span in self._spans]

    def leaves(self, start: datetime, end: datetime) -> bool:
        """Say whether nothing is taken from an instant until another."""
        after = bisect_right(self._ends, start)
        return after == len(self._spans) or self._spans[after].start >= end


def starts(
    free: Iterable[Span],
    *,
    minutes: int,
    buffer_minutes: int,
    grid_minutes: int,
    not_before: datetime,
    limit: int | None = None,
) -> list[datetime]:
    """Return when a visit of so many minutes can start: on its hour's grid, buffer included, not before an instant.

    The buffer may not run past the end of the span: tidying up belongs to working hours.
    """
    need, step = timedelta(minutes=minutes + buffer_minutes), timedelta(minutes=grid_minutes)
    found: list[datetime] = []
    for span in free:
        start = on_grid(span.start, grid_minutes)
        while start + need <= span.end:
            if start >= not_before:
                found.append(start)
                if limit is not None and len(found) >= limit:
                    return found
            start += step
    return found


def on_grid(instant: datetime, grid_minutes: int) -> datetime:
    """Return the first instant at or after this one that lies on the grid of its hour.

    The hour may be that of UTC: every zone is whole quarter hours off it, so quarter hours are the same everywhere.
    """
    floor = instant.replace(second=0, microsecond=0)
    floor -= timedelta(minutes=floor.minute % grid_minutes)
    return floor if floor >= instant else floor + timedelta(minutes=grid_minutes)
