"""What was given: injection sessions, the units of each lot, the lots; and what was told of toxin given elsewhere."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from uuid import UUID, uuid5

from django.db.models import Sum

from patients.models import Patient
from scheduling.exporting.cells import as_known
from scheduling.exporting.fhir.words import Element, concept, instant, notes, refer, resource, system, units_of
from treatments.models import InjectionSession, Lot, SessionSite, ToxinElsewhere
from treatments.models.elsewhere import SaidBy
from treatments.models.stock import Draw, DrawKind
from treatments.quantities import show_units

UNKNOWN_PRODUCT = "Botulinum toxin, product not known"


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


def elsewhere(batch: Sequence[Patient]) -> Iterator[Element]:
    """Yield what was told of toxin in another clinic; what was corrected or withdrawn says so."""
    rows = ToxinElsewhere.objects.filter(patient__in=batch).order_by("pk")
    for told in rows.select_related("patient__location", "product", "by", "replaced_by"):
        yield _statement(told)


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
            "dose": units_of(units),
        },
    )


def _statement(told: ToxinElsewhere) -> Element:
    product = told.product
    is_wrong = told.is_withdrawn or hasattr(told, "replaced_by")
    return resource(
        "MedicationStatement",
        told.public_id,
        status="entered-in-error" if is_wrong else "completed",
        medicationCodeableConcept=_product(product.name, product.key) if product else concept(UNKNOWN_PRODUCT),
        subject=refer("Patient", told.patient),
        effectiveDateTime=as_known(told.given_on, told.precision),
        dateAsserted=instant(told.at, told.patient.location),
        informationSource=refer("Patient", told.patient) if told.said_by == SaidBy.PATIENT else None,
        note=notes((told.get_said_by_display(), told.clinic, told.reason)),
        dosage=[
            {"text": told.region, "doseAndRate": [{"doseQuantity": units_of(told.units)}] if told.units else []},
        ],
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
