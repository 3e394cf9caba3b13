"""F17. Thirty-two desks press at once, each for something that only one of them can have."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from clinic.lib.days import day_bounds
from clinic.locations.models import Room
from clinic.staff.models import User
from patients.models import Patient
from scheduling import booking
from scheduling.models import Appointment, SlotOffer
from scheduling.waiting import offering
from tests.faults.harness.desk import Answer, Desk, Press
from tests.faults.harness.invariants import Account
from tests.outbox.owner import as_owner
from tests.scheduling.made import another_doctor
from tests.scheduling.waiting_made import token, waits

DESKS: Final = 32
ANSWERS: Final = {200, 302, 409, 410}
"""Done, by a patient or at the desk; taken meanwhile; a link that is over."""


@dataclass(frozen=True)
class Race:
    """What all press, and the day that only one of them may have."""

    day: date
    presses: list[Press]


@dataclass(frozen=True)
class Told:
    """What the presses were answered, and how many visits hold their time that day."""

    answers: list[Answer]
    hold: int

    @property
    def account(self) -> Account:
        """The one visit that is owed; an answer that is no answer is a report of what is not so."""
        errors = sum(answer.status not in ANSWERS for answer in self.answers)
        return Account(owed=1, missing=self.hold == 0, twice=self.hold > 1, contradicted=errors)


def one_time(desk: Desk, *clocks: str) -> Race:
    """One doctor, one time; or, with two clocks, times that only overlap."""
    day, clocks = desk.free_day(), clocks or ("10:30",)
    return Race(
        day,
        [booking_of(desk, desk.patient(), day, clocks[number % len(clocks)], reason=f"Note {number}")
         for number in range(DESKS)],
    )  # fmt: skip


def overlapping_times(desk: Desk) -> Race:
    """Half past ten and a quarter to eleven, of half an hour each."""
    return one_time(desk, "10:30", "10:45")


def one_room(desk: Desk) -> Race:
    """A doctor and a patient each, and one room."""
    day, room = desk.free_day(), desk.here.rooms[0]
    return Race(day, [booking_of(desk, desk.patient(), day, doctor=doctor, room=room) for doctor in doctors(desk)])


def one_patient(desk: Desk) -> Race:
    """A doctor each, and one patient."""
    day, patient = desk.free_day(), desk.patient()
    return Race(day, [booking_of(desk, patient, day, doctor=doctor) for doctor in doctors(desk)])


def cancelled_and_new(desk: Desk) -> Race:
    """Sixteen cancelled visits to be un-cancelled, and sixteen new ones, of one doctor's time."""
    here, day, now = desk.here, desk.free_day(), timezone.now()
    slot = here.slot("10:30", day, room=None)
    taken_back = []
    for _number in range(DESKS // 2):
        visit = booking.book(patient=desk.patient(), slot=slot, by=here.desk, now=now)
        booking.cancel(appointment=visit, reason="Travels", by=here.desk, now=now)
        taken_back.append(Press(f"/visits/{visit.public_id}/undo/cancelled/", {}))
    anew = [booking_of(desk, desk.patient(), day) for _number in range(DESKS // 2)]
    return Race(day, [press for pair in zip(taken_back, anew, strict=True) for press in pair])


def freed_time(desk: Desk) -> Race:
    """A time that came free, pressed by all of the waiting list who were asked, and by desks for others."""
    here, day, now = desk.here, desk.free_day(), timezone.now()
    for _number in range(offering.AT_ONCE):
        waits(here, patient=desk.patient(), now=now, first_on=day, until_on=day)
    visit = booking.book(patient=desk.patient(), slot=here.slot("10:30", day), by=here.desk, now=now)
    booking.cancel(appointment=visit, reason="Travels", by=here.desk, now=now)
    offering.sweep(now)
    offers = SlotOffer.objects.open().filter(entry__first_on=day).select_related("entry__patient")
    asked = [Press(f"/o/{token(offer, now=now)}/", {"answer": "take"}) for offer in offers]
    assert len(asked) == offering.AT_ONCE
    anew = [booking_of(desk, desk.patient(), day) for _number in range(DESKS - len(asked))]
    return Race(day, [*anew[::2], *asked, *anew[1::2]])


def run(desk: Desk, race: Race) -> Told:
    """Let them all press, and count."""
    answers = desk.send_at_once(race.presses)
    start, end = day_bounds(race.day, desk.here.location.zone)
    return Told(answers, Appointment.objects.holding_their_time().between(start, end).count())


GUARDED_BY: Final[dict[str, tuple[Callable[[Desk], Race], str]]] = {
    "one time": (one_time, "appointment_clinician_free"),
    "overlapping times": (overlapping_times, "appointment_clinician_free"),
    "one room": (one_room, "appointment_room_free"),
    "one patient": (one_patient, "appointment_patient_free"),
    "cancelled and new": (cancelled_and_new, "appointment_clinician_free"),
    "freed time": (freed_time, "appointment_clinician_free"),
}


@contextmanager
def without(name: str, desk: Desk) -> Iterator[None]:
    """Let the table do without a constraint for a while; whoever got in beside another is cancelled afterwards."""
    constraints = Appointment._meta.constraints  # noqa: SLF001 - Django's documented meta API
    constraint = next(one for one in constraints if one.name == name)
    with as_owner(), connection.schema_editor() as editor:
        editor.remove_constraint(Appointment, constraint)
    try:
        yield
    finally:
        held = Appointment.objects.holding_their_time().filter(location=desk.here.location)
        held.update(state="cancelled", ended_at=timezone.now(), ended_reason="Control")
        with as_owner(), connection.schema_editor() as editor:
            editor.add_constraint(Appointment, constraint)


def booking_of(
    desk: Desk,
    patient: Patient,
    day: date,
    clock: str = "10:30",
    *,
    doctor: User | None = None,
    room: Room | None = None,
    reason: str = "",
) -> Press:
    """The booking button of one desk: a press of its own."""
    with_whom = (doctor or desk.here.doctor).public_id
    slot = f"{desk.here.at(clock, day).isoformat()}|{with_whom}|{room.public_id if room else ''}"
    facts = {"slot": slot, "clinician": str(with_whom), "day": day.isoformat(), "reason": reason}
    return Press(
        f"/book/?patient={patient.public_id}",
        {"pressed": str(uuid4()), "type": str(desk.here.consultation.public_id), **facts},
    )


def doctors(desk: Desk) -> list[User]:
    """As many who treat as there are desks; the first time they are asked for they are made."""
    known = list(User.objects.filter(role="clinician", locations=desk.here.location).order_by("pk")[:DESKS])
    return known + [another_doctor(desk.here, f"Dr {number}") for number in range(len(known), DESKS)]
