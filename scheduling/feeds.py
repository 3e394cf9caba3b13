"""When a clinician is busy, for the calendar on their phone: the address is made, read and stopped here.

It says when and nothing else. An address ends with its account, with the role, and with the password it was made under.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.lib.link_tokens import TOKEN_BYTES, hashed
from clinic.staff.models import Role, User
from scheduling import ical
from scheduling.errors import FeedChangedMeanwhile
from scheduling.models import Appointment, CalendarFeed, FeedEnd

LOOK_AGAIN: Final = timedelta(minutes=15)
BACK, AHEAD = timedelta(days=28), timedelta(days=183)
MOST: Final = 5000
"""So many visits an address tells of at most, from four weeks ago on: a megabyte."""
NOTED_EVERY: Final = timedelta(hours=1)
"""Programs read all day long: the trail says once an hour that they did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFeed:
    """An address just made, with its token: the only time it is known."""

    feed: CalendarFeed
    token: str


def make_feed(*, clinician: User, seen: UUID | None, now: datetime) -> NewFeed:
    """Make a clinician's address; the one they saw on the page, if any, stops.

    Raises:
        FeedChangedMeanwhile: another stands than the one they saw: a page pressed twice, or another window.

    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    try:
        with transaction.atomic():
            standing = CalendarFeed.objects.open().filter(clinician=clinician)
            if seen and not standing.filter(public_id=seen).update(stopped_at=now, stopped_because=FeedEnd.REPLACED):
                raise FeedChangedMeanwhile
            feed = CalendarFeed.objects.create(
                clinician=clinician, token_hash=hashed(token), made_under=_mark(clinician), made_at=now
            )
            record(by=clinician, verb="feed.made", thing=feed, detail={"replaces": str(seen or "")})
    except IntegrityError as error:
        if violated(error) == "calendar_feed_one_a_clinician":
            raise FeedChangedMeanwhile from error
        raise
    return NewFeed(feed=feed, token=token)


def stop_feed(*, feed: CalendarFeed, by: User, now: datetime) -> bool:
    """Stop an address at once and for good; False where somebody did so before."""
    with transaction.atomic():
        won = CalendarFeed.objects.open().filter(pk=feed.pk).update(stopped_at=now, stopped_because=FeedEnd.STOPPED)
        if won:
            record(by=by, verb="feed.stopped", thing=feed)
    return won == 1


def opened_by(token: str) -> CalendarFeed | None:
    """Return the address of this token while it works."""
    feed = CalendarFeed.objects.open().select_related("clinician").filter(token_hash=hashed(token)).first()
    return feed if feed is not None and works(feed) else None


def works(feed: CalendarFeed) -> bool:
    """Whether an address is read: its clinician still works here, under the password it was made under."""
    who = feed.clinician
    return feed.stopped_at is None and who.is_active and who.role == Role.CLINICIAN and feed.made_under == _mark(who)


def busy_times(feed: CalendarFeed, *, now: datetime) -> bytes:
    """Return the calendar file of an address: the visits that hold their time, none that is cancelled or missed.

    Its uids are its own: laid beside a patient's calendar they tell of nobody.
    """
    visits = (
        Appointment.objects.holding_their_time()
        .between(now - BACK, now + AHEAD)
        .filter(clinician=feed.clinician_id)
        .with_changed_at()
        .order_by("starts_at", "pk")
        .values_list("public_id", "sequence", "starts_at", "occupied_until", "changed_at")[:MOST]
    )
    return ical.busy_times(
        [
            ical.Busy(
                uid=str(uuid5(feed.public_id, str(visit))),
                sequence=sequence,
                starts_at=starts_at,
                ends_at=occupied_until,
                changed_at=changed_at,
            )
            for visit, sequence, starts_at, occupied_until, changed_at in visits
        ],
        look_again=LOOK_AGAIN,
    )


def note_read(feed: CalendarFeed, *, now: datetime) -> None:
    """Write down that an address was read, once an hour."""
    if feed.last_read_at and feed.last_read_at > now - NOTED_EVERY:
        return
    with transaction.atomic():
        not_lately = CalendarFeed.objects.filter(pk=feed.pk).exclude(last_read_at__gt=now - NOTED_EVERY)
        if not_lately.update(last_read_at=now):
            record(by=None, actor="calendar address", verb="feed.read", thing=feed)


def _mark(user: User) -> str:
    return hashlib.sha256(user.password.encode()).hexdigest()
