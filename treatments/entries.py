"""One entry of the catalogue as a tree of values: where each stands, which has a source of its own. Pure.

A path is the way to a value, its keys and places in lists joined by dots: `limits.4`, `effect_window.onset_days.0`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from treatments.findings import UNVERIFIED
from treatments.formulary.reading import CONFIRMED_BY, CONFIRMED_ON

Path = tuple[str | int, ...]
SOURCE_KEYS = frozenset({"source", "confidence", "checked", CONFIRMED_BY, CONFIRMED_ON, "before_the_clinic"})
HIDDEN = frozenset({"schema", "id", "seed"})
"""For machines: a page does not show them."""
MEASURES = {
    "units_per_0_1_ml": "units per 0.1 mL",
    "diluent_ml": "diluent mL",
    "min_c": "from °C",
    "max_c": "to °C",
}
FIRST = (
    *(
        "limits",
        "max_cumulative",
        "vial_units",
        "storage_reconstituted",
        "usual_dilution_by_condition",
        "dilution_table",
    ),
    *("diluent", "storage_unopened", "retreatment_min_weeks", "approved_adult_indications_us", "contraindications"),
    *("effect_window", "typical_dose", "product_status", "muscles", "follow_the_pain", "rules", "check_in", "stock"),
    *("red_flags", "events", "questions", "mcid", "mcid_for_estimate"),
)
"""Parts of an entry in the order people look for them; the others follow as they come."""
IDENTIFIER = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")
TITLES = ("name", "text", "symptom", "term", "id", "muscle", "scope", "condition", "product")


class NoSuchValue(LookupError):
    """The entry has nothing at this path."""


@dataclass(frozen=True, slots=True)
class Held:
    """One object of an entry that has a source of its own, and what it says beside it."""

    path: str
    lines: tuple[tuple[str, str], ...]
    """Each value with its name: "max units", "195"."""
    source: str
    confidence: str
    checked: str
    before: str
    """The source a value had before the clinic changed it."""
    has_source: bool

    @property
    def is_open(self) -> bool:
        """Whether its document leaves it to the clinic to confirm."""
        return UNVERIFIED in (self.confidence, self.checked)

    @property
    def group(self) -> str:
        """The part of the entry it belongs to."""
        return self.path.split(".", 1)[0]


def text_of(path: Path) -> str:
    """A path in one word."""
    return ".".join(str(key) for key in path)


def value_at(facts: Any, path: str) -> Any:
    """What stands at a path; the whole entry for the empty one. Raises `NoSuchValue`."""
    node = facts
    for key in path.split(".") if path else ():
        try:
            node = node[int(key)] if isinstance(node, list) else node[key]
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise NoSuchValue(path) from error
    return node


def has_source(node: object) -> bool:
    """Whether an object says where its values come from."""
    return isinstance(node, Mapping) and ("source" in node or "confidence" in node)


def is_held(node: object) -> bool:
    """Whether an object is shown by itself: it has a source, or a name of its own."""
    return has_source(node) or (isinstance(node, Mapping) and "id" in node)


def owner_of(facts: Any, path: Path) -> Path:
    """The path of the nearest object around a value that says where it comes from; the entry where none does."""
    for length in range(len(path), 0, -1):
        if has_source(value_at(facts, text_of(path[:length]))):
            return path[:length]
    return ()


def held_values(facts: Mapping[str, Any]) -> tuple[Held, ...]:
    """Every object of an entry that has a source, and the entry itself, by its parts."""
    return tuple(
        sorted((_held(path, node) for path, node in _sourced(facts, ())), key=lambda held: order_of(held.group))
    )


def order_of(group: str) -> int:
    """Where a part of an entry comes on its page: what is said in general first."""
    if not group:
        return -1
    return FIRST.index(group) if group in FIRST else len(FIRST)


def _sourced(node: Any, path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    if isinstance(node, Mapping):
        if not path or is_held(node):
            yield path, node
        for key, value in node.items():
            yield from _sourced(value, (*path, key))
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _sourced(value, (*path, place))


def _held(path: Path, node: Mapping[str, Any]) -> Held:
    return Held(
        path=text_of(path),
        lines=tuple(_lines({key: value for key, value in node.items() if not (path and _is_title(key, value))}, ())),
        source=str(node.get("source", "")),
        confidence=str(node.get("confidence", "")),
        checked=str(node.get("checked", "")),
        before=str(node.get("before_the_clinic", "")),
        has_source=has_source(node),
    )


def _lines(node: Any, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Name and text of what an object says itself: nothing of the objects below that have a source of their own."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key not in SOURCE_KEYS | HIDDEN and not is_held(value):
                yield from _lines(value, names if key == "value" else (*names, words_of(key)))
    elif isinstance(node, list) and any(isinstance(item, Mapping) for item in node):
        for place, item in enumerate(node, start=1):
            if not is_held(item):
                yield from _lines(item, (*names, str(place)))
    elif node is not None and node != []:
        yield ", ".join(names), said(node)


def words_of(key: str) -> str:
    """A key as words: "max units", "units per 0.1 mL"."""
    return MEASURES.get(str(key), str(key).replace("_", " "))


def said(value: Any) -> str:
    """A value as text: identifiers as words, lists with commas."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{words_of(key)}: {said(item)}" for key, item in value.items() if key not in SOURCE_KEYS)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(said(item) for item in value)
    text = "–" if value is None else str(value)  # noqa: RUF001 - a dash stands for nothing
    return words_of(text) if IDENTIFIER.fullmatch(text) else text


def title_of(node: object) -> str:
    """What an object of a list is about, in a few words; empty where it does not say."""
    if not isinstance(node, Mapping):
        return ""
    return " · ".join(said(node[key]) for key in TITLES if _is_title(key, node.get(key)))


def _is_title(key: str, value: object) -> bool:
    return key in TITLES and isinstance(value, str | list)
