"""Plans: drafts from a protocol and by hand, the version they are saved under, the gate to their use."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from clinic.audit.models import Entry
from patients.models.consents import ConsentKind
from tests.treatments.people import a_patient, a_user
from treatments import planning
from treatments.answers import asked
from treatments.consents import take_consent
from treatments.consulting import (
    Assessed,
    ConsultationDraft,
    save_draft,
    sign_consultation,
    start_consultation,
)
from treatments.errors import (
    EditedMeanwhile,
    GateStays,
    NotSuitable,
    PlanHasNoSites,
    ProtocolHasNoSites,
    ReasonMissing,
)
from treatments.findings import Level, of_rule
from treatments.formulary import Formulary
from treatments.intervals import Interval
from treatments.models import Consultation, Plan, PlanSite
from treatments.plan_drafts import PlanDraft, draft_by_hand, draft_from_protocol
from treatments.plan_sites import SiteRow, drafts_of, rows_of, spread
from treatments.planning import activate, findings_of, revise_plan

pytestmark = pytest.mark.django_db

CLEARED = {question.key: Assessed(is_confirmed=False) for question in asked(Formulary.from_files().questions)}
COUNTS = {
    "s25_moh": Assessed(is_confirmed=False, numbers={"simple_analgesic_days": Decimal(4)}),
    "s26_diagnosis_gate": Assessed(
        is_confirmed=False, numbers={"headache_days": Decimal(22), "migraine_days": Decimal(14)}
    ),
}


def consulted(now: datetime, *, decision: str = "treat", **assessed: Assessed) -> Consultation:
    """A signed consultation with every question cleared, except as said."""
    held = start_consultation(patient=a_patient(), by=a_user(), now=now)
    draft = ConsultationDraft(
        decision=decision, decision_reason="Diary first", assessments={**CLEARED, **COUNTS, **assessed}
    )
    save_draft(consultation=held, seen_version=1, draft=draft, by=held.clinician, now=now)
    return sign_consultation(consultation=held, seen_version=2, by=held.clinician, now=now)


def preempt(now: datetime, **assessed: Assessed) -> Plan:
    held = consulted(now, decision="treat", **assessed)
    return draft_from_protocol(
        patient=held.patient,
        protocol_key="preempt_chronic_migraine",
        consultation=held,
        by=held.clinician,
        now=now,
    )


def by_hand(now: datetime, product: str, condition: str, *rows: SiteRow) -> Plan:
    held = consulted(now)
    draft = PlanDraft(
        product_key=product, interval=Interval(3, "months"), sites=spread(rows, (), Formulary.from_files())
    )
    return draft_by_hand(
        patient=held.patient, condition_key=condition, draft=draft, consultation=held, by=held.clinician, now=now
    )


def as_draft(plan: Plan) -> PlanDraft:
    return PlanDraft(
        product_key=plan.product.key,
        interval=Interval(plan.interval_value, plan.interval_unit),
        sites=drafts_of(plan),
        primary_instrument=plan.primary_instrument,
        note=plan.note,
    )


def put_to_use(plan: Plan, now: datetime, **reasons: str) -> Plan:
    return activate(plan=plan, seen_version=plan.version, reasons=reasons, by=plan.clinician, now=now)


def test_preempt_is_31_sites_and_155_units_every_12_weeks(now: datetime) -> None:
    plan = preempt(now)
    sites = list(plan.sites.select_related("muscle"))
    assert (len(sites), sum(site.units for site in sites)) == (31, Decimal(155))
    assert (plan.interval_value, plan.interval_unit, plan.product.key) == (12, "weeks", "onabotulinumtoxinA")
    assert Counter(site.muscle.key for site in sites) == {
        "corrugator": 2,
        "procerus": 1,
        "frontalis": 4,
        "temporalis": 8,
        "occipitalis": 6,
        "cervical_paraspinal": 4,
        "trapezius_upper": 6,
    }
    assert len({(site.figure, site.x, site.y) for site in sites}) == 31
    assert (plan.state, plan.primary_instrument) == ("draft", "headache_days")


def test_protocol_of_ranges_drafts_no_plan(now: datetime) -> None:
    held = consulted(now)
    with pytest.raises(ProtocolHasNoSites):
        draft_from_protocol(
            patient=held.patient, protocol_key="cervical_dystonia", consultation=held, by=held.clinician, now=now
        )


@pytest.mark.parametrize("decision", ["not_suitable", "more_information"])
def test_no_plan_follows_from_a_consultation_against_treatment(now: datetime, decision: str) -> None:
    held = consulted(now, decision=decision)
    with pytest.raises(NotSuitable):
        draft_from_protocol(
            patient=held.patient,
            protocol_key="preempt_chronic_migraine",
            consultation=held,
            by=held.clinician,
            now=now,
        )


def test_other_muscles_are_laid_out_evenly_on_points_of_their_own(now: datetime) -> None:
    plan = by_hand(now, "onabotulinumtoxinA", "cervical_dystonia", SiteRow("splenius_capitis", "left", 3, Decimal(20)))
    assert len({(site.figure, site.x, site.y) for site in plan.sites.all()}) == 3
    assert (plan.interval_value, plan.interval_unit) == (3, "months")


def test_rows_of_sites_say_how_many_of_how_much(now: datetime) -> None:
    rows = rows_of(drafts_of(preempt(now)))
    assert rows[:3] == (
        SiteRow("corrugator", "left", 1, Decimal(5)),
        SiteRow("corrugator", "right", 1, Decimal(5)),
        SiteRow("procerus", "midline", 1, Decimal(5)),
    )
    assert sum(row.units for row in rows) == Decimal(155)


def test_spread_keeps_the_points_that_stand_and_lays_out_the_rest(now: datetime) -> None:
    kept = drafts_of(preempt(now))
    rows = [replace(row, count=6) if row.place == "temporalis:left" else row for row in rows_of(kept)]
    sites = spread(rows, kept, Formulary.from_files())
    left = [site.point for site in sites if (site.muscle, site.side) == ("temporalis", "left")]
    assert left[:4] == [site.point for site in kept if (site.muscle, site.side) == ("temporalis", "left")]
    assert len(set(left)) == 6


def test_dose_of_nought_is_refused_by_the_database_btx_056(now: datetime) -> None:
    plan = preempt(now)
    with pytest.raises(IntegrityError, match="plansite_units_are_positive"), transaction.atomic():
        PlanSite.objects.filter(plan=plan).update(units=0)


def test_cleared_preempt_plan_goes_to_use(now: datetime) -> None:
    plan = put_to_use(preempt(now), now)
    assert (plan.state, plan.started_on, plan.version) == ("active", date(2027, 3, 1), 2)
    assert Entry.objects.filter(verb="plan.activated", thing_public_id=plan.public_id).count() == 1


def test_plan_without_sites_does_not_go_to_use(now: datetime) -> None:
    with pytest.raises(PlanHasNoSites):
        put_to_use(by_hand(now, "onabotulinumtoxinA", "chronic_migraine"), now)


def test_override_needs_its_reason_and_keeps_it_with_its_author(now: datetime) -> None:
    plan = preempt(now, s04_neuromuscular=Assessed(is_confirmed=True, note="Mild"))
    with pytest.raises(GateStays) as refusal:
        put_to_use(plan, now)
    (owed,) = refusal.value.decision.needs_reason
    assert (owed.rule, owed.level) == ("R17", Level.OVERRIDE)
    with pytest.raises(GateStays):
        put_to_use(plan, now, **{owed.key: "too short"})
    put_to_use(plan, now, **{owed.key: "Neurologist agrees, lowest dose."})
    kept = plan.findings.get(rule="R17")
    assert (kept.reason, kept.reason_by, kept.reason_at, kept.level, kept.key) == (
        "Neurologist agrees, lowest dose.",
        plan.clinician,
        now,
        "override",
        owed.key,
    )


def test_block_stops_whatever_the_reason(now: datetime) -> None:
    plan = preempt(now, s01_hypersensitivity=Assessed(is_confirmed=True))
    with pytest.raises(GateStays) as refusal:
        put_to_use(plan, now, **{"R14.flagged@s01_hypersensitivity": "A reason that lifts nothing"})
    assert [found.rule for found in refusal.value.decision.stopped_by] == ["R14"]
    plan.refresh_from_db()
    assert (plan.state, plan.findings.count()) == ("draft", 0)


def test_off_label_plan_waits_for_its_consent(now: datetime) -> None:
    plan = by_hand(
        now, "onabotulinumtoxinA", "myofascial_pain_syndrome", SiteRow("trapezius_upper", "left", 4, Decimal(10))
    )
    (found,) = of_rule(findings_of(plan, on=date(2027, 3, 1)), "R27")
    assert found.level is Level.BLOCK
    take_consent(
        patient=plan.patient, kind=ConsentKind.OFF_LABEL, is_given=True, about=plan, by=plan.clinician, now=now
    )
    (found,) = of_rule(findings_of(plan, on=date(2027, 3, 1)), "R27")
    assert found.level is Level.OK_WITH_NOTE
    take_consent(
        patient=plan.patient, kind=ConsentKind.OFF_LABEL, is_given=False, about=plan, by=plan.clinician, now=now
    )
    (found,) = of_rule(findings_of(plan, on=date(2027, 3, 1)), "R27")
    assert found.level is Level.BLOCK


def test_product_without_any_limit_waits_for_a_clinicians(now: datetime) -> None:
    plan = by_hand(
        now, "indian_bonta_stunnox", "cervical_dystonia", SiteRow("splenius_capitis", "left", 1, Decimal(20))
    )
    (found,) = of_rule(findings_of(plan, on=date(2027, 3, 1)), "R31")
    assert found.level is Level.BLOCK
    with pytest.raises(ReasonMissing):
        planning.set_session_limit(
            product_key="indian_bonta_stunnox", max_units=Decimal(100), reason=" ", by=plan.clinician, now=now
        )
    planning.set_session_limit(
        product_key="indian_bonta_stunnox",
        max_units=Decimal(100),
        reason="Half of the usual, first use here",
        by=plan.clinician,
        now=now,
    )
    assert not [
        found for found in findings_of(plan, on=date(2027, 3, 1)) if found.level is Level.BLOCK and found.rule == "R31"
    ]


def test_later_save_of_an_older_page_is_refused_btx_094(now: datetime) -> None:
    """Tab A and B open a plan of 100 units; A saves 120; B, opened before, changed the note only."""
    plan = by_hand(now, "onabotulinumtoxinA", "cervical_dystonia", SiteRow("splenius_capitis", "left", 2, Decimal(50)))
    opened = as_draft(plan)
    rows = [SiteRow("splenius_capitis", "left", 2, Decimal(60))]
    dose_120 = replace(opened, sites=spread(rows, opened.sites, Formulary.from_files()))
    revise_plan(plan=plan, seen_version=1, draft=dose_120, by=plan.clinician, now=now)
    with pytest.raises(EditedMeanwhile) as refusal:
        revise_plan(plan=plan, seen_version=1, draft=replace(opened, note="Mine"), by=plan.clinician, now=now)
    assert refusal.value.theirs.version == 2
    assert sum(site.units for site in Plan.objects.get(pk=plan.pk).sites.all()) == Decimal(120)
    assert Plan.objects.get(pk=plan.pk).note == ""
