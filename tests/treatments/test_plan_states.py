"""Plans in use: the gate anew, pausing, stopping, resuming, who is told, and what they were put in use on."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.treatments.people import a_patient, a_user, an_intake
from tests.treatments.test_planning import CLEARED, COUNTS, as_draft, preempt, put_to_use
from treatments import hooks, planning
from treatments.consulting import (
    Assessed,
    ConsultationDraft,
    save_draft,
    start_consultation,
)
from treatments.errors import (
    GateStays,
    PlanStateRefused,
    ReasonMissing,
)
from treatments.findings import Level
from treatments.formulary import Formulary
from treatments.models import Finding, Plan, PlanSite
from treatments.plan_drafts import draft_from_protocol
from treatments.plan_sites import rows_of, spread
from treatments.planning import findings_of, revise_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[list[tuple[str, str]]]:
    """What the calendar's hooks are told, beside those it hung there itself."""
    heard: list[tuple[str, str]] = []

    def stopped(*, plan: Plan, by: Any, now: datetime) -> None:
        heard.append(("stopped", plan.state))

    def resumed(*, plan: Plan, by: Any, now: datetime) -> None:
        heard.append(("resumed", plan.state))

    hooks.on_plan_stopped.append(stopped)
    hooks.on_plan_resumed.append(resumed)
    yield heard
    hooks.on_plan_stopped.remove(stopped)
    hooks.on_plan_resumed.remove(resumed)


def test_revision_leaves_the_rows_that_stay_and_history_the_ones_that_went(now: datetime) -> None:
    plan = preempt(now)
    before = list(plan.sites.values_list("public_id", flat=True))
    draft = as_draft(plan)
    revise_plan(plan=plan, seen_version=1, draft=replace(draft, sites=draft.sites[:30]), by=plan.clinician, now=now)
    assert list(plan.sites.values_list("public_id", flat=True)) == before[:30]
    labels = PlanSite.pgh_event_model.objects.values_list("pgh_label", flat=True)  # type: ignore[attr-defined]
    assert Counter(labels) == {"insert": 31, "delete": 1}


def test_plan_in_use_passes_its_gate_again(now: datetime) -> None:
    plan = put_to_use(preempt(now), now)
    draft = as_draft(plan)
    rows = [replace(row, count=row.count * 2) for row in rows_of(draft.sites)]
    doubled = replace(draft, sites=spread(rows, draft.sites, Formulary.from_files()))
    with pytest.raises(GateStays) as refusal:
        revise_plan(plan=plan, seen_version=2, draft=doubled, by=plan.clinician, now=now)
    assert {found.rule for found in refusal.value.decision.needs_reason} >= {"R05", "R12"}
    assert plan.sites.count() == 31


def test_paused_plan_passes_its_gate_too_as_resuming_asks_nothing(now: datetime) -> None:
    plan = put_to_use(preempt(now), now)
    planning.pause(plan=plan, reason="Travels until June", by=plan.clinician, now=now)
    draft = as_draft(plan)
    doubled = replace(draft, sites=tuple(replace(site, units=Decimal(10)) for site in draft.sites))
    with pytest.raises(GateStays) as refusal:
        revise_plan(plan=plan, seen_version=plan.version, draft=doubled, by=plan.clinician, now=now)
    assert "R12" in {found.rule for found in refusal.value.decision.needs_reason}


def test_pause_stop_and_resume_tell_the_calendar(now: datetime, told: list[tuple[str, str]]) -> None:
    plan = put_to_use(preempt(now), now)
    by = plan.clinician
    planning.pause(plan=plan, reason="Travels until June", by=by, now=now)
    assert (plan.state, plan.state_reason) == ("paused", "Travels until June")
    planning.resume(plan=plan, by=by, now=now)
    planning.complete(plan=plan, by=by, now=now)
    assert told == [("stopped", "paused"), ("resumed", "active"), ("stopped", "completed")]
    with pytest.raises(PlanStateRefused):
        planning.resume(plan=plan, by=by, now=now)


def test_pause_and_stop_need_their_reason(now: datetime) -> None:
    plan = put_to_use(preempt(now), now)
    for deed in (planning.pause, planning.stop):
        with pytest.raises(ReasonMissing):
            deed(plan=plan, reason="  ", by=plan.clinician, now=now)


def test_stopped_draft_was_never_in_use_and_is_closed(now: datetime) -> None:
    plan = planning.stop(plan=preempt(now), reason="Patient decided otherwise", by=a_user(), now=now)
    assert plan.state == "stopped"
    with pytest.raises(PlanStateRefused):
        put_to_use(plan, now)


def test_toxin_elsewhere_counts_for_interval_and_total(now: datetime) -> None:
    """Dysport on 12 January, told in the intake: on 1 March that is day 48, and no total can be computed."""
    patient = a_patient()
    details: dict[str, Any] = {"s10_prior_toxin.when": "2027-01-12", "s10_prior_toxin.brand": "Dysport"}
    an_intake(patient, s10_prior_toxin="yes", **details)
    held = start_consultation(patient=patient, by=a_user(), now=now)
    told = {"s10_prior_toxin": Assessed(is_confirmed=True)}
    draft = ConsultationDraft(decision="treat", assessments={**CLEARED, **COUNTS, **told})
    save_draft(consultation=held, seen_version=1, draft=draft, by=held.clinician, now=now)
    plan = draft_from_protocol(
        patient=patient, protocol_key="preempt_chronic_migraine", consultation=held, by=held.clinician, now=now
    )
    before, after = (findings_of(plan, on=day) for day in (date(2027, 3, 1), date(2027, 4, 6)))
    assert {found.rule: found.level for found in before if found.rule in ("R01", "R02")} == {
        "R01": Level.OVERRIDE,
        "R02": Level.OVERRIDE,
    }
    assert {found.level for found in after if found.rule in ("R01", "R02")} == {Level.OK}  # day 84


def test_what_a_plan_was_put_in_use_on_is_neither_changed_nor_taken_away(now: datetime) -> None:
    found = Finding.objects.create(
        plan=preempt(now), gate="plan", rule="R01", level="warning", text="Sooner than usual", rules_version=1,
        found_at=now,
    )  # fmt: skip
    for deed in (lambda: Finding.objects.filter(pk=found.pk).update(text="All is well"), found.delete):
        with pytest.raises(IntegrityError, match="put in use on stands"), transaction.atomic():
            deed()
    assert Finding.objects.get(pk=found.pk).text == "Sooner than usual"
