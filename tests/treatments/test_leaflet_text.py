"""A leaflet's words taken apart; it may say no number of its own."""

import re
from collections import Counter
from typing import Any

import pytest

from treatments.leaflet_text import MARK, LeafletUnreadable, Piece, blocks_of, check, marks_in, pieces_of
from treatments.leaflets import _shipped

SENTENCE = re.compile(r"[.?!:।](?:\s|$)")
LONGEST = 24
"""Words in a sentence that somebody of twelve still reads in one go."""
SHIPPED = {(one.slug, one.language): one.document for one in _shipped()}


def leaflet(*blocks: str, **numbers: str) -> dict[str, Any]:
    return {"title": "T", "lede": "L", "blocks": list(blocks), "numbers": numbers}


def test_line_is_words_numbers_and_notes_in_order() -> None:
    assert pieces_of("It lasts {end} weeks, {stop:30} of a hundred.{why*}") == (
        Piece("It lasts "), Piece(key="end"), Piece(" weeks, "), Piece(key="stop", said="30"),
        Piece(" of a hundred."), Piece(key="why", is_note=True),
    )  # fmt: skip


def test_points_that_follow_each_other_are_one_list() -> None:
    found = blocks_of(leaflet("## A", "- one", "- two", "words", "!help", "- three"))
    assert [(block.kind, len(block.lines)) for block in found] == [
        ("heading", 1), ("points", 2), ("text", 1), ("help", 0), ("points", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["It lasts 12 weeks", "It lasts {end} weeks", "It lasts {end weeks"])
def test_number_of_its_own_or_without_a_place_is_refused(line: str) -> None:
    with pytest.raises(LeafletUnreadable):
        check("part", leaflet(line))


def test_every_leaflet_is_there_in_three_languages() -> None:
    slugs = ["what", "visit", "after", "expect", *(f"part-{letter}" for letter in "abcdefghijklmnop")]
    assert sorted(SHIPPED) == sorted((slug, language) for slug in slugs for language in ("en", "gu", "hi"))


@pytest.mark.parametrize("language", ["hi", "gu"])
def test_translation_has_the_same_parts_numbers_and_notes_as_the_english(language: str) -> None:
    for (slug, spoken), document in SHIPPED.items():
        if spoken != language:
            continue
        english = SHIPPED[slug, "en"]
        assert [kind(line) for line in document["blocks"]] == [kind(line) for line in english["blocks"]], slug
        for said, own in zip(document["blocks"], english["blocks"], strict=True):
            assert Counter(pieces(said)) == Counter(pieces(own)), (slug, said)


def test_every_number_of_a_leaflet_is_used() -> None:
    for (slug, _language), document in SHIPPED.items():
        assert {mark.key for mark in marks_in(document)} == set(document["numbers"]), slug


def test_english_sentences_are_short() -> None:
    too_long = [
        sentence
        for (_slug, language), document in SHIPPED.items()
        if language == "en"
        for line in document["blocks"]
        for sentence in SENTENCE.split(MARK.sub("", line))
        if len(sentence.split()) > LONGEST
    ]
    assert too_long == []


def kind(line: str) -> str:
    return line.split(" ", 1)[0] if line.startswith(("## ", "- ", "!")) else "text"


def pieces(line: str) -> list[Piece]:
    return [piece for piece in pieces_of(line) if piece.key]
