"""A visit keeps a follow-up; when the visit is gone the letters are owed again."""

from datetime import datetime

from django.db.models import F

from clinic.audit.trail import record
from clinic.outbox import deeds as outbox
from clinic.staff.models import User
from patients.links import revoke_links
from patients.models import Patient
from scheduling.following_up.steps import owe_again, owe_steps
from scheduling.following_up.words import CALL_LIST, CLOSED, LETTERS
from scheduling.models import Appointment, AppointmentKind, FollowUp


def open_for(*, patient: Patient, kind: str) -> FollowUp | None:
    """Return the follow-up that a visit of this kind would keep: the one due first, for injections only."""
    if kind != AppointmentKind.INJECTION:
        return None
    found: FollowUp | None = FollowUp.objects.filter(patient=patient, state__in=("pending", "reminded")).first()
    return found


def booked(*, appointment: Appointment, by: User | None, now: datetime) -> None:
    """Note that the follow-up of this visit is booked: its other steps are withdrawn."""
    follow_up = appointment.follow_up
    if follow_up is None:
        return
    won = FollowUp.objects.filter(pk=follow_up.pk, state__in=("pending", "reminded")).update(
        state="booked", reason="", version=F("version") + 1
    )
    if won:
        outbox.withdraw(about=follow_up, reason="visit_booked", now=now, where=CLOSED)
        revoke_links(about=follow_up, because="booked", now=now)
        record(
            by=by,
            actor="" if by else "patient link",
            verb="follow_up.booked",
            thing=follow_up,
            patient=follow_up.patient,
        )


def unbooked(*, appointment: Appointment, by: User | None, now: datetime, because: str) -> None:
    """Owe the follow-up its letters again: the visit that kept it is gone.

    A missed visit also goes to the call list at once: a person asks what happened.
    """
    follow_up = appointment.follow_up
    if follow_up is None:
        return
    others = Appointment.objects.upcoming(now).filter(follow_up=follow_up).exclude(pk=appointment.pk)
    if others.exists():  # desk and patient booked at the same moment: the other visit keeps it still
        return
    won = FollowUp.objects.filter(pk=follow_up.pk, state="booked").update(
        state="pending",
        where=LETTERS if because == "cancelled" else CALL_LIST,
        reason=f"visit_{because}",
        call_again_on=None,  # agreed before the visit; what became of it is asked at once
        version=F("version") + 1,
    )
    if not won:
        return
    follow_up.refresh_from_db()
    owe_steps(follow_up, now=now)
    if because == "cancelled":
        owe_again(follow_up, now=now)
    record(
        by=by,
        actor="" if by else "patient link",
        verb="follow_up.owed_again",
        thing=follow_up,
        patient=follow_up.patient,
    )
