"""When letters go and when a person takes over. Pure: days and clocks in, instants out.

Source: docs/sources.md#ours
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OVERDUE_AFTER_DAYS = 10
"""Unless the clinic says otherwise, the last letter goes so long after the day to be back."""
CALL_AFTER_DAYS = 7
"""Unless the clinic says otherwise, a person calls so long after the last letter."""
REMINDER_DAYS = (3, 1)
"""Unless the clinic says otherwise, a visit's reminders go so many days before it."""
UNDO_TIME = timedelta(seconds=10)
"""A desk's act waits this long before its letter goes, so that an undo sends nothing."""
INVITATION_STANDS = timedelta(days=1)
"""A form is not asked for again sooner after its invitation."""


@dataclass(frozen=True, slots=True)
class Step:
    """One letter of a follow-up: its number and the day it goes."""

    number: int
    on: date


@dataclass(frozen=True, slots=True)
class StepRule:
    """When a step goes: so many days after the day to be back, before it where negative."""

    number: int
    days: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """The steps of a follow-up that are on, and how long after the last one a person calls."""

    steps: tuple[StepRule, ...]
    call_after_days: int = CALL_AFTER_DAYS


@dataclass(frozen=True, slots=True)
class Place:
    """What a location says about its days: zone, when its letters start, which days nobody is there."""

    zone: ZoneInfo
    mail_from: time
    closed_weekdays: Collection[int] = ()
    closures: Collection[date] = ()

    def open_day(self, day: date) -> date:
        """Return this day, or the next one somebody is there."""
        return open_day(day, closed_weekdays=self.closed_weekdays, closures=self.closures)

    def morning(self, day: date) -> datetime:
        """Return the instant letters of a day go here."""
        return morning(day, mail_from=self.mail_from, zone=self.zone)


@dataclass(frozen=True, slots=True)
class Planned:
    """The letters a follow-up owes, by number of the step, and the day from which a person calls."""

    letters: Mapping[int, datetime]
    calls_from: date


def schedule_of_the_house(lead_days: int) -> Schedule:
    """Return the steps where the clinic set none: before the day to be back, on it, and after it.

    `lead_days` is the catalogue's number (rules.json, reminder_days_before_booking).
    """
    return Schedule((StepRule(1, -lead_days), StepRule(2, 0), StepRule(3, OVERDUE_AFTER_DAYS)))


def open_day(day: date, *, closed_weekdays: Collection[int], closures: Collection[date]) -> date:
    """Return this day, or the next one that is neither a closed weekday nor a closure.

    A place closed on all seven weekdays has no open day: then the day itself is returned.
    """
    if len(set(closed_weekdays)) >= 7:  # noqa: PLR2004 - days in a week
        return day
    while day.weekday() in closed_weekdays or day in closures:
        day += timedelta(days=1)
    return day


def wanted_days(
    schedule: Schedule, *, book_by_on: date, reminder_on: date | None, lead_days: int
) -> tuple[tuple[int, date], ...]:
    """Return the steps with the days the policy gives them, in the order they go; closed days are not looked at yet.

    `reminder_on` is the day the estimate wants the first letter. It lies `lead_days` before the day to be back, unless
    the effect ends sooner or the patient says so: only then it pulls the first early step forward.
    """
    days = sorted((book_by_on + timedelta(days=rule.days), rule.number, rule.days) for rule in schedule.steps)
    found = [(number, day) for day, number, _days in days]
    is_early = reminder_on is not None and reminder_on < book_by_on - timedelta(days=lead_days)
    if found and is_early and reminder_on is not None and days[0][2] < 0:
        found[0] = (found[0][0], min(found[0][1], reminder_on))
    return tuple(found)


def steps(
    schedule: Schedule,
    *,
    reminder_on: date | None,
    book_by_on: date,
    lead_days: int,
    today: date,
    place: Place,
    waiting: Collection[int] = (),
) -> tuple[Step, ...]:
    """Return the letters a follow-up owes, each on an open day, none before today, one a day.

    A step whose day has gone by is not owed, unless its letter is `waiting` already: then it goes today, or when the
    place opens next. Two steps that fall on one day are one letter, the later step.
    """
    by_day: dict[date, Step] = {}
    wanted = wanted_days(schedule, book_by_on=book_by_on, reminder_on=reminder_on, lead_days=lead_days)
    for number, day in wanted:
        on = place.open_day(max(day, today) if number in waiting else day)
        if on >= today:
            by_day[on] = Step(number, on)
    return tuple(by_day[day] for day in sorted(by_day))


def call_on(schedule: Schedule, *, book_by_on: date, reminder_on: date | None, lead_days: int, today: date) -> date:
    """Return the day from which a person calls, if nothing was booked by then.

    A policy without letters asks for the call on the day the estimate wants the patient reminded.
    """
    if not schedule.steps:
        return max(reminder_on or book_by_on - timedelta(days=lead_days), today)
    last = max(rule.days for rule in schedule.steps)
    return max(book_by_on + timedelta(days=last + schedule.call_after_days), today)


def plan(
    schedule: Schedule,
    *,
    reminder_on: date | None,
    book_by_on: date,
    lead_days: int,
    now: datetime,
    place: Place,
    waiting: Collection[int] = (),
) -> Planned:
    """Return when each letter of a follow-up goes, and from when a person calls."""
    today = now.astimezone(place.zone).date()
    found = steps(
        schedule,
        reminder_on=reminder_on,
        book_by_on=book_by_on,
        lead_days=lead_days,
        today=today,
        place=place,
        waiting=waiting,
    )
    calls_from = call_on(schedule, book_by_on=book_by_on, reminder_on=reminder_on, lead_days=lead_days, today=today)
    return Planned({step.number: place.morning(step.on) for step in found}, calls_from)


def visit_reminders(
    days_before: Collection[int],
    *,
    starts_at: datetime,
    now: datetime,
    place: Place,
    waiting: Collection[int] = (),
) -> dict[int, datetime]:
    """Return when the reminders of a visit go: so many local days before the visit's own day, in the morning.

    One whose moment has gone by is not owed, unless its letter is `waiting` already. A closed day holds none back: a
    reminder put off would come too late.
    """
    day = starts_at.astimezone(place.zone).date()
    due = {days: place.morning(day - timedelta(days=days)) for days in days_before}
    return {days: at for days, at in sorted(due.items(), reverse=True) if at > now or days in waiting}


def asked_again_at(morning_of_policy: datetime, *, invited_at: datetime, now: datetime) -> datetime | None:
    """Return when a form that has not come is asked for again: on its day, a day after the invitation at the soonest.

    Where the day has gone by, in ten seconds (an undo takes it back), if the invitation is a day old; else never.
    """
    soonest = invited_at + INVITATION_STANDS
    if morning_of_policy > now:
        return morning_of_policy if morning_of_policy >= soonest else None
    return now + UNDO_TIME if soonest <= now else None


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
