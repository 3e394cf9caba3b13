"""The pages of a document in their order, across its files: a picture is one, a PDF has several."""

from collections.abc import Iterable
from dataclasses import dataclass

from patients.models import DocumentFile


@dataclass(frozen=True)
class Page:
    """One page: its number in the document, and where in which file it is (the first is 0)."""

    number: int
    file: DocumentFile
    in_file: int


def pages_of(files: Iterable[DocumentFile]) -> list[Page]:
    """Return the pages of these files."""
    found = ((file, number) for file in files for number in range(file.page_count))
    return [Page(at, file, number) for at, (file, number) in enumerate(found, start=1)]
