"""What waits while nothing may go out, and what letting it go again would do. The hold itself is in `deeds`.

Released letters are judged one by one when their turn comes: what nobody wants any more is withdrawn, what is too late
lapses to a person's list, the rest goes at its pace.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Min, Q
from django.db.models.functions import Now

from clinic.outbox import deeds, delivery, states
from clinic.outbox.models import Hold, Letter
from clinic.outbox.querysets import LetterQuerySet
from clinic.outbox.reasons import MAY_HAVE_GONE
from clinic.outbox.verdicts import CALL_LIST, Verdict

if TYPE_CHECKING:
    from clinic.staff.models import User  # a name for the type checker; nothing is imported


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is held or due now, by what letting it go would do."""

    hold: Hold | None
    #: All that is owed and has not gone, those of later months included.
    owed: int
    #: Due by now, and since when the oldest is.
    due: int
    oldest_due_at: datetime | None
    #: Of those due: their time is over.
    too_late: int
    #: Due before the hold began: after a restore they may have gone already.
    may_have_gone: int

    @property
    def would_go(self) -> int:
        """Due and still of use."""
        return self.due - self.too_late


def waiting(*, now: datetime) -> Waiting:
    """Count what waits. Two queries."""
    hold: Hold | None = Hold.objects.on().first()
    due = Q(due_at__lte=now)
    too_late = due & Q(not_after__lte=now)
    before = _of_use(now) & Q(due_at__lt=hold.started_at) if hold else Q(pk=None)
    counted = Letter.objects.filter(state__in=(states.QUEUED, states.HELD)).aggregate(
        owed=Count("pk"), due=Count("pk", filter=due), oldest_due_at=Min("due_at", filter=due),
        too_late=Count("pk", filter=too_late), may_have_gone=Count("pk", filter=before),
    )  # fmt: skip
    return Waiting(hold=hold, **counted)


def release(*, by: "User | None", now: datetime, doubt_earlier: bool) -> int:
    """Let letters go again; return how many wait now.

    With `doubt_earlier` those due before the hold began become uncertain instead: after a restore nobody here knows
    which of them went, so a person looks in the mail server's log and sends again or notes that it arrived.
    """
    hold = Hold.objects.on().first()
    if hold is not None and doubt_earlier:
        for letter in _held_before(hold, now=now):
            _doubt(letter, now=now)
    return deeds.release_hold(by=by, now=now)


def _of_use(now: datetime) -> Q:
    return Q(not_after__isnull=True) | Q(not_after__gt=now)


def _held_before(hold: Hold, *, now: datetime) -> LetterQuerySet:
    found: LetterQuerySet = Letter.objects.filter(_of_use(now), state=states.HELD, due_at__lt=hold.started_at)
    return found.order_by("pk")


def _doubt(letter: Letter, *, now: datetime) -> None:
    """End one letter as uncertain, its kind told first; while the hold is on nobody else touches it."""
    verdict = Verdict(state=states.UNCERTAIN, reason=MAY_HAVE_GONE, where=CALL_LIST)
    with transaction.atomic():
        delivery.tell(letter, verdict, now=now)
        Letter.objects.filter(pk=letter.pk, state=states.HELD).update(
            state=verdict.state, reason=verdict.reason, where=verdict.where, ended_at=now, handing_over_at=Now()
        )
