"""The catalogue: what the rules and the pages count with, a kind at a time, with what nobody confirmed yet."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from clinic.staff.access import role_required
from clinic.staff.models import Role
from treatments.catalogue_editing import MODELS
from treatments.confirmations import standing
from treatments.entries import held_values
from treatments.formulary import WHOLE
from treatments.models.catalogue import CatalogueVersion

KINDS = {
    "products": _("Products"),
    "conditions": _("Conditions"),
    "protocols": _("Protocols"),
    "muscles": _("Muscles"),
    "instruments": _("Scores"),
    "screening": _("Screening"),
    "adverse_events": _("Adverse events"),
    "rules": _("Rules"),
    "house": _("The clinic's own figures"),
}
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Row:
    """One entry in the list."""

    key: str
    name: str
    href: str
    number: int
    since: datetime
    by: str
    open_values: int


@require_safe
@role_required(Role.CLINICIAN, Role.MANAGER)
def catalogue(request: HttpRequest) -> HttpResponse:
    """List the entries of a kind; a kind that is one document opens it. A search looks through names."""
    kind = request.GET.get("kind", "products")
    kind = kind if kind in KINDS else "products"
    if kind in WHOLE:
        return redirect("treatments:catalogue_entry", kind, kind)
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    only_open = request.GET.get("open") == "1"
    rows = [
        row
        for row in rows_of(kind)
        if typed.lower() in f"{row.name} {row.key}".lower() and (row.open_values or not only_open)
    ]
    context = {
        "nav": "catalogue",
        "kind": kind,
        "kind_name": KINDS[kind],
        "tabs": tabs(kind),
        "rows": sorted(rows, key=lambda row: row.name.lower()),
        "typed": typed,
        "only_open": only_open,
    }
    return render(request, "treatments/catalogue.html", context)


def tabs(kind: str) -> list[dict[str, object]]:
    """Return the kinds to choose from."""
    return [
        {
            "href": f"{reverse('treatments:catalogue')}?{urlencode({'kind': name})}",
            "word": word,
            "count": None,
            "is_current": name == kind,
        }
        for name, word in KINDS.items()
    ]


def rows_of(kind: str) -> list[Row]:
    """Return the entries of a kind in force, each with how many of its values nobody confirmed. Three queries."""
    model = MODELS[kind]
    confirmed = standing(model, kind)
    return [
        Row(
            key=version.key,
            name=version.name,
            href=reverse("treatments:catalogue_entry", args=(kind, version.key)),
            number=version.number,
            since=version.loaded_at,
            by=version.edited_by.full_name if version.edited_by else "",
            open_values=open_values(version, set(confirmed.get(version.key, {}))),
        )
        for version in model.objects.current().select_related("edited_by")
    ]


def open_values(version: CatalogueVersion, confirmed: set[str]) -> int:
    """Count the values of a version that wait for a clinician's word."""
    return sum(held.is_open and held.path not in confirmed for held in held_values(version.facts))
