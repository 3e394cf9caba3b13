"""What a patient brought: documents with their files inside."""

from base64 import b64encode
from collections.abc import Iterator, Sequence

from patients.documents.contents import pieces_of
from patients.models import Document, DocumentFile, Patient
from scheduling.exporting.cells import local
from scheduling.exporting.fhir.words import Element, concept, refer, resource, system


def documents(batch: Sequence[Patient]) -> Iterator[Element]:
    """Yield each document; of one that was withdrawn, that it was, and not its files: they may be another patient's.

    Of what is said to be another's neither the title nor a file's name is told: a name may stand in them.
    """
    theirs = Document.objects.filter(patient__in=batch).select_related("patient__location", "added_by")
    for document in theirs.prefetch_related("files").order_by("patient_id", "pk"):
        yield resource(
            "DocumentReference",
            document.public_id,
            status="entered-in-error" if document.is_withdrawn else "current",
            type=concept(str(document.get_kind_display()), (system("document-kind"), document.kind)),
            subject=refer("Patient", document.patient),
            date=local(document.added_at, document.patient.location.zone),
            author=[refer("Practitioner", document.added_by) or refer("Patient", document.patient)],
            description=None if document.is_of_another else document.title,
            content=[{"attachment": _attachment(document, file)} for file in document.files.all()],
        )


def _attachment(document: Document, file: DocumentFile) -> Element:
    """A file; memory holds one document of so many megabytes as may be sent at once."""
    data = None if document.is_withdrawn else b64encode(b"".join(pieces_of(file))).decode()
    return {
        "contentType": file.media_type,
        "data": data,
        "size": file.byte_count,
        "title": None if document.is_of_another else file.name_said,
        "creation": document.dated_on.isoformat() if document.dated_on else None,
    }
