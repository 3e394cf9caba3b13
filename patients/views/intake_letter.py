"""A referral letter sent with the form by link: photographed page by page, never shown again by the link."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clinic.lib import clock
from clinic.lib.languages import speaking
from clinic.lib.uploads import takes_files
from patients.documents.adding import add_document
from patients.errors import DocumentRefused
from patients.forms_letter import LetterForm
from patients.intake import PURPOSE
from patients.models import AccessLink, Document, DocumentKind
from patients.views.by_link import link_page, remember
from patients.views.intake_link import ask_who, form_of, frame, needs_check
from patients.wording_documents import why_not_kept

TITLE: Final = "Letter sent with the form"
"""How it is called in the record: staff read English."""


@takes_files
@link_page(PURPOSE)
def intake_letter(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """Take photos of a letter; say how many pages came already."""
    intake, now = form_of(link), clock.now()
    here = reverse("patients:intake_letter", args=[link.token])
    with speaking(intake.language):
        if needs_check(request, link, intake):
            return ask_who(request, link, intake)
        form = LetterForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
        if request.method == "POST" and form.is_valid():
            try:
                add_document(
                    patient=link.patient,
                    kind=DocumentKind.REFERRAL,
                    files=form.cleaned_data["letter"],
                    title=TITLE,
                    by=None,
                    now=now,
                    about=intake,
                )
            except DocumentRefused as refusal:
                form.add_error("letter", why_not_kept(refusal))
            else:
                remember(request, link, now)
                return redirect(here)
        sent = Document.objects.standing().filter(about_public_id=intake.public_id, patient=link.patient)
        shown = {
            "form": form,
            "page_count": sum(sent.values_list("page_count", flat=True)),
            "send_href": reverse("patients:intake_send", args=[link.token]),
            **frame(link, intake),
        }
        return render(request, "patients/intake_letter.html", shown, status=422 if form.errors else 200)
