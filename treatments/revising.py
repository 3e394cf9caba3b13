"""The revisions of a plan: kept at every step, and read back with what changed from one to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from clinic.staff.models import User
from treatments.differences import Difference, differences
from treatments.formulary import Point
from treatments.models import Plan, PlanRevision
from treatments.models.revision import RevisionKind
from treatments.plan_sites import SiteDraft, drafts_of

TEXTS = ("product", "interval_value", "interval_unit", "primary_instrument", "note")


@dataclass(frozen=True, slots=True)
class Told:
    """One revision with what differs from the one before: fields by name (before, after), and injections."""

    revision: PlanRevision
    sites: tuple[SiteDraft, ...]
    fields: Mapping[str, tuple[str, str]]
    injections: tuple[Difference, ...]


def keep_revision(plan: Plan, kind: RevisionKind, *, by: User, now: datetime, why: str = "") -> PlanRevision:
    """Keep a plan as it stands after a step, under its version. Must run inside the step's transaction."""
    return PlanRevision.objects.create(
        plan=plan, number=plan.version, kind=kind, by=by, at=now, why=why.strip(), contents=contents_of(plan)
    )


def keep_how_it_stood(plan: Plan, *, now: datetime) -> None:
    """Keep a plan older than its revisions as it stands, before it is changed for the first time."""
    if not PlanRevision.objects.filter(plan=plan).exists():
        PlanRevision.objects.create(
            plan=plan, number=plan.version, kind=RevisionKind.STOOD, at=now, contents=contents_of(plan)
        )


def contents_of(plan: Plan) -> dict[str, Any]:
    """Return a plan's text and sites as they are kept: decimals as text, so that none changes."""
    texts = {name: plan.product.key if name == "product" else str(getattr(plan, name)) for name in TEXTS}
    sites = [
        [site.muscle, site.side, str(site.units), site.point.figure, str(site.point.x), str(site.point.y)]
        for site in drafts_of(plan)
    ]
    return {**texts, "sites": sites}


def sites_in(contents: Mapping[str, Any]) -> tuple[SiteDraft, ...]:
    """Return the sites of a revision."""
    return tuple(
        SiteDraft(muscle, side, Decimal(units), Point(figure, Decimal(x), Decimal(y)))
        for muscle, side, units, figure, x, y in contents["sites"]
    )


def revisions_of(plan: Plan) -> list[Told]:
    """Return the plan's revisions, the newest first, each held against the one before. One query."""
    told: list[Told] = []
    before: Mapping[str, Any] | None = None
    for revision in PlanRevision.objects.filter(plan=plan).select_related("by").order_by("number"):
        contents, sites = revision.contents, sites_in(revision.contents)
        changed = {
            name: (before[name], contents[name])
            for name in TEXTS
            if before is not None and before[name] != contents[name]
        }
        is_comparable = "product" not in changed  # units of two products are not
        told.append(
            Told(revision, sites, changed, differences(sites, sites_in(before)) if before and is_comparable else ())
        )
        before = contents
    return told[::-1]
