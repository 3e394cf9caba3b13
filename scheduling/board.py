"""Today's board: a lane per clinician, what each visit waits for, and what somebody is owed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from clinic.lib.days import day_bounds
from clinic.locations.models import Location
from clinic.staff.models import User
from patients.closing import mark_visitors
from patients.models import Intake, Patient
from scheduling import availability, running_late, slots, status
from scheduling.models import Appointment, FollowUp
from scheduling.slots import Span

CHECKED_OUT_AT_ONCE = 5
LATE_AFTER = timedelta(minutes=5)
WAITING_LONG_MINUTES = 15
"""From here waiting is somebody's business: amber (design/README.md)."""
NEXT_SHOWN = 3
"""So many of those to come stand open in a lane; later ones are folded, where there are several."""
WAITED_FOR = (*status.TO_COME, "arrived")
MOODS = ("waiting", "early", "in_room", "late", "to_come", "no_show")
"""What the counts along the top count; one of them can be shown alone."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One row of a lane."""

    appointment: Appointment
    starts: datetime
    minutes: int
    mood: str
    next_step: str
    intake_is_missing: bool
    form_is_unread: bool = False
    """Whether answers to assess came in that no clinician has read."""
    is_read_first: bool = False
    """Whether one of them stops a treatment until a clinician has looked."""
    arrived: datetime | None = None
    expected: datetime | None = None
    """When it will begin, where the clinician runs late and it has not begun."""

    @property
    def is_now(self) -> bool:
        """Whether the patient is in the room."""
        return self.appointment.state == "in_room"

    @property
    def waits_long(self) -> bool:
        """Whether the patient is here and has waited long."""
        return self.mood == "waiting" and self.minutes >= WAITING_LONG_MINUTES


@dataclass(slots=True)
class Lane:
    """One clinician's day."""

    clinician: User
    location: Location
    runs_late: int = 0
    """By how many minutes, as somebody said."""
    open: list[Visit] = field(default_factory=list)
    later: list[Visit] = field(default_factory=list)
    done: list[Visit] = field(default_factory=list)
    next_free: datetime | None = None

    @property
    def _every(self) -> list[Visit]:
        return [*self.open, *self.later, *self.done]

    @property
    def room(self) -> str:
        """The room, where all of the day's visits are in one."""
        rooms = {visit.appointment.room.name if visit.appointment.room else "" for visit in self._every}
        return rooms.pop() if len(rooms) == 1 else ""

    @property
    def next_visit(self) -> Visit | None:
        """Who is expected next."""
        return next((visit for visit in self.open if visit.mood == "to_come"), None)

    @property
    def total(self) -> int:
        """Visits of the day, the cancelled left out."""
        return len(self._every)

    @property
    def seen(self) -> int:
        """Visits that are over."""
        return sum(visit.appointment.state == "completed" for visit in self.done)

    @property
    def minutes_late(self) -> int:
        """How long the longest waiting patient is past their time."""
        return max((visit.minutes for visit in self.open if visit.mood == "waiting" and visit.minutes > 0), default=0)


@dataclass(frozen=True, slots=True)
class Board:
    """The day as the desk sees it."""

    lanes: Sequence[Lane]
    counts: dict[str, int]
    longest_wait: int
    intakes_missing: Sequence[Visit]

    @property
    def somebody_waits_long(self) -> bool:
        """Whether one of those who are here has waited long."""
        return self.longest_wait >= WAITING_LONG_MINUTES


def day_board(*, user: User, locations: Sequence[Location], day: date, now: datetime, zone: ZoneInfo) -> Board:
    """Return the board of a local day. So many queries a location, whatever the number of visits."""
    start, end = day_bounds(day, zone)
    is_today = start <= now < end
    rows: list[Appointment] = list(
        Appointment.objects.visible_to(user)
        .filter(location__in=locations)
        .between(start, end)
        .exclude(state="cancelled")
        .select_related("patient", "clinician", "room", "type", "location")
        .order_by("starts_at", "id")
    )
    mark_visitors(((row.patient, row.state not in status.NOT_OVER) for row in rows), user)
    forms = list(
        Intake.objects.filter(patient__in=[row.patient_id for row in rows], state__in=("submitted", "reviewed"))
        .order_by()
        .values_list("patient_id", "state", "to_assess", "is_grave")
    )
    filled = {patient for patient, *_rest in forms}
    unread = {patient for patient, state, to_assess, _grave in forms if state == "submitted" and to_assess}
    grave = {patient for patient, state, _count, is_grave in forms if state == "submitted" and is_grave}
    late = running_late.minutes_by_clinician(locations=locations, day=day) if is_today else {}
    put_off = running_late.put_off(
        (
            (row.pk, row.clinician_id, Span(row.starts_at, row.occupied_until))
            for row in rows
            if row.state in WAITED_FOR
        ),
        late,
    )
    lanes: dict[int, Lane] = {}
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        lane = lanes.setdefault(row.clinician_id, Lane(row.clinician, row.location, late.get(row.clinician_id, 0)))
        begins = put_off.get(row.pk)
        visit = _visit(row, now=now, zone=zone, filled=filled, unread=unread, grave=grave, begins=begins)
        counts[visit.mood] += 1
        (lane.done if row.state in {"completed", "left"} else lane.open).append(visit)
    ordered = sorted(lanes.values(), key=lambda lane: (lane.clinician.pk != user.pk, lane.clinician.full_name))
    every = [visit for lane in ordered for visit in lane.open]
    if is_today:
        _say_what_is_free(ordered, rows, day=day, now=now, zone=zone)
        for lane in ordered:
            _fold(lane)
    return Board(
        lanes=ordered,
        counts=dict(counts),
        longest_wait=max((visit.minutes for visit in every if visit.mood == "waiting"), default=0),
        intakes_missing=[visit for visit in every if visit.intake_is_missing],
    )


def only(board: Board, mood: str) -> Board:
    """Return the board with the visits of one mood alone; lanes without one are left out, the counts stay."""
    lanes = []
    for lane in board.lanes:
        lane.open = [visit for visit in (*lane.open, *lane.later) if visit.mood == mood]
        lane.later, lane.done = [], []
        lanes += [lane] if lane.open else []
    return Board(lanes, board.counts, board.longest_wait, board.intakes_missing)


def _fold(lane: Lane) -> None:
    to_come = [visit for visit in lane.open if visit.mood == "to_come"]
    if len(to_come) > NEXT_SHOWN + 1:  # one alone needs no fold
        lane.later = to_come[NEXT_SHOWN:]
        lane.open = [visit for visit in lane.open if visit not in lane.later]


def _say_what_is_free(
    lanes: Sequence[Lane], rows: Sequence[Appointment], *, day: date, now: datetime, zone: ZoneInfo
) -> None:
    """Give each lane the next quarter of an hour in which its clinician works and nobody is booked."""
    by_place: dict[int, list[Lane]] = defaultdict(list)
    for lane in lanes:
        by_place[lane.location.pk].append(lane)
    for theirs in by_place.values():
        people = [lane.clinician for lane in theirs]
        working = availability.working_spans(people, location=theirs[0].location, first=day, last=day)
        for lane in theirs:
            busy = [
                Span(row.starts_at, row.occupied_until)
                for row in rows
                if row.clinician_id == lane.clinician.pk and row.state not in {"no_show", "left"}
            ]
            free = slots.starts(
                slots.without(working[lane.clinician.pk], busy),
                minutes=availability.GRID_MINUTES,
                buffer_minutes=0,
                grid_minutes=availability.GRID_MINUTES,
                not_before=now,
                limit=1,
            )
            lane.next_free = free[0].astimezone(zone) if free else None


def _visit(
    row: Appointment,
    *,
    now: datetime,
    zone: ZoneInfo,
    filled: set[int],
    unread: set[int],
    grave: set[int],
    begins: datetime | None,
) -> Visit:
    mood, minutes = mood_of(
        row.state, starts_at=row.starts_at, arrived_at=row.arrived_at, in_room_at=row.in_room_at, now=now
    )
    return Visit(
        appointment=row,
        starts=row.starts_at.astimezone(zone),
        minutes=minutes,
        mood=mood,
        next_step=status.NEXT.get(row.state, ""),
        intake_is_missing=row.type.needs_intake and row.patient_id not in filled and row.state in status.TO_COME,
        form_is_unread=row.patient_id in unread and row.state in WAITED_FOR,
        is_read_first=row.patient_id in grave and row.state in WAITED_FOR,
        arrived=row.arrived_at.astimezone(zone) if row.arrived_at else None,
        expected=begins.astimezone(zone) if begins and begins > now else None,
    )


def mood_of(
    state: str, *, starts_at: datetime, arrived_at: datetime | None, in_room_at: datetime | None, now: datetime
) -> tuple[str, int]:
    """Return what a visit is to the desk now and for how many minutes: waiting, early, in_room, late, to_come, ...

    Waiting is counted from the visit's time or the arrival, whichever is later.
    """
    if state == "arrived":
        since = max(arrived_at or starts_at, starts_at)
        return ("waiting", _minutes(now - since)) if now >= since else ("early", 0)
    if state == "in_room":
        return "in_room", _minutes(now - (in_room_at or starts_at))
    if state in status.TO_COME:
        late = now - starts_at
        return ("late", _minutes(late)) if late >= LATE_AFTER else ("to_come", 0)
    return state, 0


def _minutes(span: timedelta) -> int:
    return max(0, int(span.total_seconds() // 60))


def to_check_out(*, user: User, day: date, zone: ZoneInfo) -> list[Patient]:
    """Return who was treated on a day and has no next visit yet, the newest first. One query."""
    start, end = day_bounds(day, zone)
    waiting = FollowUp.objects.open().filter(session=OuterRef("session"))
    rows = (
        Appointment.objects.visible_to(user)
        .between(start, end)
        .filter(Exists(waiting), state__in=("in_room", "completed"))
        .select_related("patient")
        .order_by("-starts_at", "-id")[:CHECKED_OUT_AT_ONCE]
    )
    return [row.patient for row in rows]
