"""The bytes of a document, each asked for by somebody who may read it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from clinic.staff.access import signed_in
from clinic.staff.models import User
from patients.documents import contents, serving
from patients.documents.adding import note_opened
from patients.documents.paging import pages_of
from patients.documents.taking import page_picture
from patients.errors import FileRefused
from patients.models import Document, Patient

SECONDS_TO_WAIT = "10"


@require_safe
def page(request: HttpRequest, public_id: UUID, number: int) -> HttpResponseBase:
    """Show one page as a picture: a page of a PDF is drawn now."""
    user = signed_in(request)
    document = readable(user, public_id)
    found = next((one for one in pages_of(document.files.all()) if one.number == number), None)
    if found is None:
        raise Http404
    note_opened(document=document, by=user, how="page_seen", page=number)
    if not found.file.is_pdf:
        return serving.answer(found.file, as_attachment=False)
    try:
        return serving.picture(page_picture(contents.pieces_of(found.file), found.in_file))
    except FileRefused:
        return HttpResponse(status=503, headers={"Retry-After": SECONDS_TO_WAIT})


@require_safe
def small(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the first page small, in a list: that the list was opened is written down, and not each picture in it."""
    document = readable(signed_in(request), public_id)
    return serving.picture(contents.thumbnail_of(document.files.all()[0]))


@require_safe
def file(request: HttpRequest, public_id: UUID, position: int) -> HttpResponseBase:
    """Hand out a file to take along."""
    user = signed_in(request)
    document = readable(user, public_id)
    wanted = get_object_or_404(document.files, position=position)
    note_opened(document=document, by=user, how="taken_along", page=position)
    return serving.answer(wanted, as_attachment=True)


def readable(user: User, public_id: UUID) -> Document:
    """Return a document that this person may open, of a patient whom they may see; else there is none."""
    theirs = Document.objects.readable_by(user).filter(patient__in=Patient.objects.visible_to(user))
    found: Document = get_object_or_404(
        theirs.select_related("patient__location", "added_by", "withdrawn_by"), public_id=public_id
    )
    return found
