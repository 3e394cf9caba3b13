"""What a session is made from, as its pages show it: each preparation's vials, dilution, clock and balance."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from clinic.lib import clock
from clinic.lib.days import day_of
from treatments.dilution import NO_DILUENT, hours_allowed, use_by
from treatments.formulary import Formulary
from treatments.models import InjectionSession, SessionSite
from treatments.quantities import show_number, show_units
from treatments.session_made import Made, dose_from
from treatments.showing import shown_source

TENTH = Decimal("0.01")
BAR = Decimal(200)
"""The length of the bar that shows a balance."""


def shown_made(
    session: InjectionSession, made: Sequence[Made], sites: Iterable[SessionSite], formulary: Formulary
) -> list[dict[str, Any]]:
    """Return each preparation with everything a page prints of it; times in the zone of the session's location."""
    rows, product = list(sites), formulary.products.get(session.product.key)
    is_ready = product is not None and product.needs_no_diluent
    return [
        {
            "made": one.row,
            "key": str(one.row.public_id),
            "number": one.position,
            "vials": one.vials,
            "clock_source": shown_source(hours_allowed(product, formulary.rules.volume).source),
            "reconstituted_at": one.row.reconstituted_at.astimezone(session.location.zone),
            "is_ready": is_ready and one.row.diluent == NO_DILUENT,
            "per_tenth": show_number((one.per_ml / 10).quantize(TENTH)),
            "units": show_number(one.row.total_units),
            "diluent_ml": show_number(one.row.diluent_ml),
            "balance": balance_of(one, dose_from(one, made, rows), is_signed=session.is_signed),
            **_clock(use_by(one.row.reconstituted_at, product, formulary.rules.volume), session),
        }
        for one in made
    ]


def _clock(limit: datetime, session: InjectionSession) -> dict[str, Any]:
    """Return until when it may be used, that moment included, and how long that is from now.

    No clock runs for a session that was given earlier: it is told whether it was given in time.
    """
    is_given = session.is_late_entry and session.injected_at is not None
    now = (session.injected_at if is_given else None) or clock.now()
    zone = session.location.zone
    hours, minutes = divmod(int((limit - now).total_seconds()) // 60, 60)
    return {
        "use_by": limit.astimezone(zone),
        "now": now.astimezone(zone),
        "is_of_today": day_of(limit, zone) == day_of(now, zone),
        "is_past": now > limit,
        "is_given": is_given,
        "hours_left": hours,
        "minutes_left": minutes,
    }


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
