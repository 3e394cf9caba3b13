"""Decide on what an intake says of the person: take it over into the record, or leave the record as it is.

The answer itself never changes; each decision is a row of its own, with what stood there before, and can be taken back
while the record says what it was made to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.staff.models import User
from patients.changes_kept import Kept, both_ways, changed, still_so
from patients.comparing import LABELS, Difference, differences
from patients.models import DetailDecision, Intake, MovedRow, Patient
from patients.querysets_intake import IntakeQuerySet
from patients.registration import PersonFacts, amend
from patients.writing import hold_to_write

SUSPENSION = {"email_suspended_at": None, "email_suspended_because": ""}
"""What a new address leaves behind of the old one (`patients.registration.amend`)."""


@dataclass(eq=False)
class NothingToDecide(Exception):
    """The record says the same by now, or somebody decided before."""


@dataclass(eq=False)
class CannotBeTakenOver(Exception):
    """The answer has no form in which the record keeps such a thing: a date still to come, no number."""


@dataclass(eq=False)
class KnownBetter(Exception):
    """The record knows more of the same than the answer: somebody has to say that this is to be lost."""


@dataclass(eq=False)
class ChangedSince(Exception):
    """Somebody changed the record after it was taken over: what stood before is no more the one before."""


def open_details(intake: Intake, *, today: date) -> tuple[Difference, ...]:
    """Return what differs and is not decided: a decision stands for the answer it was made on."""
    decided = {row.field for row in decided_details(intake)}
    return tuple(one for one in differences(intake.answers, intake.patient, today=today) if one.field not in decided)


def decided_details(intake: Intake) -> list[DetailDecision]:
    """Return what was decided of the person and stands, for the desk: nothing of their health."""
    return [row for row in intake.decisions.all() if row.taken_back_at is None and row.field in LABELS]


def with_decisions(intakes: IntakeQuerySet) -> IntakeQuerySet:
    """Fetch what `open_details` reads, whatever the number of forms."""
    rows = DetailDecision.objects.select_related("by")
    return intakes.select_related("patient__location").prefetch_related(Prefetch("decisions", rows))


def take_over(
    *, intake: Intake, field: str, seen_version: int, by: User, now: datetime, is_sure: bool = False
) -> DetailDecision:
    """Write an answer into the record, unless that changed since the page was drawn.

    `is_sure`: somebody said that a birth known to the day is to be known by its year alone.

    Raises:
        NothingToDecide: it says so already, or it was decided.
        CannotBeTakenOver: the record cannot keep it.
        KnownBetter: the record would lose what it knows, and nobody said so.
        EditedMeanwhile: the record has another version.

    """
    with transaction.atomic():
        held, found = _locked(intake, field, now)
        if found.value is None:
            raise CannotBeTakenOver
        if found.is_less_known and not is_sure:
            raise KnownBetter
        facts = replace(PersonFacts.of(held.patient), **{field: found.value})
        columns = facts.columns()
        if field == "email":
            facts = replace(facts, has_no_email=False)
            columns = facts.columns() | SUSPENSION
        replaced = both_ways(held.patient, changed(held.patient, columns))
        amend(patient=held.patient, seen_version=seen_version, facts=facts, by=by, now=now)
        told, stood = found.told, found.stood_words
        row = write_decision(
            held, field=field, told=told, stood=stood, replaced=replaced, is_taken_over=True, by=by, now=now
        )
        _note_whether_open(held, now)
        return row


def leave(*, intake: Intake, field: str, by: User, now: datetime) -> DetailDecision:
    """Leave the record as it is, whatever the answer says.

    Raises:
        NothingToDecide: it says so already, or it was decided.

    """
    with transaction.atomic():
        held, found = _locked(intake, field, now)
        told, stood = found.told, found.stood_words
        row = write_decision(held, field=field, told=told, stood=stood, is_taken_over=False, by=by, now=now)
        _note_whether_open(held, now)
        return row


def take_back(*, intake: Intake, field: str, by: User, now: datetime) -> None:
    """Take the decision that stands on a field back: the record says what it said, and the same may be decided anew.

    Raises:
        NothingToDecide: none stands, it was taken back before.
        ChangedSince: what was taken over does not stand there any more, or stood in a record that was merged into
            this one since; nothing was written.

    """
    with transaction.atomic():
        held = lock_form(intake)
        row = held.decisions.standing().filter(field=field).first()
        if row is None:
            raise NothingToDecide
        if row.replaced:
            if MovedRow.objects.that_brought(held, since=row.at).exists():
                raise ChangedSince
            _give_back(held.patient, row.replaced, by=by, now=now)
        row.taken_back_at, row.taken_back_by = now, by
        row.save(update_fields=("taken_back_at", "taken_back_by"))
        detail = {"field": row.field}
        record(by=by, verb="intake.decision_taken_back", thing=held, patient=held.patient, detail=detail)
        _note_whether_open(held, now)


def lock_form(intake: Intake) -> Intake:
    """Lock the person, then the form that was sent: two people who decide at once are told apart.

    Raises:
        RecordKept: the record was restricted since the page was opened.

    """
    patient = hold_to_write(intake.patient)
    held: Intake = Intake.objects.select_for_update(of=("self",)).get(pk=intake.pk, submitted_at__isnull=False)
    held.patient = patient
    return held


def write_decision(
    held: Intake,
    *,
    field: str,
    told: str,
    is_taken_over: bool,
    by: User,
    now: datetime,
    stood: str = "",
    replaced: Mapping[str, Any] | None = None,
) -> DetailDecision:
    """Keep a decision on a locked form. The trail names the field alone."""
    row: DetailDecision = DetailDecision.objects.create(
        intake=held,
        field=field,
        is_taken_over=is_taken_over,
        told=told,
        stood=stood,
        replaced=replaced or {},
        at=now,
        by=by,
    )
    verb = "intake.detail_taken_over" if is_taken_over else "intake.detail_left"
    record(by=by, verb=verb, thing=held, patient=held.patient, detail={"field": field})
    return row


def _locked(intake: Intake, field: str, now: datetime) -> tuple[Intake, Difference]:
    held = lock_form(intake)
    today = day_of(now, held.patient.location.zone)
    found = next((one for one in open_details(held, today=today) if one.field == field), None)
    if found is None:
        raise NothingToDecide
    return held, found


def _give_back(patient: Patient, replaced: Kept, *, by: User, now: datetime) -> None:
    columns = still_so(patient, replaced)
    if columns.keys() != replaced.keys():
        raise ChangedSince
    suspension = {name: columns.pop(name) for name in SUSPENSION if name in columns}
    before = Patient.objects.get(pk=patient.pk)
    for name, value in columns.items():
        setattr(before, name, value)
    amend(patient=patient, seen_version=patient.version, facts=PersonFacts.of(before), by=by, now=now)
    if suspension:
        Patient.objects.filter(pk=patient.pk).update(**suspension)
        patient.refresh_from_db()


def _note_whether_open(held: Intake, now: datetime) -> None:
    """Say on the form whether something of the person waits for a decision: the desk's list goes by it."""
    held.patient.refresh_from_db()
    is_open = bool(open_details(held, today=day_of(now, held.patient.location.zone)))
    if held.details_open != is_open:
        held.details_open = is_open
        held.save(update_fields=("details_open",))
