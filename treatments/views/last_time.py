"""What last time achieved, as pages say it: the result of the whole session, and beside each muscle its dose."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from treatments.comparing import Given
from treatments.effect import EndStatus, half_up
from treatments.formulary import Formulary
from treatments.intervals import DAYS_IN_WEEK
from treatments.last_time import LastTime
from treatments.models.adverse import EventEntry
from treatments.quantities import show_number
from treatments.site_dosing import place_name
from treatments.views.story_plot import KNOWN_ENDS
from treatments.views.window_words import END_WORDS


@dataclass(frozen=True, slots=True)
class AtPlace:
    """One muscle and side last time: the dose in words, and what went wrong there."""

    place: str
    muscle: str
    side: str
    name: str
    dose: str
    events: tuple[str, ...]


def shown_last_time(last: LastTime | None, formulary: Formulary, *, product: str) -> dict[str, Any] | None:
    """Return what `_last_time.html` shows; `product` is the one of today: another is named with each dose."""
    if last is None:
        return None
    is_other = last.session.product.key != product
    unit = last.session.product.name if is_other else ""
    places = {}
    for place, given in last.given.items():
        muscle, _sep, side = place.partition(":")
        events = tuple(event_words(entry) for entry in last.events.get(place, ()))
        places[place] = AtPlace(place, muscle, side, _named(place, formulary), dose_words(given, unit), events)
    total = sum((given.units for given in last.given.values()), Decimal(0))
    return {
        "session": last.session,
        "on": last.session.injected_on,
        "units": show_number(total),
        "product": last.session.product.name,
        "result": result_words(last),
        "is_responder": last.told.response.is_responder if last.told.response else None,
        "end": end_words(last),
        "places": places,
        "events": [
            (_named(place, formulary), event_words(entry)) for place, said in last.events.items() for entry in said
        ],
    }


def _named(place: str, formulary: Formulary) -> str:
    muscle, _sep, side = place.partition(":")
    return place_name(muscle, side, formulary) if place else ""


def event_words(entry: EventEntry) -> str:
    """Return an adverse event with what counts beside a dose: "Eyelid ptosis (mild, resolved)"."""
    said = (entry.get_severity_display(), entry.get_outcome_display())
    return f"{entry.term} ({', '.join(str(words).lower() for words in said)})"


def dose_words(given: Given, product: str = "") -> str:
    """Return how many times how much, or "5 + 7.5 units" where the entries differ; another product is named."""
    if not given.sites:
        return ""
    if len(set(given.each)) == 1:
        each = show_number(given.each[0])
        words = each if given.sites == 1 else f"{given.sites} × {each}"  # noqa: RUF001  # a multiplication sign
    else:
        words = " + ".join(show_number(units) for units in given.each)
    if product:
        return _("%(dose)s units of %(product)s") % {"dose": words, "product": product}
    return _("%(dose)s units") % {"dose": words}


def result_words(last: LastTime) -> str:
    """Return how the primary score changed: "Headache days: 22, at best 9 (59% better)"."""
    found, instrument = last.told.response, last.instrument
    if instrument is None:
        return _("No score is kept for this condition.")
    if found is None:
        return _("%(score)s: not enough scores to tell.") % {"score": instrument.name}
    values = {"score": instrument.name, "before": show_number(found.baseline), "best": show_number(found.best)}
    if found.percent is None:
        return _("%(score)s: %(before)s before, %(best)s at best.") % values
    values["percent"] = str(found.percent)
    if found.gain < 0:
        return _("%(score)s: %(before)s before, %(best)s at best (%(percent)s%% worse).") % values
    return _("%(score)s: %(before)s before, %(best)s at best (%(percent)s%% better).") % values


def end_words(last: LastTime) -> str:
    """Return when it wore off and how that is known: "Wore off on day 77: seen in the scores."."""
    end = last.told.end
    said = str(END_WORDS[end.status])
    if end.status in KNOWN_ENDS and end.weeks is not None:
        return _("Wore off on day %(day)s: %(how)s.") % {"day": half_up(DAYS_IN_WEEK * end.weeks), "how": said}
    if end.status is EndStatus.NO_EFFECT:
        return _("No effect.")
    return _("Wearing off: %(how)s.") % {"how": said}


def beside_rows(shown: list[dict[str, Any]], last: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return the table's rows with last time's dose at the first row of each muscle and side."""
    if last is None:
        return shown
    seen: set[str] = set()
    for item in shown:
        row = item["row"]
        place = f"{row.muscle}:{row.side}"
        if not row.muscle or place in seen:
            continue
        seen.add(place)
        item["last"] = last["places"].get(place)
        item["is_new_place"] = item["last"] is None
    return shown


def left_out(last: Mapping[str, Any] | None, places: Iterable[str]) -> list[AtPlace]:
    """Return the muscles that were given something last time and are not among these."""
    here = set(places)
    return [] if last is None else [at for place, at in last["places"].items() if place not in here]
