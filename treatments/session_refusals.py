"""Refusals around a session, its preparation and the fridge: what happened, with what a page needs to answer kindly.

`EditedMeanwhile` is in treatments.errors, shared with consultation and plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from treatments.findings import Finding


class SessionRefusal(Exception):
    """Any of the refusals below."""


class SessionSigned(SessionRefusal):
    """The session is signed, so frozen: an addendum or a void is the way."""


class SessionNotSigned(SessionRefusal):
    """Only a signed session takes an addendum or a void."""


class AlreadyVoided(SessionRefusal):
    """The session was voided before."""


class PlanNotActive(SessionRefusal):
    """Sessions start from an active plan only."""


@dataclass
class SessionIncomplete(SessionRefusal):
    """What a signature still needs, by name: "day_of_check", "preparation_of_a_site", "sites", "statement", ..."""

    fields: Sequence[str]


@dataclass
class ReasonsMissing(SessionRefusal):
    """Findings that need the clinician's reason first, one each."""

    findings: Sequence[Finding]


@dataclass
class Stopped(SessionRefusal):
    """Findings that stop here, whatever the reason."""

    findings: Sequence[Finding]


class NotGivenEarlier(SessionRefusal):
    """A late entry was given before now."""


class DayOfStops(SessionRefusal):
    """The day-of check stopped, or an override of it still lacks its reason: nothing is made up."""


@dataclass
class VialOverdrawn(SessionRefusal):
    """A vial holds less than is to be taken from it."""

    vial: str
    left: Decimal


class VialInUse(SessionRefusal):
    """A vial was opened or made up before, perhaps by a colleague a moment ago."""


class VialsDiffer(SessionRefusal):
    """Vials of one preparation are of one product, at one location."""


class LotDiffers(SessionRefusal):
    """The lot is already in stock with another expiry."""


class WastageUnexplained(SessionRefusal):
    """Units are left in a vial that is to be closed, and no reason is given."""


class NotRecalled(SessionRefusal):
    """The lot is not recalled, or not any more: there is nobody to be told."""


class NotTreatedWithLot(SessionRefusal):
    """The patient was given nothing of the lot."""


class ExcursionAnswered(SessionRefusal):
    """Somebody said already what an excursion means for the lots."""


class DraftInUse(SessionRefusal):
    """Something else in the record points at the draft, so it cannot be discarded."""
