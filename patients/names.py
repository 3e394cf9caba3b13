"""Names as people write them: how they are kept, what is refused, and how they are folded for finding. Pure.

A name is any text in any script. It is kept in Unicode's composed form (NFC) and never cut, split or completed.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

LIMIT = 200
"""Code points of one name; the columns are as wide."""

JOINERS = frozenset("\u200c\u200d")  # Indic scripts need them: they change which conjunct is written
PADDING = frozenset("\u200b\u2060\ufeff\u00ad")  # seen by nobody, typed by nobody: they come along with pasted text
TURNERS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
APOSTROPHES = frozenset("'\u2019\u2018\u02bc\u02bb\u02b9\u2032\u00b4`\uff07\u05f3")
ACCENTED_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")
# Letters that Unicode does not take apart, as a keyboard without them spells them.
PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t"}
)


@dataclass(eq=False)
class NameIsEmpty(Exception):
    """Nothing was typed."""


@dataclass(eq=False)
class NameIsTooLong(Exception):
    """More than the limit: nothing is cut, the person decides what to leave out."""

    length: int
    limit: int = LIMIT


@dataclass(eq=False)
class NameHasHiddenMarks(Exception):
    """Control characters or marks that turn the direction of what follows; `marks` as U+ numbers."""

    marks: tuple[str, ...]


def kept(text: str) -> str:
    """Return a name as it is stored: NFC, single plain spaces, no invisible padding. May be empty.

    Raises:
        NameHasHiddenMarks: a control character or a direction mark is in it.
        NameIsTooLong: it has more than LIMIT code points.

    """
    visible = "".join(character for character in text if character not in PADDING)
    trimmed = unicodedata.normalize("NFC", visible).strip()
    hidden = sorted({f"U+{ord(character):04X}" for character in trimmed if is_hidden(character)})
    if hidden:
        raise NameHasHiddenMarks(tuple(hidden))
    name = " ".join(trimmed.split())
    if len(name) > LIMIT:
        raise NameIsTooLong(len(name))
    return name


def kept_and_needed(text: str) -> str:
    """Return a name as it is stored, and refuse an empty one (the name a person must have).

    Raises:
        NameIsEmpty: nothing visible was typed; and what `kept` raises.

    """
    name = kept(text)
    if not any(unicodedata.category(character)[0] in "LMNPS" for character in name):
        raise NameIsEmpty
    return name


def is_hidden(character: str) -> bool:
    """Whether a character is seen by nobody and may fool a reader or a program."""
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in TURNERS


def fold(text: str) -> str:
    """Return text as it is compared: no case, no Latin, Greek or Cyrillic accents, words apart by one space.

    Apostrophes vanish (O'Brien is obrien), hyphens and other signs part words. A vowel sign of an Indic script
    is a letter here and stays: સુમન and સમન are two names.
    """
    unfolded = unicodedata.normalize("NFKD", text.casefold().translate(PLAIN_LETTERS))
    return " ".join(unicodedata.normalize("NFC", "".join(_folded(unfolded))).casefold().split())


def words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text, each once, as typed in order."""
    return tuple(dict.fromkeys(fold(text).split()))


def marked(text: str, sought: tuple[str, ...]) -> list[tuple[str, bool]]:
    """Return a name in pieces, each with whether a search found it by these first letters of a word."""
    pieces: list[tuple[str, bool]] = []
    for word in re.split(r"([^\w\u0300-\u036f\u0900-\u0dff'\u2019\u200c\u200d]+)", text):
        end = max((_reach(word, letters) for letters in sought), default=0)
        pieces += [(piece, is_found) for piece, is_found in ((word[:end], True), (word[end:], False)) if piece]
    return pieces


def script_language(text: str) -> str:
    """Return the language tag of the script a name is written in ("gu", "hi"), or "" for Latin and others."""
    for character in text:
        name = unicodedata.name(character, "")
        if name.startswith("GUJARATI"):
            return "gu"
        if name.startswith("DEVANAGARI"):
            return "hi"
    return ""


def _reach(word: str, letters: str) -> int:
    """Return how many characters of a word the sought letters cover, with the marks that belong to the last."""
    for end in range(1, len(word) + 1):
        if fold(word[:end]).startswith(letters):
            while end < len(word) and unicodedata.category(word[end])[0] == "M":
                end += 1  # noqa: PLW2901 - a letter is not parted from its vowel sign
            return end
    return 0


def _folded(characters: str) -> Iterator[str]:
    base_has_accents = False
    for character in characters:
        category = unicodedata.category(character)
        if category == "Mn" and base_has_accents:
            continue
        if category[0] != "M":
            base_has_accents = unicodedata.name(character, "").startswith(ACCENTED_SCRIPTS)
        if character in APOSTROPHES or character in JOINERS or character in PADDING or category == "Cc":
            continue
        yield " " if category[0] in "PSZ" else character
