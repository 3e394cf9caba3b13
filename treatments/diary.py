"""Weekly counts of headache days as the figure the score is counted in. Pure.

"Collect weekly counts and use weekly x 4 placed at the end of the week": the days of the score's own window (28) in
weeks, from the catalogue.

Source: docs/sources.md#effect-window
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from treatments.intervals import DAYS_IN_WEEK

COUNTED = "headache_days"
"""The score a patient's weekly count is of."""


def per_window(days_in_week: int, window_days: int) -> Decimal:
    """So many days of a week, over the score's window: 3 of 7 are 12 of 28."""
    return Decimal(days_in_week * window_days) / DAYS_IN_WEEK


def week_ends(*, anchor: date, today: date, weeks: int) -> tuple[date, ...]:
    """The last days of the latest whole weeks, newest first, counted from the injection (or any day of one)."""
    newest = today - (today - anchor) % timedelta(days=DAYS_IN_WEEK)
    return tuple(newest - timedelta(weeks=back) for back in range(weeks))


def whole_window(counts: Mapping[date, int], window_days: int) -> tuple[date, int] | None:
    """The latest run of weeks without a gap that fills the window: its last day and its days together, else None."""
    needed = window_days // DAYS_IN_WEEK
    for end in sorted(counts, reverse=True):
        run = [counts.get(end - timedelta(weeks=back)) for back in range(needed)]
        days = [count for count in run if count is not None]
        if len(days) == needed:
            return end, sum(days)
    return None
