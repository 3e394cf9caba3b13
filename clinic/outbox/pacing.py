"""How fast letters go: one after another, to one domain and in all, slower where a server is in trouble. Pure.

Each letter takes a turn; the clock of a domain says when the next one is. A server that says "later" again and again
is left alone for a while, longer each time, and comes back at a sixty-fourth of its pace, twice as fast with each
letter it takes: what waited does not fall on it all at once.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

#: So many letters may follow each other at once before the pace counts.
BURST: Final = 10
#: Further ahead no turn is given: the pace may be another by then. Who asks is told to ask again.
HORIZON: Final = timedelta(minutes=15)
#: A turn not taken for so long is lost: what piled up while no worker ran must not go all at once.
TURN_LIVES: Final = timedelta(minutes=1)
#: So many refusals in a row are trouble; one may be about a single mailbox.
TROUBLE: Final = 3
FIRST_REST: Final = timedelta(minutes=1)
#: Letters a minute, before they are halved, to a server in trouble where no pace is set.
PACE_IN_TROUBLE: Final = 60
#: Halvings of the pace at most.
SLOWEST: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Where the pace of one domain stands."""

    next_at: datetime | None = None
    rests_until: datetime | None = None
    slowness: int = 0
    refusals: int = 0


def turn(clock: Clock, *, now: datetime, a_minute: int, haste: int = 1) -> tuple[datetime, Clock]:
    """Return when the next letter may go, and the clock once it took that turn.

    No pace (0) is one only while nothing is in trouble.
    """
    step = timedelta(minutes=1) / haste / (a_minute or PACE_IN_TROUBLE) * 2**clock.slowness
    if not a_minute and not clock.slowness:
        step = timedelta(0)
    allowance = timedelta(0) if clock.slowness else BURST * step
    next_at, rests_until = _sane(clock.next_at, now), _sane(clock.rests_until, now)
    at = max(now, rests_until, next_at - allowance)
    return at, replace(clock, next_at=max(next_at, at) + step)


def refused(clock: Clock, *, now: datetime, longest_rest: timedelta, haste: int = 1) -> Clock:
    """Return the clock after a server said "later": it rests once that has happened often enough.

    What was under way when the rest began counts no more.
    """
    if _sane(clock.rests_until, now) > now:
        return clock
    refusals = clock.refusals + 1
    if clock.slowness == 0 and refusals < TROUBLE:
        return replace(clock, refusals=refusals)
    slowness = min(clock.slowness + 1, SLOWEST)
    rests_until = now + min(FIRST_REST * 2 ** (slowness - 1), longest_rest) / haste
    return Clock(next_at=max(_sane(clock.next_at, now), rests_until), rests_until=rests_until, slowness=slowness)


def _sane(moment: datetime | None, now: datetime) -> datetime:
    """Return now for no moment, and for one that no turn or rest can have been set to: a clock jumped meanwhile."""
    return now if moment is None or moment > now + 2 * HORIZON else max(moment, now)
