"""A visit keeps a follow-up; when the visit is gone the letters are owed again."""

from datetime import datetime

from django.db.models import F

from clinic.outbox import deeds as outbox
from clinic.staff.models import User
from patients.links import revoke_links
from patients.models import Patient
from scheduling import standing
from scheduling.errors import AlreadyBooked
from scheduling.following_up.catching_up import owe_from_here
from scheduling.following_up.rows import note
from scheduling.following_up.settling import settle
from scheduling.models import Appointment, AppointmentKind, FollowUp
from scheduling.reasons import sentence


def open_for(*, patient: Patient, kind: str) -> FollowUp | None:
    """Return the follow-up that a visit of this kind would keep: the one due first, for injections only."""
    if kind != AppointmentKind.INJECTION:
        return None
    found: FollowUp | None = FollowUp.objects.open().filter(patient=patient).first()
    return found


def visit_that_keeps(follow_up: FollowUp | None, *, patient: Patient, kind: str, now: datetime) -> Appointment | None:
    """Return the visit to come that keeps a follow-up; where none is named, the next that keeps one of this kind."""
    visits = Appointment.objects.upcoming(now).filter(patient=patient)
    if follow_up is not None:
        visits = visits.filter(follow_up=follow_up)
    elif kind == AppointmentKind.INJECTION:
        visits = visits.filter(follow_up__state="booked")
    else:
        return None
    found: Appointment | None = visits.select_related("patient", "clinician", "location").order_by("starts_at").first()
    return found


def refuse_a_second(follow_up: FollowUp, *, now: datetime) -> None:
    """Raise AlreadyBooked where a visit to come keeps a follow-up: one that is brought back would be its second."""
    visit = visit_that_keeps(follow_up, patient=follow_up.patient, kind="", now=now)
    if visit is not None:
        raise AlreadyBooked(visit)


def booked(*, appointment: Appointment, by: User | None, now: datetime) -> None:
    """Note that the follow-up of this visit is booked: its other steps are withdrawn."""
    follow_up = appointment.follow_up
    if follow_up is None:
        return
    won = FollowUp.objects.filter(pk=follow_up.pk, state__in=standing.OPEN).update(
        state="booked", where=standing.LETTERS, reason="", version=F("version") + 1
    )
    if won:
        outbox.withdraw(
            about=follow_up, reason="visit_booked", text=sentence("visit_booked"), now=now, where=standing.CLOSED
        )
        revoke_links(about=follow_up, because="booked", now=now)
        note(follow_up, "follow_up.booked", by=by)
        follow_up.refresh_from_db()
        settle(follow_up, by=by, now=now)


def moved(*, appointment: Appointment, by: User | None, now: datetime) -> None:
    """See whether a visit that was moved may take place now."""
    follow_up = appointment.follow_up
    if follow_up is not None and follow_up.state == "booked":
        settle(follow_up, by=by, now=now)


def unbooked(*, appointment: Appointment, by: User | None, now: datetime, because: str) -> None:
    """Owe the follow-up its letters again, from here on: the visit that kept it is gone.

    A missed visit also goes to the call list at once: a person asks what happened.
    """
    follow_up = appointment.follow_up
    if follow_up is None:
        return
    others = Appointment.objects.upcoming(now).filter(follow_up=follow_up).exclude(pk=appointment.pk)
    if others.exists():  # one of two that keep it, in rows of before: the other keeps it still
        follow_up.refresh_from_db()
        if follow_up.state == "booked":
            settle(follow_up, by=by, now=now)
        return
    won = FollowUp.objects.filter(pk=follow_up.pk, state="booked").update(
        state="pending",
        where=standing.LETTERS if because == "cancelled" else standing.CALL_LIST,
        reason=f"visit_{because}",
        call_again_on=None,  # agreed before the visit; what became of it is asked at once
        version=F("version") + 1,
    )
    if not won:
        return
    follow_up.refresh_from_db()
    settle(follow_up, by=by, now=now)
    if follow_up.where != standing.CLINICIAN_LIST:
        owe_from_here(follow_up, now=now)
    note(follow_up, "follow_up.owed_again", by=by)
