"""A step as a form: every question is asked, nothing is chosen, what is valid is kept beside what is wrong."""

import datetime
import re
from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form

from patients.forms_intake import StepForm
from patients.models import Intake
from patients.questionnaire import current, steps_of
from patients.questions import Step
from patients.views.intake_pages import wordings_of
from tests.patients.intake_making import as_query, invited, step_of, typed_for

pytestmark = pytest.mark.django_db
STEPS = [
    *(
        "about",
        "pain",
        "part-headache",
        "part-neck",
        "part-muscle",
        "part-joint",
        "part-stiff",
        "part-jaw",
        "part-face",
    ),
    *("part-sweat", "tried", "medicines", "allergies", "safety", "goals", "permissions"),
]


def form_of(step: Step, data: dict[str, Any] | None = None, *, is_complete: bool = True, **answers: Any) -> StepForm:
    """The form of a step, with what was typed or answered before."""
    return StepForm(
        as_query(data) if data is not None else None,
        step=step,
        answers=answers,
        wordings=wordings_of(step, "en"),
        is_complete=is_complete,
    )


@pytest.fixture
def intake(now: datetime.datetime) -> Intake:
    return invited(now)


@pytest.mark.parametrize("name", STEPS)
def test_step_asks_every_question_and_chooses_nothing(name: str, intake: Intake) -> None:
    step = step_of(intake, name)
    page = render_crispy_form(form_of(step))
    for key in step.ids():
        if not any(key in question.also for question in step.questions):
            assert f'name="{key}' in page, key
    assert not re.search(r"<input[^>]*\bchecked\b", page)
    assert not re.search(r"<option[^>]*\bselected\b", page)


@pytest.mark.parametrize("name", STEPS)
def test_step_filled_in_is_valid_and_its_answers_are_its_own(name: str, intake: Intake) -> None:
    step = step_of(intake, name)
    form = form_of(step, typed_for(step))
    answers = form.answers()
    assert form.errors == {}
    assert set(answers) <= set(step.ids())
    assert {question.id for question in step.questions if question.required} <= {
        key for key, value in answers.items() if value is not None
    }


@pytest.mark.parametrize("name", STEPS)
def test_step_empty_says_what_is_missing_but_may_be_left(name: str, intake: Intake) -> None:
    step = step_of(intake, name)
    required = {question.id for question in step.questions if question.required}
    asked = form_of(step, {"go": "next"})
    assert set(asked.errors) == required
    left = form_of(step, {"go": "leave"}, is_complete=False)
    assert left.errors == {}


def test_answers_are_of_the_documented_shapes(intake: Intake) -> None:
    pain = form_of(step_of(intake, "pain"), {
        "pain_where": ["neck", "forehead"], "pain_worst": "0", "pain_usual": "10", "what_for": ["jaw"],
        "pain_since_month": "3", "pain_since_year": "2021", "pain_story": "  Cafe\u0301  ",
    }).answers()  # fmt: skip
    assert pain == {
        "pain_where": ["neck", "forehead"], "pain_worst": 0, "pain_usual": 10, "what_for": ["jaw"],
        "pain_since": "2021-03", "pain_story": "Café",
    }  # fmt: skip


def test_answer_of_a_question_asked_once_stands_under_both_ids(intake: Intake) -> None:
    step = step_of(intake, "allergies")
    answers = form_of(step, typed_for(step, s03_milk_allergy="unsure")).answers()
    assert (answers["s03_milk_allergy"], answers["s03b_milk_allergy_other"]) == ("unsure", "unsure")


def test_details_of_a_yes_are_kept(intake: Intake) -> None:
    step = step_of(intake, "tried")
    data = typed_for(step, s10_prior_toxin="yes") | {
        "s10_prior_toxin.when_day": "14", "s10_prior_toxin.when_month": "9", "s10_prior_toxin.when_year": "2026",
        "s10_prior_toxin.brand": "Face, elsewhere", "s10_prior_toxin.units": "50",
    }  # fmt: skip
    answers = form_of(step, data).answers()
    assert {key: value for key, value in answers.items() if key.startswith("s10")} == {
        "s10_prior_toxin": "yes", "s10_prior_toxin.when": "2026-09-14", "s10_prior_toxin.brand": "Face, elsewhere",
        "s10_prior_toxin.units": "50",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("question", "typed", "message"),
    [
        ("headache_days_28", "45", "Write a number from 0 to 28"),
        ("headache_days_28", "-1", "Write a number from 0 to 28"),
        ("headache_days_28", "2.5", "Write a whole number"),
        ("headache_days_28", "many", "Write a whole number"),
        ("pain_worst", "11", "Select a valid choice. 11 is not one of the available choices."),
        ("pain_where", ["elbow"], "Select a valid choice. elbow is not one of the available choices."),
        ("pain_story", "x\x00y", "Null characters are not allowed."),
    ],
)
def test_wrong_answer_is_told_and_the_right_ones_are_kept(
    question: str, typed: Any, message: str, intake: Intake
) -> None:
    step = step_of(intake, "part-headache" if question == "headache_days_28" else "pain")
    form = form_of(step, typed_for(step, **{question: typed}))
    answers = form.answers()
    assert {key: list(errors) for key, errors in form.errors.items()} == {question: [message]}
    assert question not in answers
    assert len(answers) == len(step.questions) - 1


@pytest.mark.parametrize(
    ("month", "year", "expected"),
    [("3", "2021", "2021-03"), ("", "2021", "2021"), ("12", "1999", "1999-12"), ("", "", None)],
)
def test_since_is_kept_as_far_as_it_is_known(month: str, year: str, expected: str | None, intake: Intake) -> None:
    step = step_of(intake, "pain")
    form = form_of(step, {"pain_since_month": month, "pain_since_year": year}, is_complete=False)
    assert form.answers()["pain_since"] == expected


@pytest.mark.parametrize(
    ("month", "year", "message"),
    [
        ("3", "", "Write the year as well"),
        ("13", "2021", "There is no such date"),
        ("0", "2021", "There is no such date"),
        ("2147483648", "2021", "There is no such date"),
        ("3", "21", "Write the year with four digits, for example 2021"),
        ("March", "2021", "Use numbers, for example 6 and 2021"),
        ("6", "2131", "This day is still to come."),
        ("", "2131", "This day is still to come."),
    ],
)
def test_since_that_cannot_be_read_is_told(month: str, year: str, message: str, intake: Intake) -> None:
    step = step_of(intake, "pain")
    form = form_of(step, {"pain_since_month": month, "pain_since_year": year}, is_complete=False)
    assert form.errors["pain_since"] == [message]


def test_permission_keeps_which_words_stood_above_it(intake: Intake) -> None:
    step = step_of(intake, "permissions")
    wordings = wordings_of(step, "en")
    answers = form_of(step, typed_for(step) | {"consent_data_use.wording": "forged"}).answers()
    assert answers["consent_data_use.wording"] == str(wordings["data_use"].public_id)


def test_answers_given_before_are_shown_again(intake: Intake) -> None:
    page = render_crispy_form(form_of(step_of(intake, "pain"), pain_where=["neck"], pain_since="2021-03", pain_worst=7))
    assert re.search(r'value="neck"[^>]*checked', page)
    assert re.search(r'name="pain_since_month"[^>]*value="3"', page)
    assert re.search(r'value="7"[^>]*checked[^>]*id="id_pain_worst_7"', page) or re.search(
        r'value="7"[^>]*id="id_pain_worst_7"[^>]*checked', page
    )


@pytest.mark.parametrize("name", STEPS)
def test_btx_101_every_description_points_to_something_on_the_page(name: str, intake: Intake) -> None:
    """BTX-101: help and errors are tied to their fields, wrong fields say so, optional is said in words."""
    step = step_of(intake, name)
    data = {
        "go": "next",
        "headache_days_28": "45",
        "about_born_day": "31",
        "about_born_month": "2",
        "about_born_year": "1970",
    }
    page = render_crispy_form(form_of(step, data))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    described = [key for value in re.findall(r'aria-describedby="([^"]*)"', page) for key in value.split()]
    assert set(described) <= set(ids)
    linked = re.findall(r'href="#([^"]+)"', page)
    assert len(linked) >= 1
    assert set(linked) <= set(ids)
    assert page.count('aria-invalid="true"') >= len(linked) - ("pain_where" in page)
    assert "asteriskField" not in page


def test_every_kind_of_question_is_drawn() -> None:
    kinds = {
        part.kind
        for step in steps_of(current())
        for question in step.questions
        for part in (question, *question.details)
    }
    assert kinds == {
        "areas",
        "choices",
        "consent",
        "day",
        "email",
        "line",
        "number",
        "one",
        "phone",
        "scale",
        "since",
        "text",
        "yes_no",
    }
