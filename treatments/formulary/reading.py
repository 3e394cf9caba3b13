"""Reads one entry of a catalogue document: asks for a key and gets the type it needs, or a clear complaint.

Numbers become exact decimals whatever the document held; every source, confidence and checked is kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from treatments.findings import Source

T = TypeVar("T")

CONFIRMED_BY, CONFIRMED_ON = "confirmed_by", "confirmed_on"
"""Written beside a value, as the clinic's catalogue is read, where somebody confirmed it."""


class CatalogueUnreadable(ValueError):
    """A catalogue document lacks a value or holds one of another kind."""

    def __init__(self, where: str, key: str, problem: str) -> None:
        super().__init__(f"{where}: {key}: {problem}")
        self.where = where
        self.key = key
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Sourced(Generic[T]):
    """A value of the catalogue beside where it comes from."""

    value: T
    source: Source


@dataclass(frozen=True, slots=True)
class Row:
    """One object of a catalogue document; `where` names it in complaints, `place` is its address in the catalogue."""

    data: Mapping[str, Any]
    where: str
    place: str = ""

    def has(self, key: str) -> bool:
        """Whether the key is there and holds something."""
        return self.data.get(key) is not None

    def text(self, key: str) -> str:
        """A text that must be there."""
        value = self.data.get(key)
        if not isinstance(value, str):
            raise CatalogueUnreadable(self.where, key, "a text is missing")
        return value

    def maybe_text(self, key: str) -> str:
        """A text, empty where there is none."""
        return self.text(key) if self.has(key) else ""

    def number(self, key: str) -> Decimal:
        """A number that must be there."""
        return as_number(self.data.get(key), self.where, key)

    def maybe_number(self, key: str) -> Decimal | None:
        """A number, or None where the catalogue has none."""
        return self.number(key) if self.has(key) else None

    def whole(self, key: str) -> int:
        """A whole number that must be there."""
        value = self.number(key)
        if value != int(value):
            raise CatalogueUnreadable(self.where, key, "a whole number is needed")
        return int(value)

    def flag(self, key: str) -> bool:
        """A yes or no; absent is no."""
        return self.data.get(key) is True

    def words(self, key: str) -> tuple[str, ...]:
        """One word or several; none where the key is absent or null."""
        value = self.data.get(key)
        if value is None:
            return ()
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            return tuple(value)
        raise CatalogueUnreadable(self.where, key, "a word or a list of words is needed")

    def wholes(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers; none where the key is absent."""
        return tuple(Row({"each": value}, self.where).whole("each") for value in self.data.get(key) or ())

    def pair(self, key: str) -> tuple[Decimal, Decimal]:
        """A range: lowest and highest."""
        value = self.data.get(key)
        if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - a pair is two
            raise CatalogueUnreadable(self.where, key, "a pair of numbers is needed")
        return as_number(value[0], self.where, key), as_number(value[1], self.where, key)

    def row(self, key: str) -> "Row":
        """An object that must be there."""
        value = self.data.get(key)
        if not isinstance(value, Mapping):
            raise CatalogueUnreadable(self.where, key, "an object is missing")
        return Row(value, f"{self.where}, {key}", self._below(key))

    def rows(self, key: str) -> Iterator["Row"]:
        """The objects of a list; none where the key is absent."""
        for number, item in enumerate(self.data.get(key) or (), start=1):
            if not isinstance(item, Mapping):
                raise CatalogueUnreadable(self.where, key, "a list of objects is needed")
            yield Row(item, f"{self.where}, {key} {item.get('id') or number}", self._below(f"{key}.{number - 1}"))

    def entries(self, kind: str) -> Iterator["Row"]:
        """The entries of a document of its kind, each with an address of its own."""
        for row in self.rows(kind):
            yield Row(row.data, row.where, f"{kind}/{row.data.get('id')}#")

    def _below(self, path: str) -> str:
        return f"{self.place}{'' if self.place.endswith('#') else '.'}{path}" if self.place else ""

    def source(self, default: Source | None = None) -> Source:
        """Where this object's values come from."""
        base = default or Source(text="")
        return Source(
            text=self.maybe_text("source") or base.text,
            confidence=self.maybe_text("confidence") or base.confidence,
            checked=self.maybe_text("checked") or base.checked,
            place=self.place,
            confirmed_by=self.maybe_text(CONFIRMED_BY),
            confirmed_on=self.maybe_text(CONFIRMED_ON),
        )

    def sourced_number(self, key: str, default: Source | None = None) -> Sourced[Decimal]:
        """A number of the shape {value, source, confidence, checked}."""
        row = self.row(key)
        return Sourced(row.number("value"), row.source(default))


def as_number(value: object, where: str, key: str) -> Decimal:
    """An exact decimal of what a JSON document holds: whole, fraction or text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise CatalogueUnreadable(where, key, "a number is missing")
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise CatalogueUnreadable(where, key, f"{value!r} is no number") from error
    if not number.is_finite():
        raise CatalogueUnreadable(where, key, f"{value!r} is no number")
    return number


def by_id(rows: Iterable[Row]) -> dict[str, Row]:
    """The objects of a list under their ids."""
    return {row.text("id"): row for row in rows}
