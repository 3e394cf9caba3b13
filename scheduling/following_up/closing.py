"""Ending a follow-up for a reason a person gave, and taking that back."""

from datetime import datetime

from django.db import transaction

from clinic.staff.models import User
from patients.models import Patient
from scheduling import standing
from scheduling.errors import AlreadyBooked, CannotReopen, ClinicianDecides, StandsOtherwise
from scheduling.following_up.catching_up import owe_from_here
from scheduling.following_up.keeping import booked, open_for, visit_that_keeps
from scheduling.following_up.recounting import recount
from scheduling.following_up.rows import close, note, reopen_row, with_facts
from scheduling.models import Appointment, AppointmentKind, FollowUp, FollowUpState


def decline(*, follow_up: FollowUp, reason: str, by: User, now: datetime) -> None:
    """Close a follow-up because the patient does not want to come, with what they said.

    Raises:
        StandsOtherwise: it is booked (cancel the visit first), or ended already.

    """
    _end(follow_up, state="declined", reason="will_not_come", said=reason, by=by, now=now)


def lapse(*, follow_up: FollowUp, said: str, by: User, now: datetime) -> None:
    """Give up on a patient nobody could reach, with the reason. What waits for the clinician only a clinician gives up.

    Raises:
        StandsOtherwise: it is booked, or ended already.
        ClinicianDecides: it waits for the clinician, and `by` is none.

    """
    if follow_up.where == standing.CLINICIAN_LIST and not by.is_clinician:
        raise ClinicianDecides
    _end(follow_up, state="lapsed", reason="gave_up", said=said, by=by, now=now)


def close_treated_elsewhere(*, follow_up: FollowUp, said: str, by: User, now: datetime) -> None:
    """Close a follow-up because the patient is treated elsewhere by now. Raises StandsOtherwise."""
    _end(follow_up, state="closed", reason="treated_elsewhere", said=said, by=by, now=now)


def close_transferred(*, follow_up: FollowUp, said: str, by: User, now: datetime) -> None:
    """Close a follow-up because the care was handed to another clinic. Raises StandsOtherwise."""
    _end(follow_up, state="closed", reason="transferred", said=said, by=by, now=now)


def reopen(*, follow_up: FollowUp, by: User, now: datetime) -> None:
    """Take back that a person ended it: pending again, its letters owed from here on, where they may go.

    Raises:
        CannotReopen: nobody ended it by hand, its plan owes another or is over, or the patient is no more with us.

    """
    with transaction.atomic():
        held = with_facts(FollowUp.objects.select_for_update(of=("self",))).get(pk=follow_up.pk)
        if (held.state, held.reason) not in standing.MAY_BE_REOPENED or not may_be_owed_again(held):
            raise CannotReopen(FollowUpState(held.state))
        owe_anew(held, by=by, now=now)
    follow_up.refresh_from_db()


def taken_up(*, patient: Patient, kind: str, by: User | None, now: datetime) -> FollowUp | None:
    """Return the follow-up that a visit of this kind keeps; one that a person ended is taken up again by booking."""
    found = open_for(patient=patient, kind=kind)
    if found is not None or kind != AppointmentKind.INJECTION:
        return found
    ended = FollowUp.objects.filter(patient=patient, state__in=(*standing.ENDED_BY_A_PERSON, "closed"))
    for one in with_facts(ended).order_by("-closed_at"):
        if (one.state, one.reason) in standing.MAY_BE_REOPENED and may_be_owed_again(one):
            owe_anew(one, by=by, now=now)
            return one
    return None


def to_keep(
    *, patient: Patient, kind: str, named: FollowUp | None, is_extra: bool, by: User | None, now: datetime
) -> FollowUp | None:
    """Return the follow-up that a visit of this kind is to keep: the one that was named, else what `taken_up` finds.

    Whoever asks stands in line for the patient: what another has booked is seen here, and nobody books meanwhile.

    Raises:
        AlreadyBooked: another visit to come keeps it. An extra visit goes beside that one, and keeps nothing.

    """
    found = named or taken_up(patient=patient, kind=kind, by=by, now=now)
    visit = visit_that_keeps(found, patient=patient, kind=kind, now=now)
    if visit is None:
        return found
    if not is_extra:
        raise AlreadyBooked(visit)
    return None


def may_be_owed_again(follow_up: FollowUp) -> bool:
    """Say whether an ended follow-up is still the last of its plan, its plan in use, its patient with us."""
    patient = follow_up.patient
    later = FollowUp.objects.filter(plan=follow_up.plan, cycle__gt=follow_up.cycle)
    is_last = not later.exclude(reason="session_voided").exists()
    is_counted = not hasattr(follow_up.session, "void")
    is_gone = patient.deceased_on is not None or patient.merged_into_id is not None
    is_with_us = not is_gone and patient.restricted_at is None
    return is_last and is_counted and is_with_us and follow_up.plan.state in {"active", "paused"}


def owe_anew(follow_up: FollowUp, *, by: User | None, now: datetime) -> None:
    """Let an ended follow-up wait again, where it belongs now: a visit that stands keeps it, else letters are owed."""
    reopen_row(follow_up)
    recount(follow_up, by=by, now=now)
    note(follow_up, "follow_up.owed_again", by=by)
    visit = Appointment.objects.upcoming(now).filter(follow_up=follow_up).first()
    if visit is not None:
        booked(appointment=visit, by=by, now=now)
        follow_up.refresh_from_db()
    elif follow_up.where != standing.CLINICIAN_LIST:
        owe_from_here(follow_up, now=now)


def _end(follow_up: FollowUp, *, state: str, reason: str, said: str, by: User, now: datetime) -> None:
    """End what is open. A booked one is not: its visit is cancelled first, with the patient's knowledge."""
    with transaction.atomic():
        held = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
        if held.state not in standing.OPEN:
            raise StandsOtherwise(FollowUpState(held.state))
        close(follow_up, state=state, reason=reason, said=said.strip(), by=by, now=now)
    follow_up.refresh_from_db()
