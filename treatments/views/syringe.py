"""The syringe plan as a page shows it: what to open, what to draw at each usual dilution, what stays."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from treatments.formulary import Formulary, Product
from treatments.formulary.products import Dilution
from treatments.models import InjectionSession, SessionSite, Vial
from treatments.quantities import show_ml, show_units
from treatments.session_facts import left_in
from treatments.session_made import Made
from treatments.showing import shown_source
from treatments.syringe import Sealed, ToOpen, syringe_for, vials_to_open
from treatments.views.session_common import today_of
from treatments.views.session_made import concentration_words


def syringe_of(
    session: InjectionSession,
    sealed: Sequence[Vial],
    made: Sequence[Made],
    sites: Sequence[SessionSite],
    formulary: Formulary,
) -> dict[str, Any]:
    """Return the plan for what is still to be made up: the session's dose, less what its preparations hold."""
    dose = sum((site.units for site in sites), Decimal(0))
    held = sum((left_in(vial) for one in made for vial in one.vials), Decimal(0))
    to_open = vials_to_open(max(dose - held, Decimal(0)), map(_as_value, sealed), today_of(session))
    by_ref = {str(vial.public_id): vial for vial in sealed}
    product = formulary.products.get(session.product.key)
    return {
        "dose": show_units(to_open.dose),
        "is_covered": to_open.dose == 0,
        "vials": [{"vial": by_ref[vial.ref], "units": show_units(vial.units)} for vial in to_open.vials],
        "held": show_units(to_open.held),
        "missing": show_units(to_open.missing) if to_open.missing else "",
        "left": show_units(to_open.left) if to_open.left else "",
        "rows": [
            row
            for dilution in _of_size(dilutions_for(product, session), to_open)
            for row in _row(dilution, product, to_open)
        ],
    }


def dilutions_for(product: Product | None, session: InjectionSession) -> list[Dilution]:
    """Return the usual dilutions for the condition; where there is none, the product's table."""
    if product is None:
        return []
    usual = [row for row in product.usual_dilutions if session.condition.key in row.conditions]
    return usual or list(product.dilutions)


def _of_size(dilutions: Sequence[Dilution], to_open: ToOpen) -> Sequence[Dilution]:
    """Return the dilutions that speak of the vials to be opened; where none does, all of them."""
    sizes = {vial.units for vial in to_open.vials}
    return [row for row in dilutions if row.vial_units in sizes] or dilutions


def _as_value(vial: Vial) -> Sealed:
    return Sealed(
        ref=str(vial.public_id),
        units=vial.units,
        expires_on=vial.lot.expires_on,
        is_in_use=vial.lot.state == "in_use",
    )


def _row(dilution: Dilution, product: Product | None, to_open: ToOpen) -> list[dict[str, Any]]:
    """Return one dilution with what to draw; none where its mL are not known."""
    own = product.own_volume_ml(dilution.vial_units) if product and not dilution.diluent_ml else None
    vial_ml = dilution.diluent_ml or own
    if not vial_ml:
        return []
    made = syringe_for(to_open, vial_units=dilution.vial_units, vial_ml=vial_ml)
    return [
        {
            "units": show_units(dilution.vial_units),
            "ml": show_ml(vial_ml),
            "is_ready": own is not None,
            "concentration": concentration_words(dilution.vial_units, vial_ml),
            "diluent_ml": show_ml(made.diluent_ml),
            "draw_ml": show_ml(made.draw_ml),
            "left_ml": show_ml(made.left_ml),
            "source": shown_source(dilution.source),
        }
    ]
