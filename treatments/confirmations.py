"""Which values of the catalogue a clinician confirmed, and whether that word still speaks of the value in force."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from django.utils import timezone

from treatments.entries import NoSuchValue, value_at
from treatments.formulary.reading import CONFIRMED_BY, CONFIRMED_ON
from treatments.models.catalogue import CatalogueVersion, Confirmation

Standing = Mapping[str, Confirmation]
"""Confirmations in force of one entry, by path."""


def standing(model: type[CatalogueVersion], kind: str, keys: Iterable[str] | None = None) -> dict[str, Standing]:
    """Return the confirmations of a kind that hold for the versions in force, by the entry's key. Two queries.

    A confirmation holds as long as every version since has the same value, with the same source, at its path.
    """
    given = Confirmation.objects.filter(kind=kind).select_related("confirmed_by")
    if keys is not None:
        given = given.filter(key__in=list(keys))
    by_key: dict[str, list[Confirmation]] = defaultdict(list)
    for one in given:
        by_key[one.key].append(one)
    if not by_key:
        return {}
    versions: dict[str, list[CatalogueVersion]] = defaultdict(list)
    for version in model.objects.filter(key__in=list(by_key)):
        versions[version.key].append(version)
    return {key: {one.path: one for one in said if _holds(one, versions[key])} for key, said in by_key.items()}


def _holds(one: Confirmation, versions: Iterable[CatalogueVersion]) -> bool:
    return all(_same(version.facts, one) for version in versions if version.number >= one.number)


def _same(facts: Mapping[str, Any], one: Confirmation) -> bool:
    try:
        return bool(value_at(facts, one.path) == one.value)
    except NoSuchValue:
        return False


def with_confirmations(facts: Mapping[str, Any], confirmed: Standing) -> Mapping[str, Any]:
    """Return an entry with who confirmed a value, and on which day, written beside it."""
    if not confirmed:
        return facts
    marked = deepcopy(dict(facts))
    for path, one in confirmed.items():
        node = value_at(marked, path)
        node[CONFIRMED_BY] = one.confirmed_by.full_name
        node[CONFIRMED_ON] = timezone.localdate(one.confirmed_at).isoformat()
    return marked
