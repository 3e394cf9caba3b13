"""A plan as the rules are asked about it: rows in, plain values out. The session's gates start from the same facts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from patients.models import BirthPrecision, Intake, Patient, Sex
from patients.models.consents import ConsentKind
from treatments import elsewhere
from treatments.answers import said, told_counts
from treatments.consent_answers import answers_about, holding
from treatments.facts import Birth, ClinicianLimit, Consented, Flag, PlanFacts, PriorSession, Site, flag_of
from treatments.formulary import Formulary, Point
from treatments.models import (
    Consultation,
    InjectionSession,
    Plan,
    PlanSite,
    ScreeningAssessment,
    SessionLimit,
)
from treatments.priors import prior_sessions

NOT_ASKED_OF_MEN = frozenset({"s08_pregnant", "s09_breastfeeding"})


def facts_of_plan(
    plan: Plan,
    *,
    on: date,
    formulary: Formulary,
    sites: Iterable[Site] | None = None,
    but_not: InjectionSession | None = None,
    used_at: datetime | None = None,
) -> PlanFacts:
    """Return what the rules need to know of a plan whose next session would be on a day.

    `sites` replaces the stored ones (a page that is being edited); `but_not` is a session under way, `used_at` the
    moment of its injection: what is taken back later does not undo what was agreed to then.
    """
    consultation = plan.consultation or latest_signed(plan.patient)
    flags, numbers = screening_of(plan, formulary)
    consents = holding(answers_about(plan), at=used_at)
    here = prior_sessions(plan.patient, but_not=but_not, on=on)
    told = _told(consultation, flags, here, formulary)
    if told is not None:  # the interval and the total count it, so the question itself has its answer
        flags[elsewhere.QUESTION] = Flag.CLEARED
    return PlanFacts(
        product=plan.product.key,
        conditions=(plan.condition.key,),
        region=plan.location.label_region,
        on=on,
        birth=birth_of(plan.patient),
        prior=here if told is None or told in here else (*here, told),
        sites=tuple(sites) if sites is not None else sites_of(plan),
        flags=flags,
        has_offlabel_consent=consents[ConsentKind.OFF_LABEL] is Consented.GIVEN,
        treatment_consent=consents[ConsentKind.TREATMENT],
        protocol=plan.protocol.key if plan.protocol else "",
        clinician_limit=clinician_limit_of(plan.product.key),
        numbers=numbers,
    )


def _told(
    consultation: Consultation | None, flags: Mapping[str, Flag], here: Sequence[PriorSession], formulary: Formulary
) -> PriorSession | None:
    """Return the toxin that the patient told of, unless the clinician did not confirm it."""
    if consultation is None or consultation.intake is None or flags.get(elsewhere.QUESTION) is not Flag.STANDS:
        return None
    return elsewhere.told_elsewhere(
        consultation.intake.answers, told_on=consultation.held_on, here=here, formulary=formulary
    )


def sites_of(plan: Plan) -> tuple[Site, ...]:
    """Return the planned sites."""
    return tuple(site_as_value(site) for site in plan.sites.select_related("muscle"))


def site_as_value(site: PlanSite) -> Site:
    """Return one planned site as the rules read it."""
    return Site(
        ref=str(site.public_id),
        muscle=site.muscle.key,
        side=site.side,
        units=site.units,
        point=Point(site.figure, site.x, site.y),
    )


def birth_of(patient: Patient) -> Birth:
    """Return as much of the date of birth as is known."""
    born = patient.born_on
    match patient.birth_precision:
        case BirthPrecision.DAY if born:
            return Birth(born.year, born.month, born.day)
        case BirthPrecision.MONTH if born:
            return Birth(born.year, born.month)
        case BirthPrecision.YEAR | BirthPrecision.ABOUT if born:
            return Birth(born.year)
    return Birth()


def screening_of(plan: Plan, formulary: Formulary) -> tuple[dict[str, Flag], dict[str, Decimal]]:
    """Return what the screening questions come to, and the counts some ask for.

    From the plan's consultation, else from the patient's latest signed one. Without any, every question is missing.
    """
    consultation = plan.consultation or latest_signed(plan.patient)
    rows = {} if consultation is None else {row.question_id: row for row in consultation.assessments.all()}
    intake = consultation.intake if consultation else None
    return flags_of(plan.patient, rows, formulary), numbers_of(rows, intake)


def latest_signed(patient: Patient) -> Consultation | None:
    """Return the patient's latest signed consultation."""
    found: Consultation | None = (
        Consultation.objects.filter(patient=patient, signed_at__isnull=False)
        .select_related("intake")
        .order_by("-held_on", "-id")
        .first()
    )
    return found


def flags_of(patient: Patient, rows: dict[str, ScreeningAssessment], formulary: Formulary) -> dict[str, Flag]:
    """Return the flag of each question that was put, cleared where it is not asked of this patient; no key: missing."""
    flags = {
        key: flag_of(formulary.questions[key], said(row.answer), is_confirmed=row.is_confirmed)
        for key, row in rows.items()
        if key in formulary.questions
    }
    if patient.sex == Sex.MALE:
        flags |= dict.fromkeys(NOT_ASKED_OF_MEN, Flag.CLEARED)
    return flags


def numbers_of(rows: dict[str, ScreeningAssessment], intake: Intake | None) -> dict[str, Decimal]:
    """Return the counts the clinician took down ("headache_days": 16), and the patient's own by other names."""
    told = told_counts(intake.answers) if intake else {}
    return told | {name: Decimal(count) for row in rows.values() for name, count in row.numbers.items()}


def clinician_limit_of(product_key: str) -> ClinicianLimit | None:
    """Return the newest session limit a clinician set for a product (R31)."""
    newest = SessionLimit.objects.filter(product_key=product_key).first()
    return None if newest is None else ClinicianLimit(max_units=newest.max_units, reason=newest.reason)
