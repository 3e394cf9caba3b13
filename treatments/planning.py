"""What is done with a plan: revise under its version, let through its gate, pause, stop, complete."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from clinic.audit.trail import record
from clinic.lib.days import day_of
from clinic.staff.models import User
from treatments import hooks
from treatments.assessment import assess_plan
from treatments.errors import (
    EditedMeanwhile,
    GateStays,
    PlanHasNoSites,
    PlanStateRefused,
    ReasonMissing,
)
from treatments.estimating import keep_estimate
from treatments.facts import Site
from treatments.findings import Finding as Found
from treatments.findings import Level
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.gates import Gate, decide
from treatments.models import (
    EstimateCause,
    Finding,
    Plan,
    PlanState,
    ProductVersion,
    RevisionKind,
    RulesVersion,
    SessionLimit,
)
from treatments.plan_drafts import PlanDraft
from treatments.plan_facts import facts_of_plan
from treatments.plan_sites import as_values, keep_sites
from treatments.revising import keep_how_it_stood, keep_revision

SOURCE_LENGTH = 400
MAY_BECOME: Mapping[PlanState, frozenset[PlanState]] = {
    PlanState.DRAFT: frozenset({PlanState.ACTIVE, PlanState.STOPPED}),
    PlanState.ACTIVE: frozenset({PlanState.PAUSED, PlanState.STOPPED, PlanState.COMPLETED}),
    PlanState.PAUSED: frozenset({PlanState.ACTIVE, PlanState.STOPPED, PlanState.COMPLETED}),
    PlanState.STOPPED: frozenset(),
    PlanState.COMPLETED: frozenset(),
}
OPEN = (PlanState.DRAFT, PlanState.ACTIVE, PlanState.PAUSED)
IN_USE = (PlanState.ACTIVE, PlanState.PAUSED)
"""Through the gate once already, so each change goes through it too: a paused plan is resumed without another look."""


def revise_plan(
    *,
    plan: Plan,
    seen_version: int,
    draft: PlanDraft,
    by: User,
    now: datetime,
    reasons: Mapping[str, str] | None = None,
    on: date | None = None,
    why: str = "",
) -> Plan:
    """Keep a plan as typed, if nobody saved it since the page was opened; what it said before is kept as a revision.

    A plan in use passes its gate again first, as for a session on `on` (today, if left out). Runs `on_plan_revised`.

    Raises:
        EditedMeanwhile: with the plan as the other person left it.
        PlanStateRefused: it is stopped or completed.
        GateStays: it is in use and a finding stops it or still needs its reason.

    """
    with transaction.atomic():
        held = _held(plan, seen_version, OPEN)
        keep_how_it_stood(held, now=now)
        product = held.product
        if draft.product_key != product.key:
            product = ProductVersion.objects.current().get(key=draft.product_key)
        held.product = product
        if held.state in IN_USE:
            if not draft.sites:
                raise PlanHasNoSites
            on = on or day_of(now, held.location.zone)
            _through_the_gate(held, as_values(draft.sites), reasons or {}, on=on, by=by, now=now)
        Plan.objects.filter(pk=held.pk, version=seen_version).update(
            version=F("version") + 1,
            product=product,
            interval_value=draft.interval.value,
            interval_unit=draft.interval.unit,
            primary_instrument=draft.primary_instrument,
            note=draft.note,
        )
        keep_sites(held, draft.sites)
        record(by=by, verb="plan.revised", thing=held, patient=held.patient, detail={"version": seen_version + 1})
        held.refresh_from_db()
        keep_revision(held, RevisionKind.CHANGED, by=by, now=now, why=why)
        keep_estimate(plan=held, why=EstimateCause.REVISED, by=by, now=now)
        for hook in hooks.on_plan_revised:
            hook(plan=held, by=by, now=now)
    plan.refresh_from_db()
    return plan


def findings_of(plan: Plan, *, on: date, formulary: Formulary | None = None) -> tuple[Found, ...]:
    """Return what the rules say of a plan as it is kept, for a session on a day."""
    known = formulary or current_formulary()
    return assess_plan(facts_of_plan(plan, on=on, formulary=known), known)


def activate(
    *, plan: Plan, seen_version: int, reasons: Mapping[str, str], by: User, now: datetime, on: date | None = None
) -> Plan:
    """Put a draft to use, through its gate: a block stops it, each override needs one reason, kept with its author.

    Raises:
        GateStays, PlanHasNoSites, EditedMeanwhile, PlanStateRefused.

    """
    with transaction.atomic():
        held = _held(plan, seen_version, (PlanState.DRAFT,))
        if not held.sites.exists():
            raise PlanHasNoSites
        keep_how_it_stood(held, now=now)
        today = day_of(now, held.location.zone)
        _through_the_gate(held, None, reasons, on=on or today, by=by, now=now)
        Plan.objects.filter(pk=held.pk, version=seen_version).update(
            version=F("version") + 1, state=PlanState.ACTIVE, started_on=today
        )
        held.refresh_from_db()
        keep_revision(held, RevisionKind.PUT_IN_USE, by=by, now=now)
        record(by=by, verb="plan.activated", thing=held, patient=held.patient)
    plan.refresh_from_db()
    return plan


def pause(*, plan: Plan, reason: str, by: User, now: datetime) -> Plan:
    """Set a plan aside with a reason: nothing is due until it is resumed."""
    return _end(plan, PlanState.PAUSED, reason=reason, by=by, now=now)


def stop(*, plan: Plan, reason: str, by: User, now: datetime) -> Plan:
    """Stop a plan with a reason, for good."""
    return _end(plan, PlanState.STOPPED, reason=reason, by=by, now=now)


def complete(*, plan: Plan, reason: str = "", by: User, now: datetime) -> Plan:
    """Close a plan that has done its work."""
    return _end(plan, PlanState.COMPLETED, reason=reason, by=by, now=now)


def resume(*, plan: Plan, by: User, now: datetime) -> Plan:
    """Take a paused plan up again; what is due is due again (`on_plan_resumed`)."""
    with transaction.atomic():
        _step(plan, PlanState.ACTIVE, before=(PlanState.PAUSED,), reason="", now=now)
        keep_revision(plan, RevisionKind.RESUMED, by=by, now=now)
        record(by=by, verb="plan.resumed", thing=plan, patient=plan.patient)
        for hook in hooks.on_plan_resumed:
            hook(plan=plan, by=by, now=now)
    return plan


def set_session_limit(*, product_key: str, max_units: Decimal, reason: str, by: User, now: datetime) -> SessionLimit:
    """Set a session limit for a product whose catalogue has none (R31): the newest holds. Raises `ReasonMissing`."""
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        limit = SessionLimit.objects.create(
            product_key=product_key, max_units=max_units, reason=reason.strip(), set_by=by, set_at=now
        )
        record(by=by, verb="session_limit.set", thing=limit, detail={"product": product_key})
    return limit


def _end(plan: Plan, state: PlanState, *, reason: str, by: User, now: datetime) -> Plan:
    if state != PlanState.COMPLETED and not reason.strip():
        raise ReasonMissing
    before = tuple(old for old, allowed in MAY_BECOME.items() if state in allowed)
    with transaction.atomic():
        _step(plan, state, before=before, reason=reason.strip(), now=now)
        keep_revision(plan, RevisionKind(state), by=by, now=now, why=reason)
        record(by=by, verb=f"plan.{state}", thing=plan, patient=plan.patient)
        for hook in hooks.on_plan_stopped:
            hook(plan=plan, by=by, now=now)
    return plan


def _step(plan: Plan, state: PlanState, *, before: Iterable[PlanState], reason: str, now: datetime) -> None:
    """One conditional UPDATE; a plan never in use takes this day as its start, which the database asks for."""
    keep_how_it_stood(plan, now=now)
    changed: dict[str, Any] = {"state": state, "state_reason": reason, "version": F("version") + 1}
    if plan.started_on is None:
        changed["started_on"] = day_of(now, plan.location.zone)
    won = Plan.objects.filter(pk=plan.pk, state__in=tuple(before)).update(**changed)
    plan.refresh_from_db()
    if not won:
        raise PlanStateRefused(plan.state)


def _held(plan: Plan, seen_version: int, states: Iterable[PlanState]) -> Plan:
    """Lock the plan as it stands, and refuse an older page."""
    held: Plan = (
        Plan.objects.select_for_update(of=("self",))
        .select_related("patient", "location", "product", "condition", "protocol", "consultation")
        .get(pk=plan.pk)
    )
    if held.version != seen_version:
        raise EditedMeanwhile(held)
    if held.state not in tuple(states):
        raise PlanStateRefused(held.state)
    return held


def _through_the_gate(
    plan: Plan, sites: tuple[Site, ...] | None, reasons: Mapping[str, str], *, on: date, by: User, now: datetime
) -> None:
    """Weigh the plan; keep what the rules said, with each reason, or raise `GateStays`."""
    formulary = current_formulary()
    facts = facts_of_plan(plan, on=on, formulary=formulary, sites=sites)
    findings = assess_plan(facts, formulary)
    decision = decide(findings, Gate.PLAN, reasons=reasons)
    if not decision.passes:
        raise GateStays(decision, findings)
    number = RulesVersion.objects.current().get(key="rules").number
    Finding.objects.bulk_create(
        _row(plan, found, reasons.get(found.key, "").strip(), number, by=by, now=now)
        for found in findings
        if found.level is not Level.OK
    )


def _row(plan: Plan, found: Found, reason: str, rules_version: int, *, by: User, now: datetime) -> Finding:
    return Finding(
        plan=plan,
        gate=Gate.PLAN.value,
        rule=found.rule,
        subject=found.subject,
        code=found.wording.code,
        level=found.level.value,
        text=found.text,
        source=found.source.text[:SOURCE_LENGTH],
        source_place=found.source.place,
        rules_version=rules_version,
        reason=reason,
        reason_by=by if reason else None,
        reason_at=now if reason else None,
        found_at=now,
    )
