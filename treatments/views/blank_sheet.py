"""A session's sheet to print and fill in by hand when there is no power; typed in later as a late entry."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from clinic.locations.models import Location
from clinic.staff.access import role_required, signed_in
from clinic.staff.models import Role
from treatments.comparing import given_by_place
from treatments.facts import Site
from treatments.forms_session.check import IDENTIFIERS, DayOfForm
from treatments.formulary import Formulary
from treatments.formulary_db import current_formulary
from treatments.models import Plan
from treatments.models.session import Guidance
from treatments.models.stock import Diluent
from treatments.plan_facts import site_as_value
from treatments.quantities import show_number
from treatments.site_dosing import place_name
from treatments.views.common import of_patient, opened, today_at
from treatments.views.last_time import dose_words
from treatments.views.session_sheet import figures_of

PAPERS = ("a4", "letter")
ASKED = ("illness", "pregnant", "breastfeeding", "swallowing", "breathing", "elsewhere", "consent")
"""The questions of the day in the order of the page; skin and identifiers have rows of their own."""
LINES = 16
"""Lines of the table at least, planned ones included."""
SPARE = 4
VIALS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what was planned there, and room for what was given."""

    name: str = ""
    side: str = ""
    planned: str = ""


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def blank_sheet(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show an empty sheet of a location: no patient, nothing filled in."""
    location = get_object_or_404(signed_in(request).locations, public_id=public_id)
    return _sheet(request, location, (), current_formulary(), {})


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def plan_blank_sheet(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the sheet of a plan: the patient's name and number, the planned sites as outlines and lines."""
    user = signed_in(request)
    plan = get_object_or_404(
        Plan.objects.visible_to(user).select_related("patient__location", "location", "condition", "product"),
        public_id=public_id,
    )
    opened(plan, verb="plan.blank_sheet_printed", by=user, patient=plan.patient)
    sites = list(plan.sites.select_related("muscle"))
    context = of_patient(plan.patient, today_at(plan.patient)) | {"plan": plan}
    return _sheet(request, plan.location, sites, current_formulary(), context)


def _sheet(
    request: HttpRequest, location: Location, planned: Iterable[Any], formulary: Formulary, context: dict[str, Any]
) -> HttpResponse:
    sites = list(planned)
    lines = lines_of([site_as_value(site) for site in sites], formulary)
    paper = request.GET.get("paper", "")
    context |= {
        "location": location,
        "paper": paper if paper in PAPERS else PAPERS[0],
        "papers": [("a4", "A4"), ("letter", "Letter")],
        "figures": figures_of([], formulary, sites),
        "lines": lines,
        "skin": [name for name in dict.fromkeys(line.name for line in lines) if name],
        "identifiers": [label for _value, label in IDENTIFIERS],
        "asked": questions(),
        "diluents": Diluent.labels,
        "guidance": [str(label) for label in Guidance.labels],
        "vials": range(VIALS),
        "total": show_number(sum((site.units for site in sites[1:]), sites[0].units)) if sites else "",
    }
    return render(request, "treatments/blank_sheet.html", context)


def lines_of(sites: Iterable[Site], formulary: Formulary) -> list[Line]:
    """Return a line for each muscle and side planned, then empty ones for what is decided at the chair."""
    lines = []
    for place, given in given_by_place(sites).items():
        muscle, _sep, side = place.partition(":")
        lines.append(Line(place_name(muscle, "", formulary), side, dose_words(given)))
    return lines + [Line()] * max(LINES - len(lines), SPARE)


def questions() -> list[dict[str, Any]]:
    """Return the questions of the day with their answers as boxes: the form's own words, none ticked."""
    fields = DayOfForm.base_fields
    return [
        {"text": fields[name].label, "answers": [label for _value, label in fields[name].choices]}  # type: ignore[attr-defined]  # each of them is a choice
        for name in ASKED
    ]
