"""Where returned mails lie: a maildir, an mbox file, or one mail on standard input."""

import fcntl
import os
import random
import stat
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from clinic.outbox.bounces import LONGEST_MAIL, TO_LOOK_AT, Outcome

#: A mail's name in cur/ ends with this, then its flags: S seen, F flagged for a person.
_FLAGS: Final = ":2,"
#: So many are read at a time; the rest waits for the next round.
AT_A_TIME: Final = 1000
#: Nor longer than so many seconds: the worker has other slow work, and ends what takes too long.
LONGEST_ROUND: Final = 60

Take = Callable[[bytes], Outcome]


class MailboxUnreadable(Exception):
    """Where the mails should be is nothing that can be read; the text names the place."""


def read_mailbox(where: str, take: Take) -> Counter[Outcome]:
    """Take in what is new in "maildir:/path" or "mbox:/path"; return how many mails came to what.

    Raises:
        MailboxUnreadable: there is none there.

    """
    how, _colon, path = where.partition(":")
    read = {"maildir": _maildir, "mbox": _mbox}.get(how)
    if read is None or not path:
        raise MailboxUnreadable(where)
    try:
        return Counter(read(Path(path), take))
    except OSError as error:
        msg = f"{where}: {error.strerror}"
        raise MailboxUnreadable(msg) from error


def _maildir(folder: Path, take: Take) -> Iterator[Outcome]:
    """Each mail not yet seen, then marked as seen. One that is no report is a person's: it stays as it is.

    It is marked after it was taken in: a crash between the two lets it be read again, which changes nothing. Of more
    than a round reads some are drawn: so a thousand letters that nobody opens keep no report from being read.
    """
    ends_at = time.monotonic() + LONGEST_ROUND
    unseen = [
        found
        for found in (*sorted((folder / "new").iterdir()), *sorted((folder / "cur").iterdir()))
        if "S" not in found.name.partition(_FLAGS)[2]
    ]
    if len(unseen) > AT_A_TIME:
        unseen = random.sample(unseen, AT_A_TIME)
    for found in unseen:
        if time.monotonic() > ends_at:
            return
        raw = _read(found)
        if raw is None:
            continue
        outcome = take(raw)
        if outcome not in {Outcome.NO_REPORT, Outcome.BROKEN}:
            base, _mark, flags = found.name.partition(_FLAGS)
            kept = "".join(sorted({*flags, "S", *("F" if outcome in TO_LOOK_AT else "")}))
            found.rename(folder / "cur" / f"{base}{_FLAGS}{kept}")
        yield outcome


def _read(path: Path) -> bytes | None:
    """The beginning of a mail; nothing of what is no plain file, or has gone since the folder was listed."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        return None
    with os.fdopen(number, "rb") as mail:
        return mail.read(LONGEST_MAIL)


def _mbox(path: Path, take: Take) -> Iterator[Outcome]:
    """Mails of a file that a mail server appends to; nothing is marked in it, the same again is known by itself.

    Where more lie there than a round reads, the newest are read, and of the older ones as many are drawn: those that
    were taken in before keep no report from being read.
    """
    ends_at = time.monotonic() + LONGEST_ROUND
    with path.open("rb") as file:
        fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        mails = list(_spans(file))
        newest = AT_A_TIME // 2
        older = mails[:-newest]
        for start, size in (*mails[-newest:], *random.sample(older, min(len(older), AT_A_TIME - newest))):
            if time.monotonic() > ends_at:
                return
            file.seek(start)
            yield take(file.read(min(size, LONGEST_MAIL)))


def _spans(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Where each mail begins and how long it is: cut at each "From " after an empty line."""
    start, at, after_blank = 0, 0, True
    for line in iter(lambda: file.readline(LONGEST_MAIL), b""):
        if after_blank and line.startswith(b"From "):
            if at > start:
                yield start, at - start
            start = at + len(line)
        at += len(line)
        after_blank = line in {b"\n", b"\r\n"}
    if at > start:
        yield start, at - start
