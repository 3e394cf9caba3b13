"""The questionnaire's document: the clinic's steps with the catalogue's questions in their places."""

import json

import pytest

from patients.asking import unanswered
from patients.questionnaire import CATALOGUE
from patients.questions import QuestionUnreadable, compose, read

BASE = {
    "answer_kinds": {
        "yes_no": {"kind": "yes_no"},
        "date+brand": {"kind": "yes_no", "details": [{"id": "when", "kind": "day", "text": "When?"}]},
    },
    "steps": [
        {
            "id": "one",
            "title": "One",
            "questions": [{"id": "story", "kind": "text", "text": "Story?"}, {"screening": ["s2"]}],
        },
        {"id": "two", "title": "Two", "questions": [{"screening": "rest"}]},
    ],
}
SCREENING = [
    {"id": "s1", "text": "First?", "answer_kind": "yes_no", "positive_answer": "yes", "asked_of": "patient"},
    {"id": "s2", "text": "Second?", "answer_kind": "date+brand", "positive_answer": "no", "asked_of": "patient"},
    {"id": "s3", "text": "Third?", "answer_kind": "yes_no", "positive_answer": "yes", "asked_of": "clinician"},
    {"id": "s4", "text": "First?", "answer_kind": "yes_no", "positive_answer": "yes", "asked_of": "patient"},
]


def test_screening_questions_stand_where_the_steps_name_them() -> None:
    one, two = read(compose(BASE, SCREENING))
    assert [question.id for question in one.questions] == ["story", "s2"]
    assert [question.id for question in two.questions] == ["s1"]


def test_question_of_the_clinician_is_not_asked() -> None:
    assert "s3" not in json.dumps(compose(BASE, SCREENING))


def test_question_of_the_same_words_is_asked_once_and_answers_both() -> None:
    _one, two = read(compose(BASE, SCREENING))
    assert two.questions[0].ids == ("s1", "s4")
    assert list(two.ids()) == ["s1", "s4"]


def test_details_carry_the_id_of_their_question() -> None:
    one, _two = read(compose(BASE, SCREENING))
    assert [detail.id for detail in one.questions[1].details] == ["s2.when"]


def test_answer_is_flagged_as_the_catalogue_says() -> None:
    one, two = read(compose(BASE, SCREENING))
    answers = ("yes", "no", "unsure", None)
    assert [one.questions[1].is_flagged(answer) for answer in answers] == [False, True, False, False]
    assert [two.questions[0].is_flagged(answer) for answer in answers] == [True, False, False, False]
    assert not one.questions[0].is_flagged("yes")


def test_unanswered_are_the_required_without_a_key() -> None:
    steps = read(compose(BASE, SCREENING))
    assert [question.id for _step, question in unanswered(steps, {"s2": "no"})] == ["s1"]


def test_answer_of_an_unknown_kind_is_refused() -> None:
    odd = [*SCREENING, {"id": "s5", "text": "Odd?", "answer_kind": "hologram", "asked_of": "patient"}]
    with pytest.raises(QuestionUnreadable, match="s5"):
        compose(BASE, odd)


def test_step_that_names_a_question_nobody_has_is_refused() -> None:
    with pytest.raises(QuestionUnreadable, match="s2"):
        compose(BASE, SCREENING[:1])


def test_shipped_steps_ask_nothing_twice() -> None:
    steps = read(compose(json.loads((CATALOGUE / "questionnaire.json").read_text(encoding="utf-8")), []))
    keys = [key for step in steps for key in step.ids()]
    assert len(keys) == len(set(keys))
