"""The consultation: prefilled answers, drafts under a version, the signature and what it freezes."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg2
import pytest
from django.db import IntegrityError, connection, transaction

from clinic.audit.models import Entry
from clinic.embedded.home import OWNER_ROLE
from patients.models import Intake
from patients.models.consents import ConsentKind
from tests.treatments.people import a_patient, a_user, an_intake
from treatments.consents import take_consent
from treatments.consulting import (
    Assessed,
    ConsultationDraft,
    GoalDraft,
    StrategyDraft,
    save_draft,
    sign_consultation,
    start_consultation,
)
from treatments.errors import ConsultationSigned, EditedMeanwhile, NotReadyToSign, ScoreInFuture, ScoreOutOfRange
from treatments.facts import Flag
from treatments.formulary import Formulary
from treatments.models import Consultation, ScreeningAssessment
from treatments.plan_facts import flags_of
from treatments.scoring import record_score

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultation(now: datetime) -> Consultation:
    patient = a_patient()
    an_intake(patient, s05_dysphagia="yes", s08_pregnant="no", s03_milk_allergy="no")
    return start_consultation(patient=patient, by=a_user(), now=now)


def answers(consultation: Consultation) -> dict[str, tuple[str, bool | None]]:
    return {row.question_id: (row.answer, row.is_confirmed) for row in consultation.assessments.all()}


def signed(consultation: Consultation, now: datetime, **more: Any) -> Consultation:
    draft = ConsultationDraft(
        decision="treat",
        assessments={"s05_dysphagia": Assessed(is_confirmed=False, note="Choked once, on a fishbone.")},
        goals=(GoalDraft("Teach a full week", "10 headache days"),),
        strategies=(StrategyDraft("Physiotherapy", "June", is_kept_up=True),),
        **more,
    )
    by = consultation.clinician
    save_draft(consultation=consultation, seen_version=consultation.version, draft=draft, by=by, now=now)
    return sign_consultation(consultation=consultation, seen_version=consultation.version, by=by, now=now)


def test_start_puts_the_answers_and_no_assessment(consultation: Consultation) -> None:
    rows = answers(consultation)
    assert rows["s05_dysphagia"] == ("yes", None)
    assert rows["s08_pregnant"] == ("no", None)
    assert rows["s01_hypersensitivity"] == ("", None)


def test_start_asks_each_wording_once_and_no_man_about_pregnancy(now: datetime) -> None:
    man = start_consultation(patient=a_patient(sex="male"), by=a_user(), now=now)
    # 31 questions, less the age and the consent kept elsewhere, the milk question's twin, and two of women.
    assert len(answers(man)) == 26
    assert not answers(man).keys() & {"s03b_milk_allergy_other", "s08_pregnant", "s09_breastfeeding", "s12_age"}


def test_start_twice_opens_the_same_draft(consultation: Consultation, now: datetime) -> None:
    again = start_consultation(patient=consultation.patient, by=consultation.clinician, now=now)
    assert again == consultation
    assert Entry.objects.filter(verb="consultation.started").count() == 1


def test_start_falls_on_the_locations_day(now: datetime) -> None:
    late = now.replace(hour=20)  # half past one at night in Ahmedabad
    held = start_consultation(patient=a_patient(), by=a_user(), now=late)
    assert held.held_on.isoformat() == "2027-03-02"


def test_draft_keeps_everything_and_counts_its_version(consultation: Consultation, now: datetime) -> None:
    draft = ConsultationDraft(
        condition_key="chronic_migraine",
        history="Since 2015",
        examination="Temples tender",
        decision="more_information",
        decision_reason="Diary of three months",
        answer_to_patient="Yes, you may fly.",
        assessments={"s05_dysphagia": Assessed(is_confirmed=True, note="Solids")},
        goals=(GoalDraft("Sleep"),),
    )
    save_draft(consultation=consultation, seen_version=1, draft=draft, by=consultation.clinician, now=now)
    kept = Consultation.objects.get(pk=consultation.pk)
    assert (kept.version, kept.history, kept.decision, kept.condition.key) == (
        2,
        "Since 2015",
        "more_information",
        "chronic_migraine",
    )
    assert answers(kept)["s05_dysphagia"] == ("yes", True)
    assert [goal.text for goal in kept.goals.all()] == ["Sleep"]


def test_draft_of_an_older_version_is_refused_and_shows_theirs(consultation: Consultation, now: datetime) -> None:
    mine, theirs = ConsultationDraft(history="mine"), ConsultationDraft(history="theirs")
    save_draft(consultation=consultation, seen_version=1, draft=theirs, by=consultation.clinician, now=now)
    with pytest.raises(EditedMeanwhile) as refusal:
        save_draft(consultation=consultation, seen_version=1, draft=mine, by=consultation.clinician, now=now)
    assert refusal.value.theirs.history == "theirs"
    assert Consultation.objects.get(pk=consultation.pk).history == "theirs"


def test_signature_needs_a_decision_and_an_assessment_of_each_flag(consultation: Consultation, now: datetime) -> None:
    with pytest.raises(NotReadyToSign) as refusal:
        sign_consultation(consultation=consultation, seen_version=1, by=consultation.clinician, now=now)
    assert (refusal.value.decision, refusal.value.questions) == (True, ("s05_dysphagia",))


@pytest.mark.parametrize("decision", ["not_suitable", "more_information"])
def test_signature_of_no_treatment_needs_its_reason(consultation: Consultation, now: datetime, decision: str) -> None:
    draft = ConsultationDraft(decision=decision, assessments={"s05_dysphagia": Assessed(is_confirmed=True)})
    save_draft(consultation=consultation, seen_version=1, draft=draft, by=consultation.clinician, now=now)
    with pytest.raises(NotReadyToSign) as refusal:
        sign_consultation(consultation=consultation, seen_version=2, by=consultation.clinician, now=now)
    assert (refusal.value.decision, refusal.value.reason, refusal.value.questions) == (False, True, ())


def test_signature_reads_the_form_it_was_held_with(consultation: Consultation, now: datetime) -> None:
    assert consultation.intake is not None
    assert consultation.intake.state == "submitted"
    signed(consultation, now)
    form = Intake.objects.get()
    assert (form.state, form.reviewed_by, form.reviewed_at) == ("reviewed", consultation.clinician, now)


def test_signed_consultation_refuses_a_draft(consultation: Consultation, now: datetime) -> None:
    held = signed(consultation, now)
    assert (held.signed_at, held.signed_by, held.version) == (now, consultation.clinician, 3)
    with pytest.raises(ConsultationSigned):
        save_draft(
            consultation=held, seen_version=3, draft=ConsultationDraft(history="late"), by=held.clinician, now=now
        )


FROZEN = (
    "UPDATE treatments_consultation SET history = 'changed' WHERE id = {pk}",
    "UPDATE treatments_consultation SET signed_at = NULL, signed_by_id = NULL WHERE id = {pk}",
    "DELETE FROM treatments_consultation WHERE id = {pk}",
    "UPDATE treatments_screeningassessment SET is_confirmed = true WHERE consultation_id = {pk}",
    "DELETE FROM treatments_screeningassessment WHERE consultation_id = {pk}",
    "INSERT INTO treatments_goal VALUES (DEFAULT, gen_random_uuid(), 'late', '', 9, {pk})",
    "UPDATE treatments_goal SET text = 'changed' WHERE consultation_id = {pk}",
    "DELETE FROM treatments_strategy WHERE consultation_id = {pk}",
)


@pytest.mark.parametrize("statement", FROZEN)
def test_signed_consultation_refuses_raw_sql_of_the_apps_role(
    consultation: Consultation, now: datetime, statement: str
) -> None:
    held = signed(consultation, now)
    with (
        pytest.raises(Exception, match=r"frozen|permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(pk=held.pk))


@pytest.mark.django_db(transaction=True)
def test_signed_consultation_refuses_raw_sql_of_the_owner(now: datetime) -> None:
    patient = a_patient()
    an_intake(patient, s05_dysphagia="yes")
    held = signed(start_consultation(patient=patient, by=a_user(), now=now), now)
    owner = psycopg2.connect(
        host=connection.settings_dict["HOST"], user=OWNER_ROLE, dbname=connection.settings_dict["NAME"]
    )
    owner.autocommit = True
    try:
        for statement in (*FROZEN, "TRUNCATE treatments_consultation CASCADE"):
            with owner.cursor() as cursor, pytest.raises(psycopg2.Error, match=r"frozen|stands|only grow"):
                cursor.execute(statement.format(pk=held.pk))
    finally:
        owner.close()
    assert Consultation.objects.get(pk=held.pk).history == held.history


def test_signed_without_a_decision_is_refused_by_the_database(consultation: Consultation, now: datetime) -> None:
    with pytest.raises(IntegrityError, match="consultation_signed_has_signer_and_decision"), transaction.atomic():
        Consultation.objects.filter(pk=consultation.pk).update(signed_at=now, signed_by=consultation.clinician)


def score(consultation: Consultation, now: datetime, key: str, value: str) -> Any:
    return record_score(
        patient=consultation.patient,
        instrument_key=key,
        value=Decimal(value),
        taken_on=consultation.held_on,
        by=consultation.clinician,
        now=now,
        consultation=consultation,
        is_baseline=True,
    )


@pytest.mark.parametrize(("key", "value"), [("hit6", "36"), ("hit6", "78"), ("headache_days", "28"), ("midas", "200")])
def test_score_within_the_instruments_range_is_kept(
    consultation: Consultation, now: datetime, key: str, value: str
) -> None:
    assert score(consultation, now, key, value).value == Decimal(value)


@pytest.mark.parametrize(("key", "value"), [("hit6", "35"), ("hit6", "79"), ("headache_days", "29"), ("nrs", "-1")])
def test_score_off_the_instruments_range_is_refused(
    consultation: Consultation, now: datetime, key: str, value: str
) -> None:
    with pytest.raises(ScoreOutOfRange):
        score(consultation, now, key, value)


def test_score_again_keeps_one_row_and_another_value_corrects_it(consultation: Consultation, now: datetime) -> None:
    first = score(consultation, now, "nrs", "7")
    assert score(consultation, now, "nrs", "7") == first
    second = score(consultation, now, "nrs", "6")
    assert (second.corrects, consultation.scores.count()) == (first, 2)


def test_score_of_tomorrow_is_refused(consultation: Consultation, now: datetime) -> None:
    consultation.held_on = consultation.held_on.replace(day=2)
    with pytest.raises(ScoreInFuture):
        score(consultation, now, "nrs", "7")


def test_consent_keeps_its_words_and_who_took_it(consultation: Consultation, now: datetime) -> None:
    consent = take_consent(
        patient=consultation.patient,
        kind=ConsentKind.OFF_LABEL,
        is_given=True,
        about=consultation,
        by=consultation.clinician,
        now=now,
    )
    assert (consent.wording.kind, consent.taken_by, consent.about_public_id) == (
        "off_label",
        consultation.clinician,
        consultation.public_id,
    )


def test_who_is_unsure_has_not_cleared_the_question(now: datetime) -> None:
    patient = a_patient()
    an_intake(patient, s05_dysphagia="unsure")
    held = start_consultation(patient=patient, by=a_user(), now=now)
    rows = {row.question_id: row for row in held.assessments.all()}
    assert rows["s05_dysphagia"].answer == "unsure"
    assert flags_of(patient, rows, Formulary.from_files())["s05_dysphagia"] is Flag.MISSING


def test_answer_carries_its_details(now: datetime) -> None:
    patient = a_patient()
    details: dict[str, Any] = {
        "s10_prior_toxin.when": "2027-01",
        "s10_prior_toxin.brand": "Botox",
        "s10_prior_toxin.units": "100",
    }
    an_intake(patient, s10_prior_toxin="yes", **details)
    held = start_consultation(patient=patient, by=a_user(), now=now)
    assert answers(held)["s10_prior_toxin"] == ("yes; 2027-01, Botox, 100", None)


def test_what_was_assessed_before_stays_in_the_history(consultation: Consultation, now: datetime) -> None:
    by = consultation.clinician
    for version, (is_confirmed, note) in enumerate([(True, "Coughs at meals."), (False, "Once, on a fishbone.")], 1):
        draft = ConsultationDraft(assessments={"s05_dysphagia": Assessed(is_confirmed=is_confirmed, note=note)})
        save_draft(consultation=consultation, seen_version=version, draft=draft, by=by, now=now)
    history = ScreeningAssessment.pgh_event_model.objects.filter(question_id="s05_dysphagia").order_by("pgh_id")  # type: ignore[attr-defined] # pghistory's
    assert list(history.values_list("pgh_label", "is_confirmed", "note")) == [
        ("insert", None, ""),
        ("update", True, "Coughs at meals."),
        ("update", False, "Once, on a fishbone."),
    ]


def test_goals_that_did_not_change_are_left_alone(consultation: Consultation, now: datetime) -> None:
    draft = ConsultationDraft(goals=(GoalDraft("Teach"),), strategies=(StrategyDraft("Physiotherapy"),))
    kept = []
    for version in (1, 2):
        save_draft(consultation=consultation, seen_version=version, draft=draft, by=consultation.clinician, now=now)
        kept.append((consultation.goals.get().pk, consultation.strategies.get().pk))
    assert kept[0] == kept[1]


def test_a_score_that_cannot_be_keeps_nothing_of_the_page(consultation: Consultation, now: datetime) -> None:
    draft = ConsultationDraft(history="Since school.", scores={"nrs": Decimal(11)})
    with pytest.raises(ScoreOutOfRange):
        save_draft(consultation=consultation, seen_version=1, draft=draft, by=consultation.clinician, now=now)
    consultation.refresh_from_db()
    assert (consultation.version, consultation.history, consultation.scores.count()) == (1, "", 0)
