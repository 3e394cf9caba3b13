"""The pages of the form itself, the same for a patient with a link and for the desk that types it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from clinic.staff.models import User
from patients.consents import wording_for
from patients.errors import AnswersMissing, IntakeClosed
from patients.forms_intake import StepForm
from patients.intake import open_questions, save_step, submit
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

    def question_href(self, step: Step, question: Question) -> str:
        """Return where a question stands."""
        anchor = "where" if question.kind == "areas" else f"div_id_{question.id}"
        return f"{self.step_href(step.id)}#{anchor}"


def step_page(
    request: HttpRequest, intake: Intake, place: Place, step_id: str, *, now: datetime, data: Any = None
) -> HttpResponse:
    """Show one step, or keep what was typed in it; `data` is a page typed before somebody was recognised."""
    steps = steps_of(intake.questionnaire)
    found = [number for number, step in enumerate(steps) if step.id == step_id]
    if not found:
        return redirect(place.start_href)
    step = steps[found[0]]
    typed = data if data is not None else request.POST if request.method == "POST" else None
    is_leaving = typed is not None and typed.get("go") == "leave"
    form = StepForm(
        typed,
        step=step,
        answers=intake.answers,
        wordings=wordings_of(step, intake.language),
        is_complete=not is_leaving,
    )
    if typed is not None:
        try:
            save_step(intake=intake, step_id=step.id, answers=form.answers(), by=place.by, now=now)
        except IntakeClosed:
            return place.closed()
        if form.is_valid():
            following = steps[found[0] + 1].id if found[0] + 1 < len(steps) else None
            to_send = place.send_href if following is None or typed.get("go") == "check" else place.step_href(following)
            return redirect(place.left_href if is_leaving else to_send)
    return render(
        request,
        f"{place.folder}_step.html",
        {
            "form": form,
            "step": step,
            "number": found[0] + 1,
            "bars": _bars(len(steps), found[0]),
            "step_count": len(steps),
            "next_title": _(steps[found[0] + 1].title) if found[0] + 1 < len(steps) else _("check and send"),
            "step_title": _(step.title),
            "lede": _(step.lede) if step.lede else "",
            "why": _(step.why) if step.why else "",
            "back_href": place.step_href(steps[found[0] - 1].id) if found[0] else place.start_href,
            "has_errors": bool(form.errors),
            **place.more,
        },
        status=422 if form.errors else 200,
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
                return place.sent(submit(intake=intake, by=place.by, now=now))
            except IntakeClosed:
                return place.closed()
            except AnswersMissing as refusal:
                missing = refusal.questions
    steps = steps_of(intake.questionnaire)
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
    steps = steps_of(intake.questionnaire)
    first = waiting[0][0] if waiting else None
    return {
        "step_count": len(steps),
        "next_href": place.step_href(first.id) if first else place.send_href,
        "next_number": steps.index(first) + 1 if first else None,
        "next_title": _(first.title) if first else "",
    }


def _bars(count: int, here: int) -> list[str]:
    return ["done" if number < here else "now" if number == here else "" for number in range(count)]
