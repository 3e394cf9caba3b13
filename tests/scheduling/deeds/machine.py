"""The deeds of the calendar in any order, each beside what it must come to; after each, the table beside the model."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from clinic.audit.models import Entry
from clinic.outbox.models import Letter
from patients.models import Patient
from scheduling import availability, booking
from scheduling.booking import Leave, Slot
from scheduling.errors import Refusal
from scheduling.models import Appointment, AppointmentType
from tests.scheduling.deeds.expected import CANCELLED_SINCE, OTHER_PRESS, TAKEN_BACK, Expected, Visit, Wanted
from tests.scheduling.made import TUESDAY, Clinic, another_doctor, clinic, someone

STEPS: dict[str, Callable[..., Appointment]] = {
    "confirmed": booking.confirm,
    "arrived": booking.check_in,
    "in_room": booking.to_room,
    "completed": booking.complete,
    "left": booking.mark_left,
    "no_show": booking.mark_no_show,
}
PATIENTS, DOCTORS, ROOMS = 3, 3, 2
KINDS = ((30, 15), (15, 0), (45, 5))
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


class Deeds(RuleBasedStateMachine):
    """One clinic's day. Each run is a savepoint that is taken back at its end."""

    here: ClassVar[Clinic]
    doctors: ClassVar[list[Any]]
    patients: ClassVar[list[Patient]]
    kinds: ClassVar[list[AppointmentType]]
    done: ClassVar[Counter[tuple[str, str]]]

    def __init__(self) -> None:
        super().__init__()
        self._savepoint = transaction.atomic()
        self._savepoint.__enter__()
        self.expected = Expected()
        self.rows: dict[int, Appointment] = {}
        self.pressed: dict[int, tuple[int, Wanted, str]] = {}
        self.deeds = 0

    def teardown(self) -> None:
        """What letters and trail say agrees with the table too; then nothing of it has been."""
        try:
            self._letters_and_trail_agree()
        finally:
            transaction.set_rollback(True)
            self._savepoint.__exit__(None, None, None)

    # --- what is done -------------------------------------------------------------------------------------------------

    @initialize()
    def opens(self) -> None:
        """A morning with nobody in it."""

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

    @rule(minutes=st.sampled_from([1, 5, 5, 10]))
    def wait(self, minutes: int) -> None:
        """Time passes."""
        self.expected.now += minutes

    # --- what must hold -----------------------------------------------------------------------------------------------

    @invariant()
    def table_and_model_agree(self) -> None:
        """Every row is as the model says, and no two that hold a time share it."""
        stored = {row.pk: row for row in Appointment.objects.filter(pk__in=[row.pk for row in self.rows.values()])}
        assert {number: self._as_visit(stored[row.pk]) for number, row in self.rows.items()} == self.expected.visits
        assert Appointment.objects.count() == len(self.rows)
        for number, visit in self.expected.visits.items():
            if visit.holds:
                assert self.expected.clashes(visit.patient, visit.wanted, but=number) == set()

    def _letters_and_trail_agree(self) -> None:
        numbers = {row.public_id: number for number, row in self.rows.items()}
        waiting = Letter.objects.filter(about_public_id__in=numbers, state="queued")
        told = {numbers[letter.about_public_id] for letter in waiting}
        for number, visit in self.expected.visits.items():
            if visit.state == "cancelled":
                assert number not in told
        assert Entry.objects.filter(thing_public_id__in=numbers).count() == self.deeds

    # --- how ----------------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The clock."""
        return self._instant(self.expected.now)

    def _book(self, patient: int, wish: Wanted, kind: int, deed: str) -> set[str]:
        wanted, number = self._timed(wish, kind), len(self.rows)
        against = self.expected.against(patient, wanted)
        visit = self._try(
            deed,
            against,
            booking.book,
            patient=self.patients[patient],
            slot=self._slot(wanted, kind),
            leave=self._leave(wanted),
            pressed=f"press {number}",
        )
        if visit is not None:
            self.rows[number] = visit
            self.pressed[number] = (patient, wanted, str(kind))
            self.expected.visits[number] = Visit(patient, wanted)
        return against

    def _move(self, number: int, wanted: Wanted, *, seen: int, is_stale: bool) -> None:
        against = self.expected.move(number, wanted, is_stale=is_stale)
        self._try(
            "move",
            against,
            booking.move,
            appointment=self.rows[number],
            slot=self._slot(wanted, self.kinds.index(self.rows[number].type)),
            seen_version=seen,
            leave=self._leave(wanted),
        )
        if not against:
            self.expected.moved(number, wanted)

    def _try(self, name: str, against: set[str], deed: Callable[..., Appointment], **facts: Any) -> Appointment | None:
        """Do it: refused for one of the reasons that hold, and not refused where none does."""
        try:
            visit = deed(**facts, by=self.here.desk, now=self.now)
        except Refusal as refusal:
            said = f"{type(refusal).__name__} {getattr(refusal, 'what', '')}".strip()
            assert said in against, (name, said, against)
            self.done[name, said] += 1
            return None
        assert against == set(), name
        self.done[name, "done"] += 1
        self.deeds += 1
        self.rows.update({number: visit for number, row in self.rows.items() if row == visit})
        return visit

    def _one_of(self, these: dict[int, Any], which: int) -> int:
        return sorted(these)[which % len(these)]

    def _version(self, number: int) -> int:
        return int(Appointment.objects.values_list("version", flat=True).get(pk=self.rows[number].pk))

    def _timed(self, wish: Wanted, kind: int) -> Wanted:
        minutes, buffer = KINDS[kind]
        return replace(wish, minutes=minutes, buffer=buffer)

    def _slot(self, wanted: Wanted, kind: int) -> Slot:
        return Slot(
            clinician=self.doctors[wanted.doctor],
            location=self.here.location,
            room=None if wanted.room is None else self.here.rooms[wanted.room],
            type=self.kinds[kind],
            starts_at=self._instant(wanted.start),
        )

    def _leave(self, wanted: Wanted) -> Leave:
        return Leave(overbook_reason="Pain crisis" if wanted.is_overbooked else "")

    def _as_visit(self, row: Appointment) -> Visit:
        start, end, until = map(self._minute, (row.starts_at, row.ends_at, row.occupied_until))
        doctors, rooms = [one.pk for one in self.doctors], [one.pk for one in self.here.rooms]
        return Visit(
            [one.pk for one in self.patients].index(row.patient_id),
            Wanted(
                doctors.index(row.clinician_id),
                None if row.room_id is None else rooms.index(row.room_id),
                start,
                end - start,
                until - end,
                row.is_overbooked,
            ),
            row.state,
            row.sequence,
        )

    def _instant(self, minute: int) -> datetime:
        return self.here.at("00:00") + timedelta(minutes=minute)

    def _minute(self, instant: datetime) -> int:
        return int((instant - self.here.at("00:00")).total_seconds()) // 60


def deeds_of_a_clinic(done: Counter[tuple[str, str]]) -> type[Deeds]:
    """The machine with a clinic to play in, made once; what is done is counted."""
    here = clinic()
    kinds = [
        AppointmentType.objects.create(
            name=f"Kind {number}", public_name="Visit", kind="review", minutes=minutes, after_buffer_minutes=buffer
        )
        for number, (minutes, buffer) in enumerate(KINDS)
    ]
    facts = {
        "here": here,
        "doctors": [here.doctor, *(another_doctor(here, f"Dr {number}") for number in range(1, DOCTORS))],
        "patients": [someone() for _number in range(PATIENTS)],
        "kinds": kinds,
        "done": done,
    }
    return type("Deeds", (Deeds,), facts)
