"""What is typed in a consultation, kept by the page itself while somebody writes; and thrown away again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from treatments.drafting import discard_typed, keep_typed, typed_of
from treatments.errors import ConsultationSigned, EditedMeanwhile
from treatments.formulary_db import current_formulary
from treatments.models import Consultation
from treatments.views.consultation_frame import consultation_or_404, form_of, local_time, plain, seen_in


@require_POST
@role_required(Role.CLINICIAN)
def typed(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep the page as it is typed, half a number included; answer `static/js/keep.js` with what it says and shows."""
    user = signed_in(request)
    held = consultation_or_404(user, public_id)
    form = form_of(held, current_formulary(), request.POST)
    try:
        kept = keep_typed(consultation=held, seen=seen_in(request), fields=plain(form), by=user, now=clock.now())
    except ConsultationSigned:
        return JsonResponse(_signed_first(consultation_or_404(user, public_id)), status=409)
    except EditedMeanwhile:
        return JsonResponse(_changed(consultation_or_404(user, public_id)), status=409)
    return JsonResponse(
        {
            "state": "saved",
            "words": _("Saved %(at)s") % {"at": local_time(kept.at, held)},
            "marks": {"version": held.version, "revision": kept.revision},
            "errors": {name: str(errors[0]) for name, errors in form.errors.items()},
        }
    )


@require_POST
@role_required(Role.CLINICIAN)
def discard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Throw away what was typed since the last saving."""
    user = signed_in(request)
    held = consultation_or_404(user, public_id)
    try:
        discard_typed(consultation=held, seen=seen_in(request), by=user)
    except ConsultationSigned:
        messages.error(request, _("This consultation was signed meanwhile: it is frozen. Nothing was changed."))
    except EditedMeanwhile:
        messages.error(request, _("More was typed or saved meanwhile. Look at it before you discard it."))
    else:
        messages.success(request, _("Discarded. The consultation stands as it was saved."))
    return redirect("treatments:consultation", held.public_id)


def _signed_first(held: Consultation) -> dict[str, Any]:
    assert held.signed_by is not None
    assert held.signed_at is not None
    words = _("Signed by %(who)s at %(at)s: it is frozen. Press Save draft to keep what you typed as an addendum.")
    named = {"who": held.signed_by.full_name, "at": local_time(held.signed_at, held)}
    return {"state": "signed", "words": words % named}


def _changed(held: Consultation) -> dict[str, Any]:
    newer = typed_of(held)
    words = _("Changed on another page. Press Save draft to see both; nothing is lost.")
    if newer is not None:
        words = _("%(who)s typed here too, at %(at)s. Press Save draft to see both; nothing is lost.") % {
            "who": newer.by.full_name,
            "at": local_time(newer.at, held),
        }
    return {"state": "changed", "words": words}
