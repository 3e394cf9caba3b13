"""What a person reads of a page, and which of it is English."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Final

SILENT: Final = frozenset({"script", "style", "svg", "head"})
EMPTY: Final = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
SPOKEN: Final = ("alt", "aria-label", "placeholder", "title")
WORD: Final = re.compile(r"[A-Za-z][A-Za-z'\u2019-]+")

DRUGS: Final = (
    "trihexyphenidyl oxybutynin tolterodine hyoscine amitriptyline gentamicin amikacin streptomycin tobramycin "
    "aspirin clopidogrel warfarin acenocoumarol apixaban rivaroxaban dabigatran heparin colistin polymyxin clindamycin "
    "atracurium vecuronium rocuronium succinylcholine baclofen tizanidine thiocolchicoside pyridostigmine neostigmine"
)
"""They stay in the letters of the packs, where a patient finds them."""
BOARD: Final = ("data", "protection", "board", "of", "india")
"""Its own name, beside the translated one."""
FORMATS: Final = "mb pdf jpeg png gif tiff bmp svg webp heic zip"
"""Forms of files, by the letters that stand at the end of their names."""
ALLOWED: Final = frozenset({*DRUGS.split(), *BOARD, *FORMATS.split(), "interval"})


class _Reader(HTMLParser):
    """Gathers what is seen and what is read aloud in the page's own language."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.open: list[tuple[str, bool]] = []
        self.language = ""

    @property
    def is_silent(self) -> bool:
        return any(silent for _tag, silent in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "html":
            self.language = has.get("lang") or ""
        is_foreign = bool(has.get("lang")) and has["lang"] != self.language
        if not self.is_silent and not is_foreign and tag not in SILENT:
            self.said += [has[name] or "" for name in SPOKEN if has.get(name)]
        if tag not in EMPTY:
            self.open.append((tag, tag in SILENT - {"head"} or is_foreign))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.is_silent and data.strip():
            self.said.append(" ".join(data.split()))


def read(html: str) -> tuple[str, list[str]]:
    """Return the language of a page and what is read on it."""
    reader = _Reader()
    reader.feed(html)
    return reader.language, reader.said


def english_in(texts: Iterable[str], names: Iterable[str] = ()) -> Iterator[str]:
    """Yield the texts with a word in Latin letters that is no name and no drug."""
    known = ALLOWED | {word.casefold() for name in names for word in WORD.findall(name)}
    for text in texts:
        plain = re.sub(r"https?://\S+|\S+@\S+|%\(\w+\)s|\{\w+\}", "", text)
        if any(word.casefold() not in known for word in WORD.findall(plain)):
            yield text
