"""An outcome put right: a score corrected by a later row, marked as confounded, or taken back with the reason."""

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.staff.models import User
from patients.models import Patient
from patients.writing import hold_to_write
from treatments.errors import AlreadyCorrected, AlreadyWithdrawn, ReasonMissing
from treatments.models import (
    EstimateCause,
    MarkKind,
    OutcomeWithdrawal,
    Plan,
    Score,
    ScoreMark,
    WearOffReport,
    WindowByHand,
)
from treatments.scoring import estimate_anew, plans_told_by, refuse_impossible

Outcome = Score | ScoreMark | WearOffReport | WindowByHand
NAMES: dict[type, str] = {Score: "score", ScoreMark: "mark", WearOffReport: "report", WindowByHand: "window"}
"""What is taken back, by the column of its withdrawal."""


@transaction.atomic
def correct_score(
    *,
    score: Score,
    value: Decimal,
    taken_on: date,
    reason: str,
    by: User,
    now: datetime,
    weekly_count: int | None = None,
) -> Score:
    """Write the score as it should have been; the first stays in the table. Marks on it stand for the new row too.

    Raises:
        ReasonMissing: no word why.
        AlreadyCorrected, AlreadyWithdrawn: it does not stand any more.
        ScoreOutOfRange, ScoreInFuture, RecordKept: as in `scoring.record_score`.
    """
    if not reason.strip():
        raise ReasonMissing
    _lock(score)
    _refuse_fallen(score)
    refuse_impossible(score.instrument.key, value, taken_on, patient=score.patient, now=now)
    try:
        with transaction.atomic():
            later: Score = Score.objects.create(
                patient=score.patient,
                plan=score.plan,
                instrument=score.instrument,
                value=value,
                weekly_count=weekly_count,
                taken_on=taken_on,
                is_baseline=score.is_baseline,
                by=by,
                corrects=score,
                reason=reason.strip(),
                recorded_at=now,
            )
    except IntegrityError as error:
        if violated(error) == "score_is_corrected_once":
            raise AlreadyCorrected from error
        raise
    ScoreMark.objects.bulk_create(
        ScoreMark(score=later, kind=mark.kind, reason=mark.reason, by=mark.by, at=mark.at)
        for mark in score.marks.filter(withdrawal__isnull=True)
    )
    record(by=by, verb="score.corrected", thing=later, patient=score.patient, detail={"corrects": str(score.public_id)})
    estimate_anew(plans_told_by(later), why=EstimateCause.SCORED, by=by, now=now)
    return later


@transaction.atomic
def mark_score(*, score: Score, kind: MarkKind, reason: str, by: User, now: datetime) -> ScoreMark:
    """Say that a flare or a new medicine, not the toxin, made this score: it finds no end of the effect from now on.

    Raises:
        ReasonMissing, AlreadyCorrected, AlreadyWithdrawn, RecordKept: as in `correct_score`.
    """
    if not reason.strip():
        raise ReasonMissing
    _lock(score)
    _refuse_fallen(score)
    mark: ScoreMark = ScoreMark.objects.create(score=score, kind=kind, reason=reason.strip(), by=by, at=now)
    record(by=by, verb="score.marked", thing=score, patient=score.patient, detail={"kind": str(kind)})
    estimate_anew(plans_told_by(score), why=EstimateCause.MARKED, by=by, now=now)
    return mark


@transaction.atomic
def take_back(*, thing: Outcome, reason: str, by: User, now: datetime) -> OutcomeWithdrawal:
    """Take back a score, a mark, a report of wearing off or a window set by hand; it stays readable, counts no more.

    Raises:
        ReasonMissing: no word why.
        AlreadyWithdrawn, AlreadyCorrected: it does not stand any more.
        RecordKept: the record was restricted since the page was opened.
    """
    if not reason.strip():
        raise ReasonMissing
    patient, plans = _told(thing)
    hold_to_write(patient)
    if isinstance(thing, Score):
        _refuse_fallen(thing)
    name = NAMES[type(thing)]
    try:
        with transaction.atomic():
            facts = {name: thing, "reason": reason.strip(), "by": by, "at": now}
            withdrawal: OutcomeWithdrawal = OutcomeWithdrawal.objects.create(**facts)
    except IntegrityError as error:
        if violated(error) == f"treatments_outcomewithdrawal_{name}_id_key":
            raise AlreadyWithdrawn from error
        raise
    record(by=by, verb=f"{name}.withdrawn", thing=thing, patient=patient)
    why = EstimateCause.BY_HAND if isinstance(thing, WindowByHand) else EstimateCause.MARKED
    estimate_anew(plans, why=why, by=by, now=now)
    return withdrawal


def _told(thing: Outcome) -> tuple[Patient, list[Plan]]:
    """Whose it is, and the plans whose estimate reads it."""
    if isinstance(thing, ScoreMark):
        thing = thing.score
    if isinstance(thing, Score):
        return thing.patient, plans_told_by(thing)
    plan: Plan = thing.session.plan
    return plan.patient, [plan]


def _lock(score: Score) -> None:
    hold_to_write(score.patient)


def _refuse_fallen(score: Score) -> None:
    if Score.objects.filter(corrects=score).exists():
        raise AlreadyCorrected
    if OutcomeWithdrawal.objects.filter(score=score).exists():
        raise AlreadyWithdrawn
