"""What a search text may mean: an address, a phone or a record number, a date of birth, words of a name. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from patients import birth, names, phones
from patients.birth import Birth

LONGEST: Final = 100
MOST_WORDS: Final = 6
SHORTEST_INSIDE: Final = 3
"""So many letters are looked for inside a word as well: fewer are in every other name."""
WRITTEN_DATES: Final = tuple(
    re.compile(rf"(?<![\w+/.\-])(?:{pattern.pattern})(?![\w/])")
    for pattern in (
        *(birth.ISO, birth.NUMERIC, birth.DAY_WORD_YEAR, birth.WORD_DAY_YEAR),
        *(birth.WORD_YEAR, birth.ISO_MONTH, birth.MONTH_SLASH_YEAR),
    )
)
YEAR: Final = re.compile("(?:19|20)[0-9]{2}")


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What somebody looks for. Where a text may mean more than one thing, all of them are here."""

    text: str
    email: str = ""
    number: str = ""
    """The digits, where the text can only be a phone, a record number or a date."""
    beginnings: tuple[str, ...] = ()
    """What a stored phone begins with, if these digits are its first."""
    words: tuple[str, ...] = ()
    births: tuple[Birth, ...] = ()
    """The day or month that is written in the text; two where the century is not."""
    beside: tuple[str, ...] = ()
    """The words beside that date."""

    @property
    def confirms_more_than_a_name(self) -> bool:
        """Whether digits or an address are in it: who is found by them has that phone, day of birth or address."""
        return bool(self.email or self.number or self.births) or any(word.isdecimal() for word in self.words)

    @property
    def is_only_a_date(self) -> bool:
        """Whether the text is a date of birth and nothing else."""
        return bool(self.births) and not self.beside


def sought_in(text: str, *, today: date, country: str = "IN") -> Sought:
    """Return what a search text may mean; `country` reads a phone typed without +, `today` a year of two figures."""
    typed = text.strip()[:LONGEST]
    if "@" in typed:
        return Sought(text=typed, email=_address_in(typed))
    births, rest = _date_in(birth.as_read(typed), today)
    read = Sought(text=typed, births=births, beside=names.words(rest)[:MOST_WORDS] if births else ())
    if not phones.looks_like_a_number(typed):
        return replace(read, words=names.words(typed)[:MOST_WORDS])
    digits = phones.digits_of(typed)
    is_long = len(digits) >= phones.SHORTEST_ENDING
    return replace(read, number=digits, beginnings=phones.beginnings(typed, country) if is_long else ())


def year_in(word: str) -> int | None:
    """Return the year that a word names: "1951", and "asha 1951"."""
    digits = phones.digits_of(word) if word.isdecimal() else ""
    return int(digits) if YEAR.fullmatch(digits) else None


def meets(wanted: Birth, known: Birth) -> bool:
    """Whether a date of birth as far as it is known can be the one that is sought. An age that was guessed is none."""
    return known.precision not in {"about", "unknown"} and birth.compatible(wanted, known)


def _address_in(typed: str) -> str:
    """Return the address as it is kept, where it was copied out of a letter: "Asha Rao <asha@example.org>,"."""
    word = next(word for word in typed.split() if "@" in word)
    return word.strip("<>()[],;").removeprefix("mailto:")


def _date_in(typed: str, today: date) -> tuple[tuple[Birth, ...], str]:
    """Return the first date in a text, and the text without it."""
    for pattern in WRITTEN_DATES:
        for found in pattern.finditer(typed):
            births = tuple(_read(found[0], today))
            if births:
                return births, f"{typed[: found.start()]} {typed[found.end() :]}"
    return (), typed


def _read(written: str, today: date) -> Iterator[Birth]:
    """Read a day or a month; a year of two figures that may be of either century is read as both."""
    try:
        known = birth.read(written, today)
    except birth.WhichCentury:
        this = today.year // 100
        for century in (this, this - 1):
            yield from _read(f"{written[:-2]}{century:02d}{written[-2:]}", today)
    except birth.NO_BIRTH:
        return
    else:
        if known.precision in {"day", "month"}:
            yield known
