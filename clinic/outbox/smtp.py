"""One letter's conversation with a mail server, phase by phase.

Django's backend raises the same exception for "never greeted" and for "took the letter, then silent". Here each phase
is known, because what follows differs: before the content is given a fault is only a delay; after it, it is a doubt.
"""

import contextlib
import re
import smtplib
import threading
from collections.abc import Callable, Iterator
from typing import Final

from clinic.outbox import mail_server
from clinic.outbox.mail_server import OK, Line, Server, Step
from clinic.outbox.mime import Envelope
from clinic.outbox.verdicts import Answer, Handover, Phase

GO_AHEAD: Final = 354
FIRST_REFUSAL: Final = 400
CLOSING: Final = 421
FIRST_FINAL_CODE: Final = 500
#: In these phases the server judges our sender's account, not this letter: it may be mended, so it is only a delay.
ABOUT_US: Final = {Phase.CONNECT, Phase.HELLO, Phase.TLS, Phase.LOGIN}

_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")
_ENHANCED = re.compile(rb"^([245]\.\d{1,3}\.\d{1,3})\b")


class _Refused(Exception):
    """The server said no, with a code."""

    def __init__(self, code: int, text: bytes) -> None:
        super().__init__(code)
        enhanced = _ENHANCED.match(text)
        self.code = code
        self.fault = f"{code} {enhanced.group(1).decode()}" if enhanced else str(code)


class _Stale(Exception):
    """A kept connection that the server has closed meanwhile: nothing of the letter was said on it."""


def hand_over(envelope: Envelope, server: Server, *, before_data: Callable[[], bool]) -> Handover:
    """Hand one letter to a mail server and return how that ended; never raises for what a server or network does.

    `before_data` is called once the server has agreed to sender and recipient, immediately before DATA: it must commit
    that the letter is being handed over, and returns False where the claim is lost; then nothing is given. What it
    raises is passed on, and nothing is given either.
    """
    with _cut_after(server.longest) as watched:
        kept = mail_server.take(server)
        if kept is not None:
            with contextlib.suppress(_Stale):
                return _over(kept, envelope, before_data, watched)
        return _over(Line(server), envelope, before_data, watched)


def _over(line: Line, envelope: Envelope, before_data: Callable[[], bool], watched: "_Watched") -> Handover:
    """Talk on this connection, and keep it where the letter was accepted."""
    ended: Handover | None = None
    try:
        watched.watch(line)
        ended = _talk(line, envelope, before_data)
        return ended
    finally:
        watched.line = None
        if ended is not None and ended.answer == Answer.ACCEPTED:
            mail_server.keep(line)
        else:
            line.close()


def _talk(line: Line, envelope: Envelope, before_data: Callable[[], bool]) -> Handover:
    phase = Phase.SENDER if line.is_kept else Phase.CONNECT
    try:
        for phase, step in _steps_before_data(line, envelope):  # noqa: B007 - the last one is read below
            _expect(step)
    except _Refused as refusal:
        if line.is_kept and phase == Phase.SENDER and refusal.code == CLOSING:
            raise _Stale from None
        return _refusal(refusal, phase)
    except (OSError, smtplib.SMTPException) as error:
        if line.is_kept and phase == Phase.SENDER:
            raise _Stale from None
        return Handover(Answer.NOT_NOW, phase, _fault(error))
    if not before_data():
        return Handover(Answer.LET_GO, phase)
    try:
        _expect(lambda: (GO_AHEAD, line.client.docmd("DATA")))
    except _Refused as refusal:
        return _refusal(refusal, Phase.DATA)
    except (OSError, smtplib.SMTPException) as error:
        return Handover(Answer.NOT_NOW, Phase.DATA, _fault(error))
    return _give(line.client, envelope.content)


def _steps_before_data(line: Line, envelope: Envelope) -> Iterator[tuple[Phase, Step]]:
    """Yield each step with its phase before it is taken."""
    client = line.client
    if not line.is_kept:
        yield from line.opening()
    yield Phase.SENDER, lambda: (OK, client.mail(envelope.sender, _mail_options(client, envelope)))
    yield Phase.RECIPIENT, lambda: ({OK, 251}, client.rcpt(envelope.recipient))


def _expect(step: Step) -> None:
    try:
        wanted, (code, text) = step()
    except smtplib.SMTPResponseException as error:
        raise _Refused(error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b"") from None
    if code not in (wanted if isinstance(wanted, set) else {wanted}):
        raise _Refused(code, text)


def _mail_options(client: smtplib.SMTP, envelope: Envelope) -> list[str]:
    if not envelope.needs_utf8:
        return []
    if not client.has_extn("smtputf8"):
        raise smtplib.SMTPResponseException(553, b"5.6.7 address needs SMTPUTF8")
    return ["SMTPUTF8", "BODY=8BITMIME"]


def _give(client: smtplib.SMTP, content: bytes) -> Handover:
    """Give the content and wait for the answer. From the first byte on silence is a doubt, not a delay."""
    body = _LEADING_DOT.sub(b"..", _LINE_ENDS.sub(b"\r\n", content))
    try:
        client.send(body.removesuffix(b"\r\n") + b"\r\n.\r\n")
        code, text = client.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Handover(Answer.SILENCE, Phase.CONTENT, _fault(error))
    if code == OK:
        return Handover(Answer.ACCEPTED, Phase.CONTENT)
    if code < FIRST_REFUSAL:  # neither yes nor no: it does not speak SMTP any more
        return Handover(Answer.SILENCE, Phase.CONTENT, str(code))
    return _refusal(_Refused(code, text), Phase.CONTENT)


def _refusal(refusal: _Refused, phase: Phase) -> Handover:
    final = refusal.code >= FIRST_FINAL_CODE and phase not in ABOUT_US
    return Handover(Answer.NEVER if final else Answer.NOT_NOW, phase, f"{phase} {refusal.fault}", refusal.code)


def _fault(error: Exception) -> str:
    return type(error).__name__


class _Watched:
    """The connection that is being talked on, cut when the conversation lasts too long."""

    def __init__(self) -> None:
        self.line: Line | None = None
        self.is_over = False

    def watch(self, line: Line) -> None:
        self.line = line
        if self.is_over:  # cut while the kept one was tried: no second conversation
            line.client.timeout = 0.001

    def cut(self) -> None:
        self.is_over = True
        if self.line is not None:
            self.line.cut()


@contextlib.contextmanager
def _cut_after(seconds: float) -> Iterator[_Watched]:
    """Cut after so long what is being talked on."""
    watched = _Watched()
    timer = threading.Timer(seconds, watched.cut)
    timer.daemon = True
    timer.start()
    try:
        yield watched
    finally:
        timer.cancel()
