"""Scores: kept on the instrument's own range, never changed, corrected by a later row."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.staff.models import User
from patients.models import Patient
from patients.writing import hold_to_write
from treatments import hooks
from treatments.diary import COUNTED, per_window
from treatments.errors import ScoreInFuture, ScoreOutOfRange
from treatments.estimating import keep_estimate
from treatments.formulary_db import current_formulary
from treatments.intervals import DAYS_IN_WEEK
from treatments.models import Consultation, EstimateCause, InstrumentVersion, Plan, PlanState, Score

BY_LINK = "patient link"


def record_score(  # noqa: PLR0913 - the facts of one row, all by keyword
    *,
    patient: Patient,
    instrument_key: str,
    value: Decimal,
    taken_on: date,
    by: User | None,
    now: datetime,
    consultation: Consultation | None = None,
    plan: Plan | None = None,
    is_baseline: bool = False,
) -> Score:
    """Keep one value; the same value again within one consultation keeps nothing, another one corrects the first.

    Outside a consultation the same holds within one day of one plan: a press too many keeps nothing. `by` is None where
    the patient gave it by link; staff and patient do not correct each other this way.

    Raises:
        ScoreOutOfRange: the instrument has no such value.
        ScoreInFuture: the day has not come at the patient's location.
        RecordKept: the record was restricted meanwhile; a consultation that was begun is finished all the same.

    """
    with transaction.atomic():
        score, is_new = keep_score(
            patient=patient,
            instrument_key=instrument_key,
            value=value,
            taken_on=taken_on,
            by=by,
            now=now,
            consultation=consultation,
            plan=plan,
            is_baseline=is_baseline,
        )
        if is_new:
            estimate_anew(plans_told_by(score), why=EstimateCause.SCORED, by=by, now=now)
    return score


@transaction.atomic
def record_weeks(*, plan: Plan, weeks: Mapping[date, int], by: User, now: datetime) -> list[Score]:
    """Keep the headache days of weeks by the day each ended, as the scores they make; returns those that are new.

    Raises:
        ScoreOutOfRange, ScoreInFuture: as in `record_score`; then none is kept.
    """
    kept = [keep_week(plan=plan, days=days, ended_on=end, by=by, now=now) for end, days in weeks.items()]
    new = [score for score, is_new in kept if is_new]
    if new:
        estimate_anew([plan], why=EstimateCause.SCORED, by=by, now=now)
    return new


def keep_week(*, plan: Plan, days: int, ended_on: date, by: User | None, now: datetime) -> tuple[Score, bool]:
    """Write the row of one week's count, without asking the estimate: for a deed that writes several."""
    counted = current_formulary().instrument(COUNTED)
    if not 0 <= days <= DAYS_IN_WEEK:
        raise ScoreOutOfRange(counted.name, Decimal(0), Decimal(DAYS_IN_WEEK))
    return keep_score(
        patient=plan.patient,
        instrument_key=COUNTED,
        value=per_window(days, counted.window_days or DAYS_IN_WEEK),
        weekly_count=days,
        taken_on=ended_on,
        by=by,
        now=now,
        plan=plan,
    )


def keep_score(  # noqa: PLR0913 - the facts of one row, all by keyword
    *,
    patient: Patient,
    instrument_key: str,
    value: Decimal,
    taken_on: date,
    by: User | None,
    now: datetime,
    consultation: Consultation | None = None,
    plan: Plan | None = None,
    is_baseline: bool = False,
    weekly_count: int | None = None,
) -> tuple[Score, bool]:
    """Write one row, without asking the estimate; also whether it is new. Raises as `record_score`."""
    instrument = InstrumentVersion.objects.current().get(key=instrument_key)
    refuse_impossible(instrument_key, value, taken_on, patient=patient, now=now)
    if consultation is None:
        hold_to_write(patient)  # the second of two presses waits, and finds the first
        before = _same_day(patient, plan, instrument_key, taken_on, is_by_link=by is None)
    else:
        before = _before(consultation, instrument_key)
    if before is not None and (before.value, before.taken_on, before.weekly_count) == (value, taken_on, weekly_count):
        return before, False
    score = Score.objects.create(
        patient=patient,
        plan=plan,
        consultation=consultation,
        instrument=instrument,
        value=value,
        weekly_count=weekly_count,
        taken_on=taken_on,
        is_baseline=is_baseline or (before is not None and before.is_baseline),
        by=by,
        corrects=before,
        recorded_at=now,
    )
    record(
        by=by,
        actor="" if by else BY_LINK,
        verb="score.recorded",
        thing=score,
        patient=patient,
        detail={"instrument": instrument_key},
    )
    return score, True


def refuse_impossible(instrument_key: str, value: Decimal, taken_on: date, *, patient: Patient, now: datetime) -> None:
    """Raise `ScoreOutOfRange` or `ScoreInFuture`."""
    known = current_formulary().instrument(instrument_key)
    if (known.lowest is not None and value < known.lowest) or (known.highest is not None and value > known.highest):
        raise ScoreOutOfRange(known.name, known.lowest, known.highest)
    if taken_on > day_of(now, patient.location.zone):
        raise ScoreInFuture


def plans_told_by(score: Score) -> list[Plan]:
    """Return the plans whose estimate may read a score: its own, or those in use where it was taken for none."""
    if score.plan is not None:
        return [score.plan]
    in_use = Plan.objects.filter(patient=score.patient, state__in=(PlanState.ACTIVE, PlanState.PAUSED))
    return list(in_use.select_related("condition", "product", "location", "patient").order_by("pk"))


def estimate_anew(plans: Iterable[Plan], *, why: EstimateCause, by: User | None, now: datetime) -> None:
    """Keep the estimate of plans as it is now, and let the calendar move the day to be back."""
    for plan in plans:
        keep_estimate(plan=plan, why=why, by=by, now=now)
        for hook in hooks.on_scored:
            hook(plan=plan, by=by, now=now)


def _before(consultation: Consultation, instrument_key: str) -> Score | None:
    found: Score | None = consultation.scores.filter(instrument__key=instrument_key).order_by("-id").first()
    return found


def _same_day(
    patient: Patient, plan: Plan | None, instrument_key: str, taken_on: date, *, is_by_link: bool
) -> Score | None:
    """The latest score of the same hand (staff, or the patient) for a plan on that day; a consultation's stands."""
    found: Score | None = (
        Score.objects.standing()
        .filter(patient=patient, plan=plan, instrument__key=instrument_key, taken_on=taken_on)
        .filter(consultation__isnull=True, by__isnull=is_by_link)
        .order_by("-id")
        .first()
    )
    return found
