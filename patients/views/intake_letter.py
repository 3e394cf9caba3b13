"""A referral letter sent with the form, by link or on the tablet: photographed by the page, never shown there again."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clinic.lib import clock
from clinic.lib.languages import speaking
from clinic.lib.uploads import takes_files
from patients.documents.adding import add_document, count_try
from patients.errors import DocumentRefused
from patients.forms_letter import LetterForm
from patients.intake import BY_LINK, BY_TABLET, PURPOSE
from patients.models import AccessLink, Document, DocumentKind, Intake
from patients.views.by_link import link_page, remember
from patients.views.intake_link import ask_who, form_of, frame, needs_check
from patients.views.intake_tablet import frame_of, tablet_page
from patients.wording_documents import why_not_kept

TITLE: Final = "Letter sent with the form"
"""How it is called in the record: staff read English."""


@takes_files
@link_page(PURPOSE)
def intake_letter(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Take photos of a letter by link; say how many pages came already."""
    intake, now = form_of(link), clock.now()
    with speaking(intake.language):
        if needs_check(request, link, intake):
            return ask_who(request, link, intake)

        def kept() -> HttpResponse:
            remember(request, link, now)
            return redirect("patients:intake_letter", link.token)

        form = LetterForm(
            *((request.POST, request.FILES) if request.method == "POST" else ()),
            by_link=lambda: count_try(link=link, now=now),
        )
        send_href = reverse("patients:intake_send", args=[link.token])
        return _letter_page(request, intake, form, kept=kept, send_href=send_href, more=frame(link, intake))


@takes_files
@tablet_page
def tablet_letter(request: HttpRequest, intake: Intake) -> HttpResponse:
    """Take photos of a letter with the camera of the clinic's tablet."""
    form = LetterForm(*((request.POST, request.FILES) if request.method == "POST" else ()), by_camera=True)
    return _letter_page(
        request,
        intake,
        form,
        kept=lambda: redirect("patients:tablet_letter"),
        send_href=reverse("patients:tablet_send"),
        more=frame_of(intake),
        actor=BY_TABLET,
    )


def _letter_page(
    request: HttpRequest,
    intake: Intake,
    form: LetterForm,
    *,
    kept: Callable[[], HttpResponse],
    send_href: str,
    more: Mapping[str, Any],
    actor: str = BY_LINK,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            add_document(
                patient=intake.patient,
                kind=DocumentKind.REFERRAL,
                files=form.cleaned_data["letter"],
                title=TITLE,
                by=None,
                actor=actor,
                now=clock.now(),
                about=intake,
            )
        except DocumentRefused as refusal:
            form.add_error("letter", why_not_kept(refusal))
        else:
            return kept()
    came = Document.objects.standing().filter(about_public_id=intake.public_id, patient=intake.patient)
    shown = {
        "form": form,
        "page_count": sum(came.values_list("page_count", flat=True)),
        "send_href": send_href,
        **more,
    }
    return render(request, "patients/intake_letter.html", shown, status=422 if form.errors else 200)
