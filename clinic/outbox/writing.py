"""Ask again, at the moment of sending: whether, to whom, when, and in which words."""

import logging
import random
import traceback
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import PurePath
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from clinic.lib.days import day_bounds, day_of
from clinic.lib.languages import read_as, speaking
from clinic.outbox import daily, reasons, registry, states, turns, verdicts
from clinic.outbox.errors import UnknownLetter
from clinic.outbox.links import Links
from clinic.outbox.marks import mark_of
from clinic.outbox.mime import BadAddress, Envelope, Words, compose, message_id, one_line
from clinic.outbox.models import Letter
from clinic.outbox.redaction import redacted
from clinic.outbox.registry import Later, LetterKind, Recipient, Rendered, Suppressed
from clinic.outbox.timing import EVENING, MORNING, next_waking
from clinic.outbox.verdicts import CALL_LIST, Try, Verdict

log = logging.getLogger(__name__)

spread: Final = random.random


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A letter in its envelope, and what is kept of it."""

    envelope: Envelope
    language: str
    message_id: str
    sent_to: str
    kept: Words
    domain: str
    #: For letters of which one a day goes: the person's day it takes, and when it goes if another was quicker.
    day: date | None = None
    tomorrow: datetime | None = None


def decide(letter: Letter, *, now: datetime) -> Ready | Verdict:
    """Ask again whether, to whom and when, and write the letter; a fault of our own code is a verdict too."""
    try:
        with transaction.atomic(durable=True):
            return _ask(letter, now=now)
    except (OperationalError, InterfaceError):
        raise
    except UnknownLetter:
        return Verdict(state=states.FAILED, reason=reasons.UNKNOWN_LETTER, where=CALL_LIST)
    except BadAddress:
        return Verdict(state=states.FAILED, reason=reasons.BAD_ADDRESS, where=CALL_LIST)
    except Exception as error:  # noqa: BLE001 - one letter that cannot be written must not stop the others
        fault = class_and_place(error)
        log.error("letter %s (%s) could not be written: %s", letter.public_id, letter.letter, fault)  # noqa: TRY400
        return verdicts.after_code_fault(this_try(letter, now), fault=fault[:120], spread=spread)


def _ask(letter: Letter, *, now: datetime) -> Ready | Verdict:
    kind, promise, this = registry.kind_for(letter.letter), letter.promise, this_try(letter, now)
    if letter.not_after is not None and now >= letter.not_after:
        return Verdict(state=states.LAPSED, reason=reasons.NO_LONGER_USEFUL, where=CALL_LIST)
    match kind.still_wanted(promise, now=now):
        case Suppressed() as no:
            return _withdrawn(no)
        case Later() as then:
            return verdicts.later(this, then.until, reason=then.reason)
    recipient = kind.recipient(promise, now=now)
    if isinstance(recipient, Suppressed):
        return _withdrawn(recipient)
    wakes = next_waking(
        now, recipient.mail_from, recipient.mail_until, ZoneInfo(recipient.zone),
        closed_weekdays=recipient.closed_weekdays, closures=recipient.closures,
    )  # fmt: skip
    if wakes > now:
        return verdicts.later(this, wakes, reason=reasons.SLEEPING_HOURS)
    return _write(letter, kind, recipient, now=now)


def _write(letter: Letter, kind: LetterKind, recipient: Recipient, *, now: datetime) -> Ready | Verdict:
    """Put it into words, if this is its person's day for it and its turn."""
    promise, this, links = letter.promise, this_try(letter, now), Links()
    day, tomorrow = _its_day(kind, letter, recipient, now=now)
    if tomorrow and day is None:
        return verdicts.another_day(this, tomorrow)
    with speaking(recipient.language):
        rendered = kind.render(promise, recipient, links=links, now=now)
        unsubscribe = kind.list_unsubscribe(promise, links=links, now=now)
    own_id = letter.message_id or message_id(letter.public_id, settings.DEFAULT_FROM_EMAIL)
    envelope = compose(
        Words(subject=rendered.subject, text=rendered.text, html=rendered.html, calendar=rendered.calendar),
        sender=settings.DEFAULT_FROM_EMAIL, from_name=rendered.from_name,
        address=recipient.address, name=recipient.name, message_id=own_id, date=now, unsubscribe=unsubscribe,
    )  # fmt: skip
    domain = turns.domain_of(envelope.recipient)
    turn = turns.wait_for(letter, domain, now=now, spread=spread)  # last: its rows are locked for a moment only
    if turn is not None:
        return verdicts.later(this, turn.until, reason=turn.reason)
    if settings.BOUNCE_ADDRESS:
        envelope = replace(envelope, sender=settings.BOUNCE_ADDRESS)
    return Ready(
        envelope=envelope, language=read_as(recipient.language)[:10], message_id=own_id,
        sent_to=mark_of(envelope.recipient), kept=_kept(rendered), domain=domain, day=day, tomorrow=tomorrow,
    )  # fmt: skip


def _its_day(
    kind: LetterKind, letter: Letter, recipient: Recipient, *, now: datetime
) -> tuple[date | None, datetime | None]:
    """Return the person's day a letter takes and the morning after; no day where it gives way, neither without rank.

    What a person sends again goes whatever else went: a resend, or an uncertain one, which has its day already.
    """
    if kind.rank is None or letter.promise.resend or letter.day is not None:
        return letter.day, None
    zone = ZoneInfo(recipient.zone)
    day = day_of(now, zone)
    ends_at = day_bounds(day, zone)[1]
    tomorrow = next_waking(
        ends_at, recipient.mail_from or MORNING, recipient.mail_until or EVENING, zone,
        closed_weekdays=recipient.closed_weekdays, closures=recipient.closures,
    )  # fmt: skip
    waits = daily.gives_way(
        letter, rank=kind.rank, day=day, ends_at=ends_at, tomorrow=tomorrow, was_also=recipient.was_also
    )
    return None if waits else day, tomorrow


def _kept(rendered: Rendered) -> Words:
    def keep(text: str) -> str:
        return redacted(text, rendered.secrets).replace("\x00", "")  # which Postgres cannot keep

    return Words(subject=keep(one_line(rendered.subject))[:400], text=keep(rendered.text), html=keep(rendered.html))


def _withdrawn(no: Suppressed) -> Verdict:
    reason = no.reason[:60] or reasons.NO_LONGER_WANTED
    return Verdict(state=states.WITHDRAWN, reason=reason, text=no.text, where=no.where[:40])


def this_try(letter: Letter, now: datetime) -> Try:
    """Return the attempt that a claimed letter is on."""
    return Try(
        attempt=letter.attempt,
        max_attempts=letter.max_attempts,
        not_after=letter.not_after,
        now=now,
        haste=settings.OUTBOX_HASTE,
    )


def class_and_place(error: Exception) -> str:
    """An exception's class and line: its text may hold what a patient wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
