"""The columns of a day or a week before they are drawn: who, which visits, when somebody works and when they do not."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from clinic.lib.days import day_bounds, day_of
from clinic.locations.models import Location, Room
from clinic.staff.models import User
from scheduling import availability, day_grid
from scheduling.availability.supply import supply_of
from scheduling.availability.taken import held_between
from scheduling.calendar_days.visits import visits_between
from scheduling.models import Appointment
from scheduling.slots import Span, days, joined, without

WEEK = 7
NOBODYS = "none"
"""How an address names the column of visits without a room."""


class Off(StrEnum):
    """Why nothing can be booked somewhere in a column."""

    NOT_IN = "not_in"
    AWAY = "away"
    CLOSED = "closed"
    NOT_FREE = "not_free"
    """Taken by what this column does not show: another location's visit, or a time kept for somebody who books now."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a column is of: a clinician's day, a room's, or one day of the week."""

    day: date
    clinician: User | None = None
    room: Room | None = None

    @property
    def of(self) -> str:
        """Whose column it is, as an address names it."""
        of = self.clinician or self.room
        return str(of.public_id) if of else NOBODYS

    @property
    def key(self) -> str:
        """What a column is known by on its page."""
        return f"{self.day:%Y%m%d}-{self.of}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its visits, when it is open, what is taken, and why it is not open elsewhere.

    `closed` names why the whole place is shut that day; `shift` brings the instants onto the first day's clock.
    """

    head: Head
    visits: list[Appointment]
    open: list[Span] = field(default_factory=list)
    taken: list[Span] = field(default_factory=list)
    off: list[tuple[Span, Off]] = field(default_factory=list)
    closed: str = ""
    shift: timedelta = timedelta(0)

    @property
    def booked(self) -> int:
        """How many visits it has."""
        return len(self.visits)

    @property
    def is_away(self) -> bool:
        """Whether its clinician is away, all day or part of it."""
        return any(why == Off.AWAY for _span, why in self.off)


def day_by_clinician(*, user: User, location: Location, day: date, now: datetime) -> list[Column]:
    """Return a day with a column for each clinician of the place, and for who has a visit there all the same."""
    visits = visits_between(user=user, location=location, first=day, last=day)
    people = _people(location, visits)
    given = _given(people, location=location, first=day, last=day, now=now)
    return [_of_clinician(who, day, [row for row in visits if row.clinician_id == who.pk], given) for who in people]


def week_of(*, user: User, location: Location, first: date, clinician: User, now: datetime) -> list[Column]:
    """Return a clinician's seven days, without those on which they never work and have nothing."""
    last = first + timedelta(days=WEEK - 1)
    zone = location.zone
    visits = visits_between(user=user, location=location, first=first, last=last, clinician=clinician)
    given = _given([clinician], location=location, first=first, last=last, now=now)
    columns = [
        _of_clinician(
            clinician,
            day,
            [row for row in visits if day_of(row.starts_at, zone) == day],
            given,
            shift=day_grid.day_shift(first, day, zone),
        )
        for day in days(first, last)
    ]
    return [column for column in columns if column.open or column.visits or column.off]


def day_by_room(*, user: User, location: Location, day: date, now: datetime) -> list[Column]:
    """Return a day with a column for each room in use, for one that has a visit all the same, and for none."""
    visits = visits_between(user=user, location=location, first=day, last=day)
    people = _people(location, visits)
    given = _given(people, location=location, first=day, last=day, now=now)
    rooms: list[Room | None] = list(Room.objects.filter(location=location, is_active=True))
    for row in visits:
        if row.room not in rooms:
            rooms.append(row.room)
    works = joined(span for spans in given.working.values() for span in spans)
    return [
        Column(
            head=Head(day, room=room),
            visits=[row for row in visits if row.room == room],
            open=works if room else [],
            taken=given.rooms[room.pk] if room else [],
            closed=given.closed.get(day, ""),
        )
        for room in rooms
    ]


@dataclass(frozen=True, slots=True)
class _Given:
    """What holds between two days, by clinician's or room's pk."""

    location: Location
    working: dict[int, list[Span]]
    away: dict[int, list[Span]]
    clinicians: dict[int, list[Span]]
    rooms: dict[int, list[Span]]
    closed: dict[date, str]


def _given(people: list[User], *, location: Location, first: date, last: date, now: datetime) -> _Given:
    zone, keys = location.zone, [person.pk for person in people]
    start, end = day_bounds(first, zone)[0], day_bounds(last, zone)[1]
    supply = supply_of(keys, location=location, first=first, last=last)
    held = held_between(start, end, location=location, people=keys, now=now)
    return _Given(
        location=location,
        working={pk: supply.working(pk, first=first, last=last, zone=zone) for pk in keys},
        away={pk: supply.gone(pk, first=first, last=last, zone=zone) for pk in keys},
        clinicians=held.clinicians,
        rooms=held.rooms,
        closed=supply.closed,
    )


def _people(location: Location, visits: Iterable[Appointment]) -> list[User]:
    people = availability.clinicians_at(location)
    return people + [who for who in {row.clinician_id: row.clinician for row in visits}.values() if who not in people]


def _of_clinician(
    who: User, day: date, visits: list[Appointment], given: _Given, *, shift: timedelta = timedelta(0)
) -> Column:
    start, end = day_bounds(day, given.location.zone)
    shown = [Span(row.starts_at, row.occupied_until) for row in visits]
    taken = _within(given.clinicians[who.pk], start, end)
    off = [(Span(start, end), Off.CLOSED)] if day in given.closed else []
    off += [(span, Off.AWAY) for span in _within(given.away[who.pk], start, end)]
    off += [(span, Off.NOT_FREE) for span in without(taken, shown)]
    return Column(
        head=Head(day, clinician=who),
        visits=visits,
        open=_within(given.working[who.pk], start, end),
        taken=taken,
        off=off,
        closed=given.closed.get(day, ""),
        shift=shift,
    )


def _within(spans: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    """Return what of the spans lies between two instants, cut there."""
    return [Span(max(span.start, start), min(span.end, end)) for span in spans if span.overlaps(Span(start, end))]
