"""A person's consents on the clinic's side: where each stands, signed on this screen, taken back, the link mailed."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.audit.trail import record
from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.lib.languages import speaking
from clinic.staff.access import on_kept_records_too, signed_in, to_write
from clinic.staff.models import User
from patients import consenting
from patients.consents import standing_of
from patients.errors import NobodyToAnswer
from patients.letters import unreachable
from patients.models import Consent, ConsentText, Patient
from patients.models.consents import ConsentKind
from patients.views import consent_pages
from patients.views.consent_pages import Place
from patients.wording import birth_and_age

SHOWN = 60
"""So many answers of the past stand on the page, the newest first."""


@require_safe
def consents(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show where each consent stands and what was answered before; that it was opened is written down."""
    user = signed_in(request)
    patient = _patient(user, public_id)
    with transaction.atomic():
        record(by=user, verb="consents.opened", thing=patient, patient=patient)
    standings = standing_of(patient)
    answers = Consent.objects.filter(patient=patient).select_related("wording", "taken_by")
    today = day_of(clock.now(), patient.location.zone)
    context = {
        "nav": "patients",
        "patient": patient,
        "age": birth_and_age(patient.birth, min(today, patient.deceased_on or today)),
        "rows": consent_pages.rows(standings, patient.language, _place(user, patient)),
        "answers": answers.defer("text", "strokes", "wording__text")[:SHOWN],
        "is_clinical": user.is_clinician or user.is_manager,
        "may_sign": patient.deceased_on is None and patient.restricted_at is None,
        "may_take_back": patient.deceased_on is None,
        "may_mail": patient.deceased_on is None and unreachable(patient) is None,
    }
    with timezone.override(patient.location.zone):
        return render(request, "patients/consents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@to_write
def sign(request: HttpRequest, public_id: UUID, wording: UUID) -> HttpResponse:
    """Hand the words over to be read and signed on this screen."""
    user = signed_in(request)
    patient = _patient(user, public_id)
    back = request.GET.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = ""
    place = _place(user, patient, back=back)
    with timezone.override(patient.location.zone):
        if "signed" in request.GET and request.method != "POST":
            read = get_object_or_404(ConsentText.objects.defer("text"), public_id=wording)
            context = {"location": patient.location, "patient": patient, "list_href": place.list_href}
            context |= {"is_public": True}
            if read.kind == ConsentKind.DATA_USE:
                context["stopped"] = consent_pages.still_stopped(patient, read.language, place)
            with speaking(read.language):
                request.LANGUAGE_CODE = get_language() or ""
                return render(request, "patients/consent_signed.html", context)
        return consent_pages.sign_page(request, patient, wording, place)


@require_http_methods(["GET", "HEAD", "POST"])
@on_kept_records_too
def withdraw(request: HttpRequest, public_id: UUID, consent: UUID) -> HttpResponse:
    """Take a consent back for somebody who is here or rang."""
    user = signed_in(request)
    patient = _patient(user, public_id)
    with timezone.override(patient.location.zone):
        return consent_pages.withdraw_page(request, patient, consent, _place(user, patient))


@require_POST
def mail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Mail the person the link to their consents."""
    user = signed_in(request)
    patient = _patient(user, public_id)
    try:
        consenting.mail_link(patient=patient, by=user, now=clock.now())
    except NobodyToAnswer:
        messages.error(request, _("Nothing is asked of this person any more."))
    else:
        messages.success(request, _("The link to the consents is on its way to %(name)s.") % {"name": patient.name})
    return redirect("patients:consents", patient.public_id)


def _patient(user: User, public_id: UUID) -> Patient:
    patients = Patient.objects.visible_to(user).living_records().select_related("location")
    patient: Patient = get_object_or_404(patients, public_id=public_id)
    return patient


def _place(user: User, patient: Patient, *, back: str = "") -> Place:
    def sign_href(wording: ConsentText, about: UUID | None, **more: str) -> str:
        path = reverse("patients:consent_sign", args=[patient.public_id, wording.public_id])
        asked = {"about": str(about)} if about else {}
        asked |= {"back": back} if back else {}
        query = urlencode(asked | more)
        return f"{path}?{query}" if query else path

    return Place(
        by=user,
        list_href=back or reverse("patients:consents", args=[patient.public_id]),
        sign_href=sign_href,
        withdraw_href=lambda consent: reverse("patients:consent_withdraw", args=[patient.public_id, consent.public_id]),
        done=lambda consent: redirect(sign_href(consent.wording, consent.about_public_id, signed="1")),
    )
