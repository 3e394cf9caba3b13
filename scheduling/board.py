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
from patients.models import Intake, Patient
from scheduling import status
from scheduling.models import Appointment, FollowUp

CHECKED_OUT_AT_ONCE = 5
LATE_AFTER = timedelta(minutes=5)
WAITING_LONG = timedelta(minutes=15)
"""From here waiting is somebody's business: amber (design/README.md)."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One row of a lane."""

    appointment: Appointment
    starts: datetime
    minutes: int
    mood: str
    next_step: str
    intake_is_missing: bool

    @property
    def is_now(self) -> bool:
        """Whether the patient is in the room."""
        return self.appointment.state == "in_room"


@dataclass(slots=True)
class Lane:
    """One clinician's day."""

    clinician: User
    open: list[Visit] = field(default_factory=list)
    done: list[Visit] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Visits of the day, the cancelled left out."""
        return len(self.open) + len(self.done)

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


def day_board(*, user: User, locations: Sequence[Location], day: date, now: datetime, zone: ZoneInfo) -> Board:
    """Return the board of a local day. Three queries whatever the number of visits."""
    start, end = day_bounds(day, zone)
    rows: list[Appointment] = list(
        Appointment.objects.visible_to(user)
        .filter(location__in=locations)
        .between(start, end)
        .exclude(state="cancelled")
        .select_related("patient", "clinician", "room", "type", "location")
        .order_by("starts_at", "id")
    )
    filled = set(
        Intake.objects.filter(
            patient__in=[row.patient_id for row in rows if row.type.needs_intake], state__in=("submitted", "reviewed")
        ).values_list("patient_id", flat=True)
    )
    lanes: dict[int, Lane] = {}
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        lane = lanes.setdefault(row.clinician_id, Lane(row.clinician))
        visit = _visit(row, now=now, zone=zone, filled=filled)
        counts[visit.mood] += 1
        (lane.done if row.state in {"completed", "left"} else lane.open).append(visit)
    ordered = sorted(lanes.values(), key=lambda lane: (lane.clinician.pk != user.pk, lane.clinician.full_name))
    every = [visit for lane in ordered for visit in lane.open]
    return Board(
        lanes=ordered,
        counts=dict(counts),
        longest_wait=max((visit.minutes for visit in every if visit.mood == "waiting"), default=0),
        intakes_missing=[visit for visit in every if visit.intake_is_missing],
    )


def _visit(row: Appointment, *, now: datetime, zone: ZoneInfo, filled: set[int]) -> Visit:
    mood, minutes = mood_of(
        row.state, starts_at=row.starts_at, arrived_at=row.arrived_at, in_room_at=row.in_room_at, now=now
    )
    return Visit(
        appointment=row,
        starts=row.starts_at.astimezone(zone),
        minutes=minutes,
        mood=mood,
        next_step=status.NEXT.get(row.state, ""),
        intake_is_missing=row.type.needs_intake
        and row.patient_id not in filled
        and row.state in {"booked", "confirmed"},
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
    if state in {"booked", "confirmed"}:
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
