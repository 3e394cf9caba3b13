"""A chart in a page or two: who it is, what matters before the next needle, each plan with its sessions."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.lib.days import day_of
from clinic.staff.models import User
from patients.models import Patient
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.models import Consultation, InjectionSession, Plan, PlanState
from treatments.papers.frame import NOTHING, between, day, framed
from treatments.papers.history import events, given_elsewhere, screened, told
from treatments.papers.printed_plan import consulted
from treatments.papers.typesetting import Paper
from treatments.plan_story import PlanStory, stories_of
from treatments.priors import prior_sessions
from treatments.quantities import show_units
from treatments.views.story_plot import shown_story

SHOWN = 6
"""Sessions of a plan, the latest first; how many more there are is said."""


def patient_summary(patient: Patient, plans: Sequence[Plan], *, by: User, now: datetime) -> Paper:
    """Return the summary of a chart; `plans` are those the reader may open, the latest first."""
    formulary, today = current_formulary(), day_of(now, patient.location.zone)
    prior = prior_sessions(patient)
    stories = stories_of(plans, prior=prior, today=today, formulary=formulary)
    sessions = _sessions(plans)
    consultation = (
        Consultation.objects.visible_to(by)
        .filter(patient=patient, signed_at__isnull=False)
        .select_related("condition", "clinician")
        .prefetch_related("goals", "strategies", "assessments")
        .order_by("-held_on", "-id")
        .first()
    )
    return framed(
        "patient_summary",
        _("Summary of the chart"),
        patient=patient,
        location=patient.location,
        by=by,
        now=now,
        about=_("as of %(day)s") % {"day": day(today)},
        notices=_notices(patient),
        facts=_facts(patient),
        plans=[_plan(plan, sessions[plan.pk], stories[plan.pk], today=today, formulary=formulary) for plan in plans],
        groups=[
            *screened(consultation, formulary),
            *events(patient),
            *told(patient),
            *given_elsewhere(patient, prior, formulary),
            *consulted(consultation),
        ],
    )


def _notices(patient: Patient) -> list[dict[str, str]]:
    if patient.deceased_on is None:
        return []
    return [{"tone": "plain", "lead": _("Died on %(day)s.") % {"day": day(patient.deceased_on)}, "text": ""}]


def _facts(patient: Patient) -> list[tuple[str, str]]:
    pairs = [
        (_("Phone"), patient.phone_shown),
        (_("Language"), patient.get_language_display()),
        (_("E-mail"), patient.email),
        (_("Location"), patient.location.name),
    ]
    return [(label, value or NOTHING) for label, value in pairs]


def _sessions(plans: Sequence[Plan]) -> dict[int, list[InjectionSession]]:
    """Every signed session, the latest first; what does not stand comes too, and says so."""
    rows = InjectionSession.objects.filter(plan__in=plans, signed_at__isnull=False)
    by_plan: dict[int, list[InjectionSession]] = defaultdict(list)
    for row in rows.select_related("product", "void", "clinician").order_by("-injected_on", "-id"):
        by_plan[row.plan_id].append(row)
    return by_plan


def _plan(
    plan: Plan, sessions: Sequence[InjectionSession], story: PlanStory, *, today: date, formulary: Formulary
) -> dict[str, Any]:
    shown = shown_story(story, today=today, formulary=formulary)
    window, response = shown["window"], shown["response"]
    facts = [
        (_("Product"), plan.product.name),
        (_("Every"), f"{plan.interval_value} {plan.get_interval_unit_display()}"),
    ]
    if window:
        facts.append((_("Wears off"), between(window["from_on"], window["until_on"])))
        if plan.state == PlanState.ACTIVE:
            facts.append((_("Next, not before"), day(window["earliest_on"])))
    if response:
        facts.append((_("Response"), response["words"]))
    if plan.state_reason:
        facts.append((_("Reason"), plan.state_reason))
    cycles = {cycle.on: cycle for cycle in shown["cycles"]}
    more = len(sessions) - SHOWN
    return {
        "title": plan.condition.name,
        "state": str(plan.get_state_display()),
        "facts": facts,
        "sessions": {
            "head": [_("Date"), _("Product"), _("Given"), _("Best score"), _("How it ended")],
            "rows": [_row(one, cycles.get(one.injected_on)) for one in sessions[:SHOWN]],
        },
        "more": ngettext("and %(n)s earlier session", "and %(n)s earlier sessions", more) % {"n": more}
        if more > 0
        else "",
    }


def _row(session: InjectionSession, cycle: Any) -> list[str]:
    units = show_units(session.total_units) if session.total_units is not None else ""
    marks = [_("VOIDED: %(kind)s") % {"kind": session.void.get_kind_display()}] if hasattr(session, "void") else []
    if session.is_late_entry:
        marks.append(_("late entry"))
    if session.given_despite:
        marks.append(_("given despite a stop"))
    if cycle and not hasattr(session, "void"):
        marks.append(cycle.words)
    best = cycle.best if cycle and not hasattr(session, "void") else ""
    return [day(session.injected_on), session.product.name, units, best or NOTHING, "; ".join(marks)]
