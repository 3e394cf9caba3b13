"""Which group of the recall list a follow-up stands in: one expression for the list, its counts and the rail."""

from datetime import date, timedelta
from typing import Final

from django.db.models import Case, CharField, Q, Value, When

from scheduling.standing import (
    CALL_LIST,
    CLINICIAN_LIST,
    FAILED,
    LETTERS,
    NO_ANSWER,
    TOO_EARLY,
    UNCERTAIN,
    UNREACHABLE,
    WEARING_OFF,
)

SOON: Final = timedelta(days=14)
NOT_REACHED: Final = sorted(UNREACHABLE | {FAILED, UNCERTAIN})
"""Why no letter reaches somebody."""
NOW: Final = "now"
"""All that a person works today, in one list: the number on the rail."""
TO_WORK: Final = ("early", "call", "silent", "overdue", "unreachable")
GROUPS: Final = (*TO_WORK, "due", "reminded", "snoozed", "clinician", "booked", "later")


def groups(today: date) -> Case:
    """Return the group of a live follow-up: each is in one, whatever it is.

    What a call agreed comes before what the letters came to: nobody rings until that day, somebody does from it on.
    """
    return Case(
        When(where=CLINICIAN_LIST, then=Value("clinician")),
        When(reason=TOO_EARLY, then=Value("early")),
        When(state="booked", then=Value("booked")),
        When(call_again_on__gt=today, then=Value("snoozed")),
        When(call_again_on__isnull=False, then=Value("call")),
        When(where=CALL_LIST, reason__in=NOT_REACHED, then=Value("unreachable")),
        When(_is_silent(today), then=Value("silent")),
        When(Q(where=CALL_LIST) & ~Q(reason=NO_ANSWER), then=Value("call")),
        When(book_by_on__lt=today, then=Value("overdue")),
        When(where=CALL_LIST, then=Value("call")),
        When(reason=WEARING_OFF, then=Value("due")),
        When(state="reminded", then=Value("reminded")),
        When(book_by_on__lte=today + SOON, then=Value("due")),
        default=Value("later"),
        output_field=CharField(),
    )


def keys_of(group: str) -> tuple[str, ...]:
    """Return the groups that a tab shows: itself, or all that is to be worked."""
    return TO_WORK if group == NOW else (group,)


def _is_silent(today: date) -> Q:
    """Reminded, and nothing came of it: the day to be back has gone by, or all letters have."""
    return Q(state="reminded") & (Q(where=LETTERS, book_by_on__lt=today) | Q(where=CALL_LIST, reason=NO_ANSWER))
