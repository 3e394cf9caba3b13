"""The consultation's deeds: start, write, save, sign, add to it; read-only once signed, and for managers."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from patients.models import Patient
from treatments.consents import take_consent
from treatments.consulting import add_addendum, save_draft, sign_consultation, start_consultation
from treatments.drafting import Seen, keep_typed, typed_of
from treatments.errors import ConsultationSigned, EditedMeanwhile, NotReadyToSign
from treatments.forms.consultation import ConsultationForm, kept_fields
from treatments.forms_session.void import AddendumForm
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.merging import three_way
from treatments.models import Consultation
from treatments.views.common import back_to, opened, opened_with
from treatments.views.consultation_frame import (
    KINDS,
    consultation_or_404,
    form_of,
    plain,
    seen_in,
    show_form,
    show_signed,
    show_unkept,
)

SAVED = "?saved"
"""Tells `static/js/keep.js` that the page it sent came back to itself because it was saved."""


@require_POST
@role_required(Role.CLINICIAN)
def consultation_start(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open a consultation for a patient, or the draft there is."""
    user = signed_in(request)
    patient = get_object_or_404(
        Patient.objects.visible_to(user).living_records().select_related("location"), public_id=public_id
    )
    consultation = start_consultation(patient=patient, by=user, now=clock.now())
    return redirect("treatments:consultation", consultation.public_id)


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def consultation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a consultation: to write for a clinician while it is a draft, as it was typed last; to read otherwise."""
    user = signed_in(request)
    held = consultation_or_404(user, public_id)
    opened(held, verb="consultation.opened", by=user, patient=held.patient)
    formulary = current_formulary()
    if held.is_signed or not user.is_clinician:
        return show_signed(request, held, formulary)
    typed = typed_of(held)
    kept = kept_fields(held, held.assessments.order_by("id"))
    as_typed = kept | typed.fields if typed else None
    form = form_of(held, formulary, as_typed)
    return show_form(request, held, form, formulary, base=as_typed or kept, more={"typed": typed})


@role_required(Role.CLINICIAN)
@back_to("treatments:consultation")
def consultation_save(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Save the draft, and sign it where that was the button; refusals leave all that was typed on the page."""
    user = signed_in(request)
    held = consultation_or_404(user, public_id)
    formulary = current_formulary()
    form = form_of(held, formulary, request.POST)
    if held.is_signed:
        return show_unkept(request, held, form, formulary)
    try:
        if form.is_valid():
            return _saved_or_signed(request, held, form, formulary)
        keep_typed(consultation=held, seen=seen_in(request), fields=plain(form), by=user, now=clock.now())
    except ConsultationSigned:
        return show_unkept(request, consultation_or_404(user, public_id), form, formulary)
    except EditedMeanwhile:
        return _both(request, public_id, form, formulary)
    return show_form(request, held, form, formulary, status=422, base=plain(form))


@require_POST
@role_required(Role.CLINICIAN)
def consultation_addendum(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add a remark to a signed consultation."""
    user = signed_in(request)
    held = consultation_or_404(user, public_id)
    if not held.is_signed:
        raise Http404
    form = AddendumForm(request.POST)
    if not form.is_valid():
        return show_signed(request, held, current_formulary(), addendum=form, status=422)
    add_addendum(consultation=held, text=form.cleaned_data["text"], by=user, now=clock.now())
    messages.success(request, _("Addendum kept."))
    return redirect("treatments:consultation", held.public_id)


@require_POST
@role_required(Role.CLINICIAN)
def consultation_consent(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep the patient's yes or no to the treatment, or to use outside the label."""
    user = signed_in(request)
    held = consultation_or_404(user, public_id)
    kind = KINDS.get(request.POST.get("kind", ""))
    answer = request.POST.get("is_given", "")
    if kind is None or answer not in ("yes", "no"):
        messages.error(request, _("Choose yes or no."))
    else:
        take_consent(patient=held.patient, kind=kind, is_given=answer == "yes", about=held, by=user, now=clock.now())
        messages.success(request, _("Consent recorded.") if answer == "yes" else _("Refusal recorded."))
    return redirect("treatments:consultation", held.public_id)


def _saved_or_signed(
    request: HttpRequest, held: Consultation, form: ConsultationForm, formulary: Formulary
) -> HttpResponse:
    """Save, and sign where that was the button; then lead to the page."""
    held = _saved(request, held, form, seen_in(request))
    page = reverse("treatments:consultation", args=[held.public_id])
    if "sign" not in request.POST:
        messages.success(request, _("Draft saved."))
        return redirect(page + SAVED)
    try:
        sign_consultation(consultation=held, seen_version=held.version, by=signed_in(request), now=clock.now())
    except NotReadyToSign as refusal:
        return _not_ready(request, refusal, held, form, formulary)
    messages.success(request, _("Signed. The consultation is frozen now."))
    return redirect(page)


def _saved(request: HttpRequest, held: Consultation, form: ConsultationForm, seen: Seen) -> Consultation:
    """Save the page; where what was kept meanwhile is this very page, the answer of a keeping was lost: no conflict."""
    user, now = signed_in(request), clock.now()
    try:
        return save_draft(
            consultation=held,
            seen_version=seen.version,
            seen_revision=seen.revision,
            draft=form.draft(),
            by=user,
            now=now,
        )
    except EditedMeanwhile:
        typed = typed_of(held)
        if typed is None or typed.fields != plain(form) or held.version != seen.version:
            raise
        return save_draft(
            consultation=held,
            seen_version=seen.version,
            seen_revision=typed.revision,
            draft=form.draft(),
            by=user,
            now=now,
        )


def _both(request: HttpRequest, public_id: UUID, form: ConsultationForm, formulary: Formulary) -> HttpResponse:
    """Two wrote at once: theirs where nothing was typed here, both beside each other where both typed."""
    theirs = consultation_or_404(signed_in(request), public_id)
    typed = typed_of(theirs)
    now_there = kept_fields(theirs, theirs.assessments.order_by("id")) | (typed.fields if typed else {})
    merged = three_way(opened_with(request), form.as_typed(), now_there)
    data = request.POST.copy()
    for name, value in merged.values.items():
        data[name] = value
    again = form_of(theirs, formulary, data)
    meanwhile = [
        {"label": again.label_of(name), "theirs": value, "typed": merged.values.get(name) if is_conflict else None}
        for is_conflict, found in ((True, merged.conflicts), (False, merged.taken))
        for name, value in found.items()
    ]
    more = {"meanwhile": meanwhile, "is_edited_meanwhile": True}
    return show_form(request, theirs, again, formulary, status=409, base=now_there, more=more)


def _not_ready(
    request: HttpRequest, refusal: NotReadyToSign, held: Consultation, form: ConsultationForm, formulary: Formulary
) -> HttpResponse:
    """The draft is saved; what the signature still needs stands beside its field."""
    if refusal.decision:
        form.add_error("decision", _("Decide before signing."))
    if refusal.reason:
        form.add_error("decision_reason", _("Write the reasons: not treating, or waiting, needs them."))
    for key in refusal.questions:
        form.add_error(f"confirmed_{key}", _("The answer raises a flag: confirm it or not before signing."))
    missing = [
        {
            "label": form.label_of(name).rsplit("? ", 1)[0],
            "text": errors[0],
            "target": f"div_{form[name].auto_id}",
        }
        for name, errors in form.errors.items()
    ]
    more = {"is_saved": True, "missing": missing}
    return show_form(request, held, form, formulary, status=422, base=plain(form), more=more)
