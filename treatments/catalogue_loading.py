"""Bring treatments/catalogue/*.json into the catalogue, as versions; what the clinic edited stays the clinic's."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from clinic.audit.trail import record
from treatments.formulary import WHOLE, shipped_document
from treatments.models import (
    AdverseEventsVersion,
    ConditionVersion,
    HouseVersion,
    InstrumentVersion,
    MuscleVersion,
    ProductVersion,
    ProtocolVersion,
    RulesVersion,
    ScreeningVersion,
)
from treatments.models.catalogue import CatalogueVersion

Facts = Mapping[str, Any]
Documents = Mapping[str, Facts]

ONE_LOADER = 7_243_001
"""Advisory lock: two loaders at once would both number the next version."""

KINDS: tuple[tuple[str, type[CatalogueVersion]], ...] = (
    ("products", ProductVersion),
    ("conditions", ConditionVersion),
    ("protocols", ProtocolVersion),
    ("muscles", MuscleVersion),
    ("instruments", InstrumentVersion),
    ("screening", ScreeningVersion),
    ("adverse_events", AdverseEventsVersion),
    ("rules", RulesVersion),
    ("house", HouseVersion),
)
"""Which document fills which table, in the order they are loaded and counted."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one document's entries: new, changed (a new version), kept as the clinic edited them, the same."""

    kind: str
    new: int
    changed: int
    kept: int
    same: int

    @property
    def entries(self) -> int:
        """All of them."""
        return self.new + self.changed + self.kept + self.same


def load(*, now: datetime, documents: Documents | None = None) -> tuple[Loaded, ...]:
    """Load every document in one transaction; the same facts again change nothing.

    A changed entry becomes a new version, unless somebody of the clinic edited the current one (`edited_by`): then that
    stays. An entry gone from the files stays as well: plans may point at it. `documents` replaces files by name, of the
    same shape (tests, and imports to come).
    """
    given = documents or {}

    def document(name: str) -> Facts:
        return given.get(name) or shipped_document(name)

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_LOADER])
        loaded = tuple(_load_kind(kind, model, dict(_entries(kind, document)), now) for kind, model in KINDS)
        if any(count.new or count.changed for count in loaded):
            record(
                by=None,
                actor="command",
                verb="catalogue.loaded",
                thing=RulesVersion.objects.current().get(key="rules"),
                detail={count.kind: {"new": count.new, "changed": count.changed} for count in loaded},
            )
    return loaded


def shipped_entries(kind: str) -> dict[str, Facts]:
    """Return the entries of one kind as shipped, by key."""
    return dict(_entries(kind, shipped_document))


def _entries(kind: str, document: Any) -> Iterator[tuple[str, Facts]]:
    """Yield the entries of one kind by key: one a row, or the whole document where its rules belong together."""
    if kind in WHOLE:
        yield kind, document(kind)
        return
    points = _points_by_muscle(document("chart_points")) if kind == "muscles" else {}
    for row in document(kind)[kind]:
        yield row["id"], {**row, "chart_points": points.get(row["id"], [])} if kind == "muscles" else row


def _points_by_muscle(document: Facts) -> dict[str, list[Facts]]:
    """Give each muscle its needle entries, each with the source they share."""
    shared = {key: document[key] for key in ("source", "confidence", "checked") if key in document}
    by_muscle: dict[str, list[Facts]] = {}
    for point in document["points"]:
        by_muscle.setdefault(point["muscle"], []).append({**point, **shared})
    return by_muscle


def _load_kind(kind: str, model: type[CatalogueVersion], entries: Mapping[str, Facts], now: datetime) -> Loaded:
    current: dict[str, CatalogueVersion] = {row.key: row for row in model.objects.current()}
    new = [key for key in entries if key not in current]
    differing = [key for key, facts in entries.items() if key in current and current[key].facts != facts]
    kept = [key for key in differing if current[key].edited_by_id is not None]
    changed = [key for key in differing if current[key].edited_by_id is None]
    model.objects.filter(pk__in=[current[key].pk for key in changed]).update(superseded_at=now)
    _add(model, ((key, 1, entries[key]) for key in new), now)
    _add(model, ((key, current[key].number + 1, entries[key]) for key in changed), now)
    return Loaded(kind, len(new), len(changed), len(kept), len(entries) - len(new) - len(differing))


def _add(model: type[CatalogueVersion], rows: Iterable[tuple[str, int, Facts]], now: datetime) -> None:
    model.objects.bulk_create(model(key=key, number=number, facts=facts, loaded_at=now) for key, number, facts in rows)
