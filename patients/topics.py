"""What a patient may be reminded of by e-mail, each a wish of its own. Pure."""

from enum import StrEnum
from typing import Final


class Topic(StrEnum):
    """One kind of reminder; its value is the kind of consent that is recorded for it.

    Letters about a visit that was booked, and what to mind after one, are no reminders: they come either way.
    """

    NEXT_VISIT = "reminders"
    BEFORE_VISIT = "before_visit"
    CHECK_INS = "check_ins"


COLUMN: Final[dict[Topic, str]] = {
    Topic.NEXT_VISIT: "wants_reminders",
    Topic.BEFORE_VISIT: "wants_visit_reminders",
    Topic.CHECK_INS: "wants_check_ins",
}
"""Where a patient's row holds the wish."""
