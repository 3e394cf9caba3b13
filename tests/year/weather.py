"""The year's clock and its two misfortunes: at which moments letters are worked off, and in what state the world is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tests.year.post import BUSY, GONE, OK
from tests.year.world import BEGINS, DAYS

TICKS = (time(3, 40), time(7, 40), time(14, 30))
"""UTC. Nine in Ahmedabad; past half past eight in London in summer, before it in winter; an afternoon."""
NIGHT, NIGHTS = time(1, 10), 3
"""A moment of the night in both places, in each third one."""
MAIL_DOWN = (datetime(2027, 5, 11, 2, tzinfo=BEGINS.tzinfo), timedelta(days=2))
"""A Tuesday: the server answers 421 for a day, then takes no connection for another."""
WORKERS_DOWN = (datetime(2027, 9, 16, 1, tzinfo=BEGINS.tzinfo), timedelta(days=3, hours=3))
"""Thursday to Sunday: they come back on a day on which both places are closed."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment at which the clinic's workers look for letters, unless they are down; and the mail server's mood."""

    at: datetime
    mail: str
    has_workers: bool
    is_daily: bool
    """Whether workers look even where no letter is due: what waited in vain moves to the call list."""


def moments(days: int = DAYS) -> Iterator[Moment]:
    """Every moment of so many days; each hour while something is down and in the hours after."""
    at = BEGINS
    end = BEGINS + timedelta(days=days)
    while at < end:
        day = at.date()
        hours = [datetime.combine(day, time(hour, 5), BEGINS.tzinfo) for hour in range(24)]
        clocks = TICKS if day.toordinal() % NIGHTS else (NIGHT, *TICKS)
        ticks = [datetime.combine(day, clock, BEGINS.tzinfo) for clock in clocks]
        if _is_near(at, MAIL_DOWN) or _is_near(at, WORKERS_DOWN):
            ticks = sorted({*ticks, *hours, *_after_outage(day)})
        for tick in ticks:
            yield Moment(tick, _mail(tick), not _is_in(tick, WORKERS_DOWN), tick.time() == TICKS[0])
        at += timedelta(days=1)


def _after_outage(day: date) -> list[datetime]:
    """Every third minute for two and a half hours after the mail server is back: letters come back at a slow pace."""
    back = MAIL_DOWN[0] + MAIL_DOWN[1]
    return [back + timedelta(minutes=3 * number) for number in range(50)] if back.date() == day else []


def _is_in(at: datetime, down: tuple[datetime, timedelta]) -> bool:
    return down[0] <= at < down[0] + down[1]


def _is_near(at: datetime, down: tuple[datetime, timedelta]) -> bool:
    return down[0].date() <= at.date() <= (down[0] + down[1]).date()


def _mail(at: datetime) -> str:
    if not _is_in(at, MAIL_DOWN):
        return OK
    return BUSY if at < MAIL_DOWN[0] + MAIL_DOWN[1] / 2 else GONE
