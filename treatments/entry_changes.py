"""Change the numbers of a catalogue entry: which may be changed, what is wrong with a new one, what differs. Pure.

An edit names each number by its path; the object around it that has a source says from then on that the clinic set it.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from treatments.entries import (
    SOURCE_KEYS,
    NoSuchValue,
    Path,
    has_source,
    owner_of,
    said,
    text_of,
    title_of,
    value_at,
    words_of,
)
from treatments.findings import UNVERIFIED, gettext_noop
from treatments.formulary.reading import CONFIRMED_BY, CONFIRMED_ON

EDITABLE = frozenset({"products", "conditions", "protocols", "rules", "house"})
LISTS_OF_NUMBERS = frozenset({"vial_units", "weeks"})
"""Numbers in a row that are no range: sizes of vials, weeks of a calendar. They are edited as one line."""
WHOLE_WORDS = frozenset({"sites", "cycles", "days", "weeks", "hours", "months", "years", "vials", "order"})
MAY_BE_EMPTY = frozenset({"max_units", "max_ml", "max_hours", "min_c", "max_c", "units_per_billing_unit"})
COUNTED = ("units_total", "follow_the_pain_max_units", "fixed")
"""Of a protocol: they are counted from its sites and doses."""
DEGREES = frozenset({"min_c", "max_c"})
NOT_EDITED = frozenset({"order", "codes", "cpt", "approved_adult_indications_us", *COUNTED})
"""Places in a list, codes, what a label says word for word, and what follows from other numbers."""
MOST = Decimal(100_000)
LONGEST = {"hour": 8_784, "day": 1_830, "week": 260, "month": 60, "year": 150, "clamp_high_of_default": 3}
"""A year of hours, five years, an age, a few times the default: more was mistyped, and no calendar holds it."""

NOT_A_NUMBER = gettext_noop("Write a number, such as 2.5.")
NEEDED = gettext_noop("A number is needed here.")
WHOLE_NEEDED = gettext_noop("A whole number is needed here.")
NEGATIVE = gettext_noop("It cannot be less than nothing.")
NOTHING = gettext_noop("It must be more than nothing.")
TOO_MUCH = gettext_noop("This is more than any value of the catalogue can be.")
LOW_ABOVE_HIGH = gettext_noop("The low end is above the high end.")
SIDES_DIFFER = gettext_noop("The sites of both sides do not make this total.")
DILUTION_DIFFERS = gettext_noop("Units, diluent and units per 0.1 mL do not agree.")


@dataclass(frozen=True, slots=True)
class Number:
    """One number, or line of numbers, that may be changed."""

    path: Path
    value: Any
    group: str
    row: str
    label: str

    @property
    def name(self) -> str:
        """Its path in one word."""
        return text_of(self.path)

    @property
    def key(self) -> str:
        """The word it stands under; for one end of a range that of the range."""
        return next(str(key) for key in reversed(self.path) if isinstance(key, str) and key != "value")

    @property
    def is_list(self) -> bool:
        """Whether it is a line of numbers."""
        return isinstance(self.value, list)

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return bool(WHOLE_WORDS & set(self.key.split("_")))

    @property
    def shown(self) -> str:
        """What stands there, as it is typed."""
        if self.is_list:
            return ", ".join(str(item) for item in self.value)
        return "" if self.value is None else str(self.value)


def numbers_of(facts: Mapping[str, Any]) -> tuple[Number, ...]:
    """Every number of an entry that may be changed, in the order of the entry."""
    return tuple(_numbers(facts, (), facts))


def _numbers(node: Any, path: Path, facts: Mapping[str, Any]) -> Iterator[Number]:
    key = next((str(part) for part in reversed(path) if isinstance(part, str) and part != "value"), "")
    if isinstance(node, Mapping):
        for name, value in node.items():
            if name not in SOURCE_KEYS | NOT_EDITED:
                yield from _numbers(value, (*path, name), facts)
    elif isinstance(node, list):
        if key in LISTS_OF_NUMBERS and all(_is_number(item, key) for item in node):
            yield _number(path, node, facts)
        else:
            for place, value in enumerate(node):
                yield from _numbers(value, (*path, place), facts)
    elif _is_number(node, str(path[-1])) or (node is None and key in MAY_BE_EMPTY):
        yield _number(path, node, facts)


def _is_number(value: object, key: str) -> bool:
    if isinstance(value, str):  # exact decimals stand as text in rules.json
        return key == "value" and value.replace(".", "", 1).isdigit()
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(path: Path, value: Any, facts: Mapping[str, Any]) -> Number:
    rows = [path[: place + 1] for place, key in enumerate(path) if isinstance(key, int)]
    row = next((at for at in reversed(rows) if isinstance(value_at(facts, text_of(at)), Mapping)), path[:1])
    below = [key for key in path[len(row) :] if key != "value"]
    label = " ".join(words_of(str(key)) if isinstance(key, str) else ("from", "to")[key % 2] for key in below)
    return Number(
        path=path,
        value=value,
        group=str(path[0]),
        row=title_of(value_at(facts, text_of(row))) or (str(row[-1] + 1) if isinstance(row[-1], int) else ""),
        label=label or words_of(str(path[0])),
    )


def read_number(number: Number, typed: str) -> tuple[Any, str]:
    """The typed value as it is stored, and what is wrong with it: an empty text where nothing is."""
    text = typed.strip()
    if number.is_list:
        read = [_read(part, number) for part in text.replace(";", ",").split(",") if part.strip()]
        wrong = next((problem for _, problem in read if problem), "" if read else NEEDED)
        return sorted(value for value, _ in read) if not wrong else None, wrong
    if not text:
        return None, "" if number.value is None else NEEDED
    return _read(text, number)


def _read(typed: str, number: Number) -> tuple[Any, str]:
    text = typed.strip()
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.replace(".", "", 1).isdigit() and len(digits) < 12):  # noqa: PLR2004 - longer than any value
        return None, NOT_A_NUMBER
    value = Decimal(text)
    had = None if number.value is None or number.is_list else Decimal(str(number.value))
    problem = ""
    if number.key not in DEGREES and value < 0:
        problem = NEGATIVE
    elif number.key not in DEGREES and value == 0 and had != 0:
        problem = NOTHING
    elif value > _most(number):
        problem = TOO_MUCH
    elif number.is_whole and value != int(value):
        problem = WHOLE_NEEDED
    if problem:
        return None, problem
    if isinstance(number.value, str):
        return str(value), ""
    return _stored(value), ""


def _most(number: Number) -> Decimal:
    """The most a number can be: less where its path names a unit of time."""
    words = {word.removesuffix("s") for key in number.path if isinstance(key, str) for word in (key, *key.split("_"))}
    return min((Decimal(LONGEST[word]) for word in words & LONGEST.keys()), default=MOST)


def disagreements(facts: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, str]:
    """What in an entry contradicts itself, by the path of the number to look at: ranges, dilutions.

    Only what was in order before the edit is judged: the documents hold ranges told from the high end as well.
    """
    found: dict[str, str] = {}
    for path, node in _nodes(facts, ()):
        try:
            had = value_at(before, text_of(path))
        except NoSuchValue:
            had = node
        if _is_range(node) and node[0] > node[1] and not (_is_range(had) and had[0] > had[1]):
            found[text_of((*path, 1))] = LOW_ABOVE_HIGH
        if isinstance(node, Mapping):
            if _is_cold_range(node) and node["min_c"] > node["max_c"]:
                found[text_of((*path, "max_c"))] = LOW_ABOVE_HIGH
            if not _sides_agree(node) and _sides_agree(had):
                found[text_of((*path, "sites_total"))] = SIDES_DIFFER
            if not _agrees(node) and _agrees(had):
                found[text_of((*path, "units_per_0_1_ml"))] = DILUTION_DIFFERS
    return found


def _nodes(node: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    yield path, node
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _nodes(value, (*path, key))
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _nodes(value, (*path, place))


def _is_range(node: object) -> bool:
    return isinstance(node, list) and len(node) == 2 and all(_is_number(item, "") for item in node)  # noqa: PLR2004 - two ends


def _is_cold_range(node: Mapping[str, Any]) -> bool:
    return all(isinstance(node.get(end), int | float) for end in ("min_c", "max_c"))


def _sides_agree(node: object) -> bool:
    """Whether the sites of both sides make the total; what has no sides does."""
    if not isinstance(node, Mapping) or not isinstance(node.get("sites_per_side"), int):
        return True
    return bool(node["sites_per_side"] * 2 == node.get("sites_total"))


def _agrees(node: object) -> bool:
    """Whether a dilution's three numbers say one thing; ranges and rows without them do."""
    if not isinstance(node, Mapping):
        return True
    three = [node.get(key) for key in ("vial_units", "diluent_ml", "units_per_0_1_ml")]
    if not all(_is_number(item, "") for item in three) or not three[1]:
        return True
    units, ml, tenth = (Decimal(str(item)) for item in three)
    return (units / ml / 10).quantize(Decimal("0.01")) == tenth.quantize(Decimal("0.01"))


def with_changes(facts: Mapping[str, Any], changes: Mapping[str, Any], *, why: str) -> dict[str, Any]:
    """The entry with these numbers changed, each source around one naming the clinic and its reason."""
    fresh = deepcopy(dict(facts))
    paths = {number.name: number.path for number in numbers_of(facts)}
    for name, value in changes.items():
        path = paths[name]
        value_at(fresh, text_of(path[:-1]))[path[-1]] = value
        mark_as_ours(value_at(fresh, text_of(owner_of(fresh, path))), why=why)
    return counted(fresh)


def counted(facts: dict[str, Any]) -> dict[str, Any]:
    """The entry with its totals counted anew, where it is a protocol that lays out sites."""
    rows = [row for row in facts.get("muscles") or () if isinstance(row, dict) and "sites_total" in row]
    for row in rows:
        row["units_total"] = _times(row["sites_total"], row["units_per_site"])
        row["follow_the_pain_max_units"] = _times(row["follow_the_pain_max_sites"], row["units_per_site"])
    if rows and "fixed" in facts:
        units = sum(Decimal(str(row["units_total"])) for row in rows)
        facts["fixed"] |= {"sites": sum(row["sites_total"] for row in rows), "units": _stored(units)}
    return facts


def _times(count: int, units: Any) -> int | float:
    return _stored(count * Decimal(str(units)))


def _stored(value: Decimal | int) -> int | float:
    return int(value) if value == int(value) else float(value)


def mark_as_ours(node: dict[str, Any], *, why: str) -> None:
    """Let an object say that the clinic set it: open until a clinician confirms it."""
    if not has_source(node):
        return
    if node.get("confidence") == "clinic" and UNVERIFIED not in (node.get("checked"), node.get("confidence")):
        node["source"] = why  # the house's own figures: there is nothing to confirm
        return
    node.setdefault("before_the_clinic", node.get("source", ""))
    node.update(source=why, confidence="clinic", checked=UNVERIFIED)


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not what it was."""

    path: str
    what: str
    before: str
    after: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Everything that differs between two versions of an entry, in words; where it comes from is left to the page."""
    was, now = dict(_leaves(before, ())), dict(_leaves(after, ()))
    changed = [path for path in dict.fromkeys([*was, *now]) if was.get(path) != now.get(path)]
    return tuple(
        Difference(
            path=text_of(path),
            what=_place_words(path, after if path in now else before),
            before=_said(was, path),
            after=_said(now, path),
        )
        for path in changed
    )


def _leaves(node: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key not in SOURCE_KEYS | {CONFIRMED_BY, CONFIRMED_ON}:
                yield from _leaves(value, (*path, key))
    elif isinstance(node, list) and any(isinstance(item, Mapping | list) for item in node):
        for place, value in enumerate(node):
            yield from _leaves(value, (*path, place))
    else:
        yield path, node


def _said(leaves: Mapping[Path, Any], path: Path) -> str:
    return said(leaves[path]) if path in leaves else ""


def _place_words(path: Path, facts: Mapping[str, Any]) -> str:
    """Where a value stands, for a person: "limits, session total · chronic migraine, max units"."""
    parts = []
    for length in range(1, len(path) + 1):
        key = path[length - 1]
        if isinstance(key, int):
            parts.append(title_of(value_at(facts, text_of(path[:length]))) or str(key + 1))
        elif key != "value":
            parts.append(words_of(key))
    return ", ".join(parts)
