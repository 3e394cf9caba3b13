"""Hand a file of a document out to a browser: as what it is and nothing else, kept by nobody, able to do nothing.

Who may see it, and the audit row, are the view's.
"""

from typing import Final

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from patients.documents import contents
from patients.documents.file_names import for_download
from patients.models import DocumentFile

INERT: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def answer(file: DocumentFile, *, as_attachment: bool) -> StreamingHttpResponse:
    """Return a file, piece by piece; a PDF is only ever taken along, never shown as a page of this site."""
    response = StreamingHttpResponse(contents.pieces_of(file), content_type=file.media_type, headers=INERT)
    response["Content-Length"] = str(file.byte_count)
    name = for_download(file.name_said, file.media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment or file.is_pdf, name) or "attachment"
    return response


def picture(content: bytes) -> HttpResponse:
    """Return a JPEG of ours: a thumbnail, or a page of a PDF as it was drawn."""
    response = HttpResponse(content, content_type="image/jpeg", headers=INERT)
    response["Content-Disposition"] = "inline"
    return response
