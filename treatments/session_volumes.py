"""The mL of each site, from the concentration of what was made up: computed, never typed."""

from decimal import Decimal

from treatments.dilution import units_per_ml, volume_ml
from treatments.models import InjectionSession, Preparation, SessionSite


def concentration(made: Preparation | None) -> Decimal | None:
    """Return units per mL, or None before anything is made up."""
    return None if made is None else units_per_ml(made.total_units, made.diluent_ml)


def set_volumes(session: InjectionSession) -> None:
    """Write the mL of every site, to four decimals; empty again where there is no preparation."""
    per_ml = concentration(session.preparation)
    changed = []
    for row in session.sites.all():
        volume = None if per_ml is None else volume_ml(row.units, per_ml)
        if row.volume_ml != volume:
            row.volume_ml = volume
            changed.append(row)
    SessionSite.objects.bulk_update(changed, ["volume_ml"])
