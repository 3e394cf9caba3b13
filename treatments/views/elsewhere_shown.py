"""Toxin given elsewhere as pages show it: as far as it is known, with what stood before."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.lib.days import day_of
from patients.models import Intake, Patient
from treatments import elsewhere
from treatments.answers import as_line
from treatments.formulary_db import current_formulary
from treatments.models import SaidBy, ToxinElsewhere
from treatments.priors import noted_elsewhere, span_of
from treatments.quantities import show_number

FORMATS = {"day": "j M Y", "month": "M Y", "year": "Y"}
SHOWN = 50


@dataclass(frozen=True, slots=True)
class ShownElsewhere:
    """One row."""

    row: ToxinElsewhere
    when: str
    product: str
    units: str


def shown_elsewhere(patient: Patient) -> dict[str, Any]:
    """Return the rows that stand, and those corrected or withdrawn, each with the reason of what took its place."""
    rows = list(
        ToxinElsewhere.objects.filter(patient=patient)
        .select_related("product", "by", "replaces__product", "replaces__by")
        .order_by("-given_on", "-id")[:SHOWN]
    )
    replaced = {row.replaces_id for row in rows if row.replaces_id}
    return {
        "standing": [_shown(row) for row in rows if row.pk not in replaced and not row.is_withdrawn],
        "changed": [(_shown(row.replaces), row) for row in rows if row.replaces],
    }


def open_telling(patient: Patient) -> dict[str, str] | None:
    """Return what the patient told in the latest intake, for the form, unless it is written down already."""
    intake: Intake | None = (
        Intake.objects.filter(patient=patient, submitted_at__isnull=False).order_by("-submitted_at", "-id").first()
    )
    if intake is None or intake.submitted_at is None:
        return None
    answers = intake.answers
    if answers.get(elsewhere.QUESTION) != "yes":
        return None
    when = as_line(answers.get(f"{elsewhere.QUESTION}.when"))
    span = elsewhere.Span.read(when)
    if span is not None:
        told_on = day_of(intake.submitted_at, patient.location.zone)
        told = elsewhere.as_prior(span, product=None, units=None, known_on=told_on)
        if any(elsewhere.is_same(told, noted) for noted in noted_elsewhere(patient)):
            return None
    brand = as_line(answers.get(f"{elsewhere.QUESTION}.brand"))
    return {
        "when": when if span else "",
        "product": elsewhere.product_named(brand, current_formulary()) or "",
        "units": as_line(answers.get(f"{elsewhere.QUESTION}.units")),
        "said_by": SaidBy.PATIENT.value,
        "words": ", ".join(part for part in (when, brand, as_line(answers.get(f"{elsewhere.QUESTION}.units"))) if part),
    }


def _shown(row: ToxinElsewhere) -> ShownElsewhere:
    span = span_of(row)
    return ShownElsewhere(
        row=row,
        when=date_format(span.first, FORMATS[span.precision]),
        product=row.product.name if row.product else _("product not known"),
        units="" if row.units is None else show_number(row.units),
    )
