"""Hearing what changed about a person: died or not, one with another, what they want to get and where."""

from datetime import datetime

from clinic.outbox import deeds as outbox
from clinic.staff.models import User
from patients.models import Patient
from scheduling import standing
from scheduling.following_up.closing import may_be_owed_again, owe_anew
from scheduling.following_up.recounting import recount
from scheduling.following_up.rows import close, live_ones, with_facts
from scheduling.following_up.settling import settle
from scheduling.models import FollowUp
from scheduling.reasons import sentence


def patient_died(*, patient: Patient, by: User | None, now: datetime) -> None:
    """Close everything that waits for a person who died; nothing is ever sent again."""
    _close_all(patient, "deceased", by=by, now=now)


def records_merged(*, merged: Patient, survivor: Patient, by: User, now: datetime) -> None:  # noqa: ARG001 - a hook's shape
    """Count anew what one person is owed whose two records are one by now: treatments and events of both count."""
    _stand_anew(survivor, by=by, now=now)


def records_unmerged(*, merged: Patient, survivor: Patient, by: User, now: datetime) -> None:
    """Count anew what each of two people is owed whose records were one by mistake."""
    for patient in (merged, survivor):
        _stand_anew(patient, by=by, now=now)


def record_restricted(*, patient: Patient, by: User | None, now: datetime) -> None:
    """Close everything that waits for a person whose record is closed to everyday work."""
    _close_all(patient, "restricted", by=by, now=now)


def restriction_lifted(*, patient: Patient, by: User | None, now: datetime) -> None:
    """Hear that a record is in everyday work again: what its restriction closed is owed again, from here on."""
    _owe_again(patient, by=by, now=now)


def patient_lives(*, patient: Patient, by: User | None, now: datetime) -> None:
    """Hear that a death was written down by mistake: what it closed is owed again, from here on."""
    _owe_again(patient, by=by, now=now)


def _owe_again(patient: Patient, *, by: User | None, now: datetime) -> None:
    """Owe what was closed for either reason: the first closed it, and the last to be taken back opens it."""
    closed = FollowUp.objects.filter(patient=patient, state="closed", reason__in=("deceased", "restricted"))
    for follow_up in with_facts(closed):
        if may_be_owed_again(follow_up):
            owe_anew(follow_up, by=by, now=now)


def preferences_changed(*, patient: Patient, by: User | None, now: datetime) -> None:
    """Owe letters again to who wants them again. Who wants none is called on the day the letter would have gone."""
    _settle_all(patient, by=by, now=now)


def address_changed(*, patient: Patient, by: User | None, now: datetime) -> None:
    """Owe letters again to who can be reached again; what failed failed at the old address."""
    _settle_all(patient, by=by, now=now, is_new_address=True)


def _stand_anew(patient: Patient, *, by: User, now: datetime) -> None:
    for follow_up in live_ones(patient=patient):
        recount(follow_up, by=by, now=now)
    _settle_all(patient, by=by, now=now, is_new_address=True)


def _settle_all(patient: Patient, *, by: User | None, now: datetime, is_new_address: bool = False) -> None:
    for follow_up in live_ones(patient=patient):
        can_be_reached = bool(follow_up.patient.email) and follow_up.patient.email_suspended_at is None
        lifted = {standing.FAILED} if is_new_address and can_be_reached else set()
        if follow_up.reason in standing.UNREACHABLE | lifted:
            settle(follow_up, by=by, now=now, lifted=lifted)


def _close_all(patient: Patient, reason: str, *, by: User | None, now: datetime) -> None:
    for follow_up in live_ones(patient=patient):
        close(follow_up, state="closed", reason=reason, by=by, now=now)
    outbox.withdraw_person(person=patient, reason=reason, text=sentence(reason), now=now, where=standing.CLOSED)
