"""Who is called to an urgent report, and when the next one is. Pure: people and clocks in, a person out.

Source: docs/sources.md#ours
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

NEXT_AFTER: Final = timedelta(minutes=15)
"""Nobody has answered for so long: the next person is called (the clinic's policy, no clinical number)."""


def next_to_call(
    order: Sequence[int], *, called: Collection[int], last_at: datetime | None, now: datetime, at_once: bool = False
) -> int | None:
    """Return who is called now: the first of the order who was not yet, if the last one had time to answer.

    `at_once` does not wait: the letter to the last one could not be delivered.
    """
    if last_at is not None and now < last_at + NEXT_AFTER and not at_once:
        return None
    return next((person for person in order if person not in called), None)
