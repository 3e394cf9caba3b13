"""The patient's own page, by its link: visits for whoever holds it, the rest for who typed the mailed code."""

from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.lib.languages import is_spoken
from patients.consents import standing_of
from patients.corrections import TooManyOpen, ask_correction
from patients.documents import serving
from patients.forms_correction import PARTS, CorrectionForm
from patients.forms_link import CodeForm
from patients.link_check import live_code
from patients.models import AccessLink, CorrectedPart, CorrectionRequest, Document, DocumentKind, Language
from patients.views.by_link import closes_at, forget, leads_back, link_page, pass_on, read_in
from patients.views.link_who import recognise_by_code
from scheduling import own_page
from scheduling.exporting.taking import take_patient
from scheduling.models import ExportForm
from treatments import leaflets
from treatments.formulary_db import current_formulary
from treatments.own_scores import own_scores

CORRECTIONS_SHOWN = 10
KINDS = {
    DocumentKind.REFERRAL: gettext_lazy("Referral letter"),
    DocumentKind.REPORT: gettext_lazy("Report"),
    DocumentKind.IMAGING: gettext_lazy("Picture from a scan"),
    DocumentKind.PHOTO: gettext_lazy("Photo"),
    DocumentKind.CONSENT: gettext_lazy("Permission on paper"),
    DocumentKind.OFFICE: gettext_lazy("Papers for the office"),
    DocumentKind.OTHER: gettext_lazy("Other document"),
}


@link_page(own_page.PURPOSE)
def own(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Show the page, or remember in which language it is read here."""
    if request.method == "POST":
        read_in(request, request.POST.get("language", ""))
        return _back(link)
    return _page(request, link)


@link_page(own_page.PURPOSE)
def check(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Mail the code, or recognise who types it."""
    if request.method != "POST":
        return _back(link)
    not_recognised = recognise_by_code(request, link, verb="own_page.opened")
    if not_recognised is not None:
        return _page(request, link, **not_recognised)
    return _back(link)


@link_page(own_page.PURPOSE)
def close(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Close the page on this device: whoever opens the link next needs a new code."""
    if request.method == "POST":
        forget(request)
        return render(request, "scheduling/own_page_closed.html", {"location": link.patient.location})
    return _back(link)


@link_page(own_page.PURPOSE)
def visit(request: HttpRequest, link: AccessLink, public_id: UUID) -> HttpResponse:
    """Lead to the page of one visit, where it is confirmed, moved or cancelled."""
    if request.method != "POST":
        return _back(link)
    way = own_page.way_to_visit(link.patient, public_id, clock.now())
    return redirect(way) if way else _page(request, link, refused=_gone())


@link_page(own_page.PURPOSE)
def go(request: HttpRequest, link: AccessLink, where: str) -> HttpResponse:
    """Lead to another page of the patient's, by a link of that page's own purpose."""
    if request.method != "POST":
        return _back(link)
    now = clock.now()
    is_recognised = closes_at(request, link, now) is not None
    if where not in own_page.OPEN_WAYS and not is_recognised:
        return _locked(request, link)
    make = own_page.WAYS.get(where)
    made = make(link.patient, now) if make else None
    if made is None:
        return _page(request, link, refused=_gone())
    other, path = made
    leads_back(request, link, other)
    pass_on(request, link, other, now)  # the code was typed here: the other page does not ask once more
    return redirect(path)


@link_page(own_page.PURPOSE)
def copy(request: HttpRequest, link: AccessLink, form: str) -> HttpResponseBase:
    """Hand out everything that is kept of the patient; that it was taken is written down."""
    if request.method != "POST" or form not in ExportForm.values:
        return _back(link)
    if closes_at(request, link, clock.now()) is None:
        return _locked(request, link)
    taken = take_patient(patient=link.patient, form="fhir" if form == "fhir" else "tables", by=None)
    answer = StreamingHttpResponse(taken.content, content_type=taken.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{taken.name}"'
    return answer


@link_page(own_page.PURPOSE)
def document(request: HttpRequest, link: AccessLink, public_id: UUID) -> HttpResponseBase:
    """Hand out a file of a document that is the patient's to see."""
    if request.method != "POST":
        return _back(link)
    if closes_at(request, link, clock.now()) is None:
        return _locked(request, link)
    file = own_page.document_file(link.patient, public_id)
    if file is None:
        return _page(request, link, refused=_gone())
    with transaction.atomic():
        record(by=None, actor="patient link", verb="document.taken", thing=file.document, patient=link.patient)
    return serving.answer(file, as_attachment=True)


@link_page(own_page.PURPOSE)
def correct(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Ask for something to be corrected."""
    now = clock.now()
    if closes_at(request, link, now) is None:
        return _locked(request, link) if request.method == "POST" else _back(link)
    form, refused = CorrectionForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            ask_correction(patient=link.patient, now=now, **form.cleaned_data)
        except TooManyOpen:
            refused = _("Five of your requests wait for an answer already. Please call us.")
        else:
            return redirect(f"{_path(link)}#corrections")
    context = {"location": link.patient.location, "form": form, "refused": refused, "page_href": _path(link)}
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "scheduling/own_page_correct.html", context, status=status)


def _page(
    request: HttpRequest,
    link: AccessLink,
    *,
    code: CodeForm | None = None,
    refused: str = "",
    status: int | None = None,
    **told: Any,
) -> HttpResponse:
    now, patient = clock.now(), link.patient
    until = closes_at(request, link, now)
    context: dict[str, Any] = {
        "location": patient.location,
        "token": link.token,
        "languages": [
            {"code": code, "name": name, "is_current": code == get_language()}
            for code, name in Language.choices
            if is_spoken(code)
        ],
        "language_href": _path(link),
        "to_come": own_page.to_come(patient, now=now),
        "past": own_page.past(patient),
        "form_waits": own_page.open_form(patient) is not None,
        "closes_at": until,
        "code": code or CodeForm(),
        "code_is_live": until is None and live_code(link, now) is not None,
        "refused": refused,
        "until": link.expires_at,
        "read_href": leaflets.way_to(leaflets.EXPECTED, patient.location),
        "all_read_href": leaflets.way_to("", patient.location),
        **told,
    }
    if until is not None:
        context |= _clinical(link, now)
    status = status or (HTTPStatus.CONFLICT if refused else HTTPStatus.OK)
    return render(request, "scheduling/own_page.html", context, status=status)


def _called(document: Document) -> Any:
    """What staff wrote on it; what came by link bears an English title that the patient never wrote."""
    kind = KINDS[DocumentKind(document.kind)]
    return document.title or kind if document.added_by_id else kind


def _clinical(link: AccessLink, now: datetime) -> dict[str, Any]:
    """Return what stands there only for who typed the code."""
    patient = link.patient
    today = day_of(now, patient.location.zone)
    asked = CorrectionRequest.objects.filter(patient=patient).order_by("-asked_at", "-id")[:CORRECTIONS_SHOWN]
    return {
        "patient": patient,
        "today": today,
        "scores": own_scores(patient.pk, today=today, formulary=current_formulary()),
        "advised": own_page.advised(patient, now),
        "permissions": standing_of(patient),
        "documents": [(one, _called(one)) for one in own_page.documents_of(patient)],
        "asks": own_page.asked_lately(patient, now) is not None,
        "about_theirs": [
            (one.document["title"], one.language, leaflets.way_to(one.slug, patient.location))
            for one in leaflets.about_their_conditions(patient.pk, get_language() or "")
        ],
        "corrections": [(one, PARTS[CorrectedPart(one.part)]) for one in asked],
    }


def _locked(request: HttpRequest, link: AccessLink) -> HttpResponse:
    refused = _("Your page was closed for your safety. Ask for a code below to open it again.")
    return _page(request, link, refused=refused, status=HTTPStatus.FORBIDDEN)


def _gone() -> str:
    return _("This is not there any more. Please look at what stands below.")


def _path(link: AccessLink) -> str:
    return reverse("scheduling:own_page", args=[link.token])


def _back(link: AccessLink) -> HttpResponse:
    return redirect(_path(link))
