"""The second check of a link: what is typed or asked for there, and the page that asks."""

from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from clinic.audit.trail import record
from clinic.lib import clock
from patients.forms_link import BirthForm, CodeForm
from patients.link_check import live_code, send_code, try_birth_date, try_code
from patients.models import AccessLink
from patients.views.by_link import remember_code


def recognise(request: HttpRequest, link: AccessLink) -> dict[str, Any] | None:
    """Try what was typed, or mail a code; return what to show where somebody is not recognised yet."""
    how, now = request.POST.get("how"), clock.now()
    if how == "send_code":
        is_sent = send_code(link=link, now=now)
        return {"code_sent": is_sent, "no_code": not is_sent}
    if how == "birth":
        birth = BirthForm(request.POST)
        if birth.is_valid() and try_birth_date(link=link, typed=birth.cleaned_data["born"], now=now):
            return None
        return {"birth": _wrong(birth), "status": 422}
    code = CodeForm(request.POST)
    if code.is_valid() and try_code(link=link, typed=code.cleaned_data["code"], now=now):
        return None
    return {"code": _wrong(code), "code_sent": True, "status": 422}


def recognise_by_code(request: HttpRequest, link: AccessLink, *, verb: str) -> dict[str, Any] | None:
    """Try the typed code, or mail one; no date of birth opens what is clinical. Return what to show meanwhile.

    Who typed it is recognised in this browser for a while; the trail has it by the `verb`.
    """
    now = clock.now()
    if request.POST.get("how") == "send_code":
        is_sent = send_code(link=link, now=now)
        return {"code_sent": is_sent, "no_code": not is_sent}
    code = CodeForm(request.POST)
    if code.is_valid() and try_code(link=link, typed=code.cleaned_data["code"], now=now):
        remember_code(request, link, now)
        with transaction.atomic():
            record(by=None, actor="patient link", verb=verb, thing=link.patient, patient=link.patient)
        return None
    if code.is_valid():
        code.add_error(None, _("This is not the newest code. Check the e-mail and try once more."))
    return {"code": code, "status": HTTPStatus.UNPROCESSABLE_ENTITY}


def _wrong(form: BirthForm | CodeForm) -> BirthForm | CodeForm:
    if form.is_valid():
        form.add_error(None, _("This is not what we have on file. Check it and try once more, or take the other way."))
    return form


def ask_code(
    request: HttpRequest,
    link: AccessLink,
    *,
    who_href: str,
    status: int = HTTPStatus.OK,
    **shown: Any,
) -> HttpResponse:
    """Ask for the mailed code before a page where nothing was typed."""
    context = {
        "code": CodeForm(),
        "code_is_live": live_code(link, clock.now()) is not None,
        "who_href": who_href,
        "location": link.patient.location,
        "is_page": True,
        **shown,
    }
    return render(request, "patients/link_who.html", context, status=status)
