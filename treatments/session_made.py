"""What a session's units come from: its preparations, the vials pooled in each, and which site is from which."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django.db.models import F

from treatments.dilution import units_per_ml
from treatments.models import InjectionSession, Preparation, SessionPreparation, Vial

FIRST = "made"
"""The first preparation's name among the facts; the second is "made 2"."""


class _FromOne(Protocol):
    """A site: the preparation it names, if it names one."""

    preparation_id: int | None
    units: Decimal


@dataclass(frozen=True, slots=True)
class Made:
    """One preparation of a session, its number there, and its vials by pk."""

    position: int
    row: Preparation
    vials: tuple[Vial, ...]

    @property
    def ref(self) -> str:
        """Its name among the facts: it stays when another preparation comes or goes, so reasons stay with it."""
        return FIRST if self.position == 1 else f"{FIRST} {self.position}"

    @property
    def per_ml(self) -> Decimal:
        """Units in each mL."""
        return units_per_ml(self.row.total_units, self.row.diluent_ml)


def made_of(session: InjectionSession, *, is_locking: bool = False) -> tuple[Made, ...]:
    """Return the session's preparations in order. Two queries, however many; `is_locking` locks all vials by pk."""
    uses = list(
        SessionPreparation.objects.filter(session=session)
        .select_related("preparation__product", "preparation__made_by", "preparation__location")
        .order_by("position")
    )
    if not uses:
        return ()
    vials = Vial.objects.annotate(made_id=F("preparations__pk")).filter(
        made_id__in=[use.preparation_id for use in uses]
    )
    vials = vials.select_related("lot").order_by("pk")
    pooled: dict[int, list[Vial]] = defaultdict(list)
    for vial in vials.select_for_update(of=("self",)) if is_locking else vials:
        pooled[vial.made_id].append(vial)
    return tuple(Made(use.position, use.preparation, tuple(pooled[use.preparation_id])) for use in uses)


def one_of(made: Sequence[Made], preparation_id: int | None) -> Made | None:
    """Return what a site is from: what it names, else the only one there is; None while nobody said."""
    if preparation_id is None:
        return made[0] if len(made) == 1 else None
    return next((one for one in made if one.row.pk == preparation_id), None)


def dose_from(one: Made, made: Sequence[Made], sites: Iterable[_FromOne]) -> Decimal:
    """Return the units that all sites together take from one of the preparations."""
    return sum((site.units for site in sites if one_of(made, site.preparation_id) is one), Decimal(0))
