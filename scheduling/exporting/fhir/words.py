"""How FHIR writes things down: who is meant, codes, numbers, instants; and nothing at all where nothing is known."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings

from clinic.lib.models import PublicModel
from clinic.locations.models import Location
from scheduling.exporting.cells import local

Element = dict[str, Any]
UCUM = "http://unitsofmeasure.org"
ARBITRARY_UNITS = "[arb'U]"
"""UCUM's unit for what each product defines by itself; its "U" is an enzyme's."""
SPACES = dict.fromkeys(map(ord, "\u000b\u000c\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff"), " ") | dict.fromkeys(
    range(0x2000, 0x200B), " "
)
"""Spaces that FHIR's texts may not have, those that do not break a line among them: an ordinary one stands there."""


def base() -> str:
    """Return where this clinic's resources have their addresses; nothing is served there."""
    return f"{settings.PUBLIC_URL}/fhir"


def system(name: str) -> str:
    """Return the address that says that a number or a code is one of this clinic's own."""
    return f"{base()}/sid/{name}"


def resource(kind: str, public_id: UUID, **elements: Any) -> Element:
    """Return a resource without what is not known: FHIR has no empty text, list or element."""
    return {"resourceType": kind, "id": str(public_id)} | known(elements)


def known(elements: Element) -> Element:
    """Return the elements that say something, those inside them too."""
    said = {name: _known(value) for name, value in elements.items()}
    return {name: value for name, value in said.items() if value not in (None, "", [], {})}


def _known(value: Any) -> Any:
    if isinstance(value, str):
        return value.translate(SPACES)
    if isinstance(value, dict):
        return known(value)
    if isinstance(value, (list, tuple)):
        return [one for one in map(_known, value) if one not in (None, "", [], {})]
    return value


def refer(kind: str, to: PublicModel | UUID | None) -> Element | None:
    """Return a reference to another resource of the bundle."""
    if to is None:
        return None
    return {"reference": f"{kind}/{to if isinstance(to, UUID) else to.public_id}"}


def concept(text: str, *codings: tuple[str, str]) -> Element:
    """Return what a thing is: in words, and by code where a list of codes has it, given as system and code."""
    return {"text": text, "coding": [{"system": of, "code": code} for of, code in codings if code]}


def notes(texts: Iterable[str]) -> list[Element]:
    """Return remarks, those that say something."""
    return [{"text": text} for text in texts if text]


def number(value: Decimal) -> int | float:
    """Return a number as JSON has it: 155, not 155.00."""
    return int(value) if value == value.to_integral_value() else float(value)


def units_of(units: Decimal) -> Element:
    """Return so many units of a product: its own, which nobody may add to another's."""
    return {"value": number(units), "unit": "units", "system": UCUM, "code": ARBITRARY_UNITS}


def instant(at: datetime | None, place: Location) -> str | None:
    """Return an instant by the clock of a location, with its offset."""
    return local(at, place.zone) if at else None
