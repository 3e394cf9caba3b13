"""A visit from its own link: confirm, move or cancel it, as far as the clinic lets patients do that by themselves."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from patients.models import AccessLink
from scheduling import availability, booking, confirming
from scheduling.booking import Slot
from scheduling.booking.rows import reread
from scheduling.models import Appointment, HeldTime
from scheduling.offering import Offering
from scheduling.status import TO_COME

PURPOSE: Final = "manage-visit"
BY_THEMSELVES: Final = "By the patient, by link"


@dataclass
class ChangedMeanwhile(Exception):
    """The visit is not as the page showed it."""


@dataclass
class TooLate(Exception):
    """So near the visit a patient rings instead."""

    until: datetime


def changes_until(visit: Appointment) -> datetime:
    """Return until when the patient may move or cancel a visit by its link."""
    return visit.starts_at - timedelta(hours=visit.type.change_hours)


def visit_of(link: AccessLink, *, now: datetime) -> Appointment | None:
    """Return the visit a link is about while it is still to come; None once it is not so."""
    return confirming.visit_of(link, now=now)


def offering_of(visit: Appointment, *, who: str) -> Offering:
    """Return where a visit may move to: its clinician, or anyone who gives it ("anyone"); never before it may be."""
    anyone = availability.clinicians_at(visit.location)
    return Offering(
        location=visit.location,
        kind=visit.type,
        clinicians=anyone if who == "anyone" else [visit.clinician],
        first=booking.earliest_of(visit.type, visit.patient) or date.min,
        patient=visit.patient.public_id,
        moving=visit,
    )


def move(*, visit: Appointment, slot: Slot, held: HeldTime | None, seen_sequence: int, now: datetime) -> Appointment:
    """Move a visit to a time its page offered: the one before is kept until this is done.

    Raises:
        ChangedMeanwhile, TooLate, and the refusals of `booking.move`.

    """
    with transaction.atomic():
        standing = _standing(visit, seen_sequence=seen_sequence, now=now)
        return booking.move(appointment=standing, slot=slot, seen_version=standing.version, by=None, now=now, held=held)


def cancel(*, visit: Appointment, words: str, seen_sequence: int, now: datetime) -> Appointment:
    """Cancel a visit, with what the patient says to it.

    Raises:
        ChangedMeanwhile, TooLate, and the refusals of `booking.cancel`.

    """
    with transaction.atomic():
        standing = _standing(visit, seen_sequence=seen_sequence, now=now)
        reason = f"{BY_THEMSELVES}: {words}" if words else BY_THEMSELVES
        return booking.cancel(appointment=standing, reason=reason, by=None, now=now)


def _standing(visit: Appointment, *, seen_sequence: int, now: datetime) -> Appointment:
    """Return the visit as it stands, if it is as the page showed it and may still be changed.

    Not locked here: a booking stands in line first (ADR 0062); a change meanwhile is met by its version or its state.
    """
    standing = reread(visit)
    if standing.sequence != seen_sequence or standing.state not in TO_COME:
        raise ChangedMeanwhile
    if now > changes_until(standing):
        raise TooLate(changes_until(standing))
    return standing
