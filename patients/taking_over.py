"""Decide on what an intake says of the person: take it over into the record, or leave the record as it is.

The answer itself never changes; each decision is a row of its own, with what stood there before.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Prefetch

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.staff.models import User
from patients.comparing import Difference, differences
from patients.models import DetailDecision, Intake, Patient
from patients.querysets_intake import IntakeQuerySet
from patients.registration import PersonFacts, amend


@dataclass(eq=False)
class NothingToDecide(Exception):
    """The record says the same by now, or somebody decided before."""


@dataclass(eq=False)
class CannotBeTakenOver(Exception):
    """The answer has no form in which the record keeps such a thing: a date still to come, no number."""


def open_details(intake: Intake, *, today: date) -> tuple[Difference, ...]:
    """Return what differs and is not decided: a decision stands for the answer it was made on."""
    decided = {row.field for row in intake.decisions.all()}
    return tuple(one for one in differences(intake.answers, intake.patient, today=today) if one.field not in decided)


def with_decisions(intakes: IntakeQuerySet) -> IntakeQuerySet:
    """Fetch what `open_details` reads, whatever the number of forms."""
    rows = DetailDecision.objects.select_related("by")
    return intakes.select_related("patient__location").prefetch_related(Prefetch("decisions", rows))


def take_over(*, intake: Intake, field: str, seen_version: int, by: User, now: datetime) -> DetailDecision:
    """Write an answer into the record, unless that changed since the page was drawn.

    Raises:
        NothingToDecide: it says so already, or it was decided.
        CannotBeTakenOver: the record cannot keep it.
        EditedMeanwhile: the record has another version.

    """
    with transaction.atomic():
        held, found = _locked(intake, field, now)
        if found.value is None:
            raise CannotBeTakenOver
        stands = PersonFacts.of(held.patient)
        facts = replace(stands, **{field: found.value})
        if field == "email":
            facts = replace(facts, has_no_email=False)
        amend(patient=held.patient, seen_version=seen_version, facts=facts, by=by, now=now)
        return _decided(held, found, is_taken_over=True, by=by, now=now)


def leave(*, intake: Intake, field: str, by: User, now: datetime) -> DetailDecision:
    """Leave the record as it is, whatever the answer says.

    Raises:
        NothingToDecide: it says so already, or it was decided.

    """
    with transaction.atomic():
        held, found = _locked(intake, field, now)
        return _decided(held, found, is_taken_over=False, by=by, now=now)


def _locked(intake: Intake, field: str, now: datetime) -> tuple[Intake, Difference]:
    """Lock the person, then the form: two people who decide at once are told apart."""
    patient = Patient.objects.select_for_update(of=("self",)).select_related("location").get(pk=intake.patient_id)
    held: Intake = Intake.objects.select_for_update(of=("self",)).get(pk=intake.pk, submitted_at__isnull=False)
    held.patient = patient
    today = day_of(now, patient.location.zone)
    found = next((one for one in open_details(held, today=today) if one.field == field), None)
    if found is None:
        raise NothingToDecide
    return held, found


def _decided(held: Intake, found: Difference, *, is_taken_over: bool, by: User, now: datetime) -> DetailDecision:
    row = DetailDecision.objects.create(
        intake=held,
        field=found.field,
        is_taken_over=is_taken_over,
        told=found.told,
        stood=found.stood_words,
        at=now,
        by=by,
    )
    verb = "intake.detail_taken_over" if is_taken_over else "intake.detail_left"
    record(by=by, verb=verb, thing=held, patient=held.patient, detail={"field": found.field})
    held.patient.refresh_from_db()
    if not open_details(held, today=day_of(now, held.patient.location.zone)):
        held.details_open = False
        held.save(update_fields=("details_open",))
    return row
