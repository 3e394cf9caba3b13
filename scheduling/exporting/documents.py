"""The documents of these records as files of a zip, each under its public id; those withdrawn stay inside."""

from collections.abc import Iterator
from typing import Final

from django.db.models import QuerySet

from patients.documents.contents import pieces_of
from patients.models import DocumentFile, MediaType, Patient
from scheduling.exporting import scope

ENDINGS: Final = {MediaType.PICTURE: "jpg", MediaType.PDF: "pdf"}


def files_of(
    patients: "QuerySet[Patient]", told: scope.Told = scope.nobody_is_told
) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield each file's name and its bytes, which are read as they are taken."""
    for batch in scope.numbers_in_batches(patients, told):
        theirs = DocumentFile.objects.filter(document__patient__in=batch, document__withdrawn_at__isnull=True)
        for file in theirs.select_related("document").order_by("pk"):
            name = f"documents/{file.document.public_id}-{file.position}.{ENDINGS[MediaType(file.media_type)]}"
            yield name, pieces_of(file)
