"""What a patient was given lately: figures without a verdict, never added across unit families.

Pure. R02 judges a planned dose by its window of days; the calendar months of the label's words stand beside it.

Source: docs/sources.md#doses
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from treatments.dosing import tally
from treatments.facts import PriorSession
from treatments.findings import Source
from treatments.formulary import Formulary
from treatments.intervals import add_months


@dataclass(frozen=True, slots=True, kw_only=True)
class LatelyGiven:
    """Units of one family up to and with a day, over so many days or calendar months.

    `units` is None where toxin of another family, or of unknown units, lies in the stretch: `others` are its days.
    """

    stretch: int
    units: Decimal | None
    others: tuple[date, ...]
    source: Source


def lately_given(
    prior: Sequence[PriorSession], *, product: str, on: date, formulary: Formulary
) -> tuple[LatelyGiven, LatelyGiven]:
    """The totals of a product's family over the rule's window of days, and over its calendar months."""
    rules, family = formulary.rules.cumulative, formulary.family_of(product)
    days, months = int(rules.window_days.value), int(rules.calendar_months.value)

    def given(stretch: int, after: date, source: Source) -> LatelyGiven:
        found = tally(prior, after=after, until=on, family=family, formulary=formulary)
        return LatelyGiven(
            stretch=stretch, units=None if found.others else found.units, others=found.others, source=source
        )

    return (
        given(days, on - timedelta(days=days), rules.window_days.source),
        given(months, add_months(on, -months), rules.calendar_months.source),
    )
