"""Intervals as they were said, earliest dates, and the rule on the time between sessions (R01).

Pure. An interval is never converted: 12 weeks are 84 days, 3 months are 3 months, each counted from its anchor.

Source: docs/sources.md#interval
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from treatments.facts import PriorSession
from treatments.findings import Finding, Level, Value, Wording, gettext_noop
from treatments.formulary import Condition, IntervalRules, Sourced

DAYS, WEEKS, MONTHS = "days", "weeks", "months"
DAYS_IN_WEEK = 7
MONTHS_IN_YEAR = 12

_SPOKEN = re.compile(r"(\d+)\s*(day|week|month)s?", re.IGNORECASE)

NO_PRIOR = Wording("R01.no_prior", gettext_noop("No earlier toxin session is recorded"))
TOO_SOON = Wording(
    "R01.too_soon",
    gettext_noop("{days} days between this and the toxin session of {last_on}"),
    gettext_noop(
        "The interval is {min_days} days or more, whatever the product or clinic. The earliest day is {earliest}."
    ),
)
TOO_SOON_MONTH = Wording(
    "R01.too_soon_month",
    gettext_noop("Toxin was given in the month to {last_on}; the day is not known"),
    gettext_noop("Counted at its latest. The interval is {min_days} days or more. The earliest day is {earliest}."),
)
TOO_SOON_SPAN = Wording(
    "R01.too_soon_span",
    gettext_noop("Toxin was given between {first_on} and {last_on}; the day is not known"),
    gettext_noop("Counted at its latest. The interval is {min_days} days or more. The earliest day is {earliest}."),
)
LONG_ENOUGH = Wording(
    "R01.long_enough", gettext_noop("{days} days since the toxin session of {last_on}; {min_days} are needed")
)
EARLY_FOR_CONDITION = Wording(
    "R01.early_for_condition",
    gettext_noop("{days} days since the toxin session of {last_on}: allowed, but early for this condition"),
    gettext_noop("In {condition} the effect usually lasts at least {weeks} weeks: ask whether it is needed yet."),
)


@dataclass(frozen=True, slots=True)
class Interval:
    """So many days, weeks or months, as a person said it."""

    value: int
    unit: str

    def __post_init__(self) -> None:
        """An interval is at least one of a known unit."""
        if self.value < 1 or self.unit not in (DAYS, WEEKS, MONTHS):
            raise IntervalUnreadable(f"{self.value} {self.unit}")

    @classmethod
    def parse(cls, text: str) -> "Interval":
        """Read "12 weeks". Raises `IntervalUnreadable`."""
        found = _SPOKEN.fullmatch(text.strip())
        if found is None:
            raise IntervalUnreadable(text)
        return cls(int(found[1]), f"{found[2].lower()}s")

    def after(self, start: date) -> date:
        """The day it ends, counted from `start`. A month that lacks the day ends on its last."""
        return self.nth(start, 1)

    def nth(self, anchor: date, number: int) -> date:
        """The day the interval ends for the n-th time, always counted from the anchor so that it never drifts."""
        if self.unit == MONTHS:
            return add_months(anchor, self.value * number)
        return anchor + timedelta(days=self.value * number * (DAYS_IN_WEEK if self.unit == WEEKS else 1))

    def __str__(self) -> str:
        return f"{self.value} {self.unit if self.value > 1 else self.unit.removesuffix('s')}"


class IntervalUnreadable(ValueError):
    """The text is no interval."""

    def __init__(self, typed: str) -> None:
        super().__init__(f"{typed!r} is no interval: write for example 12 weeks or 3 months.")
        self.typed = typed


def add_months(start: date, months: int) -> date:
    """The same day so many months later (earlier when negative), or the month's last day where it has no such day."""
    index = start.year * MONTHS_IN_YEAR + start.month - 1 + months
    year, month = index // MONTHS_IN_YEAR, index % MONTHS_IN_YEAR + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day of an aware instant where care is given."""
    return instant.astimezone(zone).date()


def effective_day(prior: PriorSession, on: date, *, same_day_counts: bool) -> date:
    """The day a session is taken to have been on: where only the month is known, the day of it that is strictest."""
    if not prior.is_month_only or prior.on < on:
        return prior.on
    if prior.first_day > on:
        return prior.first_day
    return on if same_day_counts else on - timedelta(days=1)


def counted(prior: Iterable[PriorSession], on: date) -> list[tuple[date, PriorSession]]:
    """The sessions that count against the interval: not those of the same local day, which are one treatment."""
    days = ((effective_day(session, on, same_day_counts=False), session) for session in prior if session.counts)
    return [(day, session) for day, session in days if day != on]


def earliest_on(
    prior: Sequence[PriorSession], *, product: str, conditions: tuple[str, ...], region: str, rules: IntervalRules
) -> date | None:
    """The first day the interval rule allows after the latest toxin session; None where there was none."""
    days = [session.on for session in prior if session.counts]
    return max(days) + timedelta(days=int(rules.minimum(product, conditions, region).value)) if days else None


def interval_finding(
    on: date,
    prior: Sequence[PriorSession],
    *,
    product: str,
    conditions: Sequence[Condition],
    region: str,
    rules: IntervalRules,
) -> Finding:
    """R01: calendar days between the day asked about and the nearest other toxin session of any product, any clinic.

    Fewer than the rule's: override. The boundary passes. Allowed but before the condition's usual end: a note. A
    session recorded after the day asked about (a late entry) counts by the same distance.
    """
    minimum = rules.minimum(product, tuple(condition.key for condition in conditions), region)
    others = counted(prior, on)
    if not others:
        return Finding(rule="R01", level=Level.OK, wording=NO_PRIOR, source=minimum.source)
    last_on, session = min(others, key=lambda other: (abs((on - other[0]).days), -other[0].toordinal()))
    days = abs((on - last_on).days)
    values: dict[str, Value] = {
        "days": days,
        "last_on": session.on if session.is_month_only else last_on,
        "min_days": minimum.value,
        "earliest": max(day for day, _ in others) + timedelta(days=int(minimum.value)),
    }
    if days < minimum.value:
        wording = TOO_SOON
        if session.first_on is not None and session.is_month_only:
            wording, values["first_on"] = TOO_SOON_SPAN, session.first_on
        elif session.is_month_only:
            wording = TOO_SOON_MONTH
        return Finding(rule="R01", level=Level.OVERRIDE, wording=wording, source=minimum.source, values=values)
    return _allowed(days, conditions, minimum, values)


def _allowed(
    days: int, conditions: Sequence[Condition], minimum: Sourced[Decimal], values: dict[str, Value]
) -> Finding:
    for condition in conditions:
        weeks = condition.effect.duration_weeks[0]
        if days < weeks * DAYS_IN_WEEK:
            return Finding(
                rule="R01",
                level=Level.OK_WITH_NOTE,
                wording=EARLY_FOR_CONDITION,
                source=condition.effect.source,
                values={**values, "condition": condition.name, "weeks": weeks},
                further=(minimum.source,),
            )
    return Finding(rule="R01", level=Level.OK, wording=LONG_ENOUGH, source=minimum.source, values=values)
