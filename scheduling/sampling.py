"""On which days a sample patient's letters would go: the rules of the record and the policy, on days typed in."""

from dataclasses import dataclass
from datetime import date, datetime, time

from clinic.lib.days import at_local, day_of
from clinic.locations.models import Location
from scheduling import policies, timing
from scheduling.policies import Policies
from scheduling.timing import Place
from treatments import effect
from treatments.formulary_db import current_formulary
from treatments.intervals import Interval


@dataclass(frozen=True, slots=True)
class SampleLetter:
    """One step: the day the policy gives it, and the day it goes; none where a later letter has that day."""

    days: int
    planned_on: date
    goes_on: date | None


@dataclass(frozen=True, slots=True)
class Sample:
    """What a patient treated on a day would get, if no score says anything else."""

    earliest_on: date
    book_by_on: date
    letters: tuple[SampleLetter, ...]
    calls_from: date


def sample(asked: Policies, *, condition: str, treated_on: date, interval: Interval, location: Location) -> Sample:
    """Return a sample patient's days by the catalogue's default effect, the least interval and these policies.

    Source: docs/sources.md#effect-window
    """
    formulary = current_formulary()
    booking = effect.booking(
        treated_on,
        interval=interval,
        min_days=formulary.rules.interval.minimum("", (condition,), location.label_region).value,
        window=effect.estimate(
            (),
            default_weeks=formulary.condition(condition).effect.default_end_weeks,
            instrument=None,
            rules=formulary.rules.effect,
        ),
        rules=formulary.rules.effect,
    )
    book_by_on = booking.book_by_on or booking.earliest_on
    schedule = asked.of(condition)
    reminder_on = booking.letters[0] if booking.letters else None
    now = at_local(treated_on, time.min, location.zone)
    place = policies.places([location], now=now)[location.pk]
    planned = timing.plan(
        schedule, reminder_on=reminder_on, book_by_on=book_by_on, lead_days=asked.lead_days, now=now, place=place
    )
    days = {rule.number: rule.days for rule in schedule.steps}
    return Sample(
        earliest_on=booking.earliest_on,
        book_by_on=book_by_on,
        letters=tuple(
            SampleLetter(days[number], day, _local(planned.letters.get(number), place))
            for number, day in timing.wanted_days(
                schedule, book_by_on=book_by_on, reminder_on=reminder_on, lead_days=asked.lead_days
            )
        ),
        calls_from=planned.calls_from,
    )


def _local(instant: datetime | None, place: Place) -> date | None:
    return day_of(instant, place.zone) if instant else None
