"""Why a file or a document is not taken in, as a sentence that says what to do instead."""

from typing import Any, Final

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.documents import limits
from patients.errors import (
    AlreadyHere,
    DocumentIsOfAnother,
    DocumentsFull,
    DocumentWithdrawn,
    FileRefused,
    RecordClosed,
    TooManyByLink,
)

_FILES: Final[dict[str, Any]] = {
    "empty": gettext_lazy("“%(name)s” is empty: nothing was in the file. Choose it once more."),
    "too_large": gettext_lazy("“%(name)s” is larger than %(megabytes)d MB. Photograph the pages, or save it smaller."),
    "too_many_points": gettext_lazy(
        "“%(name)s” has too many points for one picture. Save it smaller, or photograph it."
    ),
    "too_many_pages": gettext_lazy("“%(name)s” has more than %(pages)d pages. Send it in parts."),
    "too_heavy": gettext_lazy("“%(name)s” takes too long to read. Photograph the pages, or save it smaller."),
    "locked": gettext_lazy("“%(name)s” is locked with a password. Save it without one and choose it again."),
    "damaged": gettext_lazy("“%(name)s” cannot be opened: it is damaged or not complete. Photograph the page instead."),
    "busy": gettext_lazy("Other pictures are being read at the moment. Send it again in a minute."),
    "svg": gettext_lazy("“%(name)s” is a drawing that can run a program (SVG). Send a photo, a PNG or a PDF of it."),
    "html": gettext_lazy("“%(name)s” is a web page, not a picture or a PDF. Print it to a PDF, or photograph it."),
    "office": gettext_lazy("“%(name)s” is an office file. Save it as PDF and choose that."),
    "zip": gettext_lazy("“%(name)s” is a packed folder. Unpack it and choose the pictures or PDFs in it."),
    "tiff": gettext_lazy("“%(name)s” is a TIFF. Save it as PDF, JPEG or PNG."),
    "gif": gettext_lazy("“%(name)s” is a GIF. Save it as JPEG or PNG."),
    "bmp": gettext_lazy("“%(name)s” is a bitmap (BMP). Save it as JPEG or PNG."),
    "video": gettext_lazy("“%(name)s” is a film. Send photos or a PDF."),
    "program": gettext_lazy("“%(name)s” is a program and is not taken."),
    "text": gettext_lazy("“%(name)s” is plain text. Print it to a PDF, or photograph it."),
    "unknown": gettext_lazy("“%(name)s” is no picture (JPEG, PNG, WebP, HEIC) and no PDF."),
}


def why_not_taken(refusal: FileRefused) -> str:
    """Say why a file is not taken, by its name."""
    said = {"name": refusal.name, "megabytes": settings.UPLOAD_FILE_MEGABYTES, "pages": limits.MOST_PAGES}
    return str(_FILES[refusal.why]) % said


def why_not_kept(refusal: Exception) -> str:  # noqa: PLR0911 - one sentence a refusal
    """Say why a document is not kept."""
    match refusal:
        case AlreadyHere():
            day = formats.date_format(timezone.localtime(refusal.added_at), "DATE_FORMAT")
            return _("“%(name)s” is here already, since %(day)s.") % {"name": refusal.name, "day": day}
        case DocumentsFull():
            return _("There is no room left for more documents of this patient. Ask the clinic.")
        case TooManyByLink():
            return _("Many documents came today already. Bring the others to your visit.")
        case RecordClosed():
            return _("Nothing was kept: this record was closed, or joined with another one, meanwhile.")
        case DocumentIsOfAnother():
            return _("This session or plan is another patient's. Choose again.")
        case DocumentWithdrawn():
            return _("Somebody else changed this document meanwhile. Look again.")
        case _:
            return _("This patient has not agreed to photographs. Ask first and record the consent.")
