"""A clinician decides on what an intake tells of the health: a line of the chart, or left as an answer alone."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from clinic.staff.models import User
from patients.models import DetailDecision, HistoryItem, Intake, Patient
from patients.models.intake import IntakeState
from patients.taking_over import CannotBeTakenOver, NothingToDecide, lock_form, write_decision
from patients.told_health import ToldLine, new_lines, on_record


def open_lines(intake: Intake) -> tuple[ToldLine, ...]:
    """Return what was told, is not on the chart and not decided."""
    decided = set(intake.decisions.standing().values_list("field", flat=True))
    return tuple(line for line in new_lines(intake.answers, on_record(intake.patient)) if line.field not in decided)


def count_open(intakes: Iterable[Intake], patient: Patient) -> None:
    """Give each form of a patient that waits for its reader how many lines of it nobody decided on: `told_open`."""
    waiting = [one for one in intakes if one.state == IntakeState.SUBMITTED]
    if not waiting:
        return
    known = on_record(patient)
    decided = set(DetailDecision.objects.standing().filter(intake__in=waiting).values_list("intake", "field"))
    for one in waiting:
        one.told_open = sum((one.pk, line.field) not in decided for line in new_lines(one.answers, known))


def take_line_over(*, intake: Intake, field: str, by: User, now: datetime) -> DetailDecision:
    """Write a line into the chart, as it was told.

    Raises:
        NothingToDecide: the chart has it by now, or it was decided.
        CannotBeTakenOver: it is longer than a line of the chart.

    """
    with transaction.atomic():
        held, line = _locked(intake, field)
        if not line.fits:
            raise CannotBeTakenOver
        decision = write_decision(held, field=field, told=line.told, is_taken_over=True, by=by, now=now)
        HistoryItem.objects.create(
            patient=held.patient,
            kind=line.kind,
            description=line.told,
            source_key=f"told-{decision.public_id}",
            taken_from=decision,
        )
        return decision


def leave_line(*, intake: Intake, field: str, by: User, now: datetime) -> DetailDecision:
    """Leave the chart as it is, whatever was told.

    Raises:
        NothingToDecide: the chart has it by now, or it was decided.

    """
    with transaction.atomic():
        held, line = _locked(intake, field)
        return write_decision(held, field=field, told=line.told, is_taken_over=False, by=by, now=now)


def _locked(intake: Intake, field: str) -> tuple[Intake, ToldLine]:
    held = lock_form(intake)
    found = next((line for line in open_lines(held) if line.field == field), None)
    if found is None:
        raise NothingToDecide
    return held, found
