"""The page on which somebody chooses a time by themselves: a strip of days, the times of one, both zones named."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy

from clinic.staff.models import User
from scheduling.availability import FreeTime
from scheduling.models import HeldTime
from scheduling.offering import Offering, week_of
from scheduling.turns import turns

NOON, EVENING = 12, 17
PARTS: Final[dict[str, LazyText]] = {
    "morning": gettext_lazy("Morning"),
    "afternoon": gettext_lazy("Afternoon"),
    "evening": gettext_lazy("Evening"),
}
KEPT: Final = ("type", "who", "zone", "lang")
"""What is asked for by the address, and goes with every step."""


@dataclass(frozen=True, slots=True)
class Time:
    """A time as a button."""

    free: FreeTime

    @property
    def value(self) -> str:
        """What the button sends."""
        return pressed(self.free.starts_at, self.free.clinician)


@dataclass(frozen=True, slots=True)
class Part:
    """The times of a morning, an afternoon or an evening."""

    name: LazyText
    times: list[Time]


def chooser(request: HttpRequest, offering: Offering, *, now: datetime) -> dict[str, Any]:
    """Return what scheduling/_choose_times.html needs."""
    zone = offering.location.zone
    week = week_of(offering, asked=request.GET.get("from", ""), now=now)
    shown = week.shown(request.GET.get("day", ""))
    starts = [free.starts_at for free in shown.times] if shown else []
    return {
        "week": week,
        "shown": shown,
        "parts": parts_of(shown.times, zone, offering.visits_on(shown.day)) if shown else [],
        "zone": zone,
        "theirs": their_zone(request, starts, zone),
        "zone_asked": zone_asked(request),
        "zones": zones(),
        "query": kept(request),
        "asked": {name: request.GET[name] for name in KEPT if name != "zone" and request.GET.get(name)},
        "first": week.days[0].day,
    }


def pressed(starts_at: datetime, clinician: User) -> str:
    """Return what a button sends that names a time (`offering.Offering.slot` reads it)."""
    return f"{starts_at.isoformat()}|{clinician.public_id}"


def parts_of(times: list[FreeTime], zone: ZoneInfo, visits: Mapping[int, int]) -> list[Part]:
    """Return the times by part of the day at the clinic; where several clinicians have one time, it stands once.

    It is of who has the fewest `visits` that day.
    """
    order = turns({free.clinician.pk: free.clinician.full_name for free in times}, visits)
    turn = {clinician: place for place, clinician in enumerate(order)}
    once = {free.starts_at: free for free in sorted(times, key=lambda free: -turn[free.clinician.pk])}
    ordered = [once[moment] for moment in sorted(once)]
    return [
        Part(PARTS[name], [Time(free) for free in some])
        for name, some in groupby(ordered, key=lambda free: _part(free.starts_at.astimezone(zone).hour))
    ]


def zone_asked(request: HttpRequest) -> ZoneInfo | None:
    """Return the time zone somebody named as theirs, if it is one."""
    name = request.GET.get("zone", "")
    return ZoneInfo(name) if name in _known() else None


def their_zone(request: HttpRequest, instants: Iterable[datetime], zone: ZoneInfo) -> ZoneInfo | None:
    """Return the time zone somebody named as theirs, where its clock shows another time than the clinic's at one."""
    theirs = zone_asked(request)
    if theirs and any(one.astimezone(theirs).utcoffset() != one.astimezone(zone).utcoffset() for one in instants):
        return theirs
    return None


def kept_time(request: HttpRequest, held: HeldTime, *, now: datetime) -> dict[str, Any]:
    """Return what a page says of a time that is kept: for how many minutes more, and on whose clock besides."""
    return {
        "held": held,
        "minutes": max(1, round((held.until - now).total_seconds() / 60)),
        "theirs": their_zone(request, [held.starts_at], held.location.zone),
    }


def zones() -> list[str]:
    """Return the zones to choose from, by continent and city."""
    return sorted(name for name in _known() if "/" in name and not name.startswith(("Etc/", "SystemV/")))


def kept(request: HttpRequest) -> str:
    """Return what goes with every step as the query of an address, without its day."""
    query = request.GET.copy()
    for name in list(query):
        if name not in KEPT or not query[name]:
            del query[name]
    return str(query.urlencode())


@cache
def _known() -> set[str]:
    return available_timezones()


def _part(hour: int) -> str:
    if hour < NOON:
        return "morning"
    return "afternoon" if hour < EVENING else "evening"
