"""A line of a vial's ledger in a session's words."""

from django.utils.translation import gettext as _

from treatments.models import Draw
from treatments.quantities import show_units


def in_words(draw: Draw) -> str:
    """Return "155 units · Given", or that units of a voided session went back to their vial."""
    if draw.units < 0:
        return _("%(units)s back in the vial: the session was voided") % {"units": show_units(-draw.units)}
    return f"{show_units(draw.units)} · {draw.get_kind_display()}"
