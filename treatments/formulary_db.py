"""The catalogue as the clinic holds it now, as the pure `Formulary` that the rules ask."""

from functools import lru_cache
from typing import Any

from django.db import connection

from treatments.catalogue_loading import KINDS
from treatments.formulary import Formulary

WHOLE = frozenset({"screening", "rules"})
"""Kinds that are one document, kept as one entry."""


def current_formulary() -> Formulary:
    """Return the catalogue in force: one small query, and a rebuild only when a version was added since.

    Before the catalogue was ever loaded it is the one shipped.
    """
    fingerprint = _fingerprint()
    return _formulary(fingerprint) if any(print_ for _, print_ in fingerprint) else Formulary.from_files()


def _fingerprint() -> tuple[tuple[str, str | None], ...]:
    """Return which versions are in force, one digest a kind."""
    parts = " UNION ALL ".join(
        f"SELECT '{kind}', md5(string_agg(public_id::text, '' ORDER BY id)) FROM {model._meta.db_table}"  # noqa: S608, SLF001 - our own table names
        " WHERE superseded_at IS NULL"
        for kind, model in KINDS
    )
    with connection.cursor() as cursor:
        cursor.execute(parts)
        return tuple(cursor.fetchall())


@lru_cache(maxsize=4)
def _formulary(_fingerprint: tuple[tuple[str, str | None], ...]) -> Formulary:
    documents: dict[str, Any] = {}
    for kind, model in KINDS:
        facts = list(model.objects.current().order_by("id").values_list("facts", flat=True))
        if not facts:
            continue
        documents[kind] = facts[0] if kind in WHOLE else {kind: facts}
        if kind == "muscles":
            points = [point for row in facts for point in row.get("chart_points", ())]
            documents["chart_points"] = {"points": sorted(points, key=lambda point: point["seq"])}
    return Formulary.from_data(documents)
