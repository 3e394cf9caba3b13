"""The deeds of the calendar in any order, each beside what it must come to."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from scheduling import availability, booking
from scheduling.models import Appointment
from tests.scheduling.deeds.expected import CANCELLED_SINCE, OTHER_PRESS, TAKEN_BACK, Wanted
from tests.scheduling.deeds.playing import DOCTORS, KINDS, PATIENTS, ROOMS, Playing, a_clinic
from tests.scheduling.made import TUESDAY

STEPS: dict[str, Callable[..., Appointment]] = {
    "confirmed": booking.confirm,
    "arrived": booking.check_in,
    "in_room": booking.to_room,
    "completed": booking.complete,
    "left": booking.mark_left,
    "no_show": booking.mark_no_show,
}
FIRST, LEAVES = 8, 2
HOURS_AWAY = ((10, 11), (11, 13), (17, 18))
WAITS = (1, 5, 5, 10)
numbers = st.integers(0, 2**16)
wishes = st.builds(
    Wanted,
    doctor=st.integers(0, DOCTORS - 1),
    room=st.sampled_from([None, None, 0, 1]),
    start=st.sampled_from([*range(600, 700, 10), 615, 665, 770, 800, 1020, 1185]),
    minutes=st.just(0),
    buffer=st.just(0),
    is_overbooked=st.sampled_from([False, False, False, True]),
)


class Deeds(Playing):
    """What may be done."""

    @initialize(first=st.lists(st.tuples(st.integers(0, PATIENTS - 1), wishes), min_size=FIRST, max_size=FIRST))
    def opens(self, first: list[tuple[int, Wanted]]) -> None:
        """A morning for which some asked already."""
        for number, (patient, wish) in enumerate(first):
            self._book(patient, wish, number % len(KINDS), "book")

    @rule(patient=st.integers(0, PATIENTS - 1), wish=wishes, kind=st.integers(0, len(KINDS) - 1))
    def book(self, patient: int, wish: Wanted, kind: int) -> None:
        """Book, or be told why not."""
        self._book(patient, wish, kind, "book")

    @rule(patient=st.integers(0, PATIENTS - 1), doctor=st.integers(0, DOCTORS - 1), kind=st.sampled_from([0, 1, 2]),
          which=numbers)  # fmt: skip
    def book_a_free_time(self, patient: int, doctor: int, kind: int, which: int) -> None:
        """Whatever is offered as free is as free as the model says, and can be booked."""
        offered = availability.free_times(
            location=self.here.location,
            kind=self.kinds[kind],
            clinicians=[self.doctors[doctor]],
            first=TUESDAY,
            last=TUESDAY,
            now=self.now,
            patient_public_id=self.patients[patient].public_id,
        )
        times = {self._minute(free.starts_at): free for free in offered}
        assert set(times) == self.expected.free(doctor, KINDS[kind], patient=patient, rooms=ROOMS)
        if times:
            start = sorted(times)[which % len(times)]
            room = next(number for number, room in enumerate(self.here.rooms) if room == times[start].room)
            assert self._book(patient, Wanted(doctor, room, start, 0, 0), kind, "book a free time") == set()

    @precondition(lambda self: self.pressed)
    @rule(which=numbers, words=st.sampled_from(["", "", "changed"]))
    def press_again(self, which: int, words: str) -> None:
        """The same press is the same visit, wherever that stands now; with other words, or of nothing, it is not."""
        number = self._one_of(self.pressed, which)
        patient, wanted, kind = self.pressed[number]
        state = self.expected.visits[number].state
        against = {OTHER_PRESS} if words else {CANCELLED_SINCE} if state == "cancelled" else set()
        visit = self._try(
            "press again",
            against,
            booking.book,
            patient=self.patients[patient],
            slot=self._slot(wanted, int(kind)),
            leave=self._leave(wanted),
            reason=words,
            pressed=f"press {number}",
        )
        assert against or visit == self.rows[number]
        self.deeds -= not against  # nothing was done

    @precondition(lambda self: self.rows)
    @rule(which=numbers, wish=wishes, is_stale=st.sampled_from([False, False, False, True]))
    def move(self, which: int, wish: Wanted, is_stale: bool) -> None:
        """Move, from a page as it is or one from before."""
        number = self._one_of(self.rows, which)
        was = self.expected.visits[number].wanted
        wanted = replace(wish, minutes=was.minutes, buffer=was.buffer)  # stretched, it keeps its length
        self._move(number, wanted, seen=self._version(number) - 2 * is_stale, is_stale=is_stale)

    @precondition(lambda self: self.rows)
    @rule(which=numbers, later=st.sampled_from([-15, -5, 5, 15]))
    def move_a_little(self, which: int, later: int) -> None:
        """Move so little that it overlaps where it was: it never clashes with itself."""
        number = self._one_of(self.rows, which)
        was = self.expected.visits[number].wanted
        self._move(number, replace(was, start=was.start + later), seen=self._version(number), is_stale=False)

    @precondition(lambda self: self.rows)
    @rule(which=numbers, minutes=st.sampled_from([4, 5, 20, 35, 50, 65, 481]))
    def stretch(self, which: int, minutes: int) -> None:
        """Make it longer or shorter."""
        number = self._one_of(self.rows, which)
        against = self.expected.stretch(number, minutes)
        self._try(
            "stretch",
            against,
            booking.stretch,
            appointment=self.rows[number],
            minutes=minutes,
            seen_version=self._version(number),
        )
        if not against:
            self.expected.stretched(number, minutes)

    @precondition(lambda self: self.rows)
    @rule(which=numbers)
    def put_back(self, which: int) -> None:
        """Take back a move or a stretch, if that was the last thing done."""
        number = self._one_of(self.rows, which)
        against = self.expected.put_back(number)
        self._try(
            "put back",
            against,
            booking.put_back,
            appointment=self.rows[number],
            seen_version=self._version(number),
        )
        if not against:
            self.expected.was_put_back(number)

    @precondition(lambda self: self.rows)
    @rule(which=numbers)
    def cancel(self, which: int) -> None:
        """Cancel: the time is free at once."""
        number = self._one_of(self.rows, which)
        against = self.expected.step(number, "cancelled")
        self._try("cancel", against, booking.cancel, appointment=self.rows[number], reason="Travels")
        if not against:
            self.expected.came_to(number, "cancelled")

    @precondition(lambda self: self.rows)
    @rule(which=numbers, state=st.sampled_from(sorted(STEPS)))
    def step(self, which: int, state: str) -> None:
        """Any step, whether it may follow or not."""
        number = self._one_of(self.rows, which)
        against = self.expected.step(number, state)
        self._try(f"to {state}", against, STEPS[state], appointment=self.rows[number])
        if not against:
            self.expected.came_to(number, state)

    @precondition(lambda self: self.rows)
    @rule(which=numbers, other=st.sampled_from([None, None, None, *TAKEN_BACK]))
    def undo(self, which: int, other: str | None) -> None:
        """Take back what was done last, or what a page from before thinks was."""
        number = self._one_of(self.rows, which)
        visit = self.expected.visits[number]
        state = other or (visit.state if visit.state in TAKEN_BACK else "cancelled")
        against = self.expected.undo(number, state)
        self._try(f"undo {state}", against, booking.undo, appointment=self.rows[number], from_state=state)
        if not against:
            self.expected.came_to(number, TAKEN_BACK[state])

    @rule(wish=wishes, kind=st.integers(0, len(KINDS) - 1))
    def hold(self, wish: Wanted, kind: int) -> None:
        """Somebody chooses a time online: it is kept for ten minutes."""
        wanted = self._timed(replace(wish, is_overbooked=False), kind)
        self._hold(wanted, kind)

    @precondition(lambda self: self.held)
    @rule(which=numbers, patient=st.integers(0, PATIENTS - 1), is_booked=st.booleans())
    def end_a_hold(self, which: int, patient: int, is_booked: bool) -> None:
        """The time that was kept is booked, or let go."""
        number = self._one_of(self.held, which)
        held = self.held.pop(number)
        hold = self.expected.holds.pop(number)
        if is_booked:
            against = self._book(patient, hold.wanted, self.kinds.index(held.type), "book what is kept", held=held)
            self._comes_back(number, hold, held, where=bool(against))
        else:
            booking.let_go(held=held, now=self.now)
            self.done["let go", "done"] += 1

    @rule(what=st.sampled_from(["wait", "wait", "leave", "back"]), doctor=st.integers(0, DOCTORS - 1), hour=numbers)
    def meanwhile(self, what: str, doctor: int, hour: int) -> None:
        """Time passes; or a clinician is away suddenly, or comes after all: what is booked stays."""
        if what == "leave" and len(self.leaves) < LEAVES:
            self._take_leave(doctor, *HOURS_AWAY[hour % len(HOURS_AWAY)])
        elif what == "back" and self.leaves:
            self._come_after_all()
        else:
            self.expected.now += WAITS[hour % len(WAITS)]


def deeds_of_a_clinic(done: Counter[tuple[str, str]]) -> type[Deeds]:
    """The machine with a clinic to play in; what is done is counted."""
    return type("Deeds", (Deeds,), a_clinic(done))
