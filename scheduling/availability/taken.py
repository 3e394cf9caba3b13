"""What is held between two instants: by clinicians anywhere, in the rooms of a location, by one patient."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from clinic.locations.models import Location
from scheduling.models import Appointment, HeldTime
from scheduling.slots import Span

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Held:
    """The spans held, by clinician's pk, by room's pk, and of the patient asked for."""

    clinicians: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    rooms: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    patient: list[Span] = field(default_factory=list)


def held_between(
    start: datetime,
    end: datetime,
    *,
    location: Location,
    people: Collection[int],
    now: datetime | None = None,
    moving: Appointment | None = None,
    patient_public_id: "UUID | None" = None,
) -> Held:
    """Return what visits hold, and times that are kept for who is choosing them online. `moving` is left out.

    A visit never clashes with itself so. What is kept counts until it has run out at `now`; where that is not said,
    until the sweep has ended it. Two queries, or three.
    """
    asked = Q(location=location) | Q(clinician__in=people)
    visits = Appointment.objects.holding_their_time().touching(start, end)
    if moving is not None:
        visits = visits.exclude(pk=moving.pk)
    held = Held()
    rows = visits.filter(asked).values_list("clinician_id", "room_id", "starts_at", "occupied_until")
    for clinician, room, starts_at, occupied_until in rows:
        span = Span(starts_at, occupied_until)
        held.clinicians[clinician].append(span)
        if room:
            held.rooms[room].append(span)
    if patient_public_id:
        theirs = visits.filter(patient__public_id=patient_public_id).values_list("starts_at", "ends_at")
        held.patient.extend(Span(starts_at, ends_at) for starts_at, ends_at in theirs)
    times = HeldTime.objects.kept() if now is None else HeldTime.objects.live(now)
    kept = times.overlapping(start, end).filter(asked)
    for clinician, room, starts_at, until in kept.values_list("clinician_id", "room_id", "starts_at", "occupied_until"):
        held.clinicians[clinician].append(Span(starts_at, until))
        if room:
            held.rooms[room].append(Span(starts_at, until))
    return held
