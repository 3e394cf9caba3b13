"""One patient's eighteen months as a list of days. Pure: random choices in, dates out."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

SINCE = timedelta(days=540)
CONDITIONS = (("chronic_migraine", 62), ("myofascial_pain_syndrome", 26), ("cervical_dystonia", 12))


@dataclass(frozen=True, slots=True)
class Story:
    """When a patient came and what became of it.

    `consulted_on` is None for who is registered and still to come. `injected_on` are the days of the sessions;
    `ends_as` says what became of the plan: active, paused or stopped. `responds` tells how well relief comes.
    """

    registered_on: date
    consulted_on: date | None
    condition: str
    injected_on: tuple[date, ...]
    ends_as: str
    responds: float
    misses_next: bool
    has_booked: bool


def tell(rng: Random, *, today: date, interval_days: int) -> Story:
    """Return one story: first the desk, then the consultation, then a session every interval until today."""
    is_new = rng.random() < 0.07  # noqa: PLR2004 - a share of people is still to come
    registered_on = open_day(today - timedelta(days=rng.randint(0, 6) if is_new else rng.randint(0, SINCE.days)))
    consulted = open_day(today if is_new else registered_on + timedelta(days=rng.randint(1, 12)))
    condition = rng.choices([key for key, _ in CONDITIONS], [weight for _, weight in CONDITIONS])[0]
    treated = consulted < today and rng.random() < 0.88  # noqa: PLR2004 - a share of people
    days: list[date] = []
    if treated:
        day = open_day(consulted + timedelta(days=rng.randint(0, 9)))
        while day < today:
            days.append(day)
            if rng.random() < 0.05:  # noqa: PLR2004 - stays away after this one
                break
            day = open_day(day + timedelta(days=interval_days + max(0, int(rng.gauss(4, 9)))))
    fate = rng.random()
    return Story(
        registered_on=min(registered_on, today),
        consulted_on=consulted if consulted < today else None,
        condition=condition,
        injected_on=tuple(days),
        ends_as="stopped" if fate < 0.05 else "paused" if fate < 0.08 else "active",  # noqa: PLR2004 - shares
        responds=rng.betavariate(5, 2),
        misses_next=rng.random() < 0.12,  # noqa: PLR2004
        has_booked=rng.random() < 0.55,  # noqa: PLR2004
    )


def open_day(day: date) -> date:
    """Return the day, or the Monday after a Sunday."""
    return day + timedelta(days=1) if day.weekday() == 6 else day  # noqa: PLR2004 - Sunday
