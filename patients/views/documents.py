"""A patient's documents: listed, added, looked at page by page, printed, taken out of the record."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.lib.typed import whole_number
from clinic.lib.uploads import takes_files
from clinic.staff.access import on_kept_records_too, signed_in, to_write
from clinic.staff.models import User
from patients import hooks
from patients.documents.adding import add_document, note_opened, put_back_document, withdraw_document
from patients.documents.paging import pages_of
from patients.errors import DocumentRefused, DocumentWithdrawn, PhotographyNotAgreed
from patients.forms_documents import AddDocumentForm, WithdrawDocumentForm
from patients.hooks import DocumentSubject
from patients.models import Document, Patient
from patients.models.documents import WithdrawnBecause
from patients.querysets_documents import SAYS_NOTHING_CLINICAL
from patients.views.document_files import readable
from patients.wording import birth_and_age
from patients.wording_documents import why_not_kept

PER_PAGE = 24
ON_THE_CHART = 4
WITHDRAWN_SHOWN = 50
MOST_PRINTED = 20
UNPROCESSABLE = 422


@require_safe
def document_list(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """List a patient's documents with a small picture of each, the newest first; those withdrawn stand below."""
    user = signed_in(request)
    patient = _patient(user, public_id)
    if patient.merged_into:
        return redirect("patients:documents", patient.merged_into.public_id)
    theirs = Document.objects.of(patient).select_related("added_by", "withdrawn_by")
    page = Paginator(theirs.standing(), PER_PAGE).get_page(request.GET.get("page"))
    withdrawn = list(theirs.withdrawn()[:WITHDRAWN_SHOWN])
    _note_listed(user, patient, len(page))
    context = _around(patient) | {
        "page": page,
        "rows": [_row(one, user) for one in page],
        "withdrawn": [_row(one, user) for one in withdrawn],
    }
    return render(request, "patients/document_list.html", context)


@require_safe
def part(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the newest few on the chart."""
    user = signed_in(request)
    patient = _patient(user, public_id)
    theirs = Document.objects.of(patient).standing()
    newest = list(theirs.select_related("added_by")[:ON_THE_CHART])
    _note_listed(user, patient, len(newest))
    context = {"patient": patient, "rows": [_row(one, user) for one in newest], "count": theirs.count()}
    return render(request, "patients/_documents_part.html", context)


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
@to_write
def add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add a document: its files are made anew while the form is read, and kept all together or not at all."""
    user = signed_in(request)
    patient = get_object_or_404(_people(user).living_records(), public_id=public_id)
    now = clock.now()
    typed = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AddDocumentForm(
        *typed, today=day_of(now, patient.location.zone), subjects=_subjects(patient, user), initial=request.GET.dict()
    )
    if request.method != "POST":
        return render(request, "patients/document_add.html", _around(patient) | {"form": form})
    if form.is_valid():
        try:
            kept = add_document(patient=patient, by=user, now=now, **form.facts())
        except DocumentRefused as refusal:
            form.add_error("kind" if isinstance(refusal, PhotographyNotAgreed) else "pages", why_not_kept(refusal))
        else:
            messages.success(request, _("%(called)s is kept.") % {"called": kept.get_kind_display()})
            return _led_to(request, reverse("patients:documents", args=[patient.public_id]))
    return render(request, "patients/document_add.html", _around(patient) | {"form": form}, status=UNPROCESSABLE)


@require_safe
def document(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a document page by page, and write down who opened it."""
    user = signed_in(request)
    shown = readable(user, public_id)
    files = list(shown.files.all())
    pages = pages_of(files)
    number = min(max(whole_number(request.GET.get("page"), 1), 1), len(pages))
    note_opened(document=shown, by=user)
    context = _around(shown.patient) | {
        "document": shown,
        "files": files,
        "at": pages[number - 1],
        "before": number - 1,
        "after": number + 1 if number < len(pages) else 0,
        "subject": next(
            (one for one in _subjects(shown.patient, user) if one.thing.public_id == shown.about_public_id), None
        ),
        "may_withdraw": _may_withdraw(shown, user),
    }
    return render(request, "patients/document.html", context)


@require_safe
def printed(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show all pages for the printer, whose they are on top."""
    user = signed_in(request)
    shown = readable(user, public_id)
    pages = pages_of(shown.files.all())
    note_opened(document=shown, by=user, how="printed")
    context = {
        "document": shown,
        "location": shown.patient.location,
        "pages": pages[:MOST_PRINTED],
        "most": MOST_PRINTED,
    }
    return render(request, "patients/document_print.html", context | {"has_more": len(pages) > MOST_PRINTED})


@require_http_methods(["GET", "HEAD", "POST"])
@on_kept_records_too
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask why, and take a document out of the record; the list it leads to has the way back."""
    user = signed_in(request)
    shown = _of_their_patients(user, public_id)
    where = redirect("patients:documents", shown.patient.public_id)
    if not _may_withdraw(shown, user):
        said = _("It is withdrawn already.") if shown.is_withdrawn else _("Who added it or a clinician withdraws it.")
        messages.info(request, said)
        return where
    form = WithdrawDocumentForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        context = _around(shown.patient) | {"document": shown, "called": _row(shown, user)["called"], "form": form}
        return render(request, "patients/document_withdraw.html", context)
    try:
        withdraw_document(document=shown, by=user, now=clock.now(), **form.cleaned_data)
    except DocumentWithdrawn as refusal:
        messages.info(request, why_not_kept(refusal))
    else:
        messages.success(request, _("Withdrawn. It stands at the end of the list, with the way back."))
        if shown.withdrawn_because == WithdrawnBecause.WRONG_PATIENT:
            messages.info(request, _("Now add it to the record it belongs to."))
    return where


@require_POST
def put_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a withdrawal back: whoever withdrew it, or the manager."""
    user = signed_in(request)
    shown = _of_their_patients(user, public_id)
    if not _may_put_back(shown, user):
        messages.error(request, _("Only who withdrew it or a manager can put it back."))
    else:
        try:
            put_back_document(document=shown, by=user, now=clock.now())
        except DocumentWithdrawn as refusal:
            messages.info(request, why_not_kept(refusal))
        else:
            messages.success(request, _("It is part of the record again."))
    return redirect("patients:documents", shown.patient.public_id)


def _people(user: User) -> Any:
    return Patient.objects.visible_to(user).select_related("location", "merged_into")


def _patient(user: User, public_id: UUID) -> Patient:
    found: Patient = get_object_or_404(_people(user), public_id=public_id)
    return found


def _of_their_patients(user: User, public_id: UUID) -> Document:
    theirs = Document.objects.visible_to(user).filter(patient__in=Patient.objects.visible_to(user))
    found: Document = get_object_or_404(
        theirs.select_related("patient__location", "added_by", "withdrawn_by"), public_id=public_id
    )
    return found


def _subjects(patient: Patient, user: User) -> list[DocumentSubject]:
    """What a document may belong to, for those who may read of it."""
    if user.is_front_desk:
        return []
    return [subject for find in hooks.document_subjects for subject in find(patient)]


def _around(patient: Patient) -> dict[str, Any]:
    """What every page of a chart says of whose it is."""
    today = day_of(clock.now(), patient.location.zone)
    age = birth_and_age(patient.birth, min(today, patient.deceased_on or today))
    return {"nav": "patients", "patient": patient, "age": age, "zone": patient.location.zone}


def _row(one: Document, user: User) -> dict[str, Any]:
    """A document in a list: what the front desk may not open, it does not read the title of, unless it typed it."""
    is_closed = (user.is_front_desk and one.kind not in SAYS_NOTHING_CLINICAL) or (
        one.is_withdrawn and not user.is_manager
    )
    knows_title = not is_closed or (not one.is_withdrawn and one.added_by_id == user.pk)
    return {
        "document": one,
        "is_closed": is_closed,
        "knows_title": knows_title,
        "called": one.called if knows_title else one.get_kind_display(),
        "may_withdraw": _may_withdraw(one, user),
        "may_put_back": _may_put_back(one, user),
    }


def _may_withdraw(one: Document, user: User) -> bool:
    return not one.is_withdrawn and (not user.is_front_desk or one.added_by_id == user.pk)


def _may_put_back(one: Document, user: User) -> bool:
    return user.is_manager or one.withdrawn_by_id == user.pk


def _note_listed(user: User, patient: Patient, shown: int) -> None:
    with transaction.atomic():
        record(by=user, verb="documents.listed", thing=patient, patient=patient, detail={"shown": shown})


def _led_to(request: HttpRequest, where: str) -> HttpResponse:
    """Lead on; a script that sent the files is told where to, since it cannot see where it was led."""
    if "X-Upload" in request.headers:
        return HttpResponse(status=204, headers={"X-Upload-Location": where})
    return redirect(where)
