"""An invented patient with an active PREEMPT plan, vials in the fridge, and the steps to a signed session."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from clinic.locations.models import Location
from clinic.staff.models import User
from patients.models import Consent, ConsentText, Patient
from tests.treatments.people import a_location, a_patient
from treatments import catalogue_loading
from treatments.day_of import DayOfAnswers
from treatments.formulary import Formulary
from treatments.models import (
    ConditionVersion,
    Consultation,
    InjectionSession,
    MuscleVersion,
    Plan,
    PlanSite,
    Preparation,
    ProductVersion,
    ProtocolVersion,
    ScreeningAssessment,
    ScreeningVersion,
    Vial,
)
from treatments.muscles import protocol_sites
from treatments.preparing import MakingUp, Said, make_up
from treatments.recording import save_day_of_check, start_session
from treatments.signing import Signature, sign
from treatments.stocking import receive_lot

BOTOX = "onabotulinumtoxinA"
PREEMPT = "preempt_chronic_migraine"
PLACES = (
    *(
        f"{muscle}:{side}"
        for muscle in ("corrugator", "frontalis", "temporalis", "occipitalis", "cervical_paraspinal", "trapezius_upper")
        for side in ("left", "right")
    ),
    "procerus:midline",
)
REASON = "Discussed with the patient, who agrees."


def ready_catalogue(now: datetime) -> None:
    """Load the shipped catalogue unless the template brought it."""
    if not ProductVersion.objects.exists():
        catalogue_loading.load(now=now)


def an_assessed_patient(by: User, now: datetime, **facts: Any) -> tuple[Patient, Consultation]:
    """A patient whose every screening question was asked and cleared, in a signed consultation."""
    patient = a_patient(**facts)
    consultation = Consultation.objects.create(
        patient=patient,
        clinician=by,
        location=patient.location,
        screening=ScreeningVersion.objects.current().get(),
        held_on=now.date(),
        decision="treat",
    )
    ScreeningAssessment.objects.bulk_create(
        ScreeningAssessment(
            consultation=consultation,
            question_id=key,
            is_confirmed=False,
            answer="headache_days 18, migraine_days 10, days 4" if question.kind.startswith("number") else "no",
        )
        for key, question in Formulary.from_files().questions.items()
    )
    Consultation.objects.filter(pk=consultation.pk).update(signed_at=now, signed_by=by)
    return patient, consultation


def an_active_plan(by: User, now: datetime, *, sites: int | None = None, is_agreed: bool = True, **facts: Any) -> Plan:
    """An active PREEMPT plan, agreed to, with the first `sites` of its 31; after them they are laid out again."""
    ready_catalogue(now)
    patient, consultation = an_assessed_patient(by, now, **facts)
    plan = Plan.objects.create(
        patient=patient,
        location=patient.location,
        clinician=by,
        consultation=consultation,
        condition=ConditionVersion.objects.current().get(key="chronic_migraine"),
        product=ProductVersion.objects.current().get(key=BOTOX),
        protocol=ProtocolVersion.objects.current().get(key=PREEMPT),
        interval_value=12,
        interval_unit="weeks",
        state="active",
        started_on=now.date(),
    )
    muscles = {muscle.key: muscle for muscle in MuscleVersion.objects.current()}
    formulary = Formulary.from_files()
    all_sites = protocol_sites(formulary.protocol(PREEMPT), formulary)
    laid = all_sites if sites is None else (all_sites * 2)[:sites]
    PlanSite.objects.bulk_create(
        PlanSite(
            plan=plan,
            muscle=muscles[site.muscle],
            side=site.side,
            figure=site.point.figure,
            x=site.point.x,
            y=site.point.y,
            units=site.units,
            position=position,
        )
        for position, site in enumerate(laid)
    )
    if is_agreed:
        agreed(plan, by, now)
    return plan


def agreed(plan: Plan, by: User, now: datetime) -> None:
    """The patient agreed to the treatment in the consultation, which counts for each plan it led to."""
    wording = ConsentText.objects.filter(kind="treatment", language="en").first() or ConsentText.objects.create(
        kind="treatment", version=1, language="en", text="Words"
    )
    Consent.objects.create(
        patient=plan.patient, kind="treatment", wording=wording, is_given=True, at=now, taken_by=by,
        about_public_id=plan.consultation.public_id if plan.consultation else plan.public_id,
    )  # fmt: skip


def another_plan(of: Plan) -> Plan:
    """A second active plan of the same patient, of the same shape."""
    sites = list(of.sites.all())
    plan = Plan.objects.get(pk=of.pk)
    plan.pk, plan.public_id = None, uuid4()
    plan.save(force_insert=True)
    for site in sites:
        site.pk, site.public_id, site.plan = None, uuid4(), plan
        site.save(force_insert=True)
    return plan


def some_vials(
    by: User,
    now: datetime,
    *,
    units: str = "200",
    count: int = 1,
    number: str = "C7731A3",
    expires_on: date | None = None,
    location: Location | None = None,
) -> list[Vial]:
    """Vials of one lot in the fridge."""
    ready_catalogue(now)
    lot = receive_lot(
        location=location or a_location(),
        product=ProductVersion.objects.current().get(key=BOTOX),
        number=number,
        expires_on=expires_on or date(2028, 11, 30),
        is_month_only=False,
        vial_units=Decimal(units),
        vials=count,
        by=by,
        now=now,
    )
    return list(lot.vials.order_by("pk"))


def clear_answers(places: Sequence[str] = PLACES, **changes: Any) -> DayOfAnswers:
    """A day-of check without anything found."""
    answers: dict[str, Any] = {
        "identifiers": ("name", "born_on"),
        "illness": "no",
        "pregnant": "no",
        "breastfeeding": "no",
        "swallowing": "no",
        "breathing": "no",
        "infection": dict.fromkeys(places, "clear"),
        "elsewhere": "no",
        "consent": "yes",
    }
    return DayOfAnswers(**(answers | changes))


def checked(plan: Plan, by: User, now: datetime, **changes: Any) -> InjectionSession:
    """A draft session whose patient was checked today; overrides found get a reason."""
    session = start_session(plan=plan, by=by, now=now)
    for _ in range(2):
        session.refresh_from_db()
        decision = save_day_of_check(
            session=session,
            version=session.version,
            answers=clear_answers(**changes),
            reasons={finding.key: REASON for finding in _overrides(session)},
            by=by,
            now=now,
        )
        if decision.passes:
            break
    session.refresh_from_db()
    return session


def _overrides(session: InjectionSession) -> list[Any]:
    return list(session.findings.filter(level="override"))


def prepared(
    session: InjectionSession, vials: Sequence[Vial], by: User, now: datetime, *, ml: str = "4"
) -> Preparation:
    """Vials made up with saline half an hour ago."""
    made = make_up(
        session=session,
        making=MakingUp(
            vials=vials, diluent="saline", diluent_ml=Decimal(ml), reconstituted_at=now - timedelta(minutes=30)
        ),
        said=Said(reasons={}),
        by=by,
        now=now,
    )
    session.refresh_from_db()
    return made


def ready_to_sign(by: User, now: datetime, *, units: str = "200", **facts: Any) -> InjectionSession:
    """A session that only waits for its signature."""
    session = checked(an_active_plan(by, now, **facts), by, now)
    prepared(session, some_vials(by, now, units=units), by, now)
    return session


def signed(session: InjectionSession, by: User, now: datetime, **signature: Any) -> InjectionSession:
    """The session, signed."""
    reasons: Mapping[str, str] = signature.pop("reasons", {})
    return sign(
        session=session, version=session.version, signature=Signature(reasons=reasons, **signature), by=by, now=now
    )
