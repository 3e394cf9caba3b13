"""A patient's own consents by mailed link: read, signed, taken back, by who typed the code mailed to the same address.

They name what somebody is treated for: a date of birth, which families know, does not open them (0076).
"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinic.lib import clock
from patients.consenting import PURPOSE
from patients.consents import standing_of
from patients.models import AccessLink, Consent, ConsentText
from patients.models.consents import ConsentKind
from patients.views import consent_pages
from patients.views.by_link import closes_at, link_page, way_back
from patients.views.consent_pages import Place
from patients.views.link_who import ask_code, recognise_by_code


@link_page(PURPOSE)
def consents(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Show where each consent stands, with the way to read, sign, take back and carry away."""
    if closes_at(request, link, clock.now()) is None:
        return _ask(request, link)
    patient = link.patient
    context = {
        "location": patient.location,
        "rows": consent_pages.rows(standing_of(patient), get_language() or "", _place(link)),
        "page_href": way_back(request, link),
        "token": link.token,
    }
    return render(request, "patients/link_consents.html", context)


@link_page(PURPOSE)
def who(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Mail the code, or recognise who types it."""
    if request.method != "POST":
        return redirect(_list_href(link))
    not_recognised = recognise_by_code(request, link, verb="consents.opened")
    if not_recognised is not None:
        return _ask(request, link, **not_recognised)
    return redirect(_list_href(link))


@link_page(PURPOSE)
def sign(request: HttpRequest, link: AccessLink, wording: UUID) -> HttpResponse:
    """Read the words and sign."""
    if closes_at(request, link, clock.now()) is None:
        return _ask(request, link, was_typed=request.method == "POST")
    place = _place(link, done_in=request)
    return consent_pages.sign_page(request, link.patient, wording, place)


@link_page(PURPOSE)
def withdraw(request: HttpRequest, link: AccessLink, consent: UUID) -> HttpResponse:
    """Take a consent back."""
    if closes_at(request, link, clock.now()) is None:
        return _ask(request, link)
    return consent_pages.withdraw_page(request, link.patient, consent, _place(link))


def _ask(request: HttpRequest, link: AccessLink, *, was_typed: bool = False, **shown: Any) -> HttpResponse:
    if was_typed:
        messages.warning(
            request, _("Too much time went by: nothing was signed. Please sign once more after the check.")
        )
    return ask_code(request, link, who_href=reverse("patients:consents_who", args=[link.token]), **shown)


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
            if consent.kind == ConsentKind.DATA_USE:
                _say_stopped(done_in, link)
        return redirect(_list_href(link))

    def withdraw_href(consent: Consent) -> str:
        return reverse("patients:consents_withdraw", args=[link.token, consent.public_id])

    return Place(by=None, list_href=_list_href(link), sign_href=sign_href, withdraw_href=withdraw_href, done=done)


def _say_stopped(request: HttpRequest, link: AccessLink) -> None:
    stopped = consent_pages.still_stopped(link.patient, link.patient.language, _place(link))
    if stopped:
        names = ", ".join(str(row["standing"].label) for row in stopped)
        messages.info(
            request, _("Still stopped: %(letters)s. Say yes to each below to get them again.") % {"letters": names}
        )
