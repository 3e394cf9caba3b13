"""Which letters can be set, and what is set for one that cannot: fonts that come with the product, none of the machine.

Nothing typed is lost: a sign that no font has (an emoji) is named in brackets instead of leaving a box.
"""

import re
import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst
from fontTools.ttLib import TTFont

NOTO = ("fontpkg_noto_sans", "files")
"""Latin, Greek, Cyrillic and Devanagari."""
KURINTO = ("weblate_fonts", "static/weblate_fonts/kurinto/ttf")
"""Gujarati and the scripts of the rest of the world."""
REGULAR = ("NotoSans[[]wdth,wght].ttf", "KurintoSans-Rg.ttf")

LONG_WORD = re.compile(r"\S{25,}")
PIECE, LONG_PIECE = 8, 30
"""A word this long may be broken after so many letters; shorter ones fit every column. One that is no word of any
language (over 1,000 letters) is broken more seldom: each place for a break costs time."""
NO_WORD = 1000
BREAK = "\u200b"
JOINERS = "\u200c\u200d"
VIRAMAS = "\u094d\u0acd"
KEPT = "\n" + JOINERS


def font_folders() -> list[Path]:
    """Return where the wheels put the fonts."""
    return [_folder(*place) for place in (NOTO, KURINTO)]


def _folder(package: str, inside: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        msg = f"The fonts of {package} are not installed: run make setup."
        raise LookupError(msg)
    return Path(spec.submodule_search_locations[0]) / inside


@cache
def fonts() -> typst.Fonts:
    """Return the fonts that papers are set in, found once."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(one) for one in font_folders()]
    )


@cache
def covered() -> frozenset[int]:
    """Return every character that one of the fonts has a shape for."""
    known: set[int] = set()
    for folder in font_folders():
        for name in REGULAR:
            for file in folder.glob(name):
                with TTFont(file, lazy=True) as font:
                    known |= font.getBestCmap().keys()
    return frozenset(known)


def settable(thing: Any) -> Any:
    """Return a paper's content with each text of it made ready for setting."""
    if isinstance(thing, str):
        return breakable(readable(str(thing)))
    if isinstance(thing, dict):
        return {key: settable(value) for key, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [settable(value) for value in thing]
    return thing


def readable(text: str) -> str:
    """Return a text with every sign the fonts lack named in brackets: "well [thumbs up sign]".

    Marks that only turn the direction of writing are left out: on paper they could put a dose on its head.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return text if text.isascii() and text.isprintable() else "".join(_shown(letter) for letter in text)


def _shown(letter: str) -> str:
    if letter in KEPT:
        return letter
    if unicodedata.category(letter).startswith("C"):
        return "" if unicodedata.category(letter) in {"Cc", "Cf", "Cs"} else f"[U+{ord(letter):04X}]"
    if "\ufe00" <= letter <= "\ufe0f":  # only says how the sign before it is drawn
        return ""
    if ord(letter) in covered():
        return letter
    return f"[{unicodedata.name(letter, f'U+{ord(letter):04X}').lower()}]"


def breakable(text: str) -> str:
    """Return a text whose very long words may be broken, never inside a letter or a joined pair of letters."""
    return LONG_WORD.sub(lambda word: _pieces(word[0]), text)


def _pieces(word: str) -> str:
    pieces, length = [], 0
    piece = LONG_PIECE if len(word) > NO_WORD else PIECE
    for before, letter in zip(" " + word, word, strict=False):
        holds = unicodedata.category(letter).startswith("M") or letter in JOINERS or before in VIRAMAS + JOINERS
        if length >= piece and not holds:
            pieces.append(BREAK)
            length = 0
        pieces.append(letter)
        length += 1
    return "".join(pieces)
