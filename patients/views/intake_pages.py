"""The pages of the form itself, the same for a patient with a link and for the desk that types it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.staff.models import User
from patients.asking import asked
from patients.consents import wording_for
from patients.errors import AnswersMissing, IntakeClosed
from patients.forms_intake import StepForm
from patients.intake import BY_LINK, open_questions, save_step, submit
from patients.models import ConsentText, Intake
from patients.questionnaire import steps_of
from patients.questions import Question, Step
from patients.wording_intake import answered_steps


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the form is filled: whose hand, which frame, which addresses."""

    by: User | None
    folder: str
    start_href: str
    step_href: Callable[[str], str]
    send_href: str
    left_href: str
    closed: Callable[[], HttpResponse]
    sent: Callable[[Intake], HttpResponse]
    more: Mapping[str, Any]
    actor: str = BY_LINK
    letter_href: str = ""
    """Where a letter of another doctor is photographed; empty where the desk takes it."""
    typed_href: Callable[[str], str] | None = None
    """Where a page sends what is being typed; None where it is kept at a press only."""

    def question_href(self, step: Step, question: Question) -> str:
        """Return where a question stands."""
        anchor = "where" if question.kind == "areas" else f"div_id_{question.id}"
        return f"{self.step_href(step.id)}#{anchor}"


def step_page(
    request: HttpRequest, intake: Intake, place: Place, step_id: str, *, now: datetime, data: Any = None
) -> HttpResponse:
    """Show one step, or keep what was typed in it; `data` is a page typed before somebody was recognised."""
    steps = steps_asked(intake)
    at = next((number for number, step in enumerate(steps) if step.id == step_id), None)
    if at is None:
        return redirect(place.start_href)
    step = steps[at]
    typed = data if data is not None else request.POST if request.method == "POST" else None
    is_leaving = typed is not None and typed.get("go") == "leave"
    form = StepForm(
        typed,
        step=step,
        answers=intake.answers,
        wordings=wordings_of(step, intake.language),
        is_complete=not is_leaving,
        country=intake.patient.location.country,
    )
    if typed is not None:
        try:
            kept = save_step(
                intake=intake, step_id=step.id, answers=form.answers(), by=place.by, now=now, actor=place.actor
            )
        except IntakeClosed:
            return place.closed()
        if form.is_valid():
            return redirect(place.left_href if is_leaving else _next_href(kept, step, place))
    return render(
        request,
        f"{place.folder}_step.html",
        {
            "form": form,
            "step": step,
            "number": at + 1,
            "bars": _bars(len(steps), at),
            "step_count": len(steps),
            "next_title": _(steps[at + 1].title) if at + 1 < len(steps) else _("check and send"),
            "step_title": _(step.title),
            "lede": _(step.lede) if step.lede else "",
            "why": _(step.why) if step.why else "",
            "back_href": place.step_href(steps[at - 1].id) if at else place.start_href,
            "has_errors": bool(form.errors),
            "typed_href": place.typed_href(step.id) if place.typed_href else "",
            **place.more,
        },
        status=422 if form.errors else 200,
    )


def typed_step(request: HttpRequest, intake: Intake, step_id: str, *, now: datetime) -> HttpResponse:
    """Keep what is valid of a page while somebody types in it, and answer `static/js/keep.js` what is not."""
    step = next((step for step in steps_asked(intake) if step.id == step_id), None)
    if step is None:
        return JsonResponse({"state": "elsewhere", "words": _("This page is not asked any more.")}, status=409)
    form = StepForm(
        request.POST,
        step=step,
        answers=intake.answers,
        wordings=wordings_of(step, intake.language),
        is_complete=False,
        country=intake.patient.location.country,
    )
    try:
        save_step(intake=intake, step_id=step.id, answers=form.answers(), by=None, now=now, is_typing=True)
    except IntakeClosed:
        return JsonResponse({"state": "elsewhere", "words": _("The form was sent meanwhile.")}, status=409)
    at = timezone.localtime(now)
    return JsonResponse(
        {
            "state": "saved",
            "words": _("Saved at %(at)s") % {"at": date_format(at, "TIME_FORMAT")},
            "errors": {name: str(errors[0]) for name, errors in form.errors.items()},
        }
    )


def send_page(request: HttpRequest, intake: Intake, place: Place, *, now: datetime) -> HttpResponse:
    """Show every answer once more, or send them."""
    missing: tuple[str, ...] = ()
    is_unconfirmed = False
    if request.method == "POST":
        if request.POST.get("go") == "leave":
            return redirect(place.left_href)
        is_unconfirmed = "confirmed" not in request.POST
        if not is_unconfirmed:
            try:
                return place.sent(submit(intake=intake, by=place.by, now=now, actor=place.actor))
            except IntakeClosed:
                return place.closed()
            except AnswersMissing as refusal:
                missing = refusal.questions
    steps = steps_asked(intake)
    return render(
        request,
        f"{place.folder}_send.html",
        {
            "steps": answered_steps(intake, place.step_href),
            "unanswered": [
                {"text": _(question.text), "href": place.question_href(step, question)}
                for step, question in open_questions(intake)
            ],
            "blocking": [
                {
                    "text": _(question.missing or question.text),
                    "href": place.question_href(step, question),
                }
                for step, question in open_questions(intake)
                if question.id in missing
            ],
            "is_unconfirmed": is_unconfirmed,
            "letter_href": place.letter_href,
            "bars": _bars(len(steps), len(steps)),
            "step_count": len(steps),
            "back_href": place.step_href(steps[-1].id),
            **place.more,
        },
        status=422 if missing or is_unconfirmed else 200,
    )


def wordings_of(step: Step, language: str) -> dict[str, ConsentText]:
    """Return the words of each permission a step asks for."""
    kinds = {question.wording for question in step.questions if question.wording}
    return {kind: wording_for(kind, language) for kind in kinds}


def progress(intake: Intake, place: Place) -> dict[str, Any]:
    """Say how far a form is: where to go on, and whether everything was answered."""
    waiting = open_questions(intake)
    steps = [step.id for step in steps_asked(intake)]
    first = waiting[0][0] if waiting else None
    return {
        "step_count": len(steps),
        "next_href": place.step_href(first.id) if first else place.send_href,
        "next_number": steps.index(first.id) + 1 if first else None,
        "next_title": _(first.title) if first else "",
    }


def steps_asked(intake: Intake) -> tuple[Step, ...]:
    """Return the pages that are asked of this person, as far as they have answered."""
    return asked(steps_of(intake.questionnaire), intake.answers)


def _next_href(kept: Intake, step: Step, place: Place) -> str:
    """Return where it goes on: what was just answered may have opened a part, or closed one."""
    following = [one.id for one in steps_asked(kept)]
    at = following.index(step.id) + 1
    return place.step_href(following[at]) if at < len(following) else place.send_href


def _bars(count: int, here: int) -> list[str]:
    return ["done" if number < here else "now" if number == here else "" for number in range(count)]
