"""Change when letters go: for follow-ups of a condition or of all, and around visits of a type.

Each deed waits until nobody reads policies in a deed of their own, writes the rows and the trail, and puts the change
on its way (`replanning`): letters owed already follow in batches, what has gone stays.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max

from clinic.audit.trail import record
from clinic.staff.models import User
from scheduling import policies, replanning
from scheduling.errors import PolicyChangedMeanwhile
from scheduling.models import (
    AppointmentType,
    FollowUpPolicy,
    FollowUpStep,
    ReplannedThing,
    Replanning,
    StepState,
    VisitPolicy,
)
from scheduling.policies import FOR_ALL, Policies, VisitRules
from scheduling.timing import Schedule, StepRule

FIRST_NEW = 4
"""The steps of the house are 1 to 3 in every policy; each further one has a number of its own."""


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A step as a page sent it: its number (none for a new one), its day, whether it is on."""

    number: int | None
    days: int
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """A policy of follow-ups as a page sent it. Steps it does not name are removed."""

    steps: tuple[StepDraft, ...]
    call_after_days: int
    is_in_use: bool = True

    @property
    def schedule(self) -> Schedule:
        """The steps that are on; new ones numbered as saving would, if nobody saves before."""
        fresh, found = _next_number(), []
        for step in self.steps:
            found.append(StepRule(step.number or fresh, step.days))
            fresh += step.number is None
        on = [rule for rule, step in zip(found, self.steps, strict=True) if step.is_on]
        return Schedule(tuple(on), self.call_after_days)


def looked_at(draft: PolicyDraft, *, condition: str, in_force: Policies) -> Policies:
    """Return the policies as they would be with a draft saved."""
    schedules = {key: one for key, one in in_force.schedules.items() if key != condition}
    if draft.is_in_use:
        schedules[condition] = draft.schedule
    return Policies(schedules, in_force.lead_days)


def draft_in_force(condition: str) -> tuple[PolicyDraft, int]:
    """Return the policy of a condition as a page shows it, and the version it has (0 where there is none yet).

    A condition without a policy shows the steps it follows now, as a start for one of its own.
    """
    row = FollowUpPolicy.objects.filter(condition_key=condition).first()
    shown = row or FollowUpPolicy.objects.filter(condition_key=FOR_ALL).first()
    if shown is None:
        schedule = policies.in_force().of(FOR_ALL)
        steps = tuple(StepDraft(rule.number, rule.days) for rule in schedule.steps)
        return PolicyDraft(steps, schedule.call_after_days, is_in_use=condition == FOR_ALL), 0
    kept = shown.steps.exclude(state=StepState.REMOVED)
    steps = tuple(StepDraft(step.number, step.days, is_on=step.state == StepState.ON) for step in kept)
    return PolicyDraft(
        steps, shown.call_after_days, is_in_use=row is not None and row.is_in_use
    ), row.version if row else 0


def change_follow_ups(*, condition: str, draft: PolicyDraft, seen: int, by: User, now: datetime) -> Replanning:
    """Save the policy of a condition (`FOR_ALL`: of all without one), and put the change on its way.

    A step that was there keeps its number, whatever its day is now; one no longer named is removed and its number is
    not given again. `seen` is the version the page showed.

    Raises:
        PolicyChangedMeanwhile: another manager was faster. Nothing was written.

    """
    with transaction.atomic():
        policies.for_change()
        row = FollowUpPolicy.objects.filter(condition_key=condition).first()
        if (row.version if row else 0) != seen:
            raise PolicyChangedMeanwhile
        facts = {
            "call_after_days": draft.call_after_days,
            "is_in_use": draft.is_in_use,
            "changed_at": now,
            "changed_by": by,
        }
        known = {step.number for step in draft_in_force(condition)[0].steps if step.number is not None}
        if row is None:
            row = FollowUpPolicy.objects.create(condition_key=condition, **facts)
        else:
            FollowUpPolicy.objects.filter(pk=row.pk).update(version=F("version") + 1, **facts)
        _write_steps(row, draft, known=known)
        change = replanning.start(thing=ReplannedThing.FOLLOW_UPS, condition_key=condition, by=by, now=now)
        record(by=by, verb="policy.changed", thing=row, detail={"concerned": change.total, "condition": condition})
    return change


def change_visits(
    *, appointment_type: AppointmentType, rules: VisitRules, seen: int, by: User, now: datetime
) -> Replanning:
    """Save the policy of a type of visit, and put the change on its way.

    Raises:
        PolicyChangedMeanwhile: another manager was faster. Nothing was written.

    """
    facts = {
        "reminder_days_before": sorted(rules.reminder_days_before, reverse=True),
        "nudge_days_before": rules.nudge_days_before,
        "sends_aftercare": rules.sends_aftercare,
        "asks_check_ins": rules.asks_check_ins,
        "changed_at": now,
        "changed_by": by,
    }
    with transaction.atomic():
        policies.for_change()
        row = VisitPolicy.objects.filter(appointment_type=appointment_type).first()
        if (row.version if row else 0) != seen:
            raise PolicyChangedMeanwhile
        if row is None:
            row = VisitPolicy.objects.create(appointment_type=appointment_type, **facts)
        else:
            VisitPolicy.objects.filter(pk=row.pk).update(version=F("version") + 1, **facts)
        change = replanning.start(thing=ReplannedThing.VISITS, appointment_type=appointment_type, by=by, now=now)
        record(by=by, verb="policy.changed", thing=row, detail={"concerned": change.total})
    return change


def version_of(appointment_type: AppointmentType) -> int:
    """Return the version of a type's policy; 0 where there is none yet."""
    row = VisitPolicy.objects.filter(appointment_type=appointment_type).first()
    return row.version if row else 0


def _write_steps(policy: FollowUpPolicy, draft: PolicyDraft, *, known: set[int]) -> None:
    """Write the steps of a draft. Only a number the page showed is kept: any other step is a new one."""
    there = set(policy.steps.values_list("number", flat=True))
    named = known.intersection(step.number for step in draft.steps if step.number is not None)
    policy.steps.exclude(number__in=named).update(state=StepState.REMOVED)
    fresh = _next_number()
    for step in draft.steps:
        state = StepState.ON if step.is_on else StepState.OFF
        if step.number in named and step.number in there:
            policy.steps.filter(number=step.number).update(days=step.days, state=state)
            continue
        number = step.number if step.number in named and step.number is not None else fresh
        FollowUpStep.objects.create(policy=policy, number=number, days=step.days, state=state)
        fresh += number == fresh


def _next_number() -> int:
    """Return the number of the next new step: none was ever given twice, in whichever policy."""
    highest = FollowUpStep.objects.aggregate(highest=Max("number"))["highest"] or 0
    return max(int(highest) + 1, FIRST_NEW)
