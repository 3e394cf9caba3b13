"""Ask for a file with the clinic's records, take it, throw it away. A worker makes it: see `making`."""

from collections.abc import Iterator
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.staff.models import User
from patients.models import Patient
from scheduling.errors import MadeAlready
from scheduling.exporting import scope
from scheduling.exporting.tables import tables
from scheduling.exporting.taking import CONTENT_TYPES, Form, Taken
from scheduling.models import ClinicExport, ExportPiece, ExportState

ENDED = (ExportState.FAILED, ExportState.GONE)


def ask(*, form: Form, by: User, now: datetime) -> ClinicExport:
    """Ask for everything of all patients of the locations where this person works. Asked twice it is one file.

    Raises:
        MadeAlready: a file of the other kind is being made for this person.

    """
    records = scope.everybody(by)
    try:
        with transaction.atomic():
            wanted = ClinicExport.objects.create(
                form=form, asked_by=by, asked_at=now, to_read=records.count() * _times_read(form)
            )
            wanted.locations.set(by.locations.all())
            for place in by.locations.order_by("pk"):
                counted = records.filter(location=place).count()
                record(by=by, verb="clinic.exported", thing=place, detail={"form": form, "patients": counted})
    except IntegrityError as error:
        if violated(error) != "clinic_export_one_a_person_at_a_time":
            raise
        under_way: ClinicExport | None = ClinicExport.objects.under_way().filter(asked_by=by).first()
        if under_way is None or under_way.form != form:
            raise MadeAlready(under_way.form if under_way else form) from error
        return under_way
    return wanted


def records_of(export: ClinicExport) -> "QuerySet[Patient]":
    """Return the records of a file: of its locations, as far as who asked for it may see them now."""
    theirs = scope.everybody(export.asked_by)
    return theirs.filter(location__in=export.locations.values("pk"))


def left_out_of(export: ClinicExport) -> int:
    """Return how many confidential records a file leaves out, for which who asked for it is not named."""
    closed = scope.confidential_to(export.asked_by)
    return closed.filter(location__in=export.locations.values("pk")).count()


def take(*, export: ClinicExport, by: User) -> Taken:
    """Hand a file out that is ready, piece by piece; that it was taken is written down first."""
    with transaction.atomic():
        record(by=by, verb="clinic.export_taken", thing=export, detail={"form": export.form})
    day = f"{export.asked_at:%Y-%m-%d}"
    return Taken(f"clinic-{export.form}-{day}.zip", CONTENT_TYPES["zip"], _pieces(export), export.size_bytes)


def throw_away(*, export: ClinicExport, by: User | None) -> bool:
    """Stop a file that is being made, or delete what was made; pressed again it is gone already."""
    with transaction.atomic():
        there = ClinicExport.objects.filter(pk=export.pk).exclude(state__in=ENDED)
        if not there.update(state=ExportState.GONE):
            return False
        ExportPiece.objects.filter(export=export).delete()
        actor = "" if by else "worker"
        record(by=by, actor=actor, verb="clinic.export_deleted", thing=export, detail={"form": export.form})
    return True


def record_restricted(*, patient: Patient, by: User | None, now: datetime) -> None:  # noqa: ARG001 - a hook's shape
    """Throw away the files that hold a record which was restricted since: one asked for anew says so of it."""
    for export in _files_with(patient):
        throw_away(export=export, by=by)


def confidants_named(*, patient: Patient, by: User | None, now: datetime) -> None:  # noqa: ARG001 - a hook's shape
    """Throw away the files with a confidential record that were asked for by somebody not named for it."""
    for export in _files_with(patient).select_related("asked_by"):
        if scope.confidential_to(export.asked_by).filter(pk=patient.pk).exists():
            throw_away(export=export, by=by)


def _files_with(patient: Patient) -> "QuerySet[ClinicExport]":
    """Return the files that may hold a record, or what was merged into it at whatever location."""
    places = [one.location_id for one in (patient, *Patient.objects.with_former([patient]))]
    there: QuerySet[ClinicExport] = ClinicExport.objects.exclude(state__in=ENDED).filter(locations__in=places)
    return there.distinct().order_by("pk")


def _times_read(form: Form) -> int:
    """How often a patient is come to: once for each table, the letters and documents, or once for a bundle."""
    return len(tables()) + 2 if form == "tables" else 1


def _pieces(export: ClinicExport) -> Iterator[bytes]:
    """Yield the file; a file that is thrown away meanwhile ends short, and no program opens it."""
    for number in range(export.pieces.count()):
        for content in ExportPiece.objects.filter(export=export, number=number).values_list("content", flat=True):
            yield bytes(content)
