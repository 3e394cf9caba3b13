"""The numbers of a leaflet, as the catalogue in force holds them, each with where it comes from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from treatments.catalogue_loading import KINDS, shipped_entries
from treatments.confirmations import standing, with_confirmations
from treatments.entries import NoSuchValue, Path, owner_of, said, text_of, value_at
from treatments.findings import Source
from treatments.formulary.reading import Row
from treatments.showing import ShownSource, shown_source

MODELS = dict(KINDS)


@dataclass(frozen=True, slots=True)
class Fact:
    """A number or a range of the catalogue in force, and its source. `words` is the value as the catalogue says it."""

    low: str
    high: str
    words: str
    source: ShownSource


def facts_at(places: Mapping[str, str]) -> dict[str, Fact]:
    """Return the fact at each place ("conditions/chronic_migraine#effect_window.onset_days"), under the given keys.

    In a list of the catalogue a row is named by its id. The empty place is of what no source is noted for.

    Raises:
        NoSuchValue: the catalogue holds nothing there.

    """
    entries = _entries({place.partition("#")[0] for place in places.values() if place})
    nowhere = Fact("", "", "", _shown(Source(text="")))
    return {key: _fact(place, entries) if place else nowhere for key, place in places.items()}


def _entries(named: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """Return entries of the catalogue by "kind/key": those in force, or as shipped where it was never loaded."""
    keys: dict[str, set[str]] = {}
    for name in named:
        kind, _, key = name.partition("/")
        keys.setdefault(kind, set()).add(key)
    found: dict[str, Mapping[str, Any]] = {}
    for kind, wanted in keys.items():
        model = MODELS[kind]
        confirmed = standing(model, kind, wanted)
        held = {row.key: row.facts for row in model.objects.current().filter(key__in=wanted)}
        for key in wanted:
            facts = with_confirmations(held[key], confirmed.get(key, {})) if held else shipped_entries(kind)[key]
            found[f"{kind}/{key}"] = facts
    return found


def _fact(place: str, entries: Mapping[str, Mapping[str, Any]]) -> Fact:
    name, _, way = place.partition("#")
    facts = entries[name]
    path = _indexed(facts, way)
    owner = owner_of(facts, path)
    source = Row(value_at(facts, text_of(owner)), name, f"{name}#{text_of(owner)}").source()
    value = value_at(facts, text_of(path))
    if isinstance(value, Mapping) and "value" in value:
        value = value["value"]
    low, high = value if _is_range(value) else (value, value)
    return Fact(said(low), said(high), said(value), _shown(source))


def _shown(source: Source) -> ShownSource:
    """Return a source for a page; without a text where the catalogue notes none."""
    return replace(shown_source(source), text=source.text)


def _is_range(value: Any) -> bool:
    return isinstance(value, list) and [isinstance(end, int | float) for end in value] == [True, True]


def _indexed(facts: Any, way: str) -> Path:
    """Return the path of a place, each row of a list by its number instead of its id."""
    node, path = facts, list[str | int]()
    for key in way.split("."):
        at: str | int = key
        if isinstance(node, list) and not key.isdecimal():
            at = next((number for number, row in enumerate(node) if row.get("id") == key), -1)
        elif isinstance(node, list):
            at = int(key)
        path.append(at)
        if at == -1:
            raise NoSuchValue(way)
        node = value_at(node, str(at))
    return tuple(path)
