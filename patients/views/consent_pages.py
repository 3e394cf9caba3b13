"""The pages where consents are read, signed and taken back: the same on the clinic's screen and by a patient's link."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinic.lib import clock
from clinic.lib.languages import is_spoken, speaking
from clinic.staff.models import User
from patients import consenting
from patients.consent_standing import OF_PLANS, Standing, State, standing_of
from patients.consent_words import blocks
from patients.errors import NobodyToAnswer
from patients.forms_consents import YES, SignForm
from patients.models import Consent, ConsentText, Language, Patient
from patients.models.consents import ConsentKind
from patients.signatures import PAD
from patients.wording_consents import GATES, LABELS


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where consents are answered: who is there, and which addresses the pages have."""

    by: User | None
    list_href: str
    sign_href: Callable[[ConsentText, UUID | None], str]
    withdraw_href: Callable[[Consent], str]
    done: Callable[[Consent], HttpResponse]
    """Where the page leads after an answer."""


def rows(standings: list[Standing], language: str, place: Place) -> list[dict[str, Any]]:
    """Return each standing with the way to the words in a language."""
    words = wordings_in(language)
    return [
        {"standing": one, "sign_href": place.sign_href(words[one.kind], one.about)}
        for one in standings
        if one.kind in words
    ]


def still_stopped(patient: Patient, language: str, place: Place) -> list[dict[str, Any]]:
    """Return the letters that stay stopped after a yes to the use of data, each with the way to say yes to it."""
    standings = standing_of(patient)
    is_yes = any(one.kind == ConsentKind.DATA_USE and one.state is State.GIVEN for one in standings)
    return rows([one for one in standings if one.is_stopped], language, place) if is_yes else []


def wordings_in(language: str) -> dict[str, ConsentText]:
    """Return the newest words of each kind: in this language, else in English."""
    wanted = (language, Language.ENGLISH)
    rows = ConsentText.objects.filter(language__in=wanted).defer("text").order_by("version")
    return {one.kind: one for one in sorted(rows, key=lambda row: (row.version, row.language == language))}


def sign_page(request: HttpRequest, patient: Patient, wording_id: UUID, place: Place) -> HttpResponse:
    """Show the words and ask for the answer, or keep it; what was typed comes back where something is missing."""
    wording = get_object_or_404(ConsentText, public_id=wording_id)
    about = _uuid(request.GET.get("about", ""))
    asked = consenting.asked_of(patient) if about or wording.kind in OF_PLANS else set()
    if (about is not None or wording.kind in OF_PLANS) and (wording.kind, about) not in asked:
        raise Http404
    with speaking(wording.language):
        request.LANGUAGE_CODE = get_language() or ""
        is_minor = consenting.needs_guardian(patient, clock.now())
        data = request.POST if request.method == "POST" else None
        form = SignForm(data, is_minor=is_minor, with_staff=place.by is not None, record_name=patient.name)
        stands = _standing(patient, wording, about)
        if request.method == "POST" and form.is_valid():
            if stands.state is State.GIVEN and stands.consent and form.data["answer"] != YES:
                return redirect(place.withdraw_href(stands.consent))  # what was agreed to is taken back, asked once
            answered = _signed(request, patient, wording, form, place, about)
            if answered is not None:
                return answered
        return _show(request, patient, wording, form, place, stands)


def _standing(patient: Patient, wording: ConsentText, about: UUID | None) -> Standing:
    found = (one for one in standing_of(patient) if one.kind == wording.kind)
    return next(one for one in found if one.about == about or about in one.also)


def _signed(
    request: HttpRequest, patient: Patient, wording: ConsentText, form: SignForm, place: Place, about: UUID | None
) -> HttpResponse | None:
    try:
        consent = consenting.sign_consent(
            patient=patient, wording=wording, is_given=form.data["answer"] == YES, signature=form.signature(),
            by=place.by, now=clock.now(), about=about,
        )  # fmt: skip
    except consenting.WordingReplaced:
        newest = wordings_in(wording.language)[wording.kind]
        messages.warning(request, _("The words were changed meanwhile. Please read them again; nothing was signed."))
        return redirect(place.sign_href(newest, about))
    except consenting.GuardianNeeded:
        form.add_error(None, _("The patient is under 18: a parent or guardian signs."))
        return None
    except consenting.NotAsked as error:
        raise Http404 from error
    except NobodyToAnswer:
        messages.error(request, _("Nothing is asked of this person any more."))
        return redirect(place.list_href)
    return place.done(consent)


def _show(
    request: HttpRequest, patient: Patient, wording: ConsentText, form: SignForm, place: Place, stands: Standing
) -> HttpResponse:
    about = stands.about
    given = stands.consent if stands.state is State.GIVEN else None
    others = ConsentText.objects.filter(kind=wording.kind, version=wording.version).defer("text")
    by_language = {one.language: one for one in others}
    context = {
        "patient": patient,
        "location": patient.location,
        "wording": wording,
        "blocks": blocks(wording.text, patient.location),
        "label": LABELS[ConsentKind(wording.kind)],
        "name": consenting.name_of(patient, about) if place.by is None else "",  # the desk reads no condition
        "gates": GATES[ConsentKind(wording.kind)],
        "form": form,
        "given": given,
        "withdraw_href": place.withdraw_href(given) if given else "",
        "asks": given is None or place.by is not None or stands.is_outdated or stands.is_stopped,
        "is_minor": "signer" not in form.fields,
        "pad": {"width": PAD[0], "height": PAD[1]},
        "list_href": place.list_href,
        "by_staff": place.by is not None,
        "is_public": place.by is not None,
        "languages": [
            {
                "code": code, "name": name, "is_current": code == wording.language,
                "href": place.sign_href(by_language[code], about),
            }
            for code, name in Language.choices
            if code in by_language and is_spoken(code)
        ],
    }  # fmt: skip
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "patients/consent_sign.html", context, status=status)


def withdraw_page(request: HttpRequest, patient: Patient, consent_id: UUID, place: Place) -> HttpResponse:
    """Ask once whether a consent is taken back, or take it back."""
    consents = Consent.objects.filter(patient=patient).select_related("wording", "patient__location")
    consent = get_object_or_404(consents.defer("strokes"), public_id=consent_id)
    if request.method == "POST":
        try:
            taken_back = consenting.withdraw_consent(consent=consent, by=place.by, now=clock.now())
        except NobodyToAnswer:
            messages.error(request, _("Nothing is asked of this person any more."))
        else:
            said = _("Taken back.") if taken_back else _("It was taken back before.")
            messages.success(request, said)
        return redirect(place.list_href)
    context = {
        "patient": patient,
        "location": patient.location,
        "consent": consent,
        "label": LABELS[ConsentKind(consent.kind)],
        "gates": GATES[ConsentKind(consent.kind)],
        "list_href": place.list_href,
        "is_public": place.by is not None,
    }
    return render(request, "patients/consent_withdraw.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Http404 from error
