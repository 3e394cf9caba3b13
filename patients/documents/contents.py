"""The bytes of a document's files: stored and read in pieces, so that memory holds one of them at a time."""

from collections.abc import Iterator, Sequence

from patients.documents.taking import Taken
from patients.models import Document, DocumentFile, DocumentPiece, DocumentThumbnail


def store(document: Document, files: Sequence[Taken]) -> None:
    """Write a document's files in their order, inside the deed's transaction."""
    for position, taken in enumerate(files, start=1):
        file = DocumentFile.objects.create(
            document=document,
            position=position,
            name_said=taken.name,
            media_type=taken.media_type,
            page_count=taken.page_count,
            width=taken.width,
            height=taken.height,
            byte_count=taken.byte_count,
            sha256=taken.sha256,
            sha256_sent=taken.sha256_sent,
        )
        DocumentThumbnail.objects.create(file=file, content=taken.thumbnail)
        for number, piece in enumerate(taken.pieces()):
            DocumentPiece.objects.create(file=file, number=number, content=piece)


def pieces_of(file: DocumentFile) -> Iterator[bytes]:
    """Yield a file's bytes, piece by piece; each is a short question."""
    number, kept = 0, DocumentPiece.objects.filter(file=file)
    while (piece := kept.filter(number=number).values_list("content", flat=True).first()) is not None:
        yield bytes(piece)
        number += 1


def thumbnail_of(file: DocumentFile) -> bytes:
    """Return the small picture of a file's first page."""
    return bytes(DocumentThumbnail.objects.values_list("content", flat=True).get(file=file))
