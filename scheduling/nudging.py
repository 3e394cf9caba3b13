"""The letter that asks again for an intake that has not come: once, some days before the visit it is for."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from clinic.lib.days import day_of
from clinic.outbox import deeds as outbox
from clinic.outbox.models import Letter
from clinic.staff.models import User
from patients.hooks import AwaitedVisit
from patients.models import Intake
from scheduling import policies, timing
from scheduling.models import Appointment

LETTER: Final = "intake_nudge"


def owe_nudge(appointment: Appointment, *, now: datetime) -> None:
    """Owe it for the day the type's policy names, a day after the invitation at the soonest.

    A visit that was moved so near that the day has gone by is asked about at once, if the invitation is that old; one
    that was just booked so has the invitation only. One a visit, whatever it is moved to: the key holds no sequence.
    """
    if not appointment.type.needs_intake:
        return
    days = policies.held_visit_policy(appointment.type).nudge_days_before
    if days is None:
        return
    form = Intake.objects.open().filter(patient=appointment.patient_id).first()
    due_at = timing.asked_again_at(
        asked_again_day(appointment, days), invited_at=form.invited_at if form else now, now=now
    )
    if due_at is None:
        return
    outbox.owe(
        LETTER,
        about=appointment,
        person=appointment.patient,
        due_at=due_at,
        not_after=appointment.starts_at,
        revive=True,
    )


def asked_again_day(appointment: Appointment, days_before: int) -> datetime:
    """Return the morning, so many local days before a visit, on which its form is asked for again."""
    zone = appointment.location.zone
    place = timing.Place(zone, appointment.location.mail_from)
    return place.morning(day_of(appointment.starts_at, zone) - timedelta(days=days_before))


def form_arrived(*, intake: Intake, by: User | None, now: datetime) -> None:  # noqa: ARG001 - a hook's shape
    """Ask no more: the form is here."""
    asked = Letter.objects.of_kind(LETTER).for_person(intake.patient)
    outbox.withdraw_letters(asked, reason="form_sent", now=now, where="closed")


def visits_that_wait(patients: Collection[int], /, *, now: datetime) -> dict[int, AwaitedVisit]:
    """Return each one's next visit before which the form is asked for; overdue from the policy's day on.

    Where the clinic does not ask again by letter, the house's own days count. A query, and one a type of visit.
    """
    rows = Appointment.objects.upcoming(now).filter(patient__in=patients, type__needs_intake=True)
    days_before: dict[int, int] = {}
    found: dict[int, AwaitedVisit] = {}
    for visit in rows.select_related("type", "location").order_by("-starts_at", "-id"):
        if visit.type_id not in days_before:
            days = policies.visit_policy(visit.type).nudge_days_before
            days_before[visit.type_id] = policies.NUDGE_DAYS if days is None else days
        is_overdue = now >= asked_again_day(visit, days_before[visit.type_id])
        found[visit.patient_id] = AwaitedVisit(
            starts_at=visit.starts_at, zone=visit.location.zone, is_overdue=is_overdue
        )
    return found
