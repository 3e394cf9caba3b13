"""Leaflets on a page: open to anybody, nobody's in particular, to read on a phone and to print."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.lib.languages import asked_for, for_patients, speaking, switch
from clinic.locations.models import Location
from patients.models import Language
from treatments.formulary_db import current_formulary
from treatments.leaflet_facts import Fact, facts_at
from treatments.leaflet_text import Block, Piece, blocks_of
from treatments.leaflets import leaflets_in
from treatments.models import Leaflet
from treatments.showing import ShownSource
from treatments.symptoms import symptoms_asked


@dataclass(frozen=True, slots=True)
class ShownPiece:
    """Words, and which note says where they come from; 0 for none."""

    text: str
    note: int = 0


@dataclass(slots=True)
class Notes:
    """The sources of a page in the order they are met, each once."""

    facts: Mapping[str, Fact]
    sources: list[ShownSource] = field(default_factory=list)

    def line(self, pieces: Iterable[Piece]) -> list[ShownPiece]:
        """Return a line as it is read, each source noted once: after the last it holds for."""
        shown = [self.shown(piece) for piece in pieces]
        last = {piece.note: at for at, piece in enumerate(shown)}
        return [piece if last[piece.note] == at else ShownPiece(piece.text) for at, piece in enumerate(shown)]

    def shown(self, piece: Piece) -> ShownPiece:
        """Return a piece as it is read, its source noted."""
        if not piece.key:
            return ShownPiece(piece.text)
        fact = self.facts[piece.key]
        if fact.source not in self.sources:
            self.sources.append(fact.source)
        text = "" if piece.is_note else piece.said or in_words(fact)
        return ShownPiece(text, self.sources.index(fact.source) + 1)


def public(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Open a page of a location to anybody, in the language they chose."""

    @for_patients
    @login_not_required
    @require_safe
    def opened(request: HttpRequest, public_id: UUID, **asked: Any) -> HttpResponseBase:
        with speaking(asked_for(request)):
            request.LANGUAGE_CODE = get_language() or ""
            location = get_object_or_404(Location.objects.filter(is_active=True), public_id=public_id)
            with timezone.override(location.zone):
                return page(request, location, **asked)

    return opened


@public
def contents(request: HttpRequest, location: Location) -> HttpResponse:
    """List what there is to read: for everybody, and by condition."""
    found = leaflets_in(get_language() or "")
    general, special = parted(found)
    return render(request, "treatments/leaflets.html", _frame(request, location) | {"parts": (general, special)})


@public
def leaflet(request: HttpRequest, location: Location, slug: str) -> HttpResponse:
    """Show one leaflet with the numbers of the catalogue in force, each with its source."""
    found = leaflets_in(get_language() or "")
    this = next((one for one in found if one.slug == slug), None)
    if this is None:
        raise Http404
    general, special = parted(one for one in found if one is not this)
    context = _frame(request, location) | shown(this) | {"parts": (general, special)}
    return render(request, "treatments/leaflet.html", context)


def parted(found: Iterable[Leaflet]) -> tuple[list[Leaflet], list[Leaflet]]:
    """Return the leaflets for everybody, and those about a condition."""
    some = list(found)
    return [one for one in some if not one.document["condition"]], [one for one in some if one.document["condition"]]


def shown(this: Leaflet) -> dict[str, Any]:
    """Return a leaflet for its page: blocks with their numbers filled in, the sources, what cannot wait.

    Source: docs/sources.md#leaflets
    """
    notes = Notes(facts_at(this.document["numbers"]))
    blocks = [_drawn(block, notes) for block in blocks_of(this.document)]
    asked = symptoms_asked(current_formulary()) if any(block["kind"] == "help" for block in blocks) else []
    return {
        "leaflet": this,
        "review": getattr(this, "review", None),
        "blocks": blocks,
        "sources": notes.sources,
        "help": {
            "urgent": [symptom.words for symptom in asked if symptom.is_urgent],
            "same_day": [symptom.words for symptom in asked if not symptom.is_urgent],
        },
    }


def in_words(fact: Fact) -> str:
    """Say a number or a range: "84", "7 to 14"."""
    if fact.low == fact.high:
        return fact.low
    return _("%(low)s to %(high)s") % {"low": fact.low, "high": fact.high}


def _drawn(block: Block, notes: Notes) -> dict[str, Any]:
    return {"kind": block.kind, "lines": [notes.line(line) for line in block.lines]}


def _frame(request: HttpRequest, location: Location) -> dict[str, Any]:
    return {
        "location": location,
        "languages": switch(request, Language.choices),
        "is_public": True,
        "query": f"?lang={request.GET['lang']}" if request.GET.get("lang") == get_language() else "",
    }
