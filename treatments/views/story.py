"""A patient's treatment story on the chart, and a clinician's own day: what awaits the signature."""

from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from patients.models import Patient
from treatments import symptom_reports
from treatments.answering import answers_to, open_questions_for, open_questions_of
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.goals import agreed_with
from treatments.intervals import Interval, earliest_on
from treatments.models import Consultation, EffectEstimate, InjectionSession, Plan, PlanSite, PlanState
from treatments.plan_story import PlanStory, stories_of
from treatments.priors import prior_sessions
from treatments.quantities import show_number
from treatments.showing import shown_source
from treatments.views.common import opened, today_at
from treatments.views.diary import diary_of
from treatments.views.elsewhere_shown import shown_elsewhere
from treatments.views.score import score_form
from treatments.views.story_plot import shown_story

SHOWN = 20
STATES = {"draft": "plain", "active": "ok", "paused": "due", "stopped": "", "completed": ""}


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def patient_story(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show plans with their sessions and what comes next, and the consultations: a part of the chart's page."""
    user = signed_in(request)
    patient = get_object_or_404(
        Patient.objects.visible_to(user).living_records().select_related("location"), public_id=public_id
    )
    if not request.headers.get("HX-Request"):  # as a part of the chart's page it is in the trail already
        opened(patient, verb="chart.opened", by=user, patient=patient)
    plans = list(
        Plan.objects.visible_to(user)
        .filter(patient=patient)
        .select_related("condition", "product", "protocol", "location")
        .order_by("-id")
    )
    consultations = list(
        Consultation.objects.visible_to(user)
        .filter(patient=patient)
        .select_related("clinician", "condition", "intake")
        .order_by("-held_on", "-id")[:SHOWN]
    )
    may_write = user.is_clinician and not patient.gone_because
    told = _story(patient, plans, may_write=may_write)
    context = {
        "patient": patient,
        "plans": told,
        "may_compare": sum(item["session"].is_signed for plan in told for item in plan["sessions"]) > 1,
        "consultations": consultations,
        "questions": open_questions_of(patient),
        "answers": answers_to(patient),
        "agreed": agreed_with(patient),
        **shown_elsewhere(patient),
        "may_write": may_write,
        "may_plan": any(row.is_signed and row.decision == "treat" for row in consultations),
    }
    return render(request, "treatments/_patient_story.html", context)


@require_safe
@role_required(Role.CLINICIAN)
def my_day(request: HttpRequest) -> HttpResponse:
    """Show what awaits this clinician's signature, drafted plans, and the consultations of late."""
    user = signed_in(request)
    mine = Consultation.objects.visible_to(user).filter(clinician=user).select_related("patient")
    sessions = InjectionSession.objects.visible_to(user).filter(clinician=user, signed_at__isnull=True)
    drafts = Plan.objects.visible_to(user).filter(clinician=user, state=PlanState.DRAFT)
    context = {
        "nav": "signature",
        "locations": user.places,
        "now": clock.now(),
        "alarms": symptom_reports.alarms_for(user),
        "reports": symptom_reports.to_read(user)[:SHOWN],
        "unsigned_consultations": list(mine.filter(signed_at__isnull=True).order_by("held_on", "id")[:SHOWN]),
        "unsigned_sessions": list(
            sessions.select_related("patient", "plan__condition", "product").order_by("started_at")[:SHOWN]
        ),
        "flagged": [
            {"estimate": row, "words": [flag.label for flag in row.flags]}
            for row in EffectEstimate.objects.newest()
            .flagged()
            .filter(plan__in=Plan.objects.visible_to(user).filter(clinician=user))
            .select_related("plan__patient", "plan__condition")
            .order_by("computed_at")[:SHOWN]
        ],
        "questions": open_questions_for(user),
        "draft_plans": list(drafts.select_related("patient", "condition", "product").order_by("-id")[:SHOWN]),
        "signed_consultations": list(
            mine.filter(signed_at__isnull=False).order_by("-signed_at").select_related("condition")[:SHOWN]
        ),
    }
    return render(request, "treatments/my_day.html", context)


def _story(patient: Patient, plans: list[Plan], *, may_write: bool) -> list[dict[str, Any]]:
    """Return each plan with its sites' total, its sessions, what they achieved and the earliest next day."""
    formulary, today = current_formulary(), today_at(patient)
    prior = prior_sessions(patient)
    stories = stories_of(plans, prior=prior, today=today, formulary=formulary)
    totals: dict[int, list[Any]] = defaultdict(lambda: [0, 0])
    for plan_id, units in PlanSite.objects.filter(plan__in=plans).values_list("plan_id", "units"):
        totals[plan_id][0] += 1
        totals[plan_id][1] += units
    by_plan: dict[int, list[dict[str, Any]]] = defaultdict(list)
    sessions = InjectionSession.objects.filter(plan__in=plans).select_related("product", "void", "clinician")
    for row in sessions.order_by("-injected_on", "-id"):
        given_units = show_number(row.total_units) if row.total_units is not None else ""
        by_plan[row.plan_id].append(
            {"session": row, "units": given_units, "product": row.product.name, "is_void": hasattr(row, "void")}
        )
    story = []
    for plan in plans:
        given = [item for item in by_plan[plan.pk] if item["session"].is_signed and not item["is_void"]]
        permitted = earliest_on(
            prior,
            product=plan.product.key,
            conditions=(plan.condition.key,),
            region=plan.location.label_region,
            rules=formulary.rules.interval,
        )
        last = given[0]["session"].injected_on if given else None
        interval = Interval(plan.interval_value, plan.interval_unit)
        due = max(interval.after(last), permitted or last) if last else None
        story.append(
            {
                "plan": plan,
                "tone": STATES[plan.state],
                "sites": totals[plan.pk][0],
                "units": show_number(totals[plan.pk][1]) if totals[plan.pk][0] else "",
                "sessions": by_plan[plan.pk],
                "due": due,
                "shortest_source": shown_source(
                    formulary.rules.interval.minimum(
                        plan.product.key, (plan.condition.key,), plan.location.label_region
                    ).source
                ),
                "permitted": max(permitted, today) if permitted else None,
                "is_active": plan.state == PlanState.ACTIVE,
                "told": shown_story(stories[plan.pk], today=today, formulary=formulary),
                "diary": _diary(plan, stories[plan.pk], today=today, formulary=formulary) if may_write else None,
                "score_form": score_form(plan, None, today=today, formulary=formulary, prefix=f"score-{plan.pk}-")
                if may_write
                else None,
            }
        )
    return story


def _diary(plan: Plan, story: PlanStory, *, today: date, formulary: Formulary) -> dict[str, Any] | None:
    """The weekly headache diary, where the condition counts such days and the plan goes on."""
    if plan.state not in {PlanState.DRAFT, PlanState.ACTIVE, PlanState.PAUSED}:
        return None
    scores = [row for kept in (story.scores, *(rows for _one, rows in story.others)) for row in kept]
    return diary_of(
        plan,
        [row for row in scores if row.plan_id == plan.pk],
        injected_on=story.sessions[-1].cycle.on if story.sessions else None,
        today=today,
        formulary=formulary,
        prefix=f"diary-{plan.pk}-",
    )
