"""A line of a vial's ledger in words."""

from django.utils.translation import gettext as _

from treatments.models import Draw
from treatments.models.session import VoidReason
from treatments.quantities import show_units

VOIDED = "void: "
"""How the deed begins the reason of a line that a void wrote."""


def in_words(draw: Draw) -> str:
    """Return "155 units · Given", or that units of a voided session went back to their vial."""
    if draw.units < 0:
        return _("%(units)s back in the vial: the session was voided") % {"units": show_units(-draw.units)}
    return f"{show_units(draw.units)} · {draw.get_kind_display()}"


def why(draw: Draw) -> str:
    """Return the reason as somebody wrote it, or why a session was voided."""
    kind = draw.reason.removeprefix(VOIDED)
    if draw.reason.startswith(VOIDED) and kind in VoidReason.values:
        return _("Session voided: %(why)s") % {"why": VoidReason(kind).label}
    return str(draw.reason)
