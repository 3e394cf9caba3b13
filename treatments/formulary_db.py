"""The catalogue as the clinic holds it now, as the pure `Formulary` that the rules ask."""

from functools import lru_cache
from typing import Any

from django.db import connection

from treatments.catalogue_loading import KINDS
from treatments.confirmations import standing, with_confirmations
from treatments.formulary import WHOLE, Formulary
from treatments.models import Confirmation


def current_formulary() -> Formulary:
    """Return the catalogue in force: one small query, and a rebuild only when a version was added since.

    Before the catalogue was ever loaded it is the one shipped. A confirmation stands beside its value.
    """
    fingerprint = _fingerprint()
    return _formulary(fingerprint) if any(print_ for _, print_ in fingerprint) else Formulary.from_files()


def _fingerprint() -> tuple[tuple[str, str | None], ...]:
    """Return which versions are in force, one digest a kind, and what was confirmed."""
    parts = " UNION ALL ".join(
        f"SELECT '{kind}', md5(string_agg(public_id::text, '' ORDER BY id)) FROM {model._meta.db_table}"  # noqa: S608, SLF001 - our own table names
        " WHERE superseded_at IS NULL"
        for kind, model in KINDS
    )
    confirmed = f"SELECT '', md5(string_agg(public_id::text, '' ORDER BY id)) FROM {Confirmation._meta.db_table}"  # noqa: S608, SLF001 - our own table name
    with connection.cursor() as cursor:
        cursor.execute(f"{parts} UNION ALL {confirmed}")
        return tuple(cursor.fetchall())


@lru_cache(maxsize=4)
def _formulary(_fingerprint: tuple[tuple[str, str | None], ...]) -> Formulary:
    documents: dict[str, Any] = {}
    for kind, model in KINDS:
        confirmed = standing(model, kind)
        facts = [
            with_confirmations(version.facts, confirmed.get(version.key, {}))
            for version in model.objects.current().order_by("id")
        ]
        if not facts:
            continue
        documents[kind] = facts[0] if kind in WHOLE else {kind: facts}
        if kind == "muscles":
            points = [point for row in facts for point in row.get("chart_points", ())]
            documents["chart_points"] = {"points": sorted(points, key=lambda point: point["seq"])}
    return Formulary.from_data(documents)
