"""Book, move, cancel, and the steps of a visit: one deed each, each one conditional UPDATE or one INSERT.

The table decides who gets a time; these deeds only put its refusal into words (STYLE.md, decision 8).
"""

from scheduling.booking.as_one import as_one
from scheduling.booking.asked import NO_LEAVE, Leave, Slot
from scheduling.booking.holding import HELD_FOR, hold, lengthen, let_go
from scheduling.booking.in_line import stand_in_line
from scheduling.booking.making import book, move
from scheduling.booking.overbooking import may_overbook
from scheduling.booking.pressing import answered_before
from scheduling.booking.putting_back import put_back
from scheduling.booking.refusing import earliest_injection, earliest_of
from scheduling.booking.rows import slot_of
from scheduling.booking.steps import (
    cancel,
    check_in,
    complete,
    confirm,
    link_session,
    mark_left,
    mark_no_show,
    to_room,
    undo,
)
from scheduling.booking.stretching import stretch

__all__ = (
    "HELD_FOR",
    "NO_LEAVE",
    "Leave",
    "Slot",
    "answered_before",
    "as_one",
    "book",
    "cancel",
    "check_in",
    "complete",
    "confirm",
    "earliest_injection",
    "earliest_of",
    "hold",
    "lengthen",
    "let_go",
    "link_session",
    "mark_left",
    "mark_no_show",
    "may_overbook",
    "move",
    "put_back",
    "slot_of",
    "stand_in_line",
    "stretch",
    "to_room",
    "undo",
)
