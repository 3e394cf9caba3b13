"""What a call about coming back can come to, and when to ring again. Pure.

Source: docs/sources.md#ours
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from scheduling import timing

GIVE_UP_AFTER: Final = 3
"""So many calls in a row that reached nobody: the page offers to give up, with a reason."""
LONGEST_SNOOZE: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from one: ring again after so many days (None: not by itself), was anybody spoken to, is it over."""

    again_after_days: int | None = None
    is_reached: bool = True
    ends_it: bool = False


OUTCOMES: Final[dict[str, Outcome]] = {
    "no_answer": Outcome(again_after_days=1, is_reached=False),
    "left_message": Outcome(again_after_days=3, is_reached=False),
    "will_book": Outcome(again_after_days=3),
    "books_now": Outcome(),
    "wants_later": Outcome(again_after_days=28),
    "wrong_number": Outcome(again_after_days=7, is_reached=False),
    "declined": Outcome(ends_it=True),
    "elsewhere": Outcome(ends_it=True),
    "died": Outcome(),
}
"""In the order the page offers them. Who died is closed by the deed of the record, not by a call."""
ENDS_IT: Final = tuple(key for key, outcome in OUTCOMES.items() if outcome.ends_it)


def again_on(outcome: str, *, today: date, closed_weekdays: Collection[int], closures: Collection[date]) -> date | None:
    """Return the day to ring again where none was agreed: a day the place is open. None: nobody has to."""
    days = OUTCOMES[outcome].again_after_days
    if days is None:
        return None
    return timing.open_day(today + timedelta(days=days), closed_weekdays=closed_weekdays, closures=closures)


def in_vain(outcomes: Sequence[str]) -> int:
    """Return how many calls in a row reached nobody, the newest first."""
    count = 0
    for outcome in outcomes:
        if OUTCOMES[outcome].is_reached:
            break
        count += 1
    return count
