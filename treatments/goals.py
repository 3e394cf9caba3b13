"""Goals and what the toxin is combined with, looked at again: met, partly, not; kept up or not. Rows are only added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from clinic.audit.trail import record
from clinic.staff.models import User
from patients.models import Patient
from patients.writing import hold_to_write
from treatments.errors import NotOfThisPatient
from treatments.models import Consultation, Goal, GoalReview, InjectionSession, Strategy, StrategyReview


@dataclass(frozen=True, slots=True)
class GoalLook:
    """How far one goal was reached."""

    goal: Goal
    outcome: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class StrategyLook:
    """Whether one strategy was kept up."""

    strategy: Strategy
    is_kept_up: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What holds for a patient now: goals and strategies of the latest signed consultation that has any of each."""

    goals: tuple[Goal, ...]
    strategies: tuple[Strategy, ...]


def agreed_with(patient: Patient) -> Agreed:
    """Return the goals and strategies that hold, each with its reviews, the earliest first."""
    signed = Consultation.objects.filter(patient=patient, signed_at__isnull=False).order_by("-held_on", "-id")
    goals = signed.filter(goals__isnull=False).values("pk")[:1]
    strategies = signed.filter(strategies__isnull=False).values("pk")[:1]
    return Agreed(
        goals=tuple(Goal.objects.filter(consultation__in=goals).prefetch_related("reviews__by")),
        strategies=tuple(Strategy.objects.filter(consultation__in=strategies).prefetch_related("reviews__by")),
    )


def review(
    *,
    patient: Patient,
    goals: Sequence[GoalLook],
    strategies: Sequence[StrategyLook],
    reviewed_on: date,
    by: User,
    now: datetime,
    session: InjectionSession | None = None,
    consultation: Consultation | None = None,
) -> int:
    """Write down a look back; return how many rows it made. The same look again, on one occasion, keeps nothing.

    Raises:
        NotOfThisPatient: a goal, a strategy, the session or the consultation is somebody else's, or not signed yet.
        RecordKept: the record was restricted since the page was opened.

    """
    kept = 0
    occasion = {"session": session, "consultation": consultation, "reviewed_on": reviewed_on}
    with transaction.atomic():
        hold_to_write(patient)  # the second of two presses waits, and finds the first
        _check(patient, [look.goal for look in goals], [look.strategy for look in strategies], session, consultation)
        for look in goals:
            before = look.goal.reviews.filter(**occasion).order_by("-id").first()
            if before is None or (before.outcome, before.note) != (look.outcome, look.note):
                GoalReview.objects.create(
                    goal=look.goal, outcome=look.outcome, note=look.note, by=by, at=now, **occasion
                )
                kept += 1
        for one in strategies:
            earlier = one.strategy.reviews.filter(**occasion).order_by("-id").first()
            if earlier is None or (earlier.is_kept_up, earlier.note) != (one.is_kept_up, one.note):
                StrategyReview.objects.create(
                    strategy=one.strategy, is_kept_up=one.is_kept_up, note=one.note, by=by, at=now, **occasion
                )
                kept += 1
        if kept:
            about = session or consultation or patient
            record(by=by, verb="goals.reviewed", thing=about, patient=patient, detail={"rows": kept})
    return kept


def _check(
    patient: Patient,
    goals: Sequence[Goal],
    strategies: Sequence[Strategy],
    session: InjectionSession | None,
    consultation: Consultation | None,
) -> None:
    agreed_in = [*(goal.consultation for goal in goals), *(one.consultation for one in strategies)]
    if any(one.patient_id != patient.pk or not one.is_signed for one in agreed_in):
        raise NotOfThisPatient
    if any(one is not None and one.patient_id != patient.pk for one in (session, consultation)):
        raise NotOfThisPatient
