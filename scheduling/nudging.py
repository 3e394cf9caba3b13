"""The letter that asks again for an intake that has not come: once, some days before the visit it is for."""

from datetime import datetime, timedelta
from typing import Final

from clinic.outbox import deeds as outbox
from clinic.outbox.models import Letter
from clinic.staff.models import User
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
