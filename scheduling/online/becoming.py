"""A proven request becomes a visit: of the record that has this name, day of birth and address, or of a new one."""

from datetime import datetime
from typing import cast

from django.db import transaction

from clinic.audit.trail import record
from patients.birth import Birth, Precision
from patients.models import Patient
from patients.registration import PersonFacts, register
from scheduling import booking
from scheduling.errors import BookedEnough
from scheduling.models import Appointment, HeldTime, OnlineRequest
from scheduling.online import knocking

ACTOR = "patient online"


class NotProven(Exception):
    """The address is not shown to be theirs."""


def book(*, request: OnlineRequest, held: HeldTime, now: datetime) -> Appointment:
    """Book the held time for whoever asked, once: pressed again it is the same visit.

    One that ran out is booked all the same if nobody has it. Whether a record was there is seen by the desk alone.

    Raises:
        NotProven, BookedEnough, and the refusals of `booking.book`: then nothing was registered or counted either.

    """
    with transaction.atomic():
        booking.stand_in_line(patient=record_of(facts_of(request)), slot=booking.slot_of(held))
        asked: OnlineRequest = OnlineRequest.objects.select_for_update().get(pk=request.pk)
        if asked.appointment is not None:
            return asked.appointment
        if asked.proven_at is None:
            raise NotProven
        if not knocking.may(knocking.VISIT, address=asked.email.casefold(), now=now):
            raise BookedEnough(knocking.AT_MOST[knocking.VISIT])
        facts = facts_of(asked)
        known = record_of(facts)
        patient = known or register(facts=facts, location=asked.location, by=None, now=now, actor=ACTOR)
        visit = booking.book(
            patient=patient,
            slot=booking.slot_of(held),
            by=None,
            now=now,
            reason=asked.note,
            pressed=f"online {asked.public_id}",
            held=held,
        )
        OnlineRequest.objects.filter(pk=asked.pk).update(appointment=visit, is_known=known is not None)
        record(
            by=None, actor=ACTOR, verb="appointment.booked_online", thing=visit, patient=patient,
            detail={"known": known is not None, "agreed_at": asked.agreed_at.isoformat()},
        )  # fmt: skip
    return visit


def record_of(facts: PersonFacts) -> Patient | None:
    """Return the one living record with this name, whole day of birth and address; None where there are two.

    The address was shown to be theirs, and name and birth are what a link asks for as its second check.
    """
    if facts.birth.precision != "day":
        return None
    found = list(
        Patient.objects.living_records()
        .filter(
            email__iexact=facts.email,
            search_name=facts.search_name,
            born_on=facts.birth.first_day,
            birth_precision="day",
            deceased_on__isnull=True,
            restricted_at__isnull=True,
        )
        .select_related("location")[:2]
    )
    return found[0] if len(found) == 1 else None


def facts_of(request: OnlineRequest) -> PersonFacts:
    """Return what was written as facts of a person."""
    return PersonFacts(
        given_name=request.given_name,
        family_name=request.family_name,
        birth=Birth(request.born_on, cast("Precision", request.birth_precision)),
        phone=request.phone,
        email=request.email,
        language=request.language,
    )
