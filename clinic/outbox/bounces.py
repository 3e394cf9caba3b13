"""Take in a mail about a letter that came back: once, only if it is proven, and never by its own word alone.

Proven is a report that names the letter's Message-ID, which holds a random id that only its reader and the mail servers
between have seen, and the address that letter went to. Who forges one must have both.
"""

import hashlib
import logging
import re
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Final

from django.db import InterfaceError, OperationalError, transaction

from clinic.outbox import registry
from clinic.outbox.errors import UnknownLetter
from clinic.outbox.marks import is_mark_of
from clinic.outbox.models import Bounce, Letter
from clinic.outbox.registry import Bounced
from clinic.outbox.returned import Kind, Returned, how_final, read
from clinic.outbox.writing import class_and_place

log = logging.getLogger(__name__)

#: So much of a mail is read; a report stands at its beginning.
LONGEST_MAIL: Final = 1024 * 1024
#: So far back a letter that did not get through counts against its address.
COUNTED: Final = timedelta(days=60)

_MAIL_ID = re.compile(rb"(?im)^message-id:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{1,300}>)")


class Outcome(StrEnum):
    """What became of one mail."""

    TAKEN = "taken"
    SEEN = "seen before"
    NO_REPORT = "no report"
    NOT_OURS = "not ours"
    NOT_PROVEN = "not proven"
    UNREADABLE = "unreadable"
    BROKEN = "to be tried again"


#: A person should look at these mails; nothing was done about them.
TO_LOOK_AT: Final = frozenset({Outcome.NOT_OURS, Outcome.NOT_PROVEN, Outcome.UNREADABLE})


def take(raw: bytes, *, now: datetime) -> Outcome:
    """Take in one mail, whatever it is; the same again changes nothing. Lets only a lost database through."""
    raw = raw[:LONGEST_MAIL]
    try:
        found = read(raw)
    except Exception as error:  # noqa: BLE001 - a mail is a stranger's; whatever it breaks, the next is read
        log.warning("a returned mail could not be read: %s", class_and_place(error))
        return Outcome.UNREADABLE
    if found is None:
        return Outcome.NO_REPORT
    letter: Letter | None = Letter.objects.filter(public_id=found.letter, handing_over_at__isnull=False).first()
    if letter is None or letter.message_id != found.message_id:
        return Outcome.NOT_OURS
    try:
        return _note(letter, found, fingerprint=_fingerprint(raw), now=now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - one that an app cannot take is left to be tried again; the next is read
        log.error("letter %s came back and could not be noted: %s", letter.public_id, class_and_place(error))  # noqa: TRY400
        return Outcome.BROKEN


def _note(letter: Letter, found: Returned, *, fingerprint: str, now: datetime) -> Outcome:
    is_proven = any(is_mark_of(letter.sent_to, address) for address in found.addresses)
    with transaction.atomic():
        _bounce, is_new = Bounce.objects.get_or_create(
            letter=letter,
            fingerprint=fingerprint,
            defaults={
                "kind": found.kind,
                "status": found.status[:11],
                "is_proven": is_proven,
                "sent_to": letter.sent_to,
                "read_at": now,
            },
        )
        if not is_new:
            return Outcome.SEEN
        if not is_proven:
            return Outcome.NOT_PROVEN
        try:
            registry.kind_for(letter.letter).came_back(letter.promise, kind=found.kind, now=now)
        except UnknownLetter:
            log.info("letter %s came back; its kind is no longer known", letter.public_id)
        _tell(letter, kind=found.kind, status=found.status, mark=letter.sent_to, now=now)
    log.info("letter %s came back: %s %s", letter.public_id, found.kind, found.status)
    return Outcome.TAKEN


def refused(letter: Letter, *, mark: str, status: str, now: datetime) -> None:
    """Take in that our own mail server refused the address at the door: final unless its status says it is about us.

    What an app breaks here is logged by its class; the letter's end is written all the same.
    """
    kind = how_final(status) if status else Kind.HARD
    try:
        with transaction.atomic():
            Bounce.objects.create(
                letter=letter, fingerprint=f"at the door {letter.attempt}", kind=kind, status=status[:11],
                is_proven=True, sent_to=mark, read_at=now,
            )  # fmt: skip
            _tell(letter, kind=kind, status=status, mark=mark, now=now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever an app makes of it, the letter was refused
        log.error("letter %s was refused and that could not be noted: %s", letter.public_id, class_and_place(error))  # noqa: TRY400


def _tell(letter: Letter, *, kind: Kind, status: str, mark: str, now: datetime) -> None:
    bounce = Bounced(
        promise=letter.promise,
        kind=kind,
        status=status,
        letters_lost=Bounce.objects.letters_lost(mark, since=now - COUNTED),
        went_to=partial(is_mark_of, mark),
    )
    for hook in registry.bounced_hooks:
        hook(bounce, now=now)


def _fingerprint(raw: bytes) -> str:
    """Return which mail this is: by its own Message-ID, so that one delivered twice by two ways is one."""
    head, _blank, _body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    own = _MAIL_ID.search(head)
    return hashlib.sha256(own[1] if own else raw).hexdigest()
