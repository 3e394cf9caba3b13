"""The mL of each site, from the concentration of what it is from: computed, never typed."""

from treatments.dilution import volume_ml
from treatments.models import InjectionSession, SessionSite
from treatments.session_made import made_of, one_of


def set_volumes(session: InjectionSession) -> None:
    """Write the mL of every site, to four decimals; empty again where nobody knows what it is from."""
    made = made_of(session)
    changed = []
    for row in session.sites.all():
        one = one_of(made, row.preparation_id)
        volume = None if one is None else volume_ml(row.units, one.per_ml)
        if row.volume_ml != volume:
            row.volume_ml = volume
            changed.append(row)
    SessionSite.objects.bulk_update(changed, ["volume_ml"])
