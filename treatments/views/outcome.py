"""One score and what was done about it: corrected, marked, taken back; and reports and windows taken back too."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from patients.models import Patient
from treatments.correcting import Outcome, correct_score, mark_score, take_back
from treatments.diary import per_window
from treatments.errors import AlreadyCorrected, AlreadyWithdrawn, ScoreInFuture, ScoreOutOfRange
from treatments.forms.outcome import CorrectionForm, MarkForm, ReasonForm
from treatments.forms.score import range_words
from treatments.formulary_db import current_formulary
from treatments.intervals import DAYS_IN_WEEK
from treatments.models import MarkKind, Score, ScoreMark, WearOffReport, WindowByHand
from treatments.quantities import show_number
from treatments.views.common import of_patient, opened, today_at

SCORE, MARK, REPORT, WINDOW = "score", "mark", "wear_off", "window"
MODELS = {SCORE: Score, MARK: ScoreMark, REPORT: WearOffReport, WINDOW: WindowByHand}


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def score(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one score with its earlier and later rows, and the forms to put it right."""
    user = signed_in(request)
    row = get_object_or_404(_scores(user), public_id=public_id)
    opened(row, verb="score.opened", by=user, patient=row.patient)
    return _show(request, row)


@require_POST
@role_required(Role.CLINICIAN)
def score_correct(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write the score as it should have been, with the reason."""
    user = signed_in(request)
    row = get_object_or_404(_scores(user), public_id=public_id)
    is_week = row.weekly_count is not None
    form = CorrectionForm(request.POST, is_week=is_week)
    if not form.is_valid() or _has_died(request, row.patient):
        return _show(request, row, status=422, correction=form)
    window = current_formulary().instrument(row.instrument.key).window_days or DAYS_IN_WEEK
    days = int(form.typed) if is_week else None
    try:
        later = correct_score(
            score=row,
            value=form.typed if days is None else per_window(days, window),
            weekly_count=days,
            taken_on=form.cleaned_data["taken_on"],
            reason=form.cleaned_data["reason"],
            by=user,
            now=clock.now(),
        )
    except ScoreOutOfRange as refusal:
        form.add_error("value", range_words(refusal))
    except ScoreInFuture:
        form.add_error("taken_on", _("This day has not come yet."))
    except (AlreadyCorrected, AlreadyWithdrawn):
        form.add_error(None, _("Somebody corrected or took back this score since you opened it."))
        return _show(request, row, status=409, correction=form)
    else:
        messages.success(request, _("Corrected: %(value)s.") % {"value": show_number(later.value)})
        return redirect("treatments:score", later.public_id)
    return _show(request, row, status=422, correction=form)


@require_POST
@role_required(Role.CLINICIAN)
def score_mark(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Mark a score as confounded, with the reason."""
    user = signed_in(request)
    row = get_object_or_404(_scores(user), public_id=public_id)
    form = MarkForm(request.POST)
    if not form.is_valid() or _has_died(request, row.patient):
        return _show(request, row, status=422, mark=form)
    kind, reason = MarkKind(form.cleaned_data["kind"]), form.cleaned_data["reason"]
    try:
        mark_score(score=row, kind=kind, reason=reason, by=user, now=clock.now())
    except (AlreadyCorrected, AlreadyWithdrawn):
        form.add_error(None, _("Somebody corrected or took back this score since you opened it."))
        return _show(request, row, status=409, mark=form)
    messages.success(request, _("Marked: it finds no end of the effect any more."))
    return redirect("treatments:score", row.public_id)


@require_POST
@role_required(Role.CLINICIAN)
def outcome_withdraw(request: HttpRequest, kind: str, public_id: UUID) -> HttpResponse:
    """Take back a score, a mark, a report of wearing off or a window set by hand, with the reason."""
    user = signed_in(request)
    thing = _thing(user, kind, public_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was taken back: write the reason in words."))
    elif not _has_died(request, _patient_of(thing)):
        try:
            take_back(thing=thing, reason=form.cleaned_data["reason"], by=user, now=clock.now())
        except (AlreadyWithdrawn, AlreadyCorrected):
            messages.error(request, _("It was corrected or taken back before."))
        else:
            messages.success(request, _("Taken back; it stays readable and counts no more."))
    if isinstance(thing, ScoreMark):
        return redirect("treatments:score", thing.score.public_id)
    if isinstance(thing, Score):
        return redirect("treatments:score", thing.public_id)
    return redirect("treatments:plan_window", thing.session.plan.public_id)


def _thing(user: User, kind: str, public_id: UUID) -> Outcome:
    """The row, if it is of a patient this person may open."""
    patients = Patient.objects.visible_to(user)
    if kind == SCORE:
        return get_object_or_404(_scores(user), public_id=public_id)  # type: ignore[no-any-return]
    rows: QuerySet[Any] = MODELS[kind]._default_manager.all()  # noqa: SLF001 - Django's documented name
    if kind == MARK:
        rows = rows.select_related("score__patient__location", "score__plan", "score__instrument")
        return get_object_or_404(rows, public_id=public_id, score__patient__in=patients)  # type: ignore[no-any-return]
    rows = rows.select_related("session__plan__patient__location", "session__plan__condition", "session__plan__product")
    return get_object_or_404(rows, public_id=public_id, session__patient__in=patients)  # type: ignore[no-any-return]


def _patient_of(thing: Outcome) -> Patient:
    if isinstance(thing, ScoreMark):
        return thing.score.patient
    return thing.patient if isinstance(thing, Score) else thing.session.plan.patient


def _scores(user: User) -> Any:
    return (
        Score.objects.visible_to(user)
        .told()
        .select_related("patient__location", "instrument", "by", "withdrawal__by", "corrects__by", "plan__condition")
        .select_related("plan__product", "plan__location")
    )


def _show(request: HttpRequest, row: Score, *, status: int = 200, **forms: Any) -> HttpResponse:
    today, user = today_at(row.patient), signed_in(request)
    later = Score.objects.filter(corrects=row).select_related("by").first()
    is_week = row.weekly_count is not None
    typed = row.weekly_count if is_week else show_number(row.value)
    stands = later is None and not hasattr(row, "withdrawal")
    context = {
        **of_patient(row.patient, today),
        "score": row,
        "value": show_number(row.value),
        "later": later,
        "later_value": show_number(later.value) if later else "",
        "earlier_value": show_number(row.corrects.value) if row.corrects else "",
        "marks": row.marks.select_related("by", "withdrawal__by"),
        "may_write": stands and user.is_clinician and not row.patient.gone_because,
        "correction": CorrectionForm(is_week=is_week, initial={"value": typed, "taken_on": row.taken_on}),
        "mark": MarkForm(auto_id="mark_%s"),
        "reason_form": ReasonForm(auto_id="withdraw_%s"),
        **forms,
    }
    return render(request, "treatments/score_detail.html", context, status=status)


def _has_died(request: HttpRequest, patient: Patient) -> bool:
    if patient.deceased_on is None:
        return False
    messages.error(request, _("This patient has died: nothing was recorded."))
    return True
