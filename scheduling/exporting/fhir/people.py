"""Who: patients, staff, locations."""

from collections.abc import Iterator, Sequence

from clinic.locations.models import Location
from clinic.staff.models import User
from patients.models import Patient
from scheduling.exporting.cells import as_known
from scheduling.exporting.fhir.words import Element, base, concept, refer, resource, system

LANGUAGES = "urn:ietf:bcp:47"


def patients(batch: Sequence[Patient]) -> Iterator[Element]:
    """Yield each person; a record that was merged names the one that goes on, and that one what went into it."""
    gone: dict[int, list[Patient]] = {}
    for merged in Patient.objects.filter(merged_into__in=batch).order_by("pk"):
        gone.setdefault(merged.merged_into_id, []).append(merged)
    for patient in batch:
        yield _patient(patient, gone.get(patient.pk, []))


def _patient(patient: Patient, gone: Sequence[Patient]) -> Element:
    born = as_known(patient.born_on, patient.birth_precision) if patient.born_on else ""
    is_about = patient.birth_precision == "about"
    return resource(
        "Patient",
        patient.public_id,
        identifier=[
            {"use": "usual", "system": system("record-number"), "value": str(patient.record_number)},
            {"use": "secondary", "system": system("number-before"), "value": patient.source_key}
            if patient.source_key
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
