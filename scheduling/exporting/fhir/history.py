"""What is known of a person's health beside the care given here."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from patients.models import HistoryItem, HistoryKind, Patient
from scheduling.exporting.fhir.words import Element, concept, instant, notes, refer, resource, system

CODES: Final = "http://terminology.hl7.org/CodeSystem"
CODE_SYSTEMS: Final = {
    "snomedct": "http://snomed.info/sct",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "icd10": "http://hl7.org/fhir/sid/icd-10",
    "loinc": "http://loinc.org",
}
"""The lists of codes that have an address. A code of another stands under one of ours, the list's name in a note."""
CATEGORIES: Final = {"food", "medication", "environment", "biologic"}
AS_TOLD: Final = "As the patient told it in a form; a clinician took it over."
SEVERITIES: Final = {"mild", "moderate", "severe"}


def history(batch: Sequence[Patient]) -> Iterator[Element]:
    """Yield each allergy, problem and medicine as it came, or as it was told and taken over."""
    for item in (
        HistoryItem.objects.standing().filter(patient__in=batch).select_related("patient__location").order_by("pk")
    ):
        match item.kind:
            case HistoryKind.ALLERGY:
                yield _allergy(item)
            case HistoryKind.PROBLEM:
                yield _problem(item)
            case _:
                yield _medicine(item)


def _allergy(item: HistoryItem) -> Element:
    category, state = item.category.lower(), "inactive" if item.stopped_on else "active"
    return resource(
        "AllergyIntolerance",
        item.public_id,
        clinicalStatus=concept("", (f"{CODES}/allergyintolerance-clinical", state)),
        category=[category] if category in CATEGORIES else [],
        code=_coded(item),
        patient=refer("Patient", item.patient),
        onsetDateTime=_day(item.started_on),
        recordedDate=instant(item.recorded_at, item.patient.location),
        note=_remarks(item),
        reaction=[_reaction(item, one) for one in item.reactions],
    )


def _reaction(item: HistoryItem, told: Mapping[str, Any]) -> Element:
    severity = str(told.get("severity") or "").lower()
    code = str(told.get("code") or "")
    return {
        "manifestation": [concept(str(told.get("description") or code), (_list_of(item), code))],
        "severity": severity if severity in SEVERITIES else "",
    }


def _problem(item: HistoryItem) -> Element:
    return resource(
        "Condition",
        item.public_id,
        clinicalStatus=concept("", (f"{CODES}/condition-clinical", "resolved" if item.stopped_on else "active")),
        code=_coded(item),
        subject=refer("Patient", item.patient),
        onsetDateTime=_day(item.started_on),
        abatementDateTime=_day(item.stopped_on),
        recordedDate=instant(item.recorded_at, item.patient.location),
        note=_remarks(item),
    )


def _medicine(item: HistoryItem) -> Element:
    return resource(
        "MedicationStatement",
        item.public_id,
        status="completed" if item.stopped_on else "active",
        medicationCodeableConcept=_coded(item),
        subject=refer("Patient", item.patient),
        effectivePeriod={"start": _day(item.started_on), "end": _day(item.stopped_on)},
        dateAsserted=instant(item.recorded_at, item.patient.location),
        reasonCode=[concept(item.reason)],
        note=_remarks(item),
    )


def _coded(item: HistoryItem) -> Element:
    return concept(item.description, (_list_of(item), item.code))


def _list_of(item: HistoryItem) -> str:
    name = "".join(mark for mark in item.code_system.lower() if mark.isalnum())
    return CODE_SYSTEMS.get(name, system("code"))


def _remarks(item: HistoryItem) -> list[Element]:
    unknown_list = item.code_system if item.code and _list_of(item) == system("code") else ""
    return notes([unknown_list, AS_TOLD if item.taken_from_id else ""])


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
