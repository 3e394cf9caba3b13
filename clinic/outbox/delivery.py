"""Claim a letter, ask again, hand it over, write down what came of it; bring back what a lost worker left.

Two kinds of clock: `now` is the moment the letters are judged by, and is handed in; leases are counted by the
database, whose clock all workers share.
"""

import logging
import os
import socket
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, Q
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from clinic.lib.db import violated
from clinic.outbox import bounces, deeds, mail_server, registry, restored, states, turns, verdicts
from clinic.outbox.daily import DayTaken
from clinic.outbox.errors import UnknownLetter
from clinic.outbox.faultpoints import faultpoint
from clinic.outbox.mail_server import Server
from clinic.outbox.models import Hold, Letter
from clinic.outbox.registry import LetterKind
from clinic.outbox.smtp import hand_over
from clinic.outbox.timing import LEASE
from clinic.outbox.verdicts import Verdict
from clinic.outbox.writing import Ready, class_and_place, decide, spread, this_try

log = logging.getLogger(__name__)

#: As many a sweep asks workers for; the rest is found by the next. What waits in the broker then is asked for again,
#: and claimed in vain: a hundredth of a second each.
SWEEP: Final = 1000
LATER: Final = "later"


def deliver(letter_pk: int, *, now: datetime) -> str | None:
    """Deliver one letter if it is due and nobody else has it.

    Returns what it came to (sent, withdrawn, lapsed, failed, uncertain, later), or None where it was not ours to
    deliver or was taken from us before anything was handed over.
    """
    letter = claim(letter_pk, now=now)
    if letter is None:
        return None
    faultpoint("claim.after_commit")
    decided = decide(letter, now=now)
    if isinstance(decided, Verdict):
        return settle(letter, decided, now=now)
    return hand(letter, decided, now=now)


def hand(letter: Letter, ready: Ready, *, now: datetime) -> str | None:
    """Hand a claimed letter that is ready to the mail server, and write down what came of it."""
    this = this_try(letter, now)
    try:
        handover = hand_over(
            ready.envelope, Server.from_settings(), before_data=partial(note_handing_over, letter, ready)
        )
    except DayTaken:
        return settle(letter, verdicts.another_day(this, ready.tomorrow or now), now=now)
    faultpoint("data.before_write_back")
    if handover.refused_the_address:  # before the letter's row: people are locked before letters
        bounces.refused(letter, mark=ready.sent_to, status=handover.status, now=now)
    verdict = verdicts.after_handover(handover, this, spread)
    done = settle(letter, verdict, now=now) if verdict else None
    turns.heard(handover, ready.domain, now=now)
    return done


def claim(letter_pk: int, *, now: datetime) -> Letter | None:
    """Take a due letter by one conditional UPDATE, with a lease; None where it is not there to be taken."""
    restored.hold_if_new_connection(now=now)
    claimant = f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid4().hex[:12]}"
    with transaction.atomic(durable=True):
        won = (
            Letter.objects.filter(
                ~Exists(Hold.objects.on()),
                pk=letter_pk, state=states.QUEUED, due_at__lte=now, attempt__lt=F("max_attempts"),
            )
            .update(
                state=states.SENDING, attempt=F("attempt") + 1, claimed_by=claimant, lease_until=lease_from_now()
            )
        )  # fmt: skip
        return Letter.objects.get(pk=letter_pk, claimed_by=claimant) if won else None


def lease_from_now() -> CombinedExpression:
    """When a lease taken now ends, by the database's clock."""
    return Now() + LEASE / settings.OUTBOX_HASTE


def note_handing_over(letter: Letter, ready: Ready) -> bool:
    """Commit that a letter is being handed over, and what it says; False where our claim is lost.

    Raises:
        DayTaken: another letter has the person's day meanwhile.

    """
    try:
        with transaction.atomic(durable=True):
            ours = (
                Letter.objects.claimed(letter.claimed_by, letter.attempt)
                .filter(pk=letter.pk, lease_until__gt=Now(), handing_over_at__isnull=True)
                .update(
                    handing_over_at=Now(), lease_until=lease_from_now(), language=ready.language, day=ready.day,
                    message_id=ready.message_id, sent_to=ready.sent_to, subject_sent=ready.kept.subject,
                    text_sent=ready.kept.text, html_sent=ready.kept.html,
                )
            )  # fmt: skip
    except IntegrityError as error:
        if violated(error) == "letter_one_a_day":
            raise DayTaken from error
        raise
    faultpoint("handing_over.after_commit")
    return ours == 1


def settle(letter: Letter, verdict: Verdict, *, now: datetime) -> str | None:
    """Write down what a try came to, if the letter is still this try's; return it in a word, or None where it is not.

    The letter's kind hears of an end first, in the same transaction: follow-ups are locked before letters.
    """
    with transaction.atomic(durable=True):
        if verdict.state in states.ENDED:
            tell(letter, verdict, now=now)
        written = _still_ours(letter, verdict).update(**_columns(verdict, now=now))
        if not written:
            transaction.set_rollback(True)
    if not written:
        log.warning(
            "letter %s: attempt %s came back to a letter that is no longer its own", letter.public_id, letter.attempt
        )
        return None
    log.info("letter %s: %s %s %s", letter.public_id, verdict.state, verdict.reason, verdict.last_error)
    return LATER if verdict.state == states.QUEUED else verdict.state


def release_expired(*, now: datetime) -> Counter[str]:
    """Bring back letters whose worker did not return in time: queued, or uncertain where it was handing over."""
    done: Counter[str] = Counter()
    for letter in Letter.objects.lease_over().order_by("pk")[:SWEEP]:
        verdict = verdicts.after_lost_worker(
            this_try(letter, now), handed_over=letter.handing_over_at is not None, spread=spread
        )
        with transaction.atomic(durable=True):
            if verdict.state in states.ENDED:
                tell(letter, verdict, now=now)
            over = Letter.objects.lease_over().filter(pk=letter.pk, attempt=letter.attempt)
            over = over.filter(handing_over_at__isnull=letter.handing_over_at is None)
            if over.update(**_columns(verdict, now=now)):
                done[verdict.state] += 1
            else:
                transaction.set_rollback(True)
    deeds.hold_stragglers()
    return done


def find_due(*, now: datetime) -> int:
    """Ask the apps what has become due; one that breaks does not stop the others. Returns how many letters are new."""
    found = 0
    for finder in registry.due_finders:
        try:
            found += finder(now)
        except Exception as error:  # noqa: BLE001 - whatever one app's finder does, the other letters go
            # Not the traceback: an exception's text may hold what a patient wrote.
            log.error("finder %s broke: %s", getattr(finder, "__name__", "?"), class_and_place(error))  # noqa: TRY400
    return found


def due_now(*, now: datetime, limit: int = SWEEP) -> list[tuple[int, str, bool]]:
    """Return the letters a worker may claim now, each with the queue of its kind and whether somebody waits for it."""
    kinds = registry.known_kinds()
    rows = Letter.objects.due(now).values_list("pk", "letter", "priority")[:limit]
    return [
        (pk, kinds[slug].queue if slug in kinds else LetterKind.queue, priority == turns.URGENT)
        for pk, slug, priority in rows
    ]


def work(now: datetime) -> Counter[str]:
    """Do at a given clock what beat and workers do: find, release, and deliver all that is due, once."""
    done: Counter[str] = Counter()
    find_due(now=now)
    release_expired(now=now)
    try:
        for pk in _each_due_once(now):
            done[deliver(pk, now=now) or "not ours"] += 1
    finally:
        mail_server.hang_up()
    del done["not ours"]
    return done


def _each_due_once(now: datetime) -> Iterator[int]:
    seen: set[int] = set()
    while fresh := [pk for pk, _queue, _urgent in due_now(now=now) if pk not in seen]:
        seen.update(fresh)
        yield from fresh


def tell(letter: Letter, verdict: Verdict, *, now: datetime) -> None:
    """Let the letter's kind hear of its end; what it breaks is undone and does not undo the end."""
    try:
        with transaction.atomic():
            kind = registry.kind_for(letter.letter)
            kind.ended(letter.promise, state=verdict.state, reason=verdict.reason, now=now)
    except UnknownLetter:
        return
    except Exception as error:  # noqa: BLE001 - the letter has gone or failed whatever an app makes of it
        log.error("letter %s: its kind could not take the end: %s", letter.public_id, class_and_place(error))  # noqa: TRY400


def _still_ours(letter: Letter, verdict: Verdict) -> Any:
    """The row this try may still write to.

    A server's definite answer counts even where it came so late that the letter had been marked uncertain; not any more
    where a person has sent it again since.
    """
    ours = Q(state=states.SENDING, claimed_by=letter.claimed_by)
    if verdict.state in {states.SENT, states.FAILED}:
        ours |= Q(state=states.UNCERTAIN)
    return Letter.objects.filter(ours, pk=letter.pk, attempt=letter.attempt)


def _columns(verdict: Verdict, *, now: datetime) -> dict[str, Any]:
    columns: dict[str, Any] = deeds.NO_CLAIM | {
        "state": verdict.state,
        "reason": verdict.reason,
        "reason_text": verdict.text[:300],
        "where": verdict.where,
        "last_error": verdict.last_error[:120],
        "ended_at": now if verdict.state in states.ENDED else None,
    }
    if verdict.state == states.SENT:
        columns["sent_at"] = now
    if verdict.state in {states.QUEUED, states.FAILED}:
        columns["day"] = None  # nothing reached the person
    if verdict.state == states.QUEUED:
        columns |= {
            "due_at": verdict.due_at,
            "handing_over_at": None,
            "subject_sent": "",
            "text_sent": "",
            "html_sent": "",
        }
        if not verdict.counts:
            columns["max_attempts"] = F("max_attempts") + 1
    return columns
