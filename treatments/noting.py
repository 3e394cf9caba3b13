"""Toxin given elsewhere, written down: noted, corrected, withdrawn. No row is ever changed."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.staff.models import User
from patients.models import Patient
from treatments import hooks
from treatments.elsewhere import Span
from treatments.errors import EditedMeanwhile, ReasonMissing
from treatments.models import Plan, PlanState, ProductVersion, ToxinElsewhere

ONE_REPLACES = "treatments_toxinelsewhere_replaces_id_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One treatment elsewhere as far as it is known: an unknown product or unknown units are None."""

    span: Span
    said_by: str
    product: ProductVersion | None = None
    units: Decimal | None = None
    clinic: str = ""
    region: str = ""


def note_elsewhere(*, patient: Patient, told: Told, by: User, now: datetime) -> ToxinElsewhere:
    """Write down toxin given elsewhere. Intervals and totals count it over all plans from here on."""
    with transaction.atomic():
        row = _row(patient, told, by=by, now=now)
        record(by=by, verb="toxin.noted", thing=row, patient=patient)
        _tell_plans(patient, by=by, now=now)
    return row


def correct_elsewhere(*, row: ToxinElsewhere, told: Told, reason: str, by: User, now: datetime) -> ToxinElsewhere:
    """Put another row in the place of one, with the reason; both stay readable.

    Raises:
        ReasonMissing: no word why.
        EditedMeanwhile: somebody corrected or withdrew it since; `theirs` is what stands.

    """
    return _replace(row=row, told=told, reason=reason, is_withdrawn=False, by=by, now=now)


def withdraw_elsewhere(*, row: ToxinElsewhere, reason: str, by: User, now: datetime) -> ToxinElsewhere:
    """Say that it was not so, with the reason; it stays readable and counts no more.

    Raises:
        ReasonMissing, EditedMeanwhile: as in `correct_elsewhere`.

    """
    told = Told(
        span=Span(row.given_on, row.precision),
        said_by=row.said_by,
        product=row.product,
        units=row.units,
        clinic=row.clinic,
        region=row.region,
    )
    return _replace(row=row, told=told, reason=reason, is_withdrawn=True, by=by, now=now)


def _replace(
    *, row: ToxinElsewhere, told: Told, reason: str, is_withdrawn: bool, by: User, now: datetime
) -> ToxinElsewhere:
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    patient = row.patient
    if row.is_withdrawn:
        raise EditedMeanwhile(row)
    try:
        with transaction.atomic():
            new = _row(patient, told, by=by, now=now, replaces=row, reason=reason, is_withdrawn=is_withdrawn)
            record(by=by, verb="toxin.withdrawn" if is_withdrawn else "toxin.corrected", thing=new, patient=patient)
            _tell_plans(patient, by=by, now=now)
    except IntegrityError as error:
        if violated(error) == ONE_REPLACES:
            raise EditedMeanwhile(ToxinElsewhere.objects.get(replaces=row)) from error
        raise
    return new


def _row(
    patient: Patient,
    told: Told,
    *,
    by: User,
    now: datetime,
    replaces: ToxinElsewhere | None = None,
    reason: str = "",
    is_withdrawn: bool = False,
) -> ToxinElsewhere:
    row: ToxinElsewhere = ToxinElsewhere.objects.create(
        patient=patient,
        given_on=told.span.first,
        precision=told.span.precision,
        product=told.product,
        units=told.units,
        clinic=told.clinic,
        region=told.region,
        said_by=told.said_by,
        replaces=replaces,
        reason=reason,
        is_withdrawn=is_withdrawn,
        by=by,
        at=now,
    )
    return row


def _tell_plans(patient: Patient, *, by: User, now: datetime) -> None:
    """The earliest day to be treated again may be another: what is owed from it is counted anew."""
    for plan in Plan.objects.filter(patient=patient, state=PlanState.ACTIVE):
        for hook in hooks.on_plan_revised:
            hook(plan=plan, by=by, now=now)
