"""What became of a follow-up's letters: a step sent, none that could go, none that was answered."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from clinic.lib.days import day_of
from clinic.locations.models import Location
from scheduling.models import Appointment, FollowUp
from scheduling.standing import CALL_LIST, CLINICIAN_LIST, FAILED, LETTERS, NO_ANSWER
from treatments.models import InjectionSession

A_DAY = timedelta(days=1)


def reminded(*, follow_up_id: Any, step: int) -> None:
    """Note that a step was sent."""
    waiting = FollowUp.objects.open().filter(public_id=follow_up_id)
    waiting.update(state="reminded", next_step=step + 1, version=F("version") + 1)


def hand_to_a_person(*, follow_up_id: Any, where: str, reason: str) -> None:
    """Put a follow-up on a list that a person works: no letter could go, or it is not known whether it did.

    What waits for the clinician waits on: a letter on its way at that moment takes nobody off that list.
    """
    waiting = FollowUp.objects.open().filter(public_id=follow_up_id)
    if where != CLINICIAN_LIST:
        waiting = waiting.exclude(where=CLINICIAN_LIST)
    waiting.update(where=where or CALL_LIST, reason=reason, version=F("version") + 1)


def came_back(*, follow_up_id: Any) -> None:
    """Put a follow-up whose letter came back on the call list, unless somebody works it already."""
    waiting = FollowUp.objects.open().filter(public_id=follow_up_id, where=LETTERS)
    waiting.update(where=CALL_LIST, reason=FAILED, version=F("version") + 1)


def sweep(now: datetime) -> int:
    """Move to the call list whom to ring from today on, and what a visit that is over did not end. Returns how many."""
    return _sweep_due_calls(now) + _sweep_visits_gone_by(now)


def _sweep_visits_gone_by(now: datetime) -> int:
    """A visit went by and nothing was given in it, or nobody said that the patient did not come: a person asks.

    Not while a session of the plan waits to be signed.
    """
    standing_visits = Appointment.objects.holding_their_time().filter(follow_up=OuterRef("pk"), ends_at__gt=now - A_DAY)
    drafts = InjectionSession.objects.filter(plan=OuterRef("plan"), signed_at__isnull=True)
    return FollowUp.objects.filter(~Exists(standing_visits), ~Exists(drafts), state="booked").update(
        state="pending", where=CALL_LIST, reason="visit_gone_by", next_step_on=None, version=F("version") + 1
    )


def _sweep_due_calls(now: datetime) -> int:
    """Move to the call list whom a person rings from today on, by each location's own day, letters sent or not.

    One UPDATE, by the partial index.
    """
    today: dict[date, list[int]] = {}
    for location in Location.objects.all():
        today.setdefault(day_of(now, location.zone), []).append(location.pk)
    is_due = Q(pk__in=[])
    for day, locations in today.items():
        is_due |= Q(location__in=locations, next_step_on__lte=day)
    waiting = FollowUp.objects.open().filter(is_due, where=LETTERS, next_step_on__lte=max(today, default=now.date()))
    return waiting.update(where=CALL_LIST, reason=NO_ANSWER, next_step_on=None, version=F("version") + 1)
