"""What a summary says beside the plans: what was confirmed, what happened, what the patient told, toxin elsewhere."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.lib.days import day_of
from patients.models import Intake, Patient
from treatments.answers import as_line
from treatments.elsewhere import WHERE
from treatments.event_story import events_of
from treatments.facts import PriorSession
from treatments.forms.consultation import COUNT_LABELS
from treatments.formulary import Formulary
from treatments.models import Consultation, DatePrecision, ScreeningAssessment, ToxinElsewhere
from treatments.papers.frame import day
from treatments.quantities import show_number, show_units

Groups = list[dict[str, Any]]
"""Parts of the paper: a title, a word beside it, and pairs of a label and what stands for it; empty where none does."""
EVENTS_SHOWN = 12


def screened(consultation: Consultation | None, formulary: Formulary) -> Groups:
    """What the clinician confirmed at the last signed consultation."""
    if consultation is None:
        return []
    confirmed = [one for one in consultation.assessments.all() if one.is_confirmed]
    pairs = [
        (
            formulary.questions[one.question_id].text,
            "; ".join((*_counted(one), one.note or one.answer or _("confirmed"))),
        )
        for one in confirmed
        if one.question_id in formulary.questions
    ]
    of = {"day": day(consultation.held_on), "by": consultation.clinician.full_name}
    aside = _("consultation of %(day)s, %(by)s") % of
    none = [(_("Screening"), _("nothing confirmed"))]
    return [{"title": _("Confirmed by the clinician"), "aside": aside, "pairs": pairs or none}]


def _counted(assessment: ScreeningAssessment) -> Iterator[str]:
    """Yield the days a month that the clinician counted: "Headache days a month: 18"."""
    for name, count in assessment.numbers.items():
        yield f"{COUNT_LABELS.get(name, name)}: {show_number(Decimal(count))}"


def events(patient: Patient) -> Groups:
    """Adverse events as they stand, the latest first."""
    pairs = []
    for entry in events_of(patient)[:EVENTS_SHOWN]:
        words = [entry.get_severity_display(), entry.get_outcome_display()]
        if entry.is_serious:
            words.insert(0, _("serious"))
        if entry.event.session:
            words.append(_("after %(product)s") % {"product": entry.event.session.product.name})
        pairs.append((day(entry.onset_on), f"{entry.term}: {', '.join(str(word) for word in words)}"))
    return [{"title": _("Adverse events"), "aside": "", "pairs": pairs}] if pairs else []


def told(patient: Patient) -> Groups:
    """Medicines and allergies in the patient's own words, from the last form sent."""
    intake: Intake | None = patient.intakes.filter(submitted_at__isnull=False).order_by("-submitted_at", "-id").first()
    if intake is None or intake.submitted_at is None:
        return []
    pairs = []
    for key, label in (("medicines", _("Medicines")), ("allergies", _("Allergies"))):
        said = [as_line(intake.answers.get(key)), as_line(intake.answers.get(f"{key}.what"))]
        pairs.append((label, "; ".join(part for part in said if part) or _("not answered")))
    aside = _("form of %(day)s") % {"day": day(day_of(intake.submitted_at, patient.location.zone))}
    return [{"title": _("As the patient told"), "aside": aside, "pairs": pairs}]


def given_elsewhere(patient: Patient, prior: Sequence[PriorSession], formulary: Formulary) -> Groups:
    """Toxin given elsewhere: as it is kept, and as told at a day-of check."""
    unknown, no_units = _("product not known"), _("units not known")
    pairs = []
    for row in ToxinElsewhere.objects.standing().filter(patient=patient).select_related("product"):
        units = show_units(row.units) if row.units else no_units
        words = [row.product.name if row.product else unknown, units, row.region, row.clinic]
        pairs.append((_as_known(row), ", ".join(word for word in words if word)))
    for one in prior:
        if one.where in {"", WHERE}:
            known = formulary.products.get(one.product or "")
            units = show_units(one.units) if one.units else no_units
            pairs.append((day(one.on), f"{known.name if known else unknown}, {units}"))
    return [{"title": _("Toxin given elsewhere"), "aside": "", "pairs": pairs}] if pairs else []


def _as_known(row: ToxinElsewhere) -> str:
    """Say the day as far as it is known."""
    if row.precision == DatePrecision.YEAR:
        return str(row.given_on.year)
    return date_format(row.given_on, "YEAR_MONTH_FORMAT") if row.precision == DatePrecision.MONTH else day(row.given_on)
