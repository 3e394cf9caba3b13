"""The consultation's page: start, write, save, sign; read-only once signed, and for managers."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.lib import clock
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role, User
from patients.consents import ConsentKind, NoWording, consents_of, wording_for
from patients.models import Patient
from treatments.consents import take_consent
from treatments.consulting import save_draft, sign_consultation, start_consultation
from treatments.errors import ConsultationSigned, EditedMeanwhile, NotReadyToSign
from treatments.forms.consultation import ConsultationForm, kept_fields
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.merging import three_way
from treatments.models import Consultation
from treatments.views.common import back_to, of_patient, opened, opened_with, today_at
from treatments.views.consultation_page import page_of

KINDS = {"treatment": ConsentKind.TREATMENT, "off_label": ConsentKind.OFF_LABEL}


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
    """Show a consultation: to write for a clinician while it is a draft, to read otherwise."""
    user = signed_in(request)
    held = _visible(user, public_id)
    opened(held, verb="consultation.opened", by=user, patient=held.patient)
    formulary = current_formulary()
    form = _form(held, formulary)
    if held.is_signed or not user.is_clinician:
        return _show(request, "treatments/consultation_signed.html", held, form, formulary)
    return _show(request, "treatments/consultation_form.html", held, form, formulary, base=dict(form.initial))


@role_required(Role.CLINICIAN)
@back_to("treatments:consultation")
def consultation_save(request: HttpRequest, public_id: UUID, *, version: int) -> HttpResponse:
    """Save the draft, and sign it where that was the button; refusals leave all that was typed on the page."""
    user, now = signed_in(request), clock.now()
    held = _visible(user, public_id)
    formulary = current_formulary()
    form = _form(held, formulary, request.POST)
    if not form.is_valid():
        return _show(request, "treatments/consultation_form.html", held, form, formulary, status=422, version=version)
    try:
        held = save_draft(consultation=held, seen_version=version, draft=form.draft(), by=user, now=now)
        if "sign" in request.POST:
            sign_consultation(consultation=held, seen_version=held.version, by=user, now=now)
            messages.success(request, _("Signed. The consultation is frozen now."))
        else:
            messages.success(request, _("Draft saved."))
    except ConsultationSigned:
        messages.error(request, _("This consultation was signed meanwhile: it is frozen. Nothing was changed."))
    except EditedMeanwhile as refusal:
        return _both(request, refusal, form, formulary)
    except NotReadyToSign as refusal:
        return _not_ready(request, refusal, held, form, formulary)
    return redirect("treatments:consultation", held.public_id)


@require_POST
@role_required(Role.CLINICIAN)
def consultation_consent(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep the patient's yes or no to the treatment, or to use outside the label."""
    user = signed_in(request)
    held = _visible(user, public_id)
    kind = KINDS.get(request.POST.get("kind", ""))
    answer = request.POST.get("is_given", "")
    if kind is None or answer not in ("yes", "no"):
        messages.error(request, _("Choose yes or no."))
    else:
        take_consent(patient=held.patient, kind=kind, is_given=answer == "yes", about=held, by=user, now=clock.now())
        messages.success(request, _("Consent recorded.") if answer == "yes" else _("Refusal recorded."))
    return redirect("treatments:consultation", held.public_id)


def _visible(user: User, public_id: UUID) -> Consultation:
    found: Consultation = get_object_or_404(
        Consultation.objects.visible_to(user).select_related(
            "patient__location", "clinician", "location", "intake__questionnaire", "condition", "screening", "signed_by"
        ),
        public_id=public_id,
    )
    return found


def _form(held: Consultation, formulary: Formulary, data: Any = None) -> ConsultationForm:
    rows = list(held.assessments.order_by("id"))
    kept = kept_fields(held, rows)
    condition = formulary.conditions.get((data or kept).get("condition", ""))
    keys = condition.instruments if condition else ()
    instruments = [formulary.instruments[key] for key in keys if key in formulary.instruments]
    return ConsultationForm(data, rows=rows, formulary=formulary, instruments=instruments, initial=kept)


def _both(request: HttpRequest, refusal: EditedMeanwhile, form: ConsultationForm, formulary: Formulary) -> HttpResponse:
    """Two wrote at once: theirs where nothing was typed here, both beside each other where both typed."""
    theirs = _visible(signed_in(request), refusal.theirs.public_id)
    now_kept = kept_fields(theirs, theirs.assessments.order_by("id"))
    merged = three_way(opened_with(request), form.as_typed(), now_kept)
    data = request.POST.copy()
    for name, value in merged.values.items():
        data[name] = value
    again = _form(theirs, formulary, data)
    meanwhile = [
        {"label": again.label_of(name), "theirs": value, "typed": merged.values.get(name) if is_conflict else None}
        for is_conflict, found in ((True, merged.conflicts), (False, merged.taken))
        for name, value in found.items()
    ]
    return _show(
        request,
        "treatments/consultation_form.html",
        theirs,
        again,
        formulary,
        status=409,
        base=now_kept,
        more={"meanwhile": meanwhile, "is_edited_meanwhile": True},
    )


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
    return _show(
        request,
        "treatments/consultation_form.html",
        held,
        form,
        formulary,
        status=422,
        base=kept_fields(held, held.assessments.order_by("id")),
        more={"is_saved": True, "missing": missing},
    )


def _show(  # noqa: PLR0913 - what a refusal brings back
    request: HttpRequest,
    template: str,
    held: Consultation,
    form: ConsultationForm,
    formulary: Formulary,
    *,
    status: int = 200,
    version: int | None = None,
    base: dict[str, str] | None = None,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    today = today_at(held.patient)
    context = {
        **of_patient(held.patient, today),
        **page_of(held, form, formulary),
        "consultation": held,
        "form": form,
        "version": held.version if version is None else version,
        "base": json.dumps(opened_with(request) if base is None else base),
        "consents": _consents(held),
        "may_write": signed_in(request).is_clinician,
        **(more or {}),
    }
    return render(request, template, context, status=status)


def _consents(held: Consultation) -> list[dict[str, Any]]:
    """Return each kind with its words and what was answered so far."""
    shown = []
    for name, kind in KINDS.items():
        try:
            wording = wording_for(kind, held.patient.language)
        except NoWording:
            continue
        newest = consents_of(held.patient, kind, held).select_related("taken_by").first()
        shown.append({"name": name, "label": kind.label, "wording": wording, "newest": newest})
    return shown
