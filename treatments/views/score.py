"""A score recorded from the chart: the small form, and the page it comes back on when something is wrong."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in, to_write
from clinic.staff.models import Role
from treatments.errors import ScoreInFuture, ScoreOutOfRange
from treatments.forms.score import ScoreForm
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.models import Plan
from treatments.quantities import show_number
from treatments.scoring import record_score
from treatments.views.common import of_patient, today_at
from treatments.views.plan import plans_for
from treatments.windows import instrument_of


def score_form(
    plan: Plan, data: HttpRequest | None, *, today: date, formulary: Formulary, prefix: str = ""
) -> ScoreForm:
    """Return the form with the condition's instruments, the plan's own first and chosen."""
    primary = instrument_of(plan, formulary)
    keys = dict.fromkeys([*([primary.key] if primary else []), *formulary.condition(plan.condition.key).instruments])
    return ScoreForm(
        data.POST if data else None,
        instruments=[formulary.instruments[key] for key in keys if key in formulary.instruments],
        initial={"taken_on": today, "instrument": primary.key if primary else None},
        prefix=prefix,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CLINICIAN)
@to_write
def plan_score(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep one value on one instrument of the plan's condition; a second press of the same keeps nothing more."""
    user = signed_in(request)
    plan = get_object_or_404(plans_for(user), public_id=public_id)
    patient, today = plan.patient, today_at(plan.patient)
    if patient.deceased_on is not None:
        messages.error(request, _("This patient has died: nothing was recorded."))
        return redirect("patients:detail", patient.public_id)
    form = score_form(plan, request if request.method == "POST" else None, today=today, formulary=current_formulary())
    if request.method == "POST" and form.is_valid():
        try:
            kept = record_score(
                patient=patient,
                plan=plan,
                instrument_key=form.cleaned_data["instrument"],
                value=form.cleaned_data["value"],
                taken_on=form.cleaned_data["taken_on"],
                by=user,
                now=clock.now(),
            )
        except ScoreOutOfRange as refusal:
            form.out_of_range(refusal)
        except ScoreInFuture:
            form.in_future()
        else:
            words = _("Recorded: %(value)s.")
            if kept.corrects is not None:
                words = _("Recorded: %(value)s, instead of %(before)s on that day.")
            before = show_number(kept.corrects.value) if kept.corrects else ""
            messages.success(request, words % {"value": show_number(kept.value), "before": before})
            return redirect("patients:detail", patient.public_id)
    context = {**of_patient(patient, today), "plan": plan, "form": form}
    return render(request, "treatments/score_form.html", context, status=422 if form.errors else 200)
