"""Whose turn it is: the pace of each domain and of all, kept in the database, where all workers see it.

Not in Redis, whose loss must stop and hasten nothing. A letter that has to wait is told when, so it is claimed twice
and not each minute; urgent ones (priority 0, a code that somebody waits for) do not queue.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from clinic.outbox import pacing, reasons
from clinic.outbox.models import Letter, Pace
from clinic.outbox.registry import Later
from clinic.outbox.verdicts import Answer, Handover, Phase

ALL: Final = ""
#: How long nothing is tried: a mail server of ours that is back should be found soon, a stranger's has time.
LONGEST_REST: Final = {True: timedelta(minutes=1), False: timedelta(minutes=10)}
#: These answers are about us or about the mail server we talk to; the later ones about the recipient's.
NOT_THE_DOMAINS: Final = {Phase.CONNECT, Phase.HELLO, Phase.TLS, Phase.LOGIN, Phase.SENDER}
COME_LATER: Final = {421, 450, 451}
URGENT: Final = 0


def domain_of(address: str) -> str:
    """Return what stands behind the @."""
    return address.rpartition("@")[2].lower()[:255]


def wait_for(letter: Letter, domain: str, *, now: datetime, spread: Callable[[], float]) -> Later | None:
    """Take the letter's turn: None where that is now, else when to come back. Inside a transaction."""
    if letter.priority == URGENT:
        return None
    theirs = Pace.objects.filter(name__in=(ALL, domain))
    has_its_turn = letter.reason == reasons.TURN and now - letter.due_at < pacing.TURN_LIVES
    if has_its_turn and not theirs.filter(rests_until__gt=now).exists():
        return None
    paces = _locked(ALL, domain)
    turns = [
        pacing.turn(pace.clock, now=now, a_minute=_a_minute(pace.name), haste=settings.OUTBOX_HASTE) for pace in paces
    ]
    at = max(at for at, _clock in turns)
    if at > now + pacing.HORIZON:
        return Later(until=now + pacing.HORIZON * (1 + spread()), reason=reasons.LONG_LINE)
    for pace, (_at, clock) in zip(paces, turns, strict=True):
        pace.clock = clock
        pace.save(update_fields=["next_at"])
    return Later(until=at, reason=reasons.TURN) if at > now else None


def heard(handover: Handover, domain: str, *, now: datetime) -> None:
    """Slow down where a server said "later" or fell silent, and hasten where it took a letter.

    Silence may be the server's or the domain's: both slow down, until only one domain's letters meet it.
    """
    if handover.answer == Answer.ACCEPTED:
        troubled = Q(slowness__gt=0) | Q(refusals__gt=0)
        Pace.objects.filter(troubled, name__in=(ALL, domain)).update(
            slowness=Greatest(F("slowness") - 1, 0), refusals=0, rests_until=None
        )
    elif handover.answer == Answer.SILENCE:
        if not Pace.objects.filter(name=domain, slowness__gt=0).exists():  # else known for it: no other waits for it
            _slow_down(ALL, now=now)
        _slow_down(domain, now=now)
    elif _is_ours(handover):
        _slow_down(ALL, now=now)
    elif handover.answer == Answer.NOT_NOW and handover.code in COME_LATER:
        _slow_down(domain, now=now)


def _is_ours(handover: Handover) -> bool:
    """Whether a delay lies with the mail server we talk to, or on the way there."""
    return handover.answer == Answer.NOT_NOW and (handover.phase in NOT_THE_DOMAINS or not handover.code)


def _slow_down(name: str, *, now: datetime) -> None:
    with transaction.atomic():
        (pace,) = _locked(name)
        longest = LONGEST_REST[name == ALL]
        pace.clock = pacing.refused(pace.clock, now=now, longest_rest=longest, haste=settings.OUTBOX_HASTE)
        pace.save()


def _locked(*names: str) -> list[Pace]:
    """Return these rows, made where missing, locked in the order of their names."""
    rows = Pace.objects.select_for_update().filter(name__in=names).order_by("name")
    found = list(rows)
    if len(found) < len(names):
        Pace.objects.bulk_create([Pace(name=name) for name in names], ignore_conflicts=True)
        found = list(rows.all())
    return found


def _a_minute(name: str) -> int:
    allowed: int = settings.LETTERS_A_MINUTE if name == ALL else settings.LETTERS_A_MINUTE_A_DOMAIN
    return allowed
