"""What may follow what in the life of a visit. Pure."""

from typing import Final

FOLLOWS: Final[dict[str, frozenset[str]]] = {
    "booked": frozenset({"confirmed", "arrived", "no_show", "cancelled"}),
    "confirmed": frozenset({"arrived", "no_show", "cancelled"}),
    "arrived": frozenset({"in_room", "completed", "left"}),
    "in_room": frozenset({"completed", "left"}),
    "completed": frozenset(),
    "left": frozenset(),
    "no_show": frozenset({"arrived"}),
    "cancelled": frozenset(),
}
"""From each state, the states one press may lead to."""

BACK: Final[dict[str, str]] = {
    "confirmed": "booked",
    "arrived": "booked",
    "in_room": "arrived",
    "completed": "in_room",
    "left": "arrived",
    "no_show": "booked",
    "cancelled": "booked",
}
"""Where an undo leads: the press taken back."""

TO_COME: Final = ("booked", "confirmed")
"""Has not begun, and is not given up."""
NOT_OVER: Final = (*TO_COME, "arrived", "in_room")
HOLDING_THEIR_TIME: Final = (*NOT_OVER, "completed")
"""Keeps its time taken: neither cancelled nor missed."""

NEXT: Final[dict[str, str]] = {
    "booked": "arrived",
    "confirmed": "arrived",
    "arrived": "in_room",
    "in_room": "completed",
}
"""The one next step the board offers."""


def before(state: str) -> tuple[str, ...]:
    """Return the states from which a visit may come to `state`."""
    return tuple(sorted(start for start, ends in FOLLOWS.items() if state in ends))


def may_follow(start: str, end: str) -> bool:
    """Say whether one press may lead from `start` to `end`."""
    return end in FOLLOWS[start]
