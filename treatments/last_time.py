"""What the session before gave to each muscle, and what came of it: read beside the next one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from treatments.comparing import Given, given_by_place
from treatments.formulary import Formulary, Instrument
from treatments.models import InjectionSession, Plan
from treatments.models.adverse import EventEntry
from treatments.plan_story import Told, stories_of
from treatments.session_facts import site_as_value


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTime:
    """One signed session with its cycle. `given` and `events` are by "muscle:side"; scores are of the whole session."""

    told: Told
    instrument: Instrument | None
    given: Mapping[str, Given]
    events: Mapping[str, tuple[EventEntry, ...]]

    @property
    def session(self) -> InjectionSession:
        """The session itself, its sites at hand."""
        return self.told.session


def last_time_of(
    plan: Plan, *, today: date, formulary: Formulary, but_not: InjectionSession | None = None
) -> LastTime | None:
    """Return the latest signed session of a plan that stands, other than the one being looked at; None without one."""
    story = stories_of([plan], prior=(), today=today, formulary=formulary)[plan.pk]
    told = [one for one in story.sessions if but_not is None or one.session.pk != but_not.pk]
    return with_cycle(told[-1], story.instrument) if told else None


def with_cycle(told: Told, instrument: Instrument | None) -> LastTime:
    """Return a session of a story with what it gave, place by place."""
    sites = [site_as_value(site) for site in told.session.sites.all()]
    return LastTime(told=told, instrument=instrument, given=given_by_place(sites), events=events_by_place(told.session))


def events_by_place(session: InjectionSession) -> Mapping[str, tuple[EventEntry, ...]]:
    """Return what each adverse event after a session stands at, by "muscle:side"; "" where it names no site."""
    entries = EventEntry.objects.filter(event__session=session).prefetch_related("sites__muscle")
    latest = {entry.event_id: entry for entry in entries.order_by("event_id", "number")}
    found: dict[str, tuple[EventEntry, ...]] = {}
    for entry in latest.values():
        if entry.is_struck:
            continue
        for place in dict.fromkeys(site_as_value(site).place for site in entry.sites.all()) or ("",):
            found[place] = (*found.get(place, ()), entry)
    return found
