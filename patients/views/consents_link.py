"""A patient's own consents by mailed link: read, signed, taken back, after the second check."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.lib import clock
from patients.consenting import PURPOSE, consents_link
from patients.consents import standing_of
from patients.link_refusals import LinkWaits
from patients.models import AccessLink, Consent, ConsentText, Patient
from patients.views import consent_pages
from patients.views.by_link import has_passed, link_page, remember
from patients.views.consent_pages import Place
from patients.views.link_who import ask_who, recognise


@link_page(PURPOSE)
def consents(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Show where each consent stands, with the way to read, sign, take back and carry away."""
    if not has_passed(request, link, clock.now()):
        return _ask(request, link)
    patient = link.patient
    context = {
        "location": patient.location,
        "rows": consent_pages.rows(standing_of(patient), patient.language, _place(link)),
        "token": link.token,
    }
    return render(request, "patients/link_consents.html", context)


@link_page(PURPOSE)
def who(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Recognise somebody by the date of birth or a mailed code, or mail the code."""
    if request.method != "POST":
        return redirect(_list_href(link))
    try:
        not_recognised = recognise(request, link)
    except LinkWaits as refusal:
        return _ask(request, link, waits_until=refusal.until, status=429)
    if not_recognised is not None:
        return _ask(request, link, **not_recognised)
    remember(request, link, clock.now())
    return redirect(_list_href(link))


@link_page(PURPOSE)
def sign(request: HttpRequest, link: AccessLink, wording: UUID) -> HttpResponse:
    """Read the words and sign."""
    now = clock.now()
    if not has_passed(request, link, now):
        return _ask(request, link, was_typed=request.method == "POST")
    if request.method == "POST":
        remember(request, link, now)
    place = _place(link, done_in=request)
    return consent_pages.sign_page(request, link.patient, wording, place)


@link_page(PURPOSE)
def withdraw(request: HttpRequest, link: AccessLink, consent: UUID) -> HttpResponse:
    """Take a consent back."""
    now = clock.now()
    if not has_passed(request, link, now):
        return _ask(request, link)
    if request.method == "POST":
        remember(request, link, now)
    return consent_pages.withdraw_page(request, link.patient, consent, _place(link))


def way_in(request: HttpRequest, patient: Patient, *, now: datetime) -> str:
    """Return the path of a person's consents for a browser that another page recognised as theirs; for a POST."""
    link, token = consents_link(patient=patient, now=now)
    remember(request, link, now)
    return reverse("patients:consents_link", args=[token])


def _ask(request: HttpRequest, link: AccessLink, *, was_typed: bool = False, **shown: Any) -> HttpResponse:
    if was_typed:
        messages.warning(
            request, _("Too much time went by: nothing was signed. Please sign once more after the check.")
        )
    return ask_who(request, link, who_href=reverse("patients:consents_who", args=[link.token]), **shown)


def _list_href(link: AccessLink) -> str:
    return reverse("patients:consents_link", args=[link.token])


def _place(link: AccessLink, *, done_in: HttpRequest | None = None) -> Place:
    def sign_href(wording: ConsentText, about: UUID | None) -> str:
        path = reverse("patients:consents_sign", args=[link.token, wording.public_id])
        return f"{path}?{urlencode({'about': about})}" if about else path

    def done(consent: Consent) -> HttpResponse:
        if done_in is not None:
            said = _("Signed. Thank you.") if consent.is_given else _("Your no is recorded. Thank you.")
            messages.success(done_in, said)
        return redirect(_list_href(link))

    return Place(by=None, list_href=_list_href(link), sign_href=sign_href, done=done)
