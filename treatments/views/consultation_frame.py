"""A consultation found, its form, and its two pages: to write on while it is a draft, to read once signed."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.lib.typed import whole_number
from clinic.staff.access import signed_in
from clinic.staff.models import User
from patients.consents import ConsentKind, NoWording, consents_of, wording_for
from treatments.drafting import Seen, typed_of
from treatments.forms.consultation import ConsultationForm, kept_fields
from treatments.forms_session.void import AddendumForm
from treatments.formulary import Formulary
from treatments.models import Consultation
from treatments.views.common import of_patient, today_at
from treatments.views.consultation_page import page_of

KINDS = {"treatment": ConsentKind.TREATMENT, "off_label": ConsentKind.OFF_LABEL}
OK = 200


def consultation_or_404(user: User, public_id: UUID) -> Consultation:
    """Return a consultation this person may open, with what its pages show."""
    found: Consultation = get_object_or_404(
        Consultation.objects.visible_to(user).select_related(
            "patient__location", "clinician", "location", "intake__questionnaire", "condition", "screening", "signed_by"
        ),
        public_id=public_id,
    )
    return found


def form_of(held: Consultation, formulary: Formulary, data: Mapping[str, Any] | None = None) -> ConsultationForm:
    """Return the form: as it was saved, or as it is typed."""
    rows = list(held.assessments.order_by("id"))
    kept = kept_fields(held, rows)
    condition = formulary.conditions.get((data or kept).get("condition", ""))
    keys = condition.instruments if condition else ()
    instruments = [formulary.instruments[key] for key in keys if key in formulary.instruments]
    return ConsultationForm(data, rows=rows, formulary=formulary, instruments=instruments, initial=kept)


def plain(form: ConsultationForm) -> dict[str, str]:
    """Return what was typed as the server keeps it: without the one character that Postgres cannot hold."""
    typed = form.as_typed().items()
    return {name: value.replace("\x00", "").encode("utf-8", "ignore").decode() for name, value in typed}


def local_time(at: datetime, held: Consultation) -> str:
    """Return the time of day at the consultation's location; with the date where it was another day."""
    local = timezone.localtime(at, held.location.zone)
    today = day_of(clock.now(), held.location.zone)
    return time_format(local, "H:i") if local.date() == today else date_format(local, "j M, H:i")


def seen_in(request: HttpRequest) -> Seen:
    """Return which state of the consultation a page was drawn from."""
    return Seen(whole_number(request.POST.get("version")), whole_number(request.POST.get("revision")))


def show_form(
    request: HttpRequest,
    held: Consultation,
    form: ConsultationForm,
    formulary: Formulary,
    *,
    base: Mapping[str, str],
    status: int = 200,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the page to write on. `base` is what the server has of it, for the next comparison."""
    typed = typed_of(held)
    context = {
        "version": held.version,
        "status_words": _("Saved %(at)s") % {"at": local_time(typed.at, held)} if typed and status == OK else "",
        "typed_at": local_time(typed.at, held) if typed else "",
        "revision": typed.revision if typed else 0,
        "base": json.dumps(base),
        "is_returned": status != OK,
        **(more or {}),
    }
    return _show(request, "treatments/consultation_form.html", held, form, formulary, status, context)


def show_signed(
    request: HttpRequest,
    held: Consultation,
    formulary: Formulary,
    *,
    addendum: AddendumForm | None = None,
    status: int = 200,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the page to read, with its addenda."""
    context = {
        "addenda": list(held.addenda.select_related("by")),
        "addendum": addendum or AddendumForm(),
        "goals": held.goals.prefetch_related("reviews__by"),
        "strategies": held.strategies.prefetch_related("reviews__by"),
        **(more or {}),
    }
    template = "treatments/consultation_signed.html"
    return _show(request, template, held, form_of(held, formulary), formulary, status, context)


def show_unkept(request: HttpRequest, held: Consultation, form: ConsultationForm, formulary: Formulary) -> HttpResponse:
    """The signature came first: show what it froze, and what was typed besides, ready to be kept as an addendum."""
    kept = kept_fields(held, held.assessments.order_by("id"))
    unkept = [
        {"label": form.label_of(name), "typed": value}
        for name, value in form.as_typed().items()
        if value and value != kept.get(name, "")
    ]
    text = "\n".join(f"{one['label']}: {one['typed']}" for one in unkept)
    addendum = AddendumForm(initial={"text": text})
    return show_signed(
        request, held, formulary, addendum=addendum, status=409, more={"unkept": unkept, "is_late": True}
    )


def _show(
    request: HttpRequest,
    template: str,
    held: Consultation,
    form: ConsultationForm,
    formulary: Formulary,
    status: int,
    more: Mapping[str, Any],
) -> HttpResponse:
    context = {
        **of_patient(held.patient, today_at(held.patient)),
        **page_of(held, form, formulary),
        "consultation": held,
        "form": form,
        "consents": _consents(held),
        "may_write": signed_in(request).is_clinician and not (held.is_signed and held.patient.restricted_at),
        **more,
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
