"""Booked visits that lie where none could be booked any more: found, given other times, moved or kept.

Nothing is stored about them but a person's word that one stands: leave entered or taken back, a day closed or opened,
hours changed and visits moved are seen at once, whoever did it and in which order (docs/decisions/0058).
"""

from scheduling.displaced.finding import Displaced, Why, displaced, foreseen
from scheduling.displaced.keeping import keep, take_back_keeping
from scheduling.displaced.offering import Offered, next_times

__all__ = (
    "Displaced",
    "Offered",
    "Why",
    "displaced",
    "foreseen",
    "keep",
    "next_times",
    "take_back_keeping",
)
