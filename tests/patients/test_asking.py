"""What is asked depends on what was answered: parts for a condition, and what falls away with an answer taken back."""

import json
from typing import Any

import pytest

from patients.asking import asked, set_aside, to_assess, unanswered
from patients.questionnaire import CATALOGUE
from patients.questions import QuestionUnreadable, Step, compose, read

WHEN_PAIN = {"question": "why", "any": ["pain"]}
DOCUMENT: dict[str, Any] = {
    "steps": [
        {
            "id": "first",
            "title": "First",
            "questions": [
                {"id": "why", "kind": "choices", "text": "Why?", "required": True, "options": [
                    {"id": "pain", "text": "Pain"}, {"id": "sweat", "text": "Sweat"},
                ]},
            ],
        },
        {
            "id": "pain",
            "title": "Pain",
            "when": WHEN_PAIN,
            "questions": [{"id": "runs", "kind": "yes_no", "text": "Does it run?", "required": True}],
        },
        {
            "id": "last",
            "title": "Last",
            "questions": [
                {"id": "where", "kind": "line", "text": "Where to?", "when": {"question": "runs", "any": ["yes"]}},
                {"id": "allergy", "kind": "yes_no", "text": "Allergy?", "flag": "yes", "is_grave": True},
                {"id": "tablets", "kind": "yes_no", "text": "Tablets?", "flag": "yes", "when": WHEN_PAIN},
            ],
        },
    ],
}  # fmt: skip
STEPS = read(DOCUMENT)


def ids(steps: tuple[Step, ...]) -> list[str]:
    return [key for step in steps for key in (step.id, *(question.id for question in step.questions))]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, ["first", "why", "last", "allergy"]),
        ({"why": ["sweat"]}, ["first", "why", "last", "allergy"]),
        ({"why": ["sweat", "pain"]}, ["first", "why", "pain", "runs", "last", "allergy", "tablets"]),
        ({"why": ["pain"], "runs": "yes"}, ["first", "why", "pain", "runs", "last", "where", "allergy", "tablets"]),
        ({"why": ["sweat"], "runs": "yes"}, ["first", "why", "last", "allergy"]),
    ],
)
def test_a_condition_opens_its_part_and_takes_it_away_again(answers: dict[str, Any], expected: list[str]) -> None:
    """The last: "runs" was answered before pain was unticked; what hung on it falls away with it."""
    assert ids(asked(STEPS, answers)) == expected


def test_a_step_without_a_question_that_is_asked_is_no_page() -> None:
    document = {"steps": [*DOCUMENT["steps"][:1], {**DOCUMENT["steps"][2], "questions": [
        {"id": "tablets", "kind": "yes_no", "text": "Tablets?", "when": WHEN_PAIN},
    ]}]}  # fmt: skip
    assert ids(asked(read(document), {"why": ["sweat"]})) == ["first", "why"]


def test_only_what_is_asked_can_be_unanswered() -> None:
    assert [question.id for _step, question in unanswered(STEPS, {"why": ["sweat"]})] == []
    assert [question.id for _step, question in unanswered(STEPS, {"why": ["pain"]})] == ["runs"]


def test_what_is_asked_no_more_is_set_aside() -> None:
    answers = {"why": ["sweat"], "runs": "yes", "where": "The left leg", "allergy": "no", "tablets": "yes"}
    assert set_aside(STEPS, answers) == {"why": ["sweat"], "allergy": "no"}


def test_marked_answers_come_grave_first_and_only_where_asked() -> None:
    answers = {"why": ["pain"], "tablets": "yes", "allergy": "yes"}
    assert [(one.id, one.is_grave) for one in to_assess(STEPS, answers)] == [("allergy", True), ("tablets", False)]
    assert [one.id for one in to_assess(STEPS, answers | {"why": ["sweat"]})] == ["allergy"]


@pytest.mark.parametrize(
    "when",
    [
        {"question": "nobody", "any": ["yes"]},
        {"question": "why", "any": ["sleep"]},
        {"question": "allergy", "any": ["yes"]},
    ],
)
def test_condition_that_no_earlier_page_can_answer_is_refused(when: dict[str, Any]) -> None:
    """A question of the same page is not earlier: without script nothing could open it there."""
    last = {**DOCUMENT["steps"][2], "questions": [*DOCUMENT["steps"][2]["questions"], {
        "id": "late", "kind": "line", "text": "Late?", "when": when,
    }]}  # fmt: skip
    with pytest.raises(QuestionUnreadable, match="late"):
        compose({"answer_kinds": {}, "steps": [*DOCUMENT["steps"][:2], last]}, [])


def test_every_condition_of_the_catalogue_has_one_answer_that_stands_for_it() -> None:
    """So a condition added to the catalogue does not go without its part of the form unnoticed."""
    shipped = json.loads((CATALOGUE / "questionnaire.json").read_text(encoding="utf-8"))
    (what_for,) = (one for step in read(compose(shipped, [])) for one in step.questions if one.id == "what_for")
    stood_for = [condition for option in what_for.options for condition in option.conditions]
    catalogue = json.loads((CATALOGUE.parents[1] / "treatments/catalogue/conditions.json").read_text(encoding="utf-8"))
    assert sorted(stood_for) == sorted(condition["id"] for condition in catalogue["conditions"])
    parts = {step.when.any[0] for step in read(compose(shipped, [])) if step.when}
    assert parts == {option.id for option in what_for.options} - {"other"}
