"""What a page of the recall list was asked for, and the way back to it at the same place."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict

from clinic.lib import clock
from clinic.locations.models import Location
from clinic.staff.access import signed_in
from clinic.staff.models import User
from scheduling import recall
from scheduling.forms_recall import FilterForm
from scheduling.recall import Count, Wanted

NAMES = ("group", "q", "location", "clinician", "since", "until")


@dataclass(slots=True)
class Asked:
    """Who asks for what on which day, and how many each tab holds."""

    user: User
    places: list[Location]
    today: date
    now: datetime
    wanted: Wanted
    counts: list[Count]
    form: FilterForm
    query: QueryDict

    @property
    def encoded(self) -> str:
        """The address's own words, without the page and the row that is open."""
        kept = QueryDict(mutable=True)
        for name in NAMES:
            if name == "group":
                kept["group"] = self.wanted.group
            elif value := self.query.get(name):
                kept[name] = str(value)
        return str(kept.urlencode())


def asked_of(request: HttpRequest, query: QueryDict) -> Asked:
    """Read the address. The tab shown first is the first that has somebody."""
    user, now = signed_in(request), clock.now()
    places = user.open_places
    today = recall.today_at(places, now)
    form = FilterForm(query)
    wanted = form.wanted()
    counts = recall.counts(user=user, today=today, wanted=wanted)
    if not form.cleaned_data.get("group"):
        wanted = replace(wanted, group=next((one.key for one in counts if one.count), recall.NOW))
    form.offer("clinician", recall.clinicians(user=user, today=today, wanted=wanted))
    if len(places) > 1:
        form.offer("location", recall.locations(user=user, today=today, wanted=wanted))
    else:
        del form.fields["location"]
    return Asked(user, places, today, now, wanted, counts, form, query)


def query_of(way: str) -> QueryDict:
    """Return what an address of the list asks for."""
    return QueryDict(urlsplit(way).query)
