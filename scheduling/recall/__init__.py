"""The recall list: who is due, reminded, silent, overdue, cannot be written to, and who is rung today."""

from scheduling.recall.asking import Count, Wanted, clinicians, counts, locations, one, overdue_count, rows, today_at
from scheduling.recall.contact import Contact, contacts
from scheduling.recall.groups import GROUPS, NOW, TO_WORK, groups, keys_of
from scheduling.recall.unasked import to_ask

__all__ = (
    "GROUPS",
    "NOW",
    "TO_WORK",
    "Contact",
    "Count",
    "Wanted",
    "clinicians",
    "contacts",
    "counts",
    "groups",
    "keys_of",
    "locations",
    "one",
    "overdue_count",
    "rows",
    "to_ask",
    "today_at",
)
