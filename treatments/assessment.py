"""All rules asked at once about one treatment: what a page calls, whatever the gate.

Pure. Each function answers with every finding of its gate, the ok ones too, in the order of the rules' numbers.
"""

from collections import Counter
from collections.abc import Iterable

from treatments.dilution import NO_DILUENT, READY_TO_USE, clock_finding, diluent_finding, volume_findings
from treatments.dosing import (
    cumulative_finding,
    no_limit_finding,
    same_day_units,
    session_total_finding,
    sum_finding,
)
from treatments.facts import PlanFacts, Preparation, SessionFacts
from treatments.findings import Finding, Level
from treatments.formulary import Formulary, Product
from treatments.gates import Gate, speaks_at
from treatments.intervals import interval_finding
from treatments.muscles import side_findings
from treatments.screening import (
    INFECTION,
    SWALLOWING,
    age_finding,
    allergy_findings,
    anticoagulant_findings,
    clear,
    consent_finding,
    flag_for,
    infection_findings,
    medicine_findings,
    neck_history_findings,
    neuromuscular_findings,
    pregnancy_findings,
    question_finding,
    youngest_age,
)
from treatments.site_dosing import (
    PREEMPT,
    duplicate_findings,
    neck_findings,
    neck_totals,
    shape_finding,
    site_findings,
)
from treatments.suitability import elsewhere_finding, other_question_findings
from treatments.vials import balance_finding, draws_finding, lot_findings, sharing_finding


def assess_plan(facts: PlanFacts, formulary: Formulary | None = None) -> tuple[Finding, ...]:
    """Ask the rules about a treatment as planned."""
    known = formulary or Formulary.from_files()
    return _at(Gate.PLAN, (*_patient(facts, known), *_doses(facts, known)))


def assess_day_of(facts: PlanFacts, formulary: Formulary | None = None) -> tuple[Finding, ...]:
    """Ask the rules about the patient on the day, before the needle; `infection` holds the day's answers."""
    known = formulary or Formulary.from_files()
    return _at(Gate.DAY_OF, (*_patient(facts, known), *_doses(facts, known)))


def assess_preparing(facts: SessionFacts, formulary: Formulary | None = None) -> tuple[Finding, ...]:
    """Ask the rules about what is made up and drawn."""
    known = formulary or Formulary.from_files()
    return _at(Gate.PREPARING, (*_stock(facts, known), _no_limit(facts, known)))


def assess_session(facts: SessionFacts, formulary: Formulary | None = None) -> tuple[Finding, ...]:
    """Ask every rule about a session as given: what a page shows live and a signature freezes."""
    known = formulary or Formulary.from_files()
    return _at(
        Gate.SIGNING, (*_patient(facts, known), *_doses(facts, known), *_stock(facts, known), *_sums(facts, known))
    )


def _at(gate: Gate, findings: Iterable[Finding | None]) -> tuple[Finding, ...]:
    spoken = [finding for finding in findings if finding is not None and speaks_at(finding, gate)]
    return tuple(sorted(spoken, key=lambda finding: finding.rule))


def _patient(facts: PlanFacts, formulary: Formulary) -> Iterable[Finding | None]:
    """Whether this patient may have this product on this day."""
    product = formulary.product(facts.product)
    conditions = [formulary.condition(key) for key in facts.conditions]
    yield interval_finding(
        facts.on,
        facts.prior,
        product=product.key,
        conditions=conditions,
        region=facts.region,
        rules=formulary.rules.interval,
    )
    yield elsewhere_finding(facts.flags, facts.prior, facts.on, formulary)
    yield from allergy_findings(product, facts.flags, formulary)
    yield from _infection(facts, product, formulary)
    yield from pregnancy_findings(product, facts.flags, formulary)
    yield from neuromuscular_findings(product, facts.flags, formulary)
    yield age_finding(
        youngest_age(facts.birth, facts.on),
        product=product.key,
        conditions=facts.conditions,
        rules=formulary.rules.age,
    )
    yield from neck_history_findings(product, facts.flags, facts.sites, formulary)
    yield from medicine_findings(product, facts.flags, formulary)
    yield from anticoagulant_findings(
        product,
        facts.flags,
        sites=facts.sites,
        inr=facts.inr,
        deep_muscles_ticked=facts.deep_muscles_ticked,
        formulary=formulary,
    )
    yield consent_finding(product, conditions, has_consent=facts.has_offlabel_consent)
    yield from other_question_findings(facts, formulary)


def _infection(facts: PlanFacts, product: Product, formulary: Formulary) -> Iterable[Finding]:
    """Before the day the question as answered at the consultation; on the day each planned site."""
    if facts.infection is not None:
        return infection_findings((site.place for site in facts.sites), facts.infection, formulary)
    question = formulary.questions[INFECTION]
    found = question_finding("R15", question, flag_for(question, facts.flags, formulary), product.key)
    return (found or clear("R15", product.name, question.source),)


def _doses(facts: PlanFacts, formulary: Formulary) -> Iterable[Finding | None]:
    """Whether the doses are within what product, protocol and label give."""
    product = formulary.product(facts.product)
    units = facts.total_units + same_day_units(facts.prior, facts.on, product.unit_family, formulary)
    yield cumulative_finding(
        product,
        facts.conditions,
        on=facts.on,
        planned_units=facts.total_units,
        prior=facts.prior,
        formulary=formulary,
        clinician_limit=facts.clinician_limit,
    )
    yield from site_findings(product, facts.conditions, facts.sites, formulary=formulary)
    right, left = neck_totals(facts.sites, formulary.rules.sites.both_sides_muscle)
    if right or left:
        yield from neck_findings(
            product,
            right_units=right,
            left_units=left,
            dysphagia=flag_for(formulary.questions[SWALLOWING], facts.flags, formulary),
            formulary=formulary,
        )
    yield session_total_finding(product, facts.conditions, units, clinician_limit=facts.clinician_limit)
    if facts.protocol == PREEMPT and (protocol := formulary.protocol(PREEMPT)).product == product.key:
        yield shape_finding(
            protocol,
            sites=len(facts.sites),
            units=facts.total_units,
            by_muscle=Counter(site.muscle for site in facts.sites),
            rules=formulary.rules.shape,
        )
    yield from side_findings(facts.sites, formulary)
    yield from duplicate_findings(facts.sites, formulary)
    yield _no_limit(facts, formulary)


def _no_limit(facts: PlanFacts, formulary: Formulary) -> Finding:
    return no_limit_finding(
        formulary.product(facts.product),
        facts.conditions,
        clinician_limit=facts.clinician_limit,
        rules=formulary.rules.no_limit,
    )


def _stock(facts: SessionFacts, formulary: Formulary) -> Iterable[Finding]:
    """What was made up, from which vials, and when."""
    product = formulary.product(facts.product)
    nothing = Preparation(
        ref="", units=facts.total_units, diluent=None, diluent_ml=None, reconstituted_at=None, used_at=None
    )
    for made in facts.preparations or (nothing,):
        yield _clock(made, product, formulary)
        yield diluent_finding(product, made.diluent, subject=made.ref)
    if not facts.vials:
        yield from lot_findings(None, product, facts.on)
    for vial in facts.vials:
        yield from lot_findings(vial.lot, product, facts.on, subject=vial.ref)
        yield balance_finding(vial)
        yield sharing_finding(vial.patients, vial=vial.ref)


def _clock(made: Preparation, product: Product, formulary: Formulary) -> Finding:
    if made.diluent == NO_DILUENT and product.needs_no_diluent:
        return Finding(
            rule="R06", level=Level.OK, wording=READY_TO_USE, source=product.diluent.source, subject=made.ref
        )
    return clock_finding(
        product,
        reconstituted_at=made.reconstituted_at,
        used_at=made.used_at,
        rules=formulary.rules.volume,
        subject=made.ref,
    )


def _sums(facts: SessionFacts, formulary: Formulary) -> Iterable[Finding]:
    """Whether sites, total, draws and volumes agree."""
    yield sum_finding(facts.declared_total, (site.units for site in facts.sites))
    yield draws_finding(facts.drawn_units, facts.total_units)
    yield from volume_findings(facts.sites, {made.ref: made for made in facts.preparations}, formulary.rules.volume)
