"""What a session is made from, as its pages show it: each preparation's vials, dilution, clock and balance."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from treatments.dilution import use_by
from treatments.formulary import Formulary
from treatments.models import InjectionSession, SessionSite
from treatments.quantities import show_number, show_units
from treatments.session_made import Made, dose_from

TENTH = Decimal("0.01")
BAR = Decimal(200)
"""The length of the bar that shows a balance."""


def shown_made(
    session: InjectionSession, made: Sequence[Made], sites: Iterable[SessionSite], formulary: Formulary
) -> list[dict[str, Any]]:
    """Return each preparation with everything a page prints of it; times in the zone of the session's location."""
    zone, rows = session.location.zone, list(sites)
    return [
        {
            "made": one.row,
            "key": str(one.row.public_id),
            "number": one.position,
            "vials": one.vials,
            "use_by": use_by(
                one.row.reconstituted_at, formulary.products.get(session.product.key), formulary.rules.volume
            ).astimezone(zone),
            "reconstituted_at": one.row.reconstituted_at.astimezone(zone),
            "per_tenth": show_number((one.per_ml / 10).quantize(TENTH)),
            "units": show_number(one.row.total_units),
            "diluent_ml": show_number(one.row.diluent_ml),
            "balance": balance_of(one, dose_from(one, made, rows), is_signed=session.is_signed),
        }
        for one in made
    ]


def balance_of(one: Made, dose: Decimal, *, is_signed: bool) -> dict[str, Any]:
    """Return the balance of a preparation's vials with this session in it, as text and as lengths of a bar of 200."""
    held = sum((vial.units for vial in one.vials), Decimal(0))
    out = sum((vial.drawn_units for vial in one.vials), Decimal(0)) + (Decimal(0) if is_signed else dose)
    left = held - out
    scale = BAR / held if held else Decimal(0)
    return {
        "held": show_number(held),
        "out": show_number(out),
        "left": show_number(max(left, Decimal(0))),
        "is_over": left < 0,
        "over": show_number(-left),
        "bar": (min(out, held) * scale).quantize(Decimal("0.1")),
    }


def concentration_words(units: Decimal, ml: Decimal) -> str:
    """Return "5 units per 0.1 mL"."""
    return _("%(units)s per 0.1 mL") % {"units": show_units((units / ml / 10).quantize(TENTH))}
