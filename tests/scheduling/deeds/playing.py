"""A clinic's day to do deeds in, and what must hold after each of them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine, invariant

from clinic.audit.models import Entry
from clinic.outbox.models import Letter
from patients.models import Patient
from scheduling import booking
from scheduling.booking import Leave, Slot
from scheduling.errors import Refusal
from scheduling.models import Absence, Appointment, AppointmentType, HeldTime
from tests.scheduling.deeds.expected import Expected, Hold, Visit, Wanted
from tests.scheduling.made import TUESDAY, Clinic, another_doctor, clinic, someone

PATIENTS, DOCTORS, ROOMS = 3, 3, 2
KINDS = ((30, 15), (15, 0), (45, 5))
"""Minutes of a visit, and of tidying up after it."""


class Playing(RuleBasedStateMachine):
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
        self.leaves: list[Absence] = []
        self.held: dict[int, HeldTime] = {}
        self.pressed: dict[int, tuple[int, Wanted, str]] = {}
        self.deeds = 0

    def teardown(self) -> None:
        """What letters and trail say agrees with the table too; then nothing of it has been."""
        try:
            self._letters_and_trail_agree()
        finally:
            transaction.set_rollback(True)
            self._savepoint.__exit__(None, None, None)

    @invariant()
    def table_and_model_agree(self) -> None:
        """Every row is as the model says, and no two that hold a time share it."""
        stored = {row.pk: row for row in Appointment.objects.filter(pk__in=[row.pk for row in self.rows.values()])}
        assert {number: self._as_visit(stored[row.pk]) for number, row in self.rows.items()} == self.expected.visits
        assert Appointment.objects.count() == len(self.rows)
        kept = HeldTime.objects.filter(ended_at__isnull=True, until__gt=self.now).values_list("pk", flat=True)
        assert set(kept) == {number for number, hold in self.expected.holds.items() if hold.expires > self.expected.now}
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

    @property
    def now(self) -> datetime:
        """The clock."""
        return self._instant(self.expected.now)

    def _hold(self, wanted: Wanted, kind: int) -> None:
        against = self.expected.hold(wanted)
        try:
            held = booking.hold(slot=self._slot(wanted, kind), now=self.now)
        except Refusal as refusal:
            self._refused("hold", against, refusal)
            return
        assert against == set()
        self.done["hold", "done"] += 1
        self.held[held.pk], self.expected.holds[held.pk] = held, Hold(wanted, self.expected.now + 10)

    def _comes_back(self, number: int, hold: Hold, held: HeldTime, *, where: bool) -> None:
        """A hold whose visit was refused counts on, as if nobody had asked."""
        if where:
            self.held[number], self.expected.holds[number] = held, hold

    def _book(self, patient: int, wish: Wanted, kind: int, deed: str, *, held: HeldTime | None = None) -> set[str]:
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
            held=held,
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
            self._refused(name, against, refusal)
            return None
        assert against == set(), name
        self.done[name, "done"] += 1
        self.deeds += 1
        self.rows.update({number: visit for number, row in self.rows.items() if row == visit})
        return visit

    def _refused(self, name: str, against: set[str], refusal: Refusal) -> None:
        said = f"{type(refusal).__name__} {getattr(refusal, 'what', '')}".strip()
        assert said in against, (name, said, against)
        self.done[name, said] += 1

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

    def _take_leave(self, doctor: int, start: int, end: int) -> None:
        self.leaves.append(
            Absence.objects.create(
                clinician=self.doctors[doctor],
                first_on=TUESDAY,
                last_on=TUESDAY,
                starts=time(start),
                ends=time(end),
                reason="Ill",
                entered_by=self.here.desk,
                entered_at=self.now,
            )
        )
        self.expected.away.append((doctor, start * 60, end * 60))

    def _come_after_all(self) -> None:
        Absence.objects.filter(pk=self.leaves.pop().pk).update(taken_back_at=self.now)
        self.expected.away.pop()


def a_clinic(done: Counter[tuple[str, str]]) -> dict[str, Any]:
    """A clinic to play in, made once, and where what is done is counted: what the class of a machine is given."""
    here = clinic()
    kinds = [
        AppointmentType.objects.create(
            name=f"Kind {number}", public_name="Visit", kind="review", minutes=minutes, after_buffer_minutes=buffer
        )
        for number, (minutes, buffer) in enumerate(KINDS)
    ]
    return {
        "here": here,
        "doctors": [here.doctor, *(another_doctor(here, f"Dr {number}") for number in range(1, DOCTORS))],
        "patients": [someone() for _number in range(PATIENTS)],
        "kinds": kinds,
        "done": done,
    }
