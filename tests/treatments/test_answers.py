"""Answers as a line of text beside their question, and the yes or no they begin with."""

import pytest

from treatments.answers import answer_to, as_line, asked, said
from treatments.formulary import Formulary

QUESTIONS = Formulary.from_files().questions


@pytest.mark.parametrize(
    ("value", "line"),
    [(None, ""), ("yes", "yes"), (12, "12"), (["neck", "jaw"], "neck, jaw"), ("  two\nlines ", "two lines")],
)
def test_answer_is_one_line(value: object, line: str) -> None:
    assert as_line(value) == line


def test_details_follow_their_answer() -> None:
    answers = {"s10_prior_toxin": "yes", "s10_prior_toxin.when": "2026-12", "s10_prior_toxin.brand": "Dysport"}
    assert answer_to(QUESTIONS["s10_prior_toxin"], answers) == "yes; 2026-12, Dysport"


def test_details_without_an_answer_are_none() -> None:
    assert answer_to(QUESTIONS["s10_prior_toxin"], {"s10_prior_toxin.when": "2026-12"}) == ""


@pytest.mark.parametrize(
    ("line", "word"), [("yes; 2026-12", "yes"), ("No", "no"), ("", ""), ("unsure", ""), ("Unsure; perhaps", "")]
)
def test_unsure_says_neither_yes_nor_no(line: str, word: str) -> None:
    assert said(line) == word


def test_each_wording_is_asked_once() -> None:
    texts = [question.text for question in asked(QUESTIONS)]
    assert len(texts) == len(set(texts))
    assert "s12_age" not in {question.key for question in asked(QUESTIONS)}
