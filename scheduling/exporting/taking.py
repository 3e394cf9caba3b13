"""Take a record along: written down first, then handed out piece by piece, outside any transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import transaction

from clinic.audit.trail import record
from clinic.staff.models import User
from patients.models import Patient
from scheduling.exporting import scope
from scheduling.exporting.fhir.bundle import bundled
from scheduling.exporting.sheets import archive, zipped

Form = Literal["tables", "fhir"]


@dataclass(frozen=True)
class Taken:
    """A file on its way out: its name, its kind, and its content, which is read as it is taken."""

    name: str
    content_type: str
    content: Iterator[bytes]


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
        return Taken(f"{name}.json", "application/fhir+json", content)
    return Taken(f"{name}.zip", "application/zip", zipped(records))


def take_clinic(*, form: Form, by: User, now: datetime) -> Taken:
    """Hand out everything of all patients of the locations where this person works, in a zip either way."""
    records = scope.everybody(by)
    with transaction.atomic():
        for place in by.locations.order_by("pk"):
            counted = records.filter(location=place).count()
            record(by=by, verb="clinic.exported", thing=place, detail={"form": form, "patients": counted})
    content = archive([("bundle.json", bundled(records))]) if form == "fhir" else zipped(records)
    return Taken(f"clinic-{form}-{now:%Y-%m-%d}.zip", "application/zip", content)
