"""A plan's effect window: what stands, how it came about, set by hand and taken back, what the patient said."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from treatments.errors import EditedMeanwhile, NoSessionYet, ScoreInFuture
from treatments.estimating import see_flag
from treatments.forms.outcome import ReasonForm, WearOffForm, WindowForm
from treatments.formulary_db import current_formulary
from treatments.models import EffectEstimate, Flag, InjectionSession, Plan, WearOffReport
from treatments.plan_story import stories_of
from treatments.priors import prior_sessions
from treatments.reporting import report_wear_off
from treatments.setting_window import set_window
from treatments.views.common import of_patient, opened, today_at
from treatments.views.plan import plans_for
from treatments.views.story_plot import shown_story
from treatments.views.window_trail import flags_of, shown_trail


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def plan_window(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the window of the newest session, its trail, and the forms to set it and to take down a report."""
    user = signed_in(request)
    plan = get_object_or_404(plans_for(user), public_id=public_id)
    opened(plan, verb="plan.opened", by=user, patient=plan.patient)
    return show_window(request, plan)


def show_window(request: HttpRequest, plan: Plan, *, status: int = 200, **forms: Any) -> HttpResponse:
    """Answer with the page; a form that was refused comes back as it was typed."""
    today, formulary = today_at(plan.patient), current_formulary()
    story = stories_of([plan], prior=prior_sessions(plan.patient), today=today, formulary=formulary)[plan.pk]
    user = signed_in(request)
    may_write = user.is_clinician and not plan.patient.gone_because
    session = story.sessions[-1].session if story.sessions else None
    seen = story.by_hand.public_id if story.by_hand else None
    context = {
        **of_patient(plan.patient, today),
        "plan": plan,
        "told": shown_story(story, today=today, formulary=formulary),
        "session": session,
        "trail": shown_trail(plan),
        "flags": flags_of(plan, formulary),
        "flag_form": ReasonForm(auto_id="flag_%s"),
        "reports": _reports(session),
        "may_write": may_write and session is not None,
        "window_form": WindowForm(initial={"seen": seen}),
        "report_form": WearOffForm(initial={"told_on": today}),
        "reason_form": ReasonForm(auto_id="withdraw_%s"),
        **forms,
    }
    return render(request, "treatments/plan_window.html", context, status=status)


def _reports(session: InjectionSession | None) -> list[WearOffReport]:
    rows = WearOffReport.objects.filter(session=session) if session else WearOffReport.objects.none()
    return list(rows.select_related("by", "withdrawal__by"))


@require_POST
@role_required(Role.CLINICIAN)
def plan_window_set(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Set the end of the newest session's effect by hand, with the reason."""
    user = signed_in(request)
    plan = get_object_or_404(plans_for(user), public_id=public_id)
    form = WindowForm(request.POST)
    if _has_died(request, plan) or not form.is_valid():
        return show_window(request, plan, status=422, window_form=form)
    try:
        set_window(
            plan=plan,
            until=form.until,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            by=user,
            now=clock.now(),
        )
    except NoSessionYet:
        form.add_error(None, _("There is no signed session yet that it could be about."))
    except EditedMeanwhile:
        form.add_error(None, _("Somebody set or took back the window since you opened this page: look at it again."))
    else:
        messages.success(request, _("The window is set; the follow-up moved with it."))
        return redirect("treatments:plan_window", plan.public_id)
    return show_window(request, plan, status=409, window_form=form)


@require_POST
@role_required(Role.CLINICIAN)
def plan_wear_off(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take down that the patient said it is wearing off."""
    user = signed_in(request)
    plan = get_object_or_404(plans_for(user), public_id=public_id)
    form = WearOffForm(request.POST)
    if not _has_died(request, plan) and form.is_valid():
        try:
            report_wear_off(plan=plan, told_on=form.cleaned_data["told_on"], by=user, now=clock.now())
        except NoSessionYet:
            form.add_error("told_on", _("No session of this plan was signed before that day."))
        except ScoreInFuture:
            form.add_error("told_on", _("This day has not come yet."))
        else:
            messages.success(request, _("Taken down: it outranks what the scores say."))
            return redirect("treatments:plan_window", plan.public_id)
    return show_window(request, plan, status=422, report_form=form)


@require_POST
@role_required(Role.CLINICIAN)
def plan_flag(request: HttpRequest, public_id: UUID, flag: str) -> HttpResponse:
    """Say what follows from a flag: it leaves the list."""
    user = signed_in(request)
    plan = get_object_or_404(plans_for(user), public_id=public_id)
    newest = EffectEstimate.objects.filter(plan=plan).select_related("session", "plan__patient").last()
    form = ReasonForm(request.POST)
    if newest is None or flag not in newest.flags:
        messages.error(request, _("This flag does not stand any more."))
    elif not form.is_valid():
        return show_window(request, plan, status=422, flag_form=form, flag_asked=flag)
    else:
        see_flag(estimate=newest, flag=Flag(flag), note=form.cleaned_data["reason"], by=user, now=clock.now())
        messages.success(request, _("Kept; it left your list."))
    return redirect("treatments:plan_window", plan.public_id)


def _has_died(request: HttpRequest, plan: Plan) -> bool:
    if plan.patient.deceased_on is None:
        return False
    messages.error(request, _("This patient has died: nothing was recorded."))
    return True
