"""The copy of a consent for who holds the link to the consents and typed the mailed code."""

import logging
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from clinic.audit.trail import record
from clinic.lib import clock
from patients.consenting import PURPOSE
from patients.models import AccessLink, Consent
from patients.views.by_link import closes_at, link_page
from treatments.papers.consent_copy import consent_copy
from treatments.papers.typesetting import PaperNotMade, PaperTooLong, typeset

log = logging.getLogger(__name__)


@link_page(PURPOSE)
def by_link(request: HttpRequest, link: AccessLink, public_id: UUID) -> HttpResponse:
    """Make the copy of one of the patient's own answers; who was not recognised yet is asked first."""
    if request.method == "POST" or closes_at(request, link, clock.now()) is None:
        return redirect("patients:consents_link", link.token)
    consents = Consent.objects.filter(patient=link.patient).select_related("wording", "taken_by", "patient__location")
    consent = get_object_or_404(consents, public_id=public_id)
    now = clock.now()
    try:
        content = typeset([consent_copy(consent, by=None, now=now)], now=now)
    except (PaperNotMade, PaperTooLong) as refused:
        log.warning("No copy of a consent: %s", type(refused).__name__)
        messages.error(request, _("The copy could not be made now. Please ask us for it."))
        return redirect("patients:consents_link", link.token)
    with transaction.atomic():
        record(by=None, actor="patient link", verb="paper.consent_copy", thing=consent, patient=link.patient)
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="copy-{consent.at:%Y-%m-%d}.pdf"'
    return response
