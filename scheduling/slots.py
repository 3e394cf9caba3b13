"""Free times as range arithmetic. Pure: instants in, instants out; no clock, no database.

A span is half-open [start, end): a visit that ends at ten leaves ten free.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


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
    """Works on a weekday (0 is Monday) from one wall-clock time until another, between two days where given."""

    weekday: int
    starts: time
    ends: time
    valid_from: date | None = None
    valid_until: date | None = None

    def on(self, day: date, zone: ZoneInfo) -> Span | None:
        """Return the span of these hours on a day of the zone, or None where they do not apply."""
        if day.weekday() != self.weekday:
            return None
        if (self.valid_from and day < self.valid_from) or (self.valid_until and day > self.valid_until):
            return None
        start = datetime.combine(day, self.starts, zone).astimezone(UTC)
        end = datetime.combine(day, self.ends, zone).astimezone(UTC)
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
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start <= result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return result


def without(spans: Sequence[Span], taken: Iterable[Span]) -> list[Span]:
    """Return what is left of the spans once the taken ones are cut out."""
    left = joined(spans)
    for cut in joined(taken):
        rest: list[Span] = []
        for span in left:
            if not span.overlaps(cut):
                rest.append(span)
                continue
            if span.start < cut.start:
                rest.append(Span(span.start, cut.start))
            if cut.end < span.end:
                rest.append(Span(cut.end, span.end))
        left = rest
    return left


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
    """Return the first instant at or after this one that lies on the grid of its hour."""
    floor = instant.replace(second=0, microsecond=0)
    floor -= timedelta(minutes=floor.minute % grid_minutes)
    return floor if floor >= instant else floor + timedelta(minutes=grid_minutes)
