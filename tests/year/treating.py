"""Sessions: what leads to a signature is written straight into the tables, the signature is the real deed."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from clinic.lib.days import day_of
from clinic.staff.models import User
from patients.models import Patient
from scheduling.demo import doses
from tests.treatments.sessions import agreed
from tests.year.world import PRODUCT, Place, World
from treatments.day_of import DayOfAnswers
from treatments.models import (
    Consultation,
    InjectionSession,
    Plan,
    PlanSite,
    Preparation,
    PreparationVial,
    ScreeningAssessment,
    SessionPreparation,
    SessionSite,
)
from treatments.session_refusals import ReasonsMissing
from treatments.signing import Signature, sign

COPIED = ("muscle_id", "side", "figure", "x", "y", "units", "position")
SITES_AT_MOST = 4
REASON = "Discussed with the patient, who agrees to it."
LATE = "No power that evening; written on paper, typed in afterwards."
PLANS = ("chronic_migraine", "cervical_dystonia", "myofascial_pain_syndrome")
_reasons: dict[str, str] = {}


def consulted(world: World, place: Place, patient: Patient, doctor: User, now: datetime) -> Consultation:
    """A signed consultation whose every screening question was cleared."""
    held: Consultation = Consultation.objects.create(
        patient=patient, clinician=doctor, location=place.location, screening=world.books.screening,
        held_on=day_of(now, place.location.zone), decision="treat",
    )  # fmt: skip
    ScreeningAssessment.objects.bulk_create(
        ScreeningAssessment(
            consultation=held, question_id=key, is_confirmed=False,
            answer="headache_days 18, migraine_days 10, days 4" if question.kind.startswith("number") else "no",
        )
        for key, question in world.books.formulary.questions.items()
    )  # fmt: skip
    Consultation.objects.filter(pk=held.pk).update(signed_at=now, signed_by=doctor)
    return held


def a_plan(
    world: World, place: Place, consultation: Consultation, condition: str, interval: tuple[int, str], now: datetime
) -> Plan:
    """An active plan of a few sites."""
    books = world.books
    plan: Plan = Plan.objects.create(
        patient=consultation.patient, location=place.location, clinician=consultation.clinician,
        consultation=consultation, condition=books.conditions[condition], product=books.products[PRODUCT],
        protocol=books.protocols[doses.protocol_key(condition)], interval_value=interval[0], interval_unit=interval[1],
        state="active", started_on=day_of(now, place.location.zone),
    )  # fmt: skip
    PlanSite.objects.bulk_create(
        PlanSite(
            plan=plan, muscle=books.muscles[site.muscle], side=site.side, figure=site.point.figure, x=site.point.x,
            y=site.point.y, units=site.units, position=position,
        )
        for position, site in enumerate(books.layouts[condition][:SITES_AT_MOST])
    )  # fmt: skip
    agreed(plan, plan.clinician, now)
    return plan


def treat(world: World, place: Place, plan: Plan, *, now: datetime, given_at: datetime | None = None) -> Any:
    """Sign a session of a plan; one given earlier is a late entry. Returns it, signed."""
    at, by = given_at or now, plan.clinician
    sites = list(plan.sites.select_related("muscle"))
    session = InjectionSession.objects.create(
        patient_id=plan.patient_id, plan=plan, clinician=by, location=place.location, product=plan.product,
        condition=plan.condition, rules=world.books.rules, day_of_check=_checked(sites),
        checked_at=at - timedelta(minutes=10), injected_at=given_at, started_at=now, aftercare_given=True,
        late_entry_reason=LATE if given_at else "", needle="30 G", guidance="none", pain_nrs=2,
    )  # fmt: skip
    vial = place.vials.pop()
    made = Preparation.objects.create(
        location=place.location, product=plan.product, diluent="saline", diluent_ml=Decimal(4),
        total_units=vial.units, reconstituted_at=at - timedelta(minutes=5), made_by=by,
    )  # fmt: skip
    PreparationVial.objects.create(preparation=made, vial=vial)
    SessionPreparation.objects.create(session=session, preparation=made, position=1)
    SessionSite.objects.bulk_create(
        SessionSite(session=session, **{name: getattr(site, name) for name in COPIED}) for site in sites
    )
    vial.opened_at = at
    vial.save(update_fields=["opened_at"])
    return _signed(session, by, now)


def _signed(session: InjectionSession, by: User, now: datetime) -> InjectionSession:
    while True:
        try:
            signature = Signature(reasons=_reasons, statement=REASON)
            return sign(session=session, version=session.version, signature=signature, by=by, now=now)
        except ReasonsMissing as missing:
            _reasons.update({finding.key: REASON for finding in missing.findings})


def _checked(sites: list[Any]) -> dict[str, Any]:
    return DayOfAnswers(
        identifiers=("name", "born_on"), illness="no", pregnant="does_not_apply", breastfeeding="does_not_apply",
        swallowing="no", breathing="no", elsewhere="no", consent="yes",
        infection={f"{site.muscle.key}:{site.side}": "clear" for site in sites},
    ).as_json()  # fmt: skip
