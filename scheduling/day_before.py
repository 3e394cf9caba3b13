"""The day before: who comes, what is still missing of each, and what the fridge must give.

The first part is the desk's and says nothing clinical; the second is of doses, so for clinicians and managers alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clinic.lib.days import day_bounds, day_of
from clinic.locations.models import Location
from clinic.staff.models import User
from patients.closing import mark_closed
from patients.models import Intake
from scheduling.models import Appointment, AppointmentKind
from treatments.formulary_db import current_formulary
from treatments.fridge_needs import Need, needs_of, plans_in_use, without_consent
from treatments.models import Plan

MOST = 200
"""So many visits at most on one list."""


@dataclass(frozen=True, slots=True)
class Row:
    """One visit, and what is missing of it: intake, its reader (unread, read_first), consent, plan."""

    visit: Appointment
    starts: datetime
    lacks: tuple[str, ...]

    @property
    def is_confirmed(self) -> bool:
        """Whether the patient said that they come."""
        return self.visit.state != "booked"


@dataclass(frozen=True, slots=True)
class DayBefore:
    """The list of a day."""

    rows: Sequence[Row]
    needs: Sequence[Need]
    left_out: int

    @property
    def incomplete(self) -> int:
        """How many visits lack something."""
        return sum(bool(row.lacks) for row in self.rows)


def next_day(*, user: User, locations: Iterable[Location], now: datetime, zone: ZoneInfo) -> date:
    """Return the next day on which somebody comes, tomorrow where nobody does. One query."""
    tomorrow = day_of(now, zone) + timedelta(days=1)
    first = (
        Appointment.objects.visible_to(user)
        .not_over()
        .filter(location__in=list(locations), starts_at__gte=day_bounds(tomorrow, zone)[0])
        .order_by("starts_at")
        .values_list("starts_at", flat=True)
        .first()
    )
    return day_of(first, zone) if first else tomorrow


def day_before(*, user: User, locations: Iterable[Location], day: date, zone: ZoneInfo) -> DayBefore:
    """Return the list of a local day, by time. Six queries whatever the number of visits."""
    start, end = day_bounds(day, zone)
    rows: list[Appointment] = list(
        Appointment.objects.visible_to(user)
        .not_over()
        .filter(location__in=list(locations))
        .between(start, end)
        .select_related("patient", "clinician", "type", "location", "room", "follow_up")
        .order_by("starts_at", "id")
    )
    left_out, rows = max(0, len(rows) - MOST), rows[:MOST]
    mark_closed([row.patient for row in rows], user)
    forms = list(
        Intake.objects.answered()
        .filter(patient__in=[row.patient_id for row in rows])
        .exclude(state="cancelled")
        .order_by()
        .values_list("patient_id", "state", "to_assess", "is_grave")
    )
    filled = {patient for patient, *_rest in forms}
    unread = {
        patient: "read_first" if is_grave else "unread"
        for patient, state, to_assess, is_grave in sorted(forms, key=lambda form: form[-1])
        if state == "submitted" and to_assess
    }
    plans = _plans(rows)
    no_consent = without_consent([plan for row in rows for plan in plans[row.pk]], current_formulary())
    given = [(row.location_id, plan) for row in rows for plan in plans[row.pk]]

    def lacks(row: Appointment) -> tuple[str, ...]:
        found = []
        if row.type.needs_intake and row.patient_id not in filled:
            found.append("intake")
        if row.patient_id in unread:
            found.append(unread[row.patient_id])
        if any(plan.pk in no_consent for plan in plans[row.pk]):
            found.append("consent")
        if row.type.kind == AppointmentKind.INJECTION and not plans[row.pk] and not user.is_front_desk:
            found.append("plan")
        return tuple(found)

    return DayBefore(
        rows=[Row(row, row.starts_at.astimezone(zone), lacks(row)) for row in rows],
        needs=[] if user.is_front_desk else needs_of(given, day=day),
        left_out=left_out,
    )


def _plans(rows: Sequence[Appointment]) -> dict[int, list[Plan]]:
    """Return the plans that each visit (by pk) is for: its follow-up's own, else those in use; none with no needle."""
    found: dict[int, list[Plan]] = {row.pk: [] for row in rows}
    treated = [row for row in rows if row.type.kind == AppointmentKind.INJECTION]
    in_use = plans_in_use({row.patient_id for row in treated})
    for row in treated:
        theirs = in_use.get(row.patient_id, [])
        own = [plan for plan in theirs if row.follow_up and plan.pk == row.follow_up.plan_id]
        found[row.pk] = own or theirs
    return found
