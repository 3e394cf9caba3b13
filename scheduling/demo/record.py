"""Write the stories' clinical record: consultation, plan, sessions, scores; in bulk, but by the tables' own rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from clinic.lib.days import day_of
from clinic.staff.models import User
from patients.models import Consent, ConsentText, Intake, Patient, Questionnaire
from scheduling.demo import doses
from scheduling.demo.house import House
from scheduling.demo.people import a_uuid
from scheduling.demo.stories import Story
from treatments.answers import asked
from treatments.day_of import DayOfAnswers
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.models import (
    ConditionVersion,
    Consultation,
    Draw,
    Goal,
    InjectionSession,
    InstrumentVersion,
    MuscleVersion,
    Plan,
    PlanSite,
    Preparation,
    PreparationVial,
    ProductVersion,
    ProtocolVersion,
    RulesVersion,
    Score,
    ScreeningAssessment,
    ScreeningVersion,
    SessionPreparation,
    SessionSite,
    Strategy,
    Vial,
)

SCORED_AT_WEEKS = (4, 8, 10, 12)
DILUENT_ML = Decimal(4)
BATCH = 2000


@dataclass(slots=True)
class Told:
    """A patient with their story, and what was written for it so far: rows that are made step by step."""

    patient: Patient
    story: Story
    doctor: User
    consulted_at: Any = None
    consultation: Any = None
    plan: Any = None
    sites: list[PlanSite] = field(default_factory=list)
    injected_at: list[datetime] = field(default_factory=list)
    sessions: list[Any] = field(default_factory=list)


class Writer:
    """Writes the record of many stories, table by table."""

    def __init__(self, house: House, rng: Random, *, today: date) -> None:
        self.house, self.rng, self.today = house, rng, today
        self.formulary: Formulary = current_formulary()
        self.products = {row.key: row for row in ProductVersion.objects.current()}
        self.conditions = {row.key: row for row in ConditionVersion.objects.current()}
        self.protocols = {row.key: row for row in ProtocolVersion.objects.current()}
        self.muscles = {row.key: row for row in MuscleVersion.objects.current()}
        self.instruments = {row.key: row for row in InstrumentVersion.objects.current()}
        self.screening = ScreeningVersion.objects.current().get()
        self.rules = RulesVersion.objects.current().get()
        self.layouts = {
            key: doses.sites_for(key, self.formulary, self.protocols) for key in (*doses.FIXED, *doses.RANGES)
        }

    def intakes(self, told: Sequence[Told], questionnaire: Questionnaire) -> None:
        """Write what was answered before the first visit; half of those still to come have answered."""
        rows = []
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
                    answers=self._answers() if answered else {},
                    invited_at=asked,
                    started_at=asked + timedelta(hours=6) if answered else None,
                    submitted_at=asked + timedelta(hours=7) if answered else None,
                    reviewed_at=one.consulted_at,
                    reviewed_by=one.doctor if seen else None,
                )
            )
        Intake.objects.bulk_create(rows, batch_size=BATCH)
        wordings = {text.kind: text for text in ConsentText.objects.filter(language="en").order_by("version")}
        Consent.objects.bulk_create(
            [
                Consent(
                    public_id=a_uuid(self.rng),
                    patient=row.patient,
                    kind=kind,
                    wording=wordings[kind],
                    is_given=kind == "data_use" or row.patient.wants_reminders,
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
                screening=self.screening,
                condition=self.conditions[one.story.condition],
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
                for question in asked(self.formulary.questions)
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
        self._baselines(seen)
        for one in seen:
            one.consultation.signed_at, one.consultation.signed_by = one.consulted_at, one.doctor
        Consultation.objects.bulk_update(
            [one.consultation for one in seen if one.consultation], ["signed_at", "signed_by"], batch_size=200
        )

    def plans(self, told: Sequence[Told]) -> None:
        """Write a plan with its sites for who is treated, and the consents it needs."""
        treated = [one for one in told if one.injected_at]
        for one in treated:
            condition = self.conditions[one.story.condition]
            one.plan = Plan(
                public_id=a_uuid(self.rng),
                patient=one.patient,
                location=self.house.location,
                clinician=one.doctor,
                consultation=one.consultation,
                condition=condition,
                product=self.products[doses.PRODUCT],
                protocol=self.protocols[doses.protocol_key(one.story.condition)],
                interval_value=int(self.formulary.condition(condition.key).effect.default_interval_weeks),
                interval_unit="weeks",
                state="active",
                started_on=day_of(one.injected_at[0], self.house.location.zone),
            )
        Plan.objects.bulk_create([one.plan for one in treated], batch_size=BATCH)
        for one in treated:
            one.sites = [
                PlanSite(public_id=a_uuid(self.rng), plan=one.plan, position=place, **self._site(site))
                for place, site in enumerate(self.layouts[one.story.condition])
            ]
        PlanSite.objects.bulk_create([site for one in treated for site in one.sites], batch_size=BATCH)
        wordings = {text.kind: text for text in ConsentText.objects.filter(language="en").order_by("version")}
        Consent.objects.bulk_create(
            [
                Consent(
                    public_id=a_uuid(self.rng),
                    patient=one.patient,
                    kind=kind,
                    wording=wordings[kind],
                    is_given=True,
                    about_public_id=one.plan.public_id,
                    at=one.injected_at[0],
                    taken_by=one.doctor,
                )
                for one in treated
                for kind in ("treatment", "off_label")
            ],
            batch_size=BATCH,
        )

    def sessions(self, told: Sequence[Told], vials: list[Vial]) -> None:
        """Write the signed sessions round by round, for a plan has one draft at a time; a vial each, closed after."""
        rounds = max((len(one.injected_at) for one in told), default=0)
        for number in range(rounds):
            batch = [one for one in told if one.plan and len(one.injected_at) > number]
            rows = [self._session(one, one.injected_at[number]) for one in batch]
            used = [vials.pop() for _ in batch]
            made = Preparation.objects.bulk_create(
                [
                    Preparation(
                        public_id=a_uuid(self.rng),
                        location=self.house.location,
                        product=self.products[doses.PRODUCT],
                        diluent="saline",
                        diluent_ml=DILUENT_ML,
                        total_units=vial.units,
                        reconstituted_at=row.injected_at - timedelta(minutes=20),
                        made_by=row.clinician,
                    )
                    for row, vial in zip(rows, used, strict=True)
                ],
                batch_size=BATCH,
            )
            PreparationVial.objects.bulk_create(
                [PreparationVial(preparation=prep, vial=vial) for prep, vial in zip(made, used, strict=True)]
            )
            InjectionSession.objects.bulk_create(rows, batch_size=BATCH)
            SessionPreparation.objects.bulk_create(
                [
                    SessionPreparation(session=row, preparation=prep, position=1)
                    for row, prep in zip(rows, made, strict=True)
                ]
            )
            self._give(batch, rows, used)
            for one, row in zip(batch, rows, strict=True):
                row.signed_at, row.signed_by = row.injected_at + timedelta(minutes=15), row.clinician
                one.sessions.append(row)
            InjectionSession.objects.bulk_update(rows, ["signed_at", "signed_by"], batch_size=200)
        self._scores([one for one in told if one.sessions])

    def _session(self, one: Told, at: datetime) -> Any:
        total = sum((site.units for site in one.sites), Decimal(0))
        return InjectionSession(
            public_id=a_uuid(self.rng),
            patient=one.patient,
            plan=one.plan,
            clinician=one.doctor,
            location=self.house.location,
            product=one.plan.product,
            condition=one.plan.condition,
            rules=self.rules,
            day_of_check=self._checked(one).as_json(),
            checked_at=at - timedelta(minutes=25),
            injected_at=at,
            injected_on=day_of(at, self.house.location.zone),
            needle="30 G, 13 mm",
            guidance="none",
            aftercare_given=True,
            total_units=total,
            started_at=at - timedelta(minutes=30),
        )

    def _checked(self, one: Told) -> DayOfAnswers:
        """The day-of check of a session nothing stood against."""
        expecting = "no" if one.patient.sex == "female" else "does_not_apply"
        return DayOfAnswers(
            identifiers=("name", "born_on"),
            illness="no",
            pregnant=expecting,
            breastfeeding=expecting,
            swallowing="no",
            breathing="no",
            infection={f"{site.muscle.key}:{site.side}": "clear" for site in one.sites},
            elsewhere="no",
            consent="yes",
        )

    def _give(self, batch: Sequence[Told], rows: Sequence[Any], used: Sequence[Vial]) -> None:
        sites, draws = [], []
        for one, row, vial in zip(batch, rows, used, strict=True):
            per_ml = vial.units / DILUENT_ML
            for place, site in enumerate(one.sites):
                sites.append(
                    SessionSite(
                        public_id=a_uuid(self.rng),
                        session=row,
                        position=place,
                        volume_ml=(site.units / per_ml).quantize(Decimal("0.0001")),
                        **{name: getattr(site, name) for name in ("muscle", "side", "figure", "x", "y", "units")},
                    )
                )
            at = row.injected_at
            draws.append(self._draw(vial, "given", row.total_units, row, at, ""))
            draws.append(self._draw(vial, "wasted", vial.units - row.total_units, None, at, "Rest of the vial"))
            vial.opened_at = vial.closed_at = at
        SessionSite.objects.bulk_create(sites, batch_size=BATCH)
        Draw.objects.bulk_create([draw for draw in draws if draw.units > 0], batch_size=BATCH)
        Vial.objects.bulk_update(used, ["opened_at", "closed_at"], batch_size=200)

    def _draw(self, vial: Vial, kind: str, units: Any, row: InjectionSession | None, at: Any, reason: str) -> Draw:
        return Draw(
            public_id=a_uuid(self.rng),
            vial=vial,
            session=row,
            kind=kind,
            units=units,
            reason=reason,
            by=self.house.doctors[0],
            at=at,
        )

    def _site(self, site: Any) -> dict[str, Any]:
        return {
            "muscle": self.muscles[site.muscle],
            "side": site.side,
            "figure": site.point.figure,
            "x": site.point.x,
            "y": site.point.y,
            "units": site.units,
        }

    def _answers(self) -> dict[str, Any]:
        return {key: "no" for key, question in self.formulary.questions.items() if question.kind == "yes_no"} | {
            "goal": self.rng.choice(GOALS)[0],
        }

    def _baselines(self, seen: Sequence[Told]) -> None:
        rows = []
        for one in seen:
            key = self.formulary.condition(one.story.condition).primary_instrument
            rows.append(
                self._score(
                    one, key, self._before(one, key), day_of(one.consulted_at, self.house.location.zone), base=True
                )
            )
        Score.objects.bulk_create(rows, batch_size=BATCH)

    def _scores(self, treated: Sequence[Told]) -> None:
        """Scores between sessions: better by the patient's response, back towards the start from the tenth week."""
        rows = []
        for one in treated:
            key = self.formulary.condition(one.story.condition).primary_instrument
            start = self._before(one, key)
            for number, row in enumerate(one.sessions):
                until = one.sessions[number + 1].injected_on if number + 1 < len(one.sessions) else self.today
                for week, left in zip(SCORED_AT_WEEKS, (0.25, 0.15, 0.45, 0.8), strict=True):
                    day = row.injected_on + timedelta(weeks=week)
                    if day > min(until, self.today) or self.rng.random() < 0.2:  # noqa: PLR2004 - a share
                        continue
                    value = start * Decimal(str(1 - one.story.responds * (1 - left)))
                    rows.append(self._score(one, key, value, day))
        Score.objects.bulk_create(rows, batch_size=BATCH)

    def _before(self, one: Told, key: str) -> Decimal:
        highest = self.formulary.instrument(key).highest or Decimal(10)
        return (highest * (Decimal(60 + int(one.patient.phone[-2:]) % 30) / 100)).quantize(Decimal(1))

    def _score(self, one: Told, key: str, value: Decimal, day: date, *, base: bool = False) -> Score:
        return Score(
            public_id=a_uuid(self.rng),
            patient=one.patient,
            plan=one.plan,
            consultation=one.consultation if base else None,
            instrument=self.instruments[key],
            value=value.quantize(Decimal(1)),
            taken_on=day,
            is_baseline=base,
            by=one.doctor if base else None,
            recorded_at=datetime.combine(day, datetime.min.time(), self.house.location.zone) + timedelta(hours=12),
        )


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
