"""What is done in a consultation: start it, save its draft, sign it. Scores and consents have modules of their own."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.staff.models import User
from patients.errors import IntakeClosed
from patients.intake import review
from patients.models import Intake, Patient, Sex
from patients.models.intake import IntakeState
from patients.writing import hold_to_write
from treatments.answers import answer_to, asked, said
from treatments.drafting import settle
from treatments.errors import ConsultationNotSigned, ConsultationSigned, EditedMeanwhile, NotReadyToSign
from treatments.facts import Flag, flag_of
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.models import (
    ConditionVersion,
    Consultation,
    ConsultationAddendum,
    Decision,
    Goal,
    Plan,
    ScreeningAssessment,
    ScreeningVersion,
    Strategy,
)
from treatments.plan_facts import NOT_ASKED_OF_MEN
from treatments.scoring import record_score


@dataclass(frozen=True, slots=True)
class Assessed:
    """What the clinician makes of one question; `numbers` where it asks for counts of days."""

    is_confirmed: bool | None = None
    note: str = ""
    numbers: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GoalDraft:
    """What the patient wants to reach."""

    text: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class StrategyDraft:
    """What the toxin is combined with."""

    what: str
    since: str = ""
    is_kept_up: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationDraft:
    """Everything the page holds, as typed."""

    condition_key: str = ""
    history: str = ""
    examination: str = ""
    decision: str = ""
    decision_reason: str = ""
    answer_to_patient: str = ""
    scores: Mapping[str, Decimal] = field(default_factory=dict)
    assessments: Mapping[str, Assessed] = field(default_factory=dict)
    goals: tuple[GoalDraft, ...] = ()
    strategies: tuple[StrategyDraft, ...] = ()


def start_consultation(*, patient: Patient, by: User, now: datetime) -> Consultation:
    """Open a consultation, or the one this clinician has open for the patient already.

    The patient's answers of the latest intake sent are put beside each screening question: the answer only, never an
    assessment. What the clinic itself is asked stays empty.

    Raises:
        RecordKept: the record was restricted since the page was opened.

    """
    with transaction.atomic():
        hold_to_write(patient)
        open_already: Consultation | None = Consultation.objects.filter(
            patient=patient, clinician=by, signed_at__isnull=True
        ).first()
        if open_already is not None:
            return open_already
        formulary = current_formulary()
        intake: Intake | None = (
            Intake.objects.filter(patient=patient, submitted_at__isnull=False).order_by("-submitted_at", "-id").first()
        )
        consultation: Consultation = Consultation.objects.create(
            patient=patient,
            clinician=by,
            location=patient.location,
            intake=intake,
            screening=ScreeningVersion.objects.current().get(key="screening"),
            condition=_condition_of(patient),
            held_on=day_of(now, patient.location.zone),
        )
        answers = intake.answers if intake else {}
        ScreeningAssessment.objects.bulk_create(
            ScreeningAssessment(
                consultation=consultation,
                question_id=question.key,
                answer=answer_to(question, answers),
            )
            for question in asked(formulary.questions)
            if not (patient.sex == Sex.MALE and question.key in NOT_ASKED_OF_MEN)
        )
        record(by=by, verb="consultation.started", thing=consultation, patient=patient)
    return consultation


def save_draft(
    *,
    consultation: Consultation,
    seen_version: int,
    draft: ConsultationDraft,
    by: User,
    now: datetime,
    seen_revision: int = 0,
) -> Consultation:
    """Keep what is on the page, its scores as the baseline, if nobody saved or typed since the page was drawn.

    What was typed meanwhile (`drafting`) is in it, so it goes.

    Raises:
        EditedMeanwhile: with the consultation as the other person left it.
        ConsultationSigned: it is frozen.
        ScoreOutOfRange: the instrument has no such value; nothing was kept.

    """
    with transaction.atomic():
        condition = ConditionVersion.objects.current().filter(key=draft.condition_key).first()
        saved = Consultation.objects.filter(pk=consultation.pk, version=seen_version, signed_at__isnull=True).update(
            version=F("version") + 1,
            condition=condition,
            history=draft.history,
            examination=draft.examination,
            decision=draft.decision,
            decision_reason=draft.decision_reason,
            answer_to_patient=draft.answer_to_patient,
        )
        if not saved:
            raise _refusal(consultation)
        settle(consultation, seen_revision=seen_revision)
        _keep_assessments(consultation, draft.assessments)
        _keep_goals(consultation, draft.goals)
        _keep_strategies(consultation, draft.strategies)
        _keep_scores(consultation, draft.scores, by=by, now=now)
        record(by=by, verb="consultation.saved", thing=consultation, patient=consultation.patient)
    consultation.refresh_from_db()
    return consultation


def sign_consultation(*, consultation: Consultation, seen_version: int, by: User, now: datetime) -> Consultation:
    """Sign: from here on it is frozen, for every writer; the form it was held with is read by that.

    Raises:
        NotReadyToSign: no decision, no reason where one is owed, or a flagged answer without an assessment.
        EditedMeanwhile, ConsultationSigned: as for `save_draft`.

    """
    with transaction.atomic():
        held = Consultation.objects.select_for_update().get(pk=consultation.pk)
        if held.signed_at is not None:
            raise ConsultationSigned
        if held.version != seen_version:
            raise EditedMeanwhile(held)
        settle(held, seen_revision=0)  # unsaved text is not signed away: its page is told
        missing = what_is_missing(held, current_formulary())
        if missing is not None:
            raise missing
        Consultation.objects.filter(pk=held.pk, version=seen_version).update(
            version=F("version") + 1, signed_at=now, signed_by=by
        )
        record(by=by, verb="consultation.signed", thing=held, patient=held.patient, detail={"decision": held.decision})
        if held.intake is not None and held.intake.state == IntakeState.SUBMITTED:
            with suppress(IntakeClosed):  # somebody marked it at this moment
                review(intake=held.intake, by=by, now=now)
    consultation.refresh_from_db()
    return consultation


def add_addendum(*, consultation: Consultation, text: str, by: User, now: datetime) -> ConsultationAddendum:
    """Write a remark or correction beside a signed consultation.

    Raises:
        ConsultationNotSigned: a draft is simply edited.
        RecordKept: the record was restricted since the page was opened.

    """
    with transaction.atomic():
        hold_to_write(consultation.patient)
        held = Consultation.objects.select_for_update().get(pk=consultation.pk)
        if not held.is_signed:
            raise ConsultationNotSigned
        added = ConsultationAddendum.objects.create(consultation=held, text=text.strip(), by=by, at=now)
        record(by=by, verb="consultation.addendum", thing=held, patient=held.patient)
    return added


def what_is_missing(consultation: Consultation, formulary: Formulary) -> NotReadyToSign | None:
    """Return what the signature still needs, or None."""
    owed = consultation.decision in (Decision.NOT_SUITABLE, Decision.MORE_INFORMATION)
    open_questions = [row.question_id for row in consultation.assessments.order_by("id") if is_open(row, formulary)]
    refusal = NotReadyToSign(
        decision=not consultation.decision,
        reason=owed and not consultation.decision_reason.strip(),
        questions=open_questions,
    )
    return refusal if refusal.decision or refusal.reason or refusal.questions else None


def is_open(row: ScreeningAssessment, formulary: Formulary) -> bool:
    """Whether the patient's answer raises a flag that no clinician has assessed."""
    question = formulary.questions.get(row.question_id)
    return (
        question is not None
        and row.is_confirmed is None
        and flag_of(question, said(row.answer), is_confirmed=None) is Flag.STANDS
    )


def _condition_of(patient: Patient) -> ConditionVersion | None:
    """Return the condition of the patient's latest plan: what this consultation is most likely about."""
    plan = Plan.objects.filter(patient=patient).select_related("condition").order_by("-id").first()
    found = ConditionVersion.objects.current().filter(key=plan.condition.key) if plan else None
    return found.first() if found is not None else None


def _refusal(consultation: Consultation) -> EditedMeanwhile | ConsultationSigned:
    theirs = Consultation.objects.get(pk=consultation.pk)
    return ConsultationSigned() if theirs.is_signed else EditedMeanwhile(theirs)


def _keep_assessments(consultation: Consultation, assessments: Mapping[str, Assessed]) -> None:
    rows = list(consultation.assessments.filter(question_id__in=assessments))
    for row in rows:
        assessed = assessments[row.question_id]
        row.is_confirmed, row.note = assessed.is_confirmed, assessed.note
        row.numbers = {name: f"{count.normalize():f}" for name, count in assessed.numbers.items()}
    ScreeningAssessment.objects.bulk_update(rows, ["is_confirmed", "note", "numbers"])


def _keep_goals(consultation: Consultation, goals: tuple[GoalDraft, ...]) -> None:
    if tuple(GoalDraft(row.text, row.target) for row in consultation.goals.all()) == goals:
        return
    consultation.goals.all().delete()
    Goal.objects.bulk_create(
        Goal(consultation=consultation, text=goal.text, target=goal.target, position=number)
        for number, goal in enumerate(goals)
    )


def _keep_strategies(consultation: Consultation, strategies: tuple[StrategyDraft, ...]) -> None:
    kept = (StrategyDraft(row.what, row.since, row.is_kept_up) for row in consultation.strategies.all())
    if tuple(kept) == strategies:
        return
    consultation.strategies.all().delete()
    Strategy.objects.bulk_create(
        Strategy(
            consultation=consultation,
            what=strategy.what,
            since=strategy.since,
            is_kept_up=strategy.is_kept_up,
            position=number,
        )
        for number, strategy in enumerate(strategies)
    )


def _keep_scores(consultation: Consultation, scores: Mapping[str, Decimal], *, by: User, now: datetime) -> None:
    for key, value in scores.items():
        record_score(
            patient=consultation.patient,
            instrument_key=key,
            value=value,
            taken_on=consultation.held_on,
            by=by,
            now=now,
            consultation=consultation,
            is_baseline=True,
        )
