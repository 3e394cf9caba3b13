"""What a calendar must do, said a second time: minutes of one day, whole numbers, no database and none of the app.

Minutes count from midnight. A doctor works ten to one and five to eight.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

HOURS = ((600, 780), (1020, 1200))
MAY_BECOME = {
    "confirmed": ("booked",),
    "arrived": ("booked", "confirmed", "no_show"),
    "in_room": ("arrived",),
    "completed": ("arrived", "in_room"),
    "left": ("arrived", "in_room"),
    "no_show": ("booked", "confirmed"),
    "cancelled": ("booked", "confirmed"),
}
TAKEN_BACK = {
    "confirmed": "booked", "arrived": "booked", "in_room": "arrived", "completed": "in_room", "left": "arrived",
    "no_show": "booked", "cancelled": "booked",
}  # fmt: skip
NOT_OVER = ("booked", "confirmed", "arrived", "in_room")
IS_OFF = ("cancelled", "left", "no_show")
IN_THE_PAST, OUTSIDE_HOURS, NOT_FROM_HERE, NOT_YET = "InThePast", "OutsideHours", "NotFromHere", "NotYet"
AWAY = "ClinicianAway"
EDITED, OTHER_PRESS, CANCELLED_SINCE = "EditedMeanwhile", "PressedForSomethingElse", "BookedAndCancelled"
NO_SUCH_LENGTH = "NoSuchLength"
DOCTOR_TAKEN, ROOM_TAKEN, PATIENT_BUSY = "SlotTaken clinician", "SlotTaken room", "PatientBusy"


@dataclass(frozen=True)
class Wanted:
    """What is asked for: numbers of a doctor and a room, minutes of the visit and of tidying up after it."""

    doctor: int
    room: int | None
    start: int
    minutes: int
    buffer: int
    is_overbooked: bool = False

    @property
    def end(self) -> int:
        """When the visit ends."""
        return self.start + self.minutes

    @property
    def until(self) -> int:
        """When doctor and room are free again."""
        return self.end + self.buffer


@dataclass
class Visit:
    """One visit as it must stand; and where it stood, if the last thing done to it was to move or to stretch it."""

    patient: int
    wanted: Wanted
    state: str = "booked"
    sequence: int = 0
    stood: "Visit | None" = field(default=None, compare=False)

    @property
    def holds(self) -> bool:
        """Whether it keeps its time from others."""
        return self.state not in IS_OFF


@dataclass(frozen=True)
class Hold:
    """A time kept for somebody who chooses online, until a minute."""

    wanted: Wanted
    expires: int


@dataclass
class Expected:
    """All visits by number, and the clock."""

    now: int = 590
    visits: dict[int, Visit] = field(default_factory=dict)
    away: list[tuple[int, int, int]] = field(default_factory=list)
    """Doctor, from a minute until another."""
    holds: dict[int, "Hold"] = field(default_factory=dict)

    def against(self, patient: int, wanted: Wanted, *, but: int | None = None) -> set[str]:
        """Why nobody may give a patient that time: every reason that holds."""
        return self.against_at_all(wanted) | self.clashes(patient, wanted, but=but)

    def against_at_all(self, wanted: Wanted) -> set[str]:
        """Why the time itself cannot be, whoever is asked."""
        found = set()
        if wanted.start < self.now:
            found.add(IN_THE_PAST)
        if not wanted.is_overbooked and not is_worked(wanted.start, wanted.until):
            found.add(OUTSIDE_HOURS)
        if self.is_away(wanted.doctor, wanted.start, wanted.until):
            found.add(AWAY)
        return found

    def is_away(self, doctor: int, start: int, until: int) -> bool:
        """Whether a doctor is away for any of that time."""
        return any(who == doctor and start < to and since < until for who, since, to in self.away)

    def clashes(self, patient: int, wanted: Wanted, *, but: int | None = None) -> set[str]:
        """Whom others hold at that time."""
        return self.kept_from(wanted) | self._booked(wanted, but=but, patient=patient)

    def kept_from(self, wanted: Wanted, *, said: str = "TimeHeld") -> set[str]:
        """Whom somebody who chooses online keeps at that time; an overbooked visit goes beside a clinician's."""
        found = set()
        for hold in self.kept():
            share = wanted.start < hold.wanted.until and hold.wanted.start < wanted.until
            if share and not wanted.is_overbooked and hold.wanted.doctor == wanted.doctor:
                found.add(f"{said} clinician")
            if share and wanted.room is not None and hold.wanted.room == wanted.room:
                found.add(f"{said} room")
        return found

    def hold(self, wanted: Wanted) -> set[str]:
        """Why a time may not be kept for anybody: a hold is in nobody's way but at its own time."""
        return self.kept_from(wanted, said="SlotTaken") | self._booked(wanted, but=None)

    def kept(self) -> list[Hold]:
        """The holds that count."""
        return [hold for hold in self.holds.values() if hold.expires > self.now]

    def holding(self, but: int | None = None) -> Iterator[Visit]:
        """The visits that keep their time."""
        return (visit for number, visit in self.visits.items() if visit.holds and number != but)

    def step(self, number: int, state: str) -> set[str]:
        """Why a visit may not come to a state now."""
        visit, found = self.visits[number], set()
        if state == "no_show" and self.now < visit.wanted.start:
            found.add(NOT_YET)
        if visit.state not in MAY_BECOME[state]:
            return found | {NOT_FROM_HERE}
        return found | (set() if visit.holds else self.clashes(visit.patient, visit.wanted, but=number))

    def undo(self, number: int, state: str) -> set[str]:
        """Why a press that led to a state may not be taken back now."""
        visit = self.visits[number]
        if visit.state != state:
            return {NOT_FROM_HERE}
        return set() if visit.holds else self.clashes(visit.patient, visit.wanted, but=number)

    def move(self, number: int, wanted: Wanted, *, is_stale: bool) -> set[str]:
        """Why a visit may not move there."""
        visit, found = self.visits[number], self.against_at_all(wanted)
        if visit.state not in {"booked", "confirmed"}:
            return found | {NOT_FROM_HERE}
        return found | ({EDITED} if is_stale else self.clashes(visit.patient, wanted, but=number))

    def stretch(self, number: int, minutes: int) -> set[str]:
        """Why a visit may not take so many minutes."""
        visit = self.visits[number]
        if not 5 <= minutes <= 480:
            return {NO_SUCH_LENGTH}
        longer, found = replace(visit.wanted, minutes=minutes), set()
        is_longer = minutes > visit.wanted.minutes
        if is_longer and not longer.is_overbooked and not is_worked(longer.start, longer.end):
            found.add(OUTSIDE_HOURS)
        if is_longer and not longer.is_overbooked and self.is_away(longer.doctor, longer.start, longer.end):
            found.add(AWAY)
        if visit.state not in NOT_OVER:
            return found | {NOT_FROM_HERE}
        return found | self.clashes(visit.patient, longer, but=number)

    def put_back(self, number: int) -> set[str]:
        """Why a visit may not be put where it stood before its last move or stretch."""
        visit = self.visits[number]
        if visit.state not in NOT_OVER:
            return {NOT_FROM_HERE}
        if visit.stood is None or visit.stood.wanted == visit.wanted:
            return {EDITED}
        return self.clashes(visit.patient, visit.stood.wanted, but=number)

    def came_to(self, number: int, state: str) -> None:
        """Let a visit be in a state."""
        self.visits[number] = replace(self.visits[number], state=state, stood=None)

    def moved(self, number: int, wanted: Wanted) -> None:
        """Let a visit stand elsewhere: it is booked, and its letters tell of another time."""
        visit = self.visits[number]
        self.visits[number] = Visit(visit.patient, wanted, "booked", visit.sequence + 1, stood=visit)

    def stretched(self, number: int, minutes: int) -> None:
        """Let a visit end at another minute."""
        visit = self.visits[number]
        self.visits[number] = replace(visit, wanted=replace(visit.wanted, minutes=minutes), stood=visit)

    def was_put_back(self, number: int) -> None:
        """Let a visit stand where it stood; who was told of another time is told again."""
        visit = self.visits[number]
        assert visit.stood
        there, here = visit.stood.wanted, visit.wanted
        has_moved = (there.doctor, there.room, there.start) != (here.doctor, here.room, here.start)
        self.visits[number] = Visit(
            visit.patient,
            there,
            visit.stood.state if has_moved else visit.state,
            visit.sequence + has_moved,
            stood=visit,
        )

    def free(self, doctor: int, kind: tuple[int, int], *, patient: int, rooms: int) -> set[int]:
        """When a visit of so many minutes and minutes after may begin, on the quarters of an hour."""
        minutes, buffer = kind
        return {
            start
            for start in range(0, 1440, 15)
            if start >= self.now
            and is_worked(start, start + minutes + buffer)
            and not self.is_away(doctor, start, start + minutes + buffer)
            and not self._is_kept(doctor, start, start + minutes + buffer)
            and not self._is_with_somebody(doctor, start, start + minutes + buffer)
            and not self._is_elsewhere(patient, start, start + minutes)
            and any(self._room_is_free(room, start, start + minutes + buffer) for room in range(rooms))
        }

    def _booked(self, wanted: Wanted, *, but: int | None, patient: int | None = None) -> set[str]:
        found = set()
        for visit in self.holding(but):
            theirs = visit.wanted
            share_occupied = wanted.start < theirs.until and theirs.start < wanted.until
            is_beside = wanted.is_overbooked or theirs.is_overbooked
            if share_occupied and not is_beside and theirs.doctor == wanted.doctor:
                found.add(DOCTOR_TAKEN)
            if share_occupied and wanted.room is not None and theirs.room == wanted.room:
                found.add(ROOM_TAKEN)
            if visit.patient == patient and wanted.start < theirs.end and theirs.start < wanted.end:
                found.add(PATIENT_BUSY)
        return found

    def _is_kept(self, doctor: int, start: int, until: int) -> bool:
        return any(
            hold.wanted.doctor == doctor and start < hold.wanted.until and hold.wanted.start < until
            for hold in self.kept()
        )

    def _is_with_somebody(self, doctor: int, start: int, until: int) -> bool:
        return any(
            visit.wanted.doctor == doctor and start < visit.wanted.until and visit.wanted.start < until
            for visit in self.holding()
        )

    def _is_elsewhere(self, patient: int, start: int, end: int) -> bool:
        return any(
            visit.patient == patient and start < visit.wanted.end and visit.wanted.start < end
            for visit in self.holding()
        )

    def _room_is_free(self, room: int, start: int, until: int) -> bool:
        taken = [visit.wanted for visit in self.holding()] + [hold.wanted for hold in self.kept()]
        return not any(one.room == room and start < one.until and one.start < until for one in taken)


def is_worked(start: int, end: int) -> bool:
    """Whether a doctor works from one minute until another."""
    return any(opens <= start and end <= closes for opens, closes in HOURS)
