"""One letter a day: of those we send of our own accord, a person gets one on a local day at most.

Which kinds count is said by their `rank`; confirmations and codes, which somebody waits for, have none. The table holds
it (`letter_one_a_day`); this module only sees to it that the right one goes: the one that would be useless tomorrow,
then the more important kind, then the older.
"""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from clinic.outbox import registry
from clinic.outbox.models import RESEND, Letter
from clinic.outbox.states import QUEUED, SENDING


class DayTaken(Exception):
    """Another letter to the same person is being handed over for the same day."""


def gives_way(
    letter: Letter, *, rank: int, day: date, ends_at: datetime, tomorrow: datetime, was_also: Collection[UUID] = ()
) -> bool:
    """Whether another letter has this person's day, or one that is due before it ends should have it."""
    ranks = {slug: kind.rank for slug, kind in registry.known_kinds().items() if kind.rank is not None}
    to_come = Q(state__in=(QUEUED, SENDING), letter__in=ranks, due_at__lt=ends_at, handing_over_at__isnull=True)
    others = (
        Letter.objects.filter(person_public_id__in=[letter.person_public_id, *was_also])
        .filter(Q(day=day) | to_come & ~Q(edition__contains=RESEND))
        .exclude(pk=letter.pk)
        .only("pk", "letter", "day", "due_at", "not_after")
    )
    ours = _order(letter, rank, tomorrow)
    return any(other.day == day or _order(other, ranks[other.letter] or 0, tomorrow) < ours for other in others)


def _order(letter: Letter, rank: int, tomorrow: datetime) -> tuple[bool, int, datetime, int]:
    can_wait = letter.not_after is None or letter.not_after > tomorrow
    return can_wait, rank, letter.due_at, letter.pk
