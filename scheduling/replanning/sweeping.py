"""Plan the rows of a change anew, a batch at a time: letters and the mark of how far it got are one transaction."""

from collections.abc import Mapping
from datetime import date, datetime
from time import monotonic

from django.db import connection, transaction
from django.db.models import F

from clinic.locations.models import Location
from clinic.outbox import deeds as outbox
from clinic.outbox.models import Letter
from clinic.outbox.refs import Move, Owed
from clinic.outbox.rescheduling import reschedule_many, revive_many
from clinic.staff.models import User
from scheduling import policies
from scheduling.changes import change
from scheduling.models import Appointment, AppointmentType, FollowUp, ReplannedThing, Replanning
from scheduling.reasons import sentence
from scheduling.replanning.scope import concerned
from scheduling.replanning.targets import Target, of_follow_ups, of_visits

BATCH = 500
SECONDS = 10.0
"""A sweep gives changes so much of its minute; the rest waits for the next one."""
LATER_STEP = "later_step"


def start(
    *,
    thing: ReplannedThing,
    by: User,
    now: datetime,
    condition_key: str = policies.FOR_ALL,
    location: Location | None = None,
    appointment_type: AppointmentType | None = None,
) -> Replanning:
    """Note, in the transaction of the change itself, that all in this scope is to be planned anew."""
    row = Replanning(
        thing=thing,
        condition_key=condition_key,
        location=location,
        appointment_type=appointment_type,
        started_at=now,
        started_by=by,
    )
    row.total = concerned(row, now=now).count()
    row.save(force_insert=True)
    return row


def sweep(now: datetime, *, seconds: float = SECONDS) -> int:
    """Go on with every change that is on its way, for so many seconds. Returns how many letters are owed anew."""
    until, owed = monotonic() + seconds, 0
    for pk in list(Replanning.objects.filter(finished_at__isnull=True).values_list("pk", flat=True)):
        while monotonic() < until and (found := batch(pk, now=now)) is not None:
            owed += found
    return owed


def batch(pk: int, *, now: datetime, size: int = BATCH) -> int | None:
    """Plan the next rows of a change anew; None where it is done, or somebody else holds it or its next row.

    What a running deed holds is not waited for, so that no press of the desk fails for a deadlock: the batch ends
    before it, and the next one goes on there.
    """
    with transaction.atomic():
        policies.hold_still()
        row = Replanning.objects.select_for_update(skip_locked=True).filter(pk=pk, finished_at__isnull=True).first()
        if row is None:
            return None
        there = concerned(row, now=now).filter(pk__gt=row.after_pk).order_by("pk")
        pks = list(there.values_list("pk", flat=True)[:size])
        if not pks:
            Replanning.objects.filter(pk=pk).update(finished_at=now)
            return None
        is_visits = row.thing == ReplannedThing.VISITS
        taken = _take(Appointment if is_visits else FollowUp, pks)
        if not taken:
            return None
        if is_visits:
            targets = of_visits(taken, now=now)
        else:
            targets, calls = of_follow_ups(taken, now=now)
            _call_from(calls)
        moved, taken_back, owed = bring_about(targets, now=now)
        Replanning.objects.filter(pk=pk).update(
            after_pk=taken[-1],
            done=F("done") + len(taken),
            moved=F("moved") + moved,
            taken_back=F("taken_back") + taken_back,
            owed=F("owed") + owed,
        )
        return owed


def bring_about(targets: list[Target], *, now: datetime) -> tuple[int, int, int]:
    """Move, take back and owe what brings letters to what is wanted; return how many of each. Nine queries at most."""
    moves: list[Move] = []
    back: list[Move] = []
    new: list[Owed] = []
    off: list[int] = []
    gave_way: list[int] = []
    for one in targets:
        what, keys = change(one.wanted, one.there.written, now=now), one.there.keys
        moves += [Move(keys[step], at, one.not_after(at)) for step, at in what.moved.items()]
        back += [Move(keys[step], at, one.not_after(at)) for step, at in what.owed.items() if step in keys]
        new += [_owed(one, step, at) for step, at in what.owed.items() if step not in keys]
        off += [keys[step] for step in what.taken_back if step not in one.steps_on]
        gave_way += [keys[step] for step in what.taken_back if step in one.steps_on]
    moved = reschedule_many(moves) if moves else 0
    taken_back = _take_back(off, policies.OFF, now=now)
    taken_back += _take_back(gave_way, LATER_STEP, now=now)
    owed = (outbox.owe_many(new) if new else 0) + (revive_many(back) if back else 0)
    return moved, taken_back, owed


def _owed(one: Target, step: int, at: datetime) -> Owed:
    return Owed(
        letter=one.letter,
        about=one.about,
        person=one.person,
        edition=one.edition,
        step=str(step),
        due_at=at,
        not_after=one.not_after(at),
    )


def _take(model: type[Appointment] | type[FollowUp], pks: list[int]) -> list[int]:
    """Lock these rows, up to the first that somebody else holds."""
    rows = model.objects.select_for_update(skip_locked=True, no_key=True).filter(pk__in=pks)
    free = set(rows.order_by("pk").values_list("pk", flat=True))
    held = next((pk for pk in pks if pk not in free), None)
    return pks if held is None else pks[: pks.index(held)]


def _take_back(keys: list[int], reason: str, *, now: datetime) -> int:
    if not keys:
        return 0
    return outbox.withdraw_letters(
        Letter.objects.filter(pk__in=keys), reason=reason, text=sentence(reason), now=now, where="closed"
    )


def _call_from(days: Mapping[int, date]) -> None:
    """Set the day from which a person calls, each follow-up its own, in one statement."""
    if not days:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE scheduling_followup AS f SET next_step_on = call.day, version = f.version + 1"
            " FROM unnest(%s::bigint[], %s::date[]) AS call (pk, day) WHERE f.id = call.pk",
            [list(days), list(days.values())],
        )
