"""Which letters the calendar's deeds owe, written in the deed's own transaction."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from clinic.outbox import deeds as outbox
from clinic.outbox.models import Letter
from clinic.outbox.refs import Owed
from clinic.staff.models import User
from patients.intake import INVITATION, invite
from patients.links import restore_links
from patients.models import Intake, Patient
from patients.questionnaire import NothingPublished
from scheduling import nudging, policies, timing
from scheduling.models import Appointment

log = logging.getLogger(__name__)

UNDO_TIME = timing.UNDO_TIME
CONFIRMED, MOVED, CANCELLED = "appointment_confirmed", "appointment_moved", "appointment_cancelled"
REMINDER = "appointment_reminder"
UNDONE = "undone"
GONE = ("sending", "sent", "uncertain")
"""A letter that went, or may have."""
TOLD = ("starts_at", "clinician_id", "location_id")
"""What a letter says of a visit and a patient plans by."""


def booked(*, appointment: Appointment, by: User | None, now: datetime) -> None:
    """Owe the confirmation of a new visit, the reminders, and the intake where the visit needs one."""
    confirmation = _owed(CONFIRMED, appointment, due_at=now + UNDO_TIME if by else now)
    outbox.owe_first([confirmation, *_reminders(appointment, now=now)])
    _ask_for_the_form(appointment, by=by, now=now)


def moved(*, appointment: Appointment, by: User | None, now: datetime) -> None:
    """Owe the new time; what was not yet sent about the old one is withdrawn."""
    outbox.withdraw(about=appointment, reason="moved", now=now)
    _owe(MOVED if _knows(appointment) else CONFIRMED, appointment=appointment, by=by, now=now)
    remind(appointment, now=now)
    nudging.owe_nudge(appointment, now=now)


def put_back(*, appointment: Appointment, by: User | None, now: datetime) -> None:
    """Take a move back: its letter if it has not gone. Whoever was last told another time or place hears of it.

    Who knows the time that stands again hears nothing, and the button in the letter that said it works once more.
    """
    outbox.withdraw(about=appointment, reason=UNDONE, now=now)
    told = _last_told(appointment)
    if told is None:
        _owe(CONFIRMED, appointment=appointment, by=by, now=now)
    elif any(getattr(told, name) != getattr(appointment, name) for name in TOLD):
        _owe(MOVED, appointment=appointment, by=by, now=now)
    else:
        restore_links(about=appointment, because="moved", now=now)
    remind(appointment, now=now)
    nudging.owe_nudge(appointment, now=now)


def cancelled(*, appointment: Appointment, by: User | None, now: datetime) -> None:
    """Owe the cancellation to who was told of the visit; what was not yet sent is withdrawn.

    A booking taken back before anything went takes the invitation to the form with it, if that was its own.
    """
    outbox.withdraw(about=appointment, reason="cancelled", now=now)
    if _knows(appointment):
        _owe(CANCELLED, appointment=appointment, by=by, now=now)
    else:
        its_own = Letter.objects.of_kind(INVITATION).for_person(appointment.patient).filter(due_at__gt=now)
        outbox.withdraw_letters(its_own, reason=UNDONE, now=now, where="closed")


def uncancelled(*, appointment: Appointment, by: User | None, now: datetime) -> None:
    """Take the cancellation back: its letter if it has not gone, else the visit is confirmed anew.

    Then it counts two up: the patient's calendar has the cancellation as one more, and obeys a higher number only.
    """
    outbox.withdraw(about=appointment, reason=UNDONE, now=now, letters={CANCELLED})
    if Letter.objects.about(appointment).of_kind(CANCELLED).filter(state__in=GONE).exists():
        Appointment.objects.filter(pk=appointment.pk).update(sequence=F("sequence") + 2)
        appointment.refresh_from_db(fields=["sequence"])
    _owe(CONFIRMED, appointment=appointment, by=by, now=now)
    remind(appointment, now=now)
    nudging.owe_nudge(appointment, now=now)


def patient_lives(*, patient: Patient, by: User | None, now: datetime) -> None:
    """Hear that a death or a restriction was taken back: what visits to come owed, and it took back, is owed again.

    What is past is left; a visit the patient does not know of yet is confirmed. While the other of the two stands,
    nothing is.
    """
    if patient.gone_because:
        return
    for visit in Appointment.objects.upcoming(now).filter(patient=patient).select_related("type", "location"):
        if not _knows(visit):
            _owe(CONFIRMED, appointment=visit, by=by, now=now)
        remind(visit, now=now)
        if not Intake.objects.answered().filter(patient=patient).exists():
            _ask_for_the_form(visit, by=by, now=now)


def remind(appointment: Appointment, *, now: datetime) -> int:
    """Owe the reminders of a visit that are still to come, as its type's policy says. Returns how many."""
    reminders = _reminders(appointment, now=now)
    outbox.owe_many(reminders, revive=True)
    return len(reminders)


def _reminders(appointment: Appointment, *, now: datetime) -> list[Owed]:
    """Return the reminders of a visit that are still to come, as its type's policy says.

    The key is the visit's sequence and the days before it: a visit moved away and back has one of each, for the time
    that stands.
    """
    location = appointment.location
    due = timing.visit_reminders(
        policies.held_visit_policy(appointment.type).reminder_days_before,
        starts_at=appointment.starts_at,
        now=now,
        place=timing.Place(location.zone, location.mail_from),
    )
    return [_owed(REMINDER, appointment, step=str(days), due_at=due_at) for days, due_at in due.items()]


def _ask_for_the_form(appointment: Appointment, *, by: User | None, now: datetime) -> None:
    """Owe the intake where the visit needs one, and the letter that asks again."""
    if not appointment.type.needs_intake:
        return
    try:
        wait = UNDO_TIME if by else timedelta(0)
        form = invite(patient=appointment.patient, by=by, now=now, wait=wait)
        for letter in Letter.objects.about(form).of_kind(INVITATION).filter(state="withdrawn", reason=UNDONE):
            outbox.owe(
                INVITATION, about=form, person=appointment.patient, edition=letter.edition, due_at=now + wait,
                revive=True,
            )  # fmt: skip
        nudging.owe_nudge(appointment, now=now)
    except NothingPublished:  # a visit is booked all the same; the form can be sent from the chart later
        log.error("No questionnaire is published: run manage.py load_catalogue")  # noqa: TRY400 - the class says it all


def _knows(appointment: Appointment) -> bool:
    """Say whether a letter about this visit went, or may have."""
    return Letter.objects.about(appointment).filter(state__in=GONE).exists()


def _last_told(appointment: Appointment) -> Any | None:
    """Return the visit as the newest letter that went said it, from its history; None where none went."""
    letter = (
        Letter.objects.about(appointment)
        .of_kind(CONFIRMED, MOVED, REMINDER)
        .filter(state__in=GONE)
        .order_by("-handing_over_at", "-pk")
        .first()
    )
    if letter is None:
        return None
    history = Appointment.pgh_event_model.objects  # type: ignore[attr-defined] # pghistory's
    return history.filter(pgh_obj_id=appointment.pk, sequence=int(letter.promise.edition)).order_by("-pgh_id").first()


def _owe(letter: str, *, appointment: Appointment, by: User | None, now: datetime) -> None:
    outbox.owe_many([_owed(letter, appointment, due_at=now + UNDO_TIME if by else now)], revive=True)


def _owed(letter: str, appointment: Appointment, *, due_at: datetime, step: str = "") -> Owed:
    return Owed(
        letter=letter,
        about=appointment,
        person=appointment.patient,
        edition=str(appointment.sequence),
        step=step,
        due_at=due_at,
        not_after=appointment.starts_at,
    )
