"""What the clinic's policies say: which letters a follow-up owes and when, which letters go around a visit.

Read anew for each deed, nothing is kept between them. A deed that owes letters by a policy calls `hold_still` first: a
change waits until that deed has committed, so its own pass over the rows sees what was planned by the old policy.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection

from clinic.lib.days import day_of
from clinic.lib.db import sent_ahead
from clinic.locations.models import Closure, Location
from scheduling import timing
from scheduling.models import (
    Appointment,
    AppointmentKind,
    AppointmentType,
    FollowUp,
    FollowUpStep,
    StepState,
    VisitPolicy,
)
from scheduling.models.policy import FollowUpPolicy
from scheduling.timing import Place, Planned, Schedule, StepRule
from treatments.formulary_db import current_formulary
from treatments.models import InjectionSession

FOR_ALL = ""
"""The key of the policy of all conditions that have none of their own."""
ONE_CHANGE = 4_800_048
"""The advisory lock that a change of policy takes for itself, and deeds that read policies share."""
SHARED: Final = "SELECT pg_advisory_xact_lock_shared(%s)"
NUDGE_DAYS = 2
PUT_OFF_AT_MOST = timedelta(days=31)
"""So long a place may be closed in one go: a letter of the first of those days goes after the last."""
OFF, CHANGES, CLOSED_DAY = "policy_off", "plan_changes", "closed_day"
"""Why a letter does not go, or not yet, by policy (`scheduling.reasons`)."""


@dataclass(frozen=True, slots=True)
class VisitRules:
    """The letters around visits of one type."""

    reminder_days_before: tuple[int, ...]
    nudge_days_before: int | None
    sends_aftercare: bool
    asks_check_ins: bool


WITHOUT_A_VISIT = VisitRules(reminder_days_before=(), nudge_days_before=None, sends_aftercare=True, asks_check_ins=True)
"""What holds after a session in a clinic that books no visits."""


@dataclass(frozen=True, slots=True)
class Policies:
    """The schedules in force by condition, with the catalogue's own number of days."""

    schedules: dict[str, Schedule]
    lead_days: int

    def of(self, condition: str) -> Schedule:
        """Return the steps of a condition: its own, those for all, or the house's."""
        found = self.schedules.get(condition) or self.schedules.get(FOR_ALL)
        return found or timing.schedule_of_the_house(self.lead_days)


def hold_still() -> None:
    """Keep the policies as they are until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(SHARED, [ONE_CHANGE])


def for_change() -> None:
    """Be the only one who changes policies until this transaction ends, and wait for who reads them in a deed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_CHANGE])


def in_force() -> Policies:
    """Return the schedules in force, for three queries."""
    schedules: dict[str, list[StepRule]] = {}
    policies = {row.pk: row for row in FollowUpPolicy.objects.filter(is_in_use=True)}
    for step in FollowUpStep.objects.filter(policy__in=policies, state=StepState.ON):
        schedules.setdefault(policies[step.policy_id].condition_key, []).append(StepRule(step.number, step.days))
    return Policies(
        schedules={
            row.condition_key: Schedule(tuple(schedules.get(row.condition_key, ())), row.call_after_days)
            for row in policies.values()
        },
        lead_days=current_formulary().rules.effect.reminder_days_before_booking,
    )


def with_their_own() -> list[str]:
    """Return the conditions that have a policy of their own, in use. One query."""
    own = FollowUpPolicy.objects.filter(is_in_use=True).exclude(condition_key=FOR_ALL)
    return list(own.values_list("condition_key", flat=True))


def places(locations: Iterable[Location], *, now: datetime) -> dict[int, Place]:
    """Return what counts for letters at these locations, closures that may put off one of today among it. One query."""
    closures: dict[int, set[date]] = {}
    rows = list(locations)
    earliest = min((day_of(now, row.zone) for row in rows), default=now.date())
    for closure in Closure.objects.filter(location__in=rows, on__gte=earliest - PUT_OFF_AT_MOST):
        closures.setdefault(closure.location_id, set()).add(closure.on)
    return {
        row.pk: Place(row.zone, row.mail_from, frozenset(row.closed_weekdays), frozenset(closures.get(row.pk, ())))
        for row in rows
    }


def follow_up_steps(follow_up: FollowUp, *, now: datetime, waiting: Collection[int] = ()) -> Planned:
    """Return the letters of a follow-up by the policy in force, and from when a person calls.

    `waiting` are the steps whose letters wait unsent: they go today rather than never where their day has gone by.
    """
    hold_still()
    policies = in_force()
    place = places([follow_up.location], now=now)[follow_up.location_id]
    return timing.plan(
        policies.of(follow_up.plan.condition.key),
        reminder_on=follow_up.reminder_on,
        book_by_on=follow_up.book_by_on,
        lead_days=policies.lead_days,
        now=now,
        place=place,
        waiting=waiting,
    )


def visit_policy(appointment_type: AppointmentType) -> VisitRules:
    """Return the letters around visits of a type: as the clinic set them, or the house's."""
    row = VisitPolicy.objects.filter(appointment_type=appointment_type).first()
    return rules_of(row) if row else house_rules(appointment_type)


def held_visit_policy(appointment_type: AppointmentType) -> VisitRules:
    """Return the same, kept as it is until this transaction ends (`hold_still`)."""
    with sent_ahead(SHARED, [ONE_CHANGE]):
        return visit_policy(appointment_type)


def around_session(session: InjectionSession) -> VisitRules:
    """Return the letters after a session: by the visit it was given in, as after an injection where there was none."""
    visit = Appointment.objects.filter(session=session).select_related("type").first()
    injections = AppointmentType.objects.filter(is_active=True, kind=AppointmentKind.INJECTION)
    kind = visit.type if visit else injections.first()
    return visit_policy(kind) if kind else WITHOUT_A_VISIT


def rules_of(row: VisitPolicy) -> VisitRules:
    """Return a policy as rules, the reminder furthest from the visit first."""
    return VisitRules(
        reminder_days_before=tuple(sorted(row.reminder_days_before, reverse=True)),
        nudge_days_before=row.nudge_days_before,
        sends_aftercare=row.sends_aftercare,
        asks_check_ins=row.asks_check_ins,
    )


def house_rules(appointment_type: AppointmentType) -> VisitRules:
    """Return what holds for a type nobody set a policy for. What comes after a session asks only that there is one."""
    return VisitRules(
        reminder_days_before=timing.REMINDER_DAYS,
        nudge_days_before=NUDGE_DAYS if appointment_type.needs_intake else None,
        sends_aftercare=True,
        asks_check_ins=True,
    )
