"""Scores: kept on the instrument's own range, never changed, corrected by a later row."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.staff.models import User
from patients.models import Patient
from treatments import hooks
from treatments.errors import ScoreInFuture, ScoreOutOfRange
from treatments.formulary_db import current_formulary
from treatments.models import Consultation, InstrumentVersion, Plan, Score


def record_score(  # noqa: PLR0913 - the facts of one row, all by keyword
    *,
    patient: Patient,
    instrument_key: str,
    value: Decimal,
    taken_on: date,
    by: User,
    now: datetime,
    consultation: Consultation | None = None,
    plan: Plan | None = None,
    is_baseline: bool = False,
) -> Score:
    """Keep one value; the same value again within one consultation keeps nothing, another one corrects the first.

    Outside a consultation the same holds within one day of one plan: a press too many keeps nothing.

    Raises:
        ScoreOutOfRange: the instrument has no such value.
        ScoreInFuture: the day has not come at the patient's location.

    """
    instrument = InstrumentVersion.objects.current().get(key=instrument_key)
    known = current_formulary().instrument(instrument_key)
    if (known.lowest is not None and value < known.lowest) or (known.highest is not None and value > known.highest):
        raise ScoreOutOfRange(known.name, known.lowest, known.highest)
    if taken_on > day_of(now, patient.location.zone):
        raise ScoreInFuture
    with transaction.atomic():
        if consultation is None:
            Patient.objects.select_for_update().get(
                pk=patient.pk
            )  # the second of two presses waits, and finds the first
            before = _same_day(patient, plan, instrument_key, taken_on)
        else:
            before = _before(consultation, instrument_key)
        if before is not None and before.value == value and before.taken_on == taken_on:
            return before
        score = Score.objects.create(
            patient=patient,
            plan=plan,
            consultation=consultation,
            instrument=instrument,
            value=value,
            taken_on=taken_on,
            is_baseline=is_baseline or (before is not None and before.is_baseline),
            by=by,
            corrects=before,
            recorded_at=now,
        )
        record(by=by, verb="score.recorded", thing=score, patient=patient, detail={"instrument": instrument_key})
        if plan is not None:
            for hook in hooks.on_scored:
                hook(plan=plan, by=by, now=now)
    return score


def _before(consultation: Consultation, instrument_key: str) -> Score | None:
    found: Score | None = consultation.scores.filter(instrument__key=instrument_key).order_by("-id").first()
    return found


def _same_day(patient: Patient, plan: Plan | None, instrument_key: str, taken_on: date) -> Score | None:
    """The latest score that staff took down for a plan on that day; a consultation's and the patient's own stand."""
    found: Score | None = (
        Score.objects.filter(patient=patient, plan=plan, instrument__key=instrument_key, taken_on=taken_on)
        .filter(consultation__isnull=True, by__isnull=False)
        .order_by("-id")
        .first()
    )
    return found
