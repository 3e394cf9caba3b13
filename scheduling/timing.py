"""When letters go and when a person takes over. Pure: days and clocks in, instants out.

Source: docs/sources.md#ours
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OVERDUE_AFTER = timedelta(days=10)
"""The last letter goes so long after the day to be back (policy; a manager's page follows)."""
CALL_AFTER = timedelta(days=7)
"""So long after the last letter a person calls."""


@dataclass(frozen=True, slots=True)
class Step:
    """One letter of a follow-up: its number and the day it goes."""

    number: int
    on: date


def open_day(day: date, *, closed_weekdays: Collection[int], closures: Collection[date]) -> date:
    """Return this day, or the next one that is neither a closed weekday nor a closure.

    A place closed on all seven weekdays has no open day: then the day itself is returned.
    """
    if len(set(closed_weekdays)) >= 7:  # noqa: PLR2004 - days in a week
        return day
    while day.weekday() in closed_weekdays or day in closures:
        day += timedelta(days=1)
    return day


def steps(
    *,
    reminder_on: date | None,
    book_by_on: date,
    today: date,
    closed_weekdays: Collection[int],
    closures: Collection[date],
) -> tuple[Step, ...]:
    """Return the letters a follow-up owes: before the day to be back, on it, and after it.

    A step whose day has gone by is not owed, and two steps that fall on one day are one letter, the later step.
    """
    wanted = (
        Step(1, reminder_on or book_by_on),
        Step(2, book_by_on),
        Step(3, book_by_on + OVERDUE_AFTER),
    )
    by_day: dict[date, Step] = {}
    for step in wanted:
        on = open_day(step.on, closed_weekdays=closed_weekdays, closures=closures)
        if on >= today:
            by_day[on] = Step(step.number, on)
    return tuple(by_day[day] for day in sorted(by_day))


def call_on(*, book_by_on: date, today: date) -> date:
    """Return the day from which a person calls, if nothing was booked by then."""
    return max(book_by_on + OVERDUE_AFTER + CALL_AFTER, today)


def morning(day: date, *, mail_from: time, zone: ZoneInfo) -> datetime:
    """Return the instant letters of a local day go: built from the day, then converted."""
    return datetime.combine(day, mail_from, zone).astimezone(UTC)


def check_ins(
    *,
    injected_on: date,
    days: Collection[date],
    today: date,
    closed_weekdays: Collection[int],
    closures: Collection[date],
) -> tuple[Step, ...]:
    """Return the check-ins a session owes, numbered by the days since: one letter a day, whoever asked for it.

    `days` are all days on which something is asked, symptoms or scores. A day gone by is not owed; one on which nobody
    is there moves to the next open day, and where two meet the later one goes.
    """
    by_day: dict[date, Step] = {}
    for day in sorted(set(days)):
        on = open_day(day, closed_weekdays=closed_weekdays, closures=closures)
        if on >= today and day > injected_on:
            by_day[on] = Step((day - injected_on).days, on)
    return tuple(by_day[day] for day in sorted(by_day))
