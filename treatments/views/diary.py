"""The weekly headache diary of a plan: weeks by days, as a clinician takes it down or the patient gave it by link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in, to_write
from clinic.staff.models import Role
from treatments.diary import COUNTED, week_ends, whole_window
from treatments.forms.outcome import DiaryForm, name_of
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.intervals import DAYS_IN_WEEK
from treatments.models import Plan, Score
from treatments.quantities import show_number
from treatments.scoring import record_weeks
from treatments.showing import shown_source
from treatments.views.common import of_patient, today_at
from treatments.views.plan import plans_for
from treatments.windows import standing_sessions

WEEKS = 12


@dataclass(frozen=True, slots=True)
class Week:
    """One row: the seven days, and the field to fill, or what is known already."""

    first: date
    last: date
    field: Any
    known: Score | None
    of_window: str
    session_day: int | None


def diary_of(
    plan: Plan,
    scores: Sequence[Score],
    *,
    injected_on: date | None,
    today: date,
    formulary: Formulary,
    data: Any = None,
    prefix: str = "",
) -> dict[str, Any] | None:
    """Return the diary of a plan whose condition counts headache days, from its standing scores; None of any other.

    A week the patient told by link is shown, not asked again: it is corrected from its score.
    """
    counted = formulary.instruments.get(COUNTED)
    if counted is None or counted.window_days is None:
        return None
    if COUNTED not in formulary.condition(plan.condition.key).instruments:
        return None
    ends = week_ends(anchor=injected_on or today, today=today, weeks=WEEKS)
    counts = [row for row in scores if row.weekly_count is not None and row.instrument.key == COUNTED]
    by_week = {end: _told_in(counts, end) for end in _with_running(ends, counts)}
    open_weeks = [end for end, row in by_week.items() if row is None or (row.by_id and row.taken_on == end)]
    known = {end: int(row.weekly_count or 0) for end, row in by_week.items() if row is not None}
    form = DiaryForm(data, weeks=open_weeks, known=known, prefix=prefix)
    whole = whole_window(known, counted.window_days)
    return {
        "form": form,
        "weeks": [
            Week(
                first=_last_day(row, end) - timedelta(days=DAYS_IN_WEEK - 1),
                last=_last_day(row, end),
                field=form[name_of(end)] if end in open_weeks else None,
                known=row,
                of_window=show_number(row.value) if row else "",
                session_day=(_last_day(row, end) - injected_on).days if injected_on and end > injected_on else None,
            )
            for end, row in by_week.items()
        ],
        "window_days": counted.window_days,
        "whole": {"last": whole[0], "days": whole[1]} if whole else None,
        "source": shown_source(counted.source),
    }


def _with_running(ends: Sequence[date], counts: Sequence[Score]) -> list[date]:
    """The whole weeks, and before them the running one where somebody told in it already."""
    running = ends[0] + timedelta(days=DAYS_IN_WEEK)
    return [*([running] if _told_in(counts, running) else []), *ends]


def _last_day(row: Score | None, end: date) -> date:
    """The last of the seven days counted: the day it was told, else the week's own."""
    return row.taken_on if row else end


def _told_in(counts: Sequence[Score], end: date) -> Score | None:
    """The count of the week that ended on a day, told on that day or within the week."""
    return next((row for row in reversed(counts) if end - timedelta(days=DAYS_IN_WEEK) < row.taken_on <= end), None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CLINICIAN)
@to_write
def plan_diary(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep the headache days of one or more weeks; a week left as it was keeps nothing."""
    user = signed_in(request)
    plan = get_object_or_404(plans_for(user), public_id=public_id)
    patient, today = plan.patient, today_at(plan.patient)
    if patient.deceased_on is not None:
        messages.error(request, _("This patient has died: nothing was recorded."))
        return redirect("patients:detail", patient.public_id)
    sessions = standing_sessions(plan=plan)
    scores = list(
        Score.objects.standing()
        .filter(plan=plan, instrument__key=COUNTED)
        .select_related("instrument", "by")
        .order_by("taken_on", "id")
    )
    diary = diary_of(
        plan,
        scores,
        injected_on=sessions[-1].injected_on if sessions else None,
        today=today,
        formulary=current_formulary(),
        data=request.POST if request.method == "POST" else None,
    )
    if diary is None:
        messages.error(request, _("Headache days are not counted in this condition."))
        return redirect("patients:detail", patient.public_id)
    form = diary["form"]
    if request.method == "POST" and form.is_valid():
        n = len(record_weeks(plan=plan, weeks=form.changed_weeks, by=user, now=clock.now()))
        words = ngettext("%(n)s week recorded.", "%(n)s weeks recorded.", n) % {"n": n}
        messages.success(request, words if n else _("Nothing was changed."))
        return redirect("patients:detail", patient.public_id)
    context = {**of_patient(patient, today), "plan": plan, "diary": diary, "form": form}
    return render(request, "treatments/plan_diary.html", context, status=422 if form.errors else 200)
