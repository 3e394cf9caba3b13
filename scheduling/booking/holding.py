"""Keep a time for whoever is choosing it online; and make way in the calendar for who books.

Holds stand in the same line as bookings (decision 65), so that of a hold and a booking of one time one sees the other.
The triggers of migration `times_kept_for_somebody` stand in it too, for whoever writes without these deeds.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, connection, transaction
from django.db.models import F

from clinic.lib.db import gave_up_waiting, violated
from patients.models import AccessLink
from scheduling.booking.asked import Slot
from scheduling.booking.in_line import stand_in_line
from scheduling.errors import BeingBooked, SlotTaken
from scheduling.models import Appointment, HeldTime, OnlineRequest

HELD_FOR: Final = timedelta(minutes=10)
KEPT_AT_MOST: Final = 2 * HELD_FOR
"""With the one time that it is lengthened."""
RAN_OUT: Final = (
    "UPDATE scheduling_heldtime SET ended_at = %s"
    " WHERE ended_at IS NULL AND starts_at < %s AND occupied_until > %s AND until <= %s"
)
"""Every booking asks it, in one message with its line (decision 66)."""
BY_CLINICIAN: Final = frozenset({"held_time_clinician_free", "held_time_clinician_is_not_booked"})
BY_ROOM: Final = frozenset({"held_time_room_free", "held_time_room_is_not_booked"})


def hold(
    *,
    slot: Slot,
    now: datetime,
    link: AccessLink | None = None,
    moving: Appointment | None = None,
    instead_of: HeldTime | None = None,
) -> HeldTime:
    """Keep a time for ten minutes. Who chooses keeps one: the link's one before is let go, or `instead_of`.

    What was written for the one before goes with it. Whether the time lies in working hours is the page's to ask: it
    holds what it offered.

    Raises:
        SlotTaken: a visit has it, or somebody else's hold.
        BeingBooked: somebody takes it at this moment, or `instead_of` was given up for another one.

    """
    try:
        with transaction.atomic():
            stand_in_line(slot=slot)
            make_way(slot, now=now)
            if link is not None:
                HeldTime.objects.kept().filter(link=link).update(ended_at=now)
            if instead_of is not None:
                _give_up(instead_of, slot=slot, now=now)
            held: HeldTime = HeldTime.objects.create(
                **slot.columns, type=slot.type, held_at=now, until=now + HELD_FOR, link=link, moving=moving
            )
            if instead_of is not None:
                OnlineRequest.objects.filter(held=instead_of, appointment__isnull=True).update(
                    held=held, location=slot.location
                )
    except DatabaseError as error:
        if gave_up_waiting(error):
            raise BeingBooked(slot.starts_at) from error
        name = violated(error)
        if name in BY_CLINICIAN | BY_ROOM | {"held_time_once_a_link"}:
            raise SlotTaken("room" if name in BY_ROOM else "clinician", slot.starts_at) from error
        raise
    return held


def let_go(*, held: HeldTime, now: datetime) -> bool:
    """Keep a time no more; return whether it was kept until now. Inside a deed that books it, before the booking."""
    return bool(HeldTime.objects.kept().filter(pk=held.pk).update(ended_at=now))


def _give_up(held: HeldTime, *, slot: Slot, now: datetime) -> None:
    """Keep one no more for another; one that two presses at once give up makes way for one only."""
    was_kept = held.is_kept(now)
    if not let_go(held=held, now=now) and was_kept:
        raise BeingBooked(slot.starts_at)


def lengthen(*, held: HeldTime, now: datetime) -> bool:
    """Keep a time ten minutes from now, once: also one that ran out, while nobody has it. Whether it is kept now."""
    kept = HeldTime.objects.kept().filter(pk=held.pk)
    kept.filter(until__lte=F("held_at") + HELD_FOR).update(until=now + HELD_FOR)
    held.refresh_from_db()
    return held.is_kept(now)


def make_way(slot: Slot, *, now: datetime) -> None:
    """End the holds on a time that ran out: in line, before the row that takes it."""
    with connection.cursor() as cursor:
        cursor.execute(RAN_OUT, ran_out(slot, now=now))


def ran_out(slot: Slot, *, now: datetime) -> tuple[datetime, ...]:
    """Return what `RAN_OUT` is told."""
    return now, slot.occupied_until, slot.starts_at, now
