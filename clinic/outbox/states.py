"""What may become of a letter. Pure.

    queued ----> sending ----> sent
      ^  |          |--------> withdrawn   nobody wants it any more
      |  |          |--------> lapsed      its time is over
      |  |          |--------> failed      refused for good, or tried too often
      |  |          |--------> uncertain   the server took it and never answered
      |  |          `--------> queued      later: a passing fault, sleeping hours, a worker that died
      `--+- held               nothing goes out: after a restore, or a person said so
               `-----> uncertain   after a restore: it may have gone before

`uncertain` leaves only by a person (queued again, or found to have arrived), or by the server's own late answer.
`withdrawn` is queued again only where the same letter is owed once more: it was never handed over.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

QUEUED: Final = "queued"
SENDING: Final = "sending"
SENT: Final = "sent"
WITHDRAWN: Final = "withdrawn"
LAPSED: Final = "lapsed"
FAILED: Final = "failed"
UNCERTAIN: Final = "uncertain"
HELD: Final = "held"

MAY_BECOME: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        QUEUED: frozenset({SENDING, WITHDRAWN, HELD}),
        SENDING: frozenset({SENT, WITHDRAWN, LAPSED, FAILED, UNCERTAIN, QUEUED}),
        HELD: frozenset({QUEUED, WITHDRAWN, SENT, UNCERTAIN}),
        UNCERTAIN: frozenset({QUEUED, SENT, FAILED}),
        WITHDRAWN: frozenset({QUEUED, HELD}),
        SENT: frozenset(),
        LAPSED: frozenset(),
        FAILED: frozenset(),
    }
)

#: Ended: nothing happens to it by itself.
ENDED: Final = frozenset({SENT, WITHDRAWN, LAPSED, FAILED, UNCERTAIN})
#: Promised and not yet kept.
LIVE: Final = frozenset({QUEUED, SENDING, HELD})
#: Of these a person may send a new edition; an uncertain one goes again as itself.
RESENDABLE: Final = frozenset({FAILED, LAPSED, SENT, UNCERTAIN})


def before(state: str) -> frozenset[str]:
    """Return the states a letter may be in just before this one."""
    return frozenset(source for source, targets in MAY_BECOME.items() if state in targets)
