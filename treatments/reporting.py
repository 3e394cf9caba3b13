"""What a patient tells between sessions: scores by link, and that the effect is wearing off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.staff.models import User
from patients.writing import hold_to_write
from treatments.errors import NoSessionYet, ScoreInFuture
from treatments.models import EstimateCause, InjectionSession, Plan, Score, WearOffReport
from treatments.scoring import BY_LINK, estimate_anew, keep_score, keep_week


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What was kept of one check-in; `report` is None unless the patient said it is wearing off after a session."""

    scores: tuple[Score, ...]
    report: WearOffReport | None


@transaction.atomic
def record_check_in(
    *,
    plan: Plan,
    values: Mapping[str, Decimal],
    weekly_headache_days: int | None,
    is_wearing_off: bool,
    told_at: datetime,
    now: datetime,
) -> CheckIn:
    """Keep what the patient gave by link, all of it or nothing, and ask the estimate once. Runs `on_scored`.

    `values` are scores by instrument key; weekly headache days are of the seven days up to `told_at`. Told again on the
    same day, another value corrects the first and the same keeps nothing. "It is wearing off" is kept once a session,
    at the day it was first told; before the first session it is not kept, and the answer's `report` is None.

    Raises:
        ScoreOutOfRange, ScoreInFuture: as in `scoring.record_score`.
        UnknownEntry: the catalogue has no such instrument.

    """
    told_on = day_of(told_at, plan.patient.location.zone)
    kept = [
        keep_score(patient=plan.patient, plan=plan, instrument_key=key, value=value, taken_on=told_on, by=None, now=now)
        for key, value in values.items()
    ]
    if weekly_headache_days is not None:
        kept.append(keep_week(plan=plan, days=weekly_headache_days, ended_on=told_on, by=None, now=now))
    report, is_new = None, False
    if is_wearing_off:
        session = session_told_of(plan, told_on)
        report, is_new = _report(session, told_on, by=None, now=now) if session else (None, False)
    if is_new or any(is_new_score for _score, is_new_score in kept):
        why = EstimateCause.REPORTED if is_new else EstimateCause.SCORED
        estimate_anew([plan], why=why, by=None, now=now)
    return CheckIn(tuple(score for score, _is_new in kept), report)


@transaction.atomic
def report_wear_off(*, plan: Plan, told_on: date, by: User, now: datetime) -> WearOffReport:
    """Take down for a patient, who said so at a visit or by phone, that the effect is wearing off. Runs `on_scored`.

    Raises:
        NoSessionYet: no session of the plan before that day.
        ScoreInFuture: the day has not come.
        RecordKept: the record was restricted since the page was opened.

    """
    if told_on > day_of(now, plan.patient.location.zone):
        raise ScoreInFuture
    session = session_told_of(plan, told_on)
    if session is None:
        raise NoSessionYet
    report, is_new = _report(session, told_on, by=by, now=now)
    if is_new:
        estimate_anew([plan], why=EstimateCause.REPORTED, by=by, now=now)
    return report


def session_told_of(plan: Plan, on: date) -> InjectionSession | None:
    """Return the signed session that a day's words are about: the last one before it that stands."""
    found: InjectionSession | None = (
        InjectionSession.objects.filter(plan=plan, signed_at__isnull=False, void__isnull=True, injected_on__lt=on)
        .order_by("injected_on", "id")
        .last()
    )
    return found


def _report(session: InjectionSession, told_on: date, *, by: User | None, now: datetime) -> tuple[WearOffReport, bool]:
    """Keep the report unless an earlier one of this session stands; also whether it is new."""
    hold_to_write(session.patient)
    standing: WearOffReport | None = WearOffReport.objects.filter(
        session=session, withdrawal__isnull=True, told_on__lte=told_on
    ).first()
    if standing is not None:
        return standing, False
    report: WearOffReport = WearOffReport.objects.create(session=session, told_on=told_on, by=by, recorded_at=now)
    record(
        by=by,
        actor="" if by else BY_LINK,
        verb="wear_off.reported",
        thing=report,
        patient=session.patient,
    )
    return report, True
