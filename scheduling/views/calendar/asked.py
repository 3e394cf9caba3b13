"""What a page of the calendar was asked for: which place, which day, by what, with whom."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from clinic.lib import clock
from clinic.lib.days import FIRST_ASKED, LAST_ASKED
from clinic.locations.models import Location
from clinic.staff.access import signed_in
from clinic.staff.models import User
from scheduling import availability
from scheduling.calendar_days import NOBODYS
from scheduling.views.board import asked_day

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Asked:
    """A question to the calendar, read from an address. Whatever the address has wrong is left out."""

    user: User
    now: datetime
    places: list[Location]
    place: Location
    day: date
    by_rooms: bool
    with_: str

    @property
    def zone(self) -> ZoneInfo:
        """The place's zone."""
        return self.place.zone

    @property
    def today(self) -> date:
        """The place's today."""
        return self.now.astimezone(self.zone).date()

    @property
    def monday(self) -> date:
        """The first day of the week asked for."""
        return max(self.day - timedelta(days=self.day.weekday()), FIRST_ASKED)

    @cached_property
    def people(self) -> list[User]:
        """Who treats patients at the place."""
        return availability.clinicians_at(self.place)

    @cached_property
    def clinician(self) -> User | None:
        """Whom the address named, if they work at the place."""
        return next((who for who in self.people if str(who.public_id) == self.with_), None)

    @cached_property
    def own_or_first(self) -> User | None:
        """Whom the address named, else the person who asks if they treat here, else the first by name."""
        own = next((who for who in self.people if who.pk == self.user.pk), None)
        return self.clinician or own or next(iter(self.people), None)

    @cached_property
    def room_shown(self) -> str:
        """Which room of a day by rooms a phone shows, as the address named it; nothing where it names none."""
        if not self.by_rooms or self.with_ == NOBODYS:
            return self.with_ if self.by_rooms else ""
        try:
            return str(UUID(self.with_))
        except ValueError:
            return ""

    @property
    def carried(self) -> str:
        """What an address of another day keeps of this one, encoded, with its leading ampersand; or nothing."""
        kept = {
            "place": str(self.place.public_id) if self.place != self.places[0] else "",
            "by": "rooms" if self.by_rooms else "",
            "with": str(self.clinician.public_id) if self.clinician else self.room_shown,
        }
        encoded = urlencode({name: value for name, value in kept.items() if value})
        return f"&{encoded}" if encoded else ""

    def frame(self, *, view: str, previous: date, following: date) -> dict[str, Any]:
        """Return what the frame of every page of the calendar needs."""
        return {
            "nav": "calendar",
            "view": view,
            "asked": self,
            "zone": self.zone,
            "day": self.day,
            "today": self.today,
            "is_today": self.day == self.today,
            "previous": max(previous, FIRST_ASKED),
            "following": min(following, LAST_ASKED),
            "week": [self.monday + timedelta(days=number) for number in range(7)],
            "carried": self.carried,
        }


def asked_of(request: HttpRequest) -> Asked | None:
    """Return the question; None where this person works nowhere."""
    user, now = signed_in(request), clock.now()
    places = user.open_places
    if not places:
        return None
    place = next((one for one in places if str(one.public_id) == request.GET.get("place")), places[0])
    return Asked(
        user=user,
        now=now,
        places=places,
        place=place,
        day=asked_day(request.GET.get("day"), now.astimezone(place.zone).date()),
        by_rooms=request.GET.get("by") == "rooms",
        with_=request.GET.get("with", ""),
    )
