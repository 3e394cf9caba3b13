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
A_DAY: Final = timedelta(days=1)


def owe_nudge(appointment: Appointment, *, now: datetime) -> None:
    """Owe it for the day the type's policy names; a visit sooner than that has the invitation only, a day old at most.

    One a visit, whatever it is moved to: the key holds no sequence.
    """
    if not appointment.type.needs_intake:
        return
    days, location = policies.held_visit_policy(appointment.type).nudge_days_before, appointment.location
    if days is None:
        return
    place = timing.Place(location.zone, location.mail_from)
    due = timing.visit_reminders((days,), starts_at=appointment.starts_at, now=now, place=place)
    for due_at in due.values():
        if due_at < now + A_DAY:
            continue
        outbox.owe(
            LETTER,
            about=appointment,
            person=appointment.patient,
            due_at=due_at,
            not_after=appointment.starts_at,
            revive=True,
        )


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
        zone = visit.location.zone
        place = timing.Place(zone, visit.location.mail_from)
        asked_again = place.morning(day_of(visit.starts_at, zone) - timedelta(days=days_before[visit.type_id]))
        found[visit.patient_id] = AwaitedVisit(starts_at=visit.starts_at, zone=zone, is_overdue=now >= asked_again)
    return found
