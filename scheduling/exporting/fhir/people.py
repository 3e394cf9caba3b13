"""Who: patients, staff, locations."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from clinic.locations.models import Location
from clinic.staff.models import User
from patients.models import Contact, Identifier, Patient
from scheduling.exporting.cells import as_known
from scheduling.exporting.fhir.words import Element, base, concept, known, refer, resource, system

LANGUAGES = "urn:ietf:bcp:47"
ROLES: Final = "http://terminology.hl7.org/CodeSystem/v2-0131"
CONFIDENTIALITY: Final = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
RELATIONS: Final = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"


def patients(batch: Sequence[Patient]) -> Iterator[Element]:
    """Yield each person; a record that was merged names the one that goes on, and that one what went into it."""
    gone: dict[int, list[Patient]] = {}
    for merged in Patient.objects.filter(merged_into__in=batch).order_by("pk"):
        gone.setdefault(merged.merged_into_id, []).append(merged)
    numbers = _by_patient(Identifier.objects.standing().filter(patient__in=batch).order_by("pk"))
    contacts = _by_patient(Contact.objects.standing().filter(patient__in=batch).order_by("pk"))
    for patient in batch:
        written = _patient(patient, gone.get(patient.pk, []))
        written["identifier"] += [_number(row) for row in numbers[patient.pk]]
        if contacts[patient.pk]:
            written["contact"] = [_contact(row) for row in contacts[patient.pk]]
        yield written


def _by_patient(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.patient_id].append(row)
    return found


def _closed(patient: Patient) -> list[Element]:
    """Say that a record is closed to everyday work: R is FHIR's word for restricted."""
    if patient.restricted_at is None and patient.confidential_at is None:
        return []
    why = "restricted-by-law" if patient.restricted_at else "confidential"
    return [{"system": CONFIDENTIALITY, "code": "R"}, {"system": system("closed"), "code": why}]


def _number(row: Identifier) -> Element:
    return known(
        {
            "use": "secondary",
            "type": concept(str(row.get_kind_display())),
            "value": row.value,
            "assigner": {"display": row.issuer},
        }
    )


def _contact(row: Contact) -> Element:
    roles = [(ROLES, "C")] if row.is_for_emergencies else []
    return known(
        {
            "relationship": [
                concept(str(row.get_relation_display()), *roles, *([(RELATIONS, "GUARD")] if row.is_guardian else []))
            ],
            "name": {"text": row.name},
            "telecom": [{"system": "phone", "value": row.phone} if row.phone else None],
        }
    )


def _patient(patient: Patient, gone: Sequence[Patient]) -> Element:
    born = as_known(patient.born_on, patient.birth_precision) if patient.born_on else ""
    is_about = patient.birth_precision == "about"
    return resource(
        "Patient",
        patient.public_id,
        meta={"security": _closed(patient)},
        identifier=[
            {"use": "usual", "system": system("record-number"), "value": str(patient.record_number)},
            {"use": "secondary", "system": system("number-before"), "value": patient.source_key}
            if patient.source_key
            else None,
            {"use": "official", "system": system("abha-number"), "value": patient.abha_number}
            if patient.abha_number
            else None,
            {"use": "official", "system": system("abha-address"), "value": patient.abha_address}
            if patient.abha_address
            else None,
        ],
        active=patient.merged_into_id is None,
        name=[{"use": "official", "text": patient.name, "family": patient.family_name, "given": [patient.given_name]}],
        telecom=[
            {"system": "phone", "value": patient.phone} if patient.phone else None,
            {"system": "email", "value": patient.email} if patient.email else None,
        ],
        gender=patient.sex,
        birthDate=born,
        _birthDate={"extension": [{"url": f"{base()}/about", "valueBoolean": True}]} if is_about else None,
        deceasedDateTime=patient.deceased_on.isoformat() if patient.deceased_on else None,
        address=[{"text": patient.address}],
        communication=[{"language": concept("", (LANGUAGES, patient.language)), "preferred": True}],
        link=[
            {"other": refer("Patient", patient.merged_into), "type": "replaced-by"} if patient.merged_into else None,
            *({"other": refer("Patient", merged), "type": "replaces"} for merged in gone),
        ],
    )


def practitioner(person: User) -> Element:
    """Return a member of staff by name."""
    return resource("Practitioner", person.public_id, active=person.is_active, name=[{"text": person.full_name}])


def location(place: Location) -> Element:
    """Return a place of the clinic."""
    return resource(
        "Location",
        place.public_id,
        status="active" if place.is_active else "inactive",
        name=place.name,
        telecom=[{"system": "phone", "value": place.phone} if place.phone else None],
        address={"text": place.address},
    )
