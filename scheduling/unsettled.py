"""Visits to come that cannot take place as booked: who moves or cancels them is told here, with why."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from clinic.lib.days import day_of
from clinic.staff.models import User
from scheduling import availability
from scheduling.availability import FreeTime
from scheduling.models import Appointment
from scheduling.reasons import sentence
from scheduling.standing import ENDED_BY_A_PERSON, TOO_EARLY

AT_MOST = 20
DAYS_LOOKED_AT = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A visit, why it cannot stay as it is, and the first free permitted time where it is to be moved."""

    visit: Appointment
    reason: str
    first_free: FreeTime | None

    @property
    def why(self) -> str:
        """The reason in a sentence."""
        return sentence(self.reason)

    @property
    def is_to_move(self) -> bool:
        """Whether it is moved; else it is cancelled."""
        return self.reason == TOO_EARLY


def visits_to_settle(*, user: User, now: datetime) -> list[Unsettled]:
    """Return the next visits that a person must move or cancel. At most six queries a place and kind of visit."""
    rows = list(
        Appointment.objects.visible_to(user)
        .upcoming(now)
        .filter(
            Q(patient__deceased_on__isnull=False)
            | Q(patient__restricted_at__isnull=False)
            | Q(patient__merged_into__isnull=False)
            | Q(follow_up__reason=TOO_EARLY)
            | Q(follow_up__state__in=("closed", *ENDED_BY_A_PERSON))
        )
        .select_related("patient", "clinician", "location", "type", "follow_up")
        .order_by("starts_at", "id")[:AT_MOST]
    )
    early = [row for row in rows if _reason(row) == TOO_EARLY]
    free = _first_free(early, now=now)
    return [Unsettled(row, _reason(row), free.get(row.pk)) for row in rows]


def _reason(visit: Appointment) -> str:
    if visit.patient.deceased_on is not None:
        return "deceased"
    if visit.patient.restricted_at is not None:
        return "restricted"
    if visit.patient.merged_into_id is not None:
        return "merged_away"
    return visit.follow_up.reason if visit.follow_up else ""


def _first_free(visits: Iterable[Appointment], *, now: datetime) -> dict[int, FreeTime]:
    """Return for each visit the first free time with its clinician from its earliest permitted day."""
    alike: dict[tuple[int, int], list[Appointment]] = defaultdict(list)
    for visit in visits:
        alike[visit.location_id, visit.type_id].append(visit)
    found: dict[int, FreeTime] = {}
    for rows in alike.values():
        location, days = rows[0].location, [row.follow_up.earliest_on for row in rows if row.follow_up]
        people = {row.clinician_id: row.clinician for row in rows}
        times = availability.free_times(
            location=location,
            kind=rows[0].type,
            clinicians=people.values(),
            first=min(days),
            last=max(days) + DAYS_LOOKED_AT,
            now=now,
        )
        for row in rows:
            permitted = (
                one
                for one in times
                if row.follow_up
                and one.clinician == row.clinician
                and day_of(one.starts_at, location.zone) >= row.follow_up.earliest_on
            )
            if (first := next(permitted, None)) is not None:
                found[row.pk] = first
    return found
