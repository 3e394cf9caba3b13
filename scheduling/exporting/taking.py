"""Take a patient's record along: written down first, then handed out piece by piece, outside any transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction

from clinic.audit.trail import record
from clinic.staff.models import User
from patients.models import Patient
from scheduling.exporting import scope
from scheduling.exporting.fhir.bundle import bundled
from scheduling.exporting.sheets import zipped

Form = Literal["tables", "fhir"]
CONTENT_TYPES = {"fhir": "application/fhir+json", "zip": "application/zip"}


@dataclass(frozen=True)
class Taken:
    """A file on its way out: its name, its kind, and its content, which is read as it is taken."""

    name: str
    content_type: str
    content: Iterator[bytes]
    size_bytes: int = 0
    """How long it is, where that is known before."""


def take_patient(*, patient: Patient, form: Form, by: User | None) -> Taken:
    """Hand out everything of one patient, with the records that were merged into it; None is the patient, by link."""
    actor = "" if by else "patient link"
    detail: dict[str, Any] = {"form": form}
    if patient.restricted_at:
        detail["restricted"] = True
    with transaction.atomic():
        record(by=by, actor=actor, verb="record.exported", thing=patient, patient=patient, detail=detail)
    records = scope.one(patient)
    name = f"record-{patient.record_number}{'-restricted' if patient.restricted_at else ''}"
    if form == "fhir":
        content = (piece.encode() for piece in bundled(records))
        return Taken(f"{name}.json", CONTENT_TYPES["fhir"], content)
    return Taken(f"{name}.zip", CONTENT_TYPES["zip"], zipped(records))
