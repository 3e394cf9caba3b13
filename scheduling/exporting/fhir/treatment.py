"""What was given: injection sessions, the units of each lot, and the lots."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from uuid import UUID, uuid5

from django.db.models import Sum

from patients.models import Patient
from scheduling.exporting.fhir.words import Element, concept, instant, notes, number, refer, resource, system
from treatments.models import InjectionSession, Lot, SessionSite
from treatments.models.stock import Draw, DrawKind
from treatments.quantities import show_units

UCUM = "http://unitsofmeasure.org"
ARBITRARY_UNITS = "[arb'U]"
"""UCUM's unit for what each product defines by itself; its "U" is an enzyme's."""


def sessions(batch: Sequence[Patient]) -> Iterator[Element]:
    """Yield each session, then what was given in it, lot by lot."""
    rows = (
        InjectionSession.objects.filter(patient__in=batch)
        .select_related("patient", "clinician", "location", "product", "condition", "void")
        .prefetch_related("addenda", "sites__muscle")
        .order_by("pk")
    )
    given = _given(batch)
    for session in rows:
        yield _procedure(session)
        for lot, units in given.get(session.pk, []):
            yield _administration(session, lot, units)


def medication(lot: Lot) -> Element:
    """Return a lot: the product by its own name, so that its units are never read as another's."""
    return resource(
        "Medication",
        lot.public_id,
        code=_product(lot.product.name, lot.product_key),
        batch={"lotNumber": lot.number, "expirationDate": lot.expires_on.isoformat()},
    )


def _given(batch: Sequence[Patient]) -> dict[int, list[tuple[Lot, Decimal]]]:
    """Return the units of each lot that went into each session, from the ledger of the vials."""
    sums = (
        Draw.objects.filter(session__patient__in=batch, kind=DrawKind.GIVEN)
        .values("session", "vial__lot")
        .annotate(sum=Sum("units"))
        .order_by("session", "vial__lot")
    )
    lots = Lot.objects.in_bulk([row["vial__lot"] for row in sums])
    found: dict[int, list[tuple[Lot, Decimal]]] = {}
    for row in sums:
        found.setdefault(row["session"], []).append((lots[row["vial__lot"]], row["sum"]))
    return found


def _procedure(session: InjectionSession) -> Element:
    return resource(
        "Procedure",
        session.public_id,
        status=_status(session),
        code=concept("Injection of botulinum toxin"),
        subject=refer("Patient", session.patient),
        performedDateTime=instant(session.injected_at, session.location),
        performer=[{"actor": refer("Practitioner", session.clinician)}],
        location=refer("Location", session.location),
        reasonCode=[concept(session.condition.name, (system("condition"), session.condition.key))],
        bodySite=[concept(place) for place in dict.fromkeys(_place(site) for site in _sites(session))],
        note=notes((session.immediate_reaction, session.note, *(said.text for said in session.addenda.all()))),
    )


def _administration(session: InjectionSession, lot: Lot, units: Decimal) -> Element:
    each = (f"{_place(site)}: {show_units(site.units)}" for site in _sites(session))
    return resource(
        "MedicationAdministration",
        given_id(session, lot),
        status=_status(session),
        medicationReference=refer("Medication", lot),
        subject=refer("Patient", session.patient),
        effectiveDateTime=instant(session.injected_at or session.started_at, session.location),
        partOf=[refer("Procedure", session)],
        performer=[{"actor": refer("Practitioner", session.clinician)}],
        dosage={
            "text": "; ".join(each),
            "dose": {"value": number(units), "unit": "units", "system": UCUM, "code": ARBITRARY_UNITS},
        },
    )


def given_id(session: InjectionSession, lot: Lot) -> UUID:
    """Return the id of what was given of a lot in a session: the same each time."""
    return uuid5(session.public_id, str(lot.public_id))


def _status(session: InjectionSession) -> str:
    if hasattr(session, "void"):
        return "entered-in-error"
    return "completed" if session.is_signed else "in-progress"


def _sites(session: InjectionSession) -> list[SessionSite]:
    return sorted(session.sites.all(), key=lambda site: (site.position, site.pk))


def _place(site: SessionSite) -> str:
    return f"{site.muscle.name}, {site.side}"


def _product(name: str, key: str) -> Element:
    return concept(name, (system("product"), key))
