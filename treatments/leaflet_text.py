"""A leaflet's words taken apart: headings, paragraphs, lists, and in them the numbers that the catalogue holds. Pure.

A block is a line of text. It begins with `## ` where it is a heading, with `- ` where it is a point of a list; `!help`
stands for what cannot wait and whom to call. In a block `{key}` is the number at a place of the catalogue, `{key:30}` a
number that stands in the catalogue's own words there, `{key*}` only says where a statement comes from.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

HEADING: Final = "## "
POINT: Final = "- "
HELP: Final = "!help"
MARK: Final = re.compile(r"\{(?P<key>\w+)(?P<only>\*)?(?::(?P<said>\d+(?:\.\d+)?))?\}")
DIGIT: Final = re.compile(r"\d")

Kind = Literal["heading", "text", "points", "help"]


class LeafletUnreadable(ValueError):
    """A leaflet names a number it does not place, or holds one that stands in no catalogue."""

    def __init__(self, slug: str, problem: str) -> None:
        super().__init__(f"{slug}: {problem}")
        self.slug = slug
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words, or a mark in them."""

    text: str = ""
    key: str = ""
    """Which number, or which source; empty for plain words."""
    said: str = ""
    """The number as it stands in the catalogue's own words."""
    is_note: bool = False
    """Whether only the source is meant."""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph (one line each), a list (a line a point), or the place of what cannot wait."""

    kind: Kind
    lines: tuple[tuple[Piece, ...], ...] = ()


def blocks_of(document: Mapping[str, Any]) -> tuple[Block, ...]:
    """Return the blocks of a leaflet in order; points that follow each other are one list."""
    made: list[Block] = []
    for line in document["blocks"]:
        if line == HELP:
            made.append(Block("help"))
        elif line.startswith(HEADING):
            made.append(Block("heading", (pieces_of(line.removeprefix(HEADING)),)))
        elif not line.startswith(POINT):
            made.append(Block("text", (pieces_of(line),)))
        else:
            point = pieces_of(line.removeprefix(POINT))
            before = made.pop().lines if made and made[-1].kind == "points" else ()
            made.append(Block("points", (*before, point)))
    return tuple(made)


def pieces_of(line: str) -> tuple[Piece, ...]:
    """Return a line's words and marks in order."""
    return tuple(_pieces(line))


def _pieces(line: str) -> Iterator[Piece]:
    end = 0
    for found in MARK.finditer(line):
        if found.start() > end:
            yield Piece(line[end : found.start()])
        yield Piece(key=found["key"], said=found["said"] or "", is_note=bool(found["only"]))
        end = found.end()
    if end < len(line):
        yield Piece(line[end:])


def marks_in(document: Mapping[str, Any]) -> list[Piece]:
    """Return every mark of a leaflet, as it is met."""
    return [piece for line in _lines(document) for piece in pieces_of(line) if piece.key]


def check(slug: str, document: Mapping[str, Any]) -> None:
    """Refuse a leaflet that says a number of its own, or one without a place.

    Raises:
        LeafletUnreadable: says which.

    """
    for line in _lines(document):
        for piece in pieces_of(line):
            if DIGIT.search(piece.text) or "{" in piece.text:
                raise LeafletUnreadable(slug, f"a number or a brace in the words: {line}")
            if piece.key and piece.key not in document["numbers"]:
                raise LeafletUnreadable(slug, f"no place for {piece.key!r}")


def _lines(document: Mapping[str, Any]) -> Iterable[str]:
    return (document["title"], document["lede"], *document["blocks"])
