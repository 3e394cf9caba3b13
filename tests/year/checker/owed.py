"""What is owed to one patient, and what they are like, as the events of the log make it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.year.checker.days import Place
from tests.year.checker.window import BEFORE, CLOSE, Cycle, Dates, dates

FOLLOW_UP, CHECK_IN, REMINDER = "follow_up_due", "check_in", "appointment_reminder"
ADVICE, NUDGE = "aftercare", "intake_nudge"
AT_HOME = timedelta(hours=2)
ADVICE_USEFUL = timedelta(days=2)
NUDGED_BEFORE = timedelta(days=2)
A_DAY, UNDO = timedelta(days=1), timedelta(seconds=10)
"""So long a letter of the desk's own acts waits."""
HOUSE_STEPS: tuple[list[tuple[int, int]], int] = ([(1, -14), (2, 0), (3, 10)], 7)
"""Unless the clinic says otherwise: steps by number, so many days from the day to be back; a call after the last."""
HOUSE_REMINDERS = (3, 1)
USEFUL = {FOLLOW_UP: timedelta(days=60), CHECK_IN: timedelta(days=6)}
CHECK_IN_WEEKS = (1, 2, 4, 6, 8, 10, 12, 14, 16, 18)
"""Up to one and a half times the twelve weeks all conditions of the year have."""
SYMPTOM_DAYS = (2, 7, 14, 42)
ASKED_DAYS = sorted({*(7 * week for week in CHECK_IN_WEEKS), *SYMPTOM_DAYS})


Schedule = tuple[list[tuple[int, int]], int]


@dataclass
class Owed:
    """One letter that is owed: its key, since when it is due, and how it goes with it."""

    kind: str
    key: tuple[Any, ...]
    due: datetime
    until: datetime | None = None
    missed_at: datetime | None = None
    waits_for: str = ""
    put_off: datetime | None = None
    """The morning it waits for since another letter had its day, or the place was closed."""

    @property
    def goes(self) -> datetime:
        """When it is to go, as far as is known by now."""
        return self.put_off or self.due


@dataclass
class Session:
    """A signed session; `asked` are the moments its check-ins went, `told` the moments it was answered."""

    number: int
    on: date
    given_at: datetime
    plan: int
    is_voided: bool = False
    asked: list[datetime] = field(default_factory=list)
    told: list[datetime] = field(default_factory=list)


@dataclass
class Course:
    """A plan: its sessions, scores, and what its latest session owes next."""

    number: int
    condition: str
    interval: list[Any]
    baseline: Fraction
    state: str = "active"
    sessions: list[Session] = field(default_factory=list)
    scores: list[tuple[date, Fraction]] = field(default_factory=list)
    wears_off: list[date] = field(default_factory=list)
    dates: Dates | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    is_closed: bool = True
    closed_because: str = ""
    on_list: str = "letters"
    list_reason: str = ""
    kept_by: set[int] = field(default_factory=set)
    kept_until: dict[int, datetime] = field(default_factory=dict)
    calls_from: date = date.max

    @property
    def standing(self) -> list[Session]:
        """The sessions that count, by their days."""
        return sorted((one for one in self.sessions if not one.is_voided), key=lambda one: (one.on, one.number))

    @property
    def latest(self) -> Session | None:
        """The session the follow-up is counted from."""
        return self.standing[-1] if self.standing else None

    def reckon(self, last_toxin: date) -> Dates | None:
        """Work out the dates of the latest session anew."""
        sessions = self.standing
        if not sessions:
            return None
        cycles = []
        for one, following in zip(sessions, [*sessions[1:], None], strict=True):
            end = following.on if following else date.max
            by_day = {on: value for on, value in self.scores if one.on < on <= end}
            told = [on for on in self.wears_off if one.on < on <= end]
            cycles.append(
                Cycle(
                    one.on, [((on - one.on).days, value) for on, value in sorted(by_day.items())],
                    (min(told) - one.on).days if told else None,
                )
            )  # fmt: skip
        return dates(cycles, self.condition, self.baseline, self.interval, last_toxin)


@dataclass
class Visit:
    """A visit: when, and which plan's follow-up it keeps; `known` once a letter about it went."""

    number: int
    starts: datetime
    plan: int | None
    is_first: bool = False
    sequence: int = 0
    known: bool = False


@dataclass
class Patient:
    """One patient as the events so far leave them."""

    who: int
    place: Place
    language: str
    email: str
    wants: bool
    is_dead: bool = False
    is_suspended: bool = False
    serious: set[int] = field(default_factory=set)
    """Serious events that go on, by the number of the record they were written in: one each in a year."""
    courses: dict[int, Course] = field(default_factory=dict)
    visits: dict[int, Visit] = field(default_factory=dict)
    owed: list[Owed] = field(default_factory=list)
    went: set[tuple[Any, ...]] = field(default_factory=set)
    days_written_to: dict[date, str] = field(default_factory=dict)
    extras: int = 0
    has_open_form: bool = False
    invited: int = 0
    invited_at: datetime = datetime.max.replace(tzinfo=UTC) - A_DAY
    """When the open form was asked for the first time."""
    schedules: dict[str, Schedule] = field(default_factory=dict)
    reminded_before: tuple[int, ...] = HOUSE_REMINDERS

    @property
    def last_toxin(self) -> date:
        """The day of the latest session of any plan: one entered wrongly went into the patient all the same."""
        return max((one.on for course in self.courses.values() for one in course.sessions), default=date.min)

    def owe(self, kind: str, key: tuple[Any, ...], due: datetime, until: datetime | None = None) -> None:
        """Owe a letter, once: what went already is not owed again."""
        self.owed = [one for one in self.owed if (one.kind, one.key) != (kind, key)]
        if (kind, key) not in self.went:
            self.owed.append(Owed(kind, key, due, until))

    def drop(self, kind: str, *start: Any) -> list[Owed]:
        """Owe these letters no more; return them."""
        gone = [one for one in self.owed if one.kind == kind and one.key[: len(start)] == start]
        self.owed = [one for one in self.owed if one not in gone]
        return gone

    def owe_nudge(self, visit: Visit, now: datetime) -> None:
        """Owe the question for the form, two days before a first visit, a day after it was asked for at the soonest.

        A visit that is nearer by now is asked about at once, if the form was asked for a day ago.
        """
        if visit.plan is not None or not visit.is_first:
            return
        due, soonest = self.place.morning(self.place.day(visit.starts) - NUDGED_BEFORE), self.invited_at + A_DAY
        if due <= now and soonest <= now:
            self.owe(NUDGE, (visit.number,), now + UNDO, visit.starts)
        elif due > now and due >= soonest:
            self.owe(NUDGE, (visit.number,), due, visit.starts)

    def owe_reminders(self, visit: Visit, now: datetime) -> None:
        """Owe the reminders of a visit, so many local days before its own; one whose morning went by is not owed."""
        for days in HOUSE_REMINDERS if visit.is_first else self.reminded_before:
            due = self.place.morning(self.place.day(visit.starts) - timedelta(days=days))
            if due > now:
                self.owe(REMINDER, (visit.number, visit.sequence, days), due, visit.starts)

    def schedule(self, course: Course) -> Schedule:
        """The steps that hold for a plan: its condition's, those of all, or the house's."""
        return self.schedules.get(course.condition) or self.schedules.get("") or HOUSE_STEPS

    def days_of(self, course: Course) -> list[tuple[int, date]]:
        """The days a follow-up's steps are for, closed days not looked at; the first one earlier if it wears off."""
        found = course.dates
        if course.latest is None or found is None or found.book_by is None or found.reminder is None:
            return []
        steps = sorted(self.schedule(course)[0], key=lambda step: (step[1], step[0]))
        days = [(number, found.book_by + timedelta(days=offset)) for number, offset in steps]
        if days and steps[0][1] < 0 and found.reminder < found.book_by - BEFORE:
            days[0] = (days[0][0], min(days[0][1], found.reminder))
        return days

    def owe_steps(
        self, course: Course, now: datetime, *, is_replanned: bool = False, is_recounted: bool = False
    ) -> None:
        """Owe what a plan's follow-up still has to write, from this day on.

        Where its days are counted anew, or a policy changed, what waited already goes today rather than never.
        """
        session, today = course.latest, self.place.day(now)
        if session is None or course.dates is None or course.dates.book_by is None:
            return
        mine = (course.number, session.number)
        waiting = {one.key[2]: one for one in self.owed if one.kind == FOLLOW_UP and one.key[:2] == mine}
        wanted: dict[date, int] = {}
        for step, day in self.days_of(course):
            on = self.place.open_from(max(day, today) if (is_replanned or is_recounted) and step in waiting else day)
            if on >= today:
                wanted[on] = step
        self.owed = [one for one in self.owed if one not in waiting.values() or (is_replanned and _is_again(one))]
        makes_up = [one.due for one in waiting.values() if _is_again(one)] if is_replanned else []
        for on, step in wanted.items():
            due = self.place.morning(on)
            before = waiting.get(step)
            if before is None and any(abs(due - other) <= CLOSE for other in makes_up):
                continue
            if is_replanned and before and max(before.due, due) <= now:
                self.owed.append(before)
                continue
            self.owe(FOLLOW_UP, (*mine, step), due, due + USEFUL[FOLLOW_UP])
        if is_replanned and course.calls_from == date.max:
            return
        last = max((offset for _number, offset in self.schedule(course)[0]), default=0)
        course.calls_from = max(course.dates.book_by + timedelta(days=last + self.schedule(course)[1]), today)

    def owe_check_ins(self, session: Session, now: datetime) -> None:
        """Owe the questions after a session, from this day on; of two on one day the later."""
        today = self.place.day(now)
        wanted: dict[date, int] = {}
        for days in ASKED_DAYS:
            on = self.place.open_from(session.on + timedelta(days=days))
            if on >= today:
                wanted[on] = days
        for on, days in wanted.items():
            due = self.place.morning(on)
            self.owe(CHECK_IN, (session.plan, session.number, days), due, due + USEFUL[CHECK_IN])


def _is_again(owed: Owed) -> bool:
    return "again" in str(owed.key[2])
