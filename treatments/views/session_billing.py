"""A signed session in its product's billing units (R30), for the sheet."""

from collections.abc import Sequence
from decimal import Decimal

from treatments.billing import NoBillingUnit, billing_text, billing_unit
from treatments.formulary import Formulary
from treatments.models import Draw, InjectionSession
from treatments.models.stock import DrawKind
from treatments.session_made import Made
from treatments.showing import shown_source


def billing_of(session: InjectionSession, made: Sequence[Made], formulary: Formulary) -> dict[str, object] | None:
    """Return the text of R30 with its source; None for a product without a code, a draft, or a session that is void.

    Waste is that of vials opened for this patient alone, as the ledger stands now: of a shared vial nobody can say
    whose it is. While such a vial is open, part of it is neither given nor wasted, and the page says so.
    """
    product = formulary.products.get(session.product.key)
    if product is None or session.total_units is None or hasattr(session, "void"):
        return None
    try:
        unit = billing_unit(product)
    except NoBillingUnit:
        return None
    vials = [vial for one in made for vial in one.vials]
    lines = list(Draw.objects.filter(vial__in=vials).values_list("kind", "units", "session__patient_id"))
    patients = {patient for kind, _units, patient in lines if kind == DrawKind.GIVEN}
    is_own = patients <= {session.patient_id}
    wasted = sum((units for kind, units, _patient in lines if kind == DrawKind.WASTED), Decimal(0))
    return {
        "text": billing_text(session.total_units, wasted if is_own else Decimal(0), unit.value),
        "is_open": any(vial.closed_at is None for vial in vials),
        "source": shown_source(unit.source),
    }
