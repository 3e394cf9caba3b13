"""The demo's first visits: what was answered before, and the signed consultations."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from clinic.lib.days import day_of
from patients.intake import INVITATION
from patients.models import Consent, ConsentText, Intake, Questionnaire
from patients.questionnaire import steps_of
from scheduling.demo import doses
from scheduling.demo.filled import answers
from scheduling.demo.house import House
from scheduling.demo.people import a_uuid
from scheduling.demo.posted import post
from scheduling.demo.told import BATCH, Books, Told
from treatments.answers import asked
from treatments.models import Consultation, Goal, ScreeningAssessment, Strategy

GOALS = (
    ("Work a full day", "four days a week"),
    ("Drive without pain", "one hour"),
    ("Play with the grandchildren", "every weekend"),
    ("Sleep through", "five nights a week"),
    ("Need fewer painkillers", "at most eight days a month"),
)
STRATEGIES = (
    "Physiotherapy for neck and shoulders",
    "Walking half an hour a day",
    "Amitriptyline at night",
    "Headache diary",
    "Breathing and relaxation",
)


class ConsultationWriter:
    """Writes intakes and consultations of many stories, table by table."""

    def __init__(self, house: House, books: Books, rng: Random, *, now: datetime) -> None:
        self.house, self.books, self.rng, self.now = house, books, rng, now

    def intakes(self, told: Sequence[Told], questionnaire: Questionnaire) -> None:
        """Write what was answered before the first visit; half of those still to come have answered."""
        rows, steps = [], steps_of(questionnaire)
        for one in told:
            asked = datetime.combine(
                one.story.registered_on, datetime.min.time(), self.house.location.zone
            ) + timedelta(hours=11)
            seen = one.consulted_at is not None
            answered = seen or self.rng.random() < 0.5  # noqa: PLR2004 - half have answered
            rows.append(
                Intake(
                    public_id=a_uuid(self.rng),
                    patient=one.patient,
                    questionnaire=questionnaire,
                    state="reviewed" if seen else "submitted" if answered else "invited",
                    language=one.patient.language,
                    answers=answers(one.patient, steps, condition=one.story.condition, goal=self.rng.choice(GOALS)[0])
                    if answered
                    else {},
                    invited_at=asked,
                    started_at=asked if answered else None,
                    submitted_at=min(asked + timedelta(hours=7), max(asked, self.now)) if answered else None,
                    reviewed_at=one.consulted_at,
                    reviewed_by=one.doctor if seen else None,
                )
            )
        Intake.objects.bulk_create(rows, batch_size=BATCH)
        for row in rows:
            if row.state == "invited" and row.patient.email:
                post(INVITATION, about=row, edition="1", step="", patient=row.patient, at=row.invited_at, rng=self.rng)
        wordings = {(text.kind, text.language): text for text in ConsentText.objects.order_by("version")}
        Consent.objects.bulk_create(
            [
                Consent(
                    public_id=a_uuid(self.rng),
                    patient=row.patient,
                    kind=kind,
                    wording=wordings[kind, row.language],
                    is_given=row.answers[f"consent_{kind}"] == "yes",
                    at=row.submitted_at,
                )
                for row in rows
                if row.submitted_at
                for kind in ("data_use", "reminders")
            ],
            batch_size=BATCH,
        )

    def consultations(self, told: Sequence[Told]) -> None:
        """Write the signed consultations with assessments, goals, strategies, baseline and consents."""
        seen = [one for one in told if one.consulted_at is not None]
        for one in seen:
            one.consultation = Consultation(
                public_id=a_uuid(self.rng),
                patient=one.patient,
                clinician=one.doctor,
                location=self.house.location,
                intake=Intake.objects.filter(patient=one.patient).first(),
                screening=self.books.screening,
                condition=self.books.conditions[one.story.condition],
                held_on=day_of(one.consulted_at, self.house.location.zone),
                history="Pain on most days for years; two preventive medicines stopped for side effects.",
                examination="Alert, no weakness. Tender muscles as charted. Swallowing and breathing normal.",
                decision="treat" if one.story.injected_on else self.rng.choice(("more_information", "not_suitable")),
                decision_reason="Symptoms and course fit the condition; expectations and risks were discussed.",
                answer_to_patient="Relief usually starts within two weeks and fades after about three months.",
            )
        Consultation.objects.bulk_create([one.consultation for one in seen], batch_size=BATCH)
        ScreeningAssessment.objects.bulk_create(
            [
                ScreeningAssessment(
                    public_id=a_uuid(self.rng),
                    consultation=one.consultation,
                    question_id=question.key,
                    answer="yes" if question.positive_answer == "no" else "no",
                    numbers=doses.harmless_counts(question),
                    is_confirmed=False if question.kind.startswith("number") else None,
                )
                for one in seen
                for question in asked(self.books.formulary.questions)
            ],
            batch_size=BATCH,
        )
        Goal.objects.bulk_create(
            [
                Goal(public_id=a_uuid(self.rng), consultation=one.consultation, text=text, target=target)
                for one in seen
                for text, target in (self.rng.choice(GOALS),)
            ],
            batch_size=BATCH,
        )
        Strategy.objects.bulk_create(
            [
                Strategy(
                    public_id=a_uuid(self.rng),
                    consultation=one.consultation,
                    what=self.rng.choice(STRATEGIES),
                    since="last year",
                    is_kept_up=self.rng.random() < 0.7,  # noqa: PLR2004 - a share
                )
                for one in seen
            ],
            batch_size=BATCH,
        )
        for one in seen:
            one.consultation.signed_at, one.consultation.signed_by = one.consulted_at, one.doctor
        Consultation.objects.bulk_update(
            [one.consultation for one in seen if one.consultation], ["signed_at", "signed_by"], batch_size=200
        )
