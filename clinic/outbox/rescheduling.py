"""Move many letters at once, each to a moment of its own: for a change of policy that reaches what is owed already."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import F

from clinic.outbox import deeds, states
from clinic.outbox.models import Letter
from clinic.outbox.reasons import HELD_BACK
from clinic.outbox.refs import Move


def reschedule_many(moves: Sequence[Move]) -> int:
    """Move letters that are waiting or held, in one statement; return how many moved."""
    return _set_moments(moves, (states.QUEUED, states.HELD))


def revive_many(moves: Sequence[Move]) -> int:
    """Queue withdrawn letters again, each for its own moment; return how many are back."""
    _set_moments(moves, (states.WITHDRAWN,))
    is_held = deeds.is_on_hold()
    afresh = deeds.AFRESH | {
        "state": states.HELD if is_held else states.QUEUED,
        "reason": HELD_BACK if is_held else "",
        "max_attempts": F("attempt") + Letter().max_attempts,
    }
    return Letter.objects.filter(state=states.WITHDRAWN, pk__in=[move.pk for move in moves]).update(**afresh)


def _set_moments(moves: Sequence[Move], in_states: tuple[str, ...]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox_letter SET due_at = move.due_at, not_after = move.not_after"
            " FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS move (pk, due_at, not_after)"
            " WHERE outbox_letter.id = move.pk AND outbox_letter.state = ANY(%s)",
            [
                [move.pk for move in moves],
                [move.due_at for move in moves],
                [move.not_after for move in moves],
                list(in_states),
            ],
        )
        return int(cursor.rowcount)
