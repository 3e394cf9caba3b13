"""One letter's conversation with a mail server, phase by phase.

Django's backend raises the same exception for "never greeted" and for "took the letter, then silent". Here each phase
is known, because what follows differs: before the content is given a fault is only a delay; after it, it is a doubt.
"""

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Self

from django.conf import settings
from django.core.mail.utils import DNS_NAME

from clinic.outbox.mime import Envelope
from clinic.outbox.verdicts import Answer, Handover, Phase

#: Seconds a server may stay silent in any one step, where the settings give none.
SILENCE_ALLOWED: Final = 20.0
#: Seconds after which a conversation is cut, however busily the server drips. Shorter than timing.LEASE.
LONGEST_CONVERSATION: Final = 60.0

READY: Final = 220
OK: Final = 250
LOGGED_IN: Final = {235, 503}
GO_AHEAD: Final = 354
FIRST_REFUSAL: Final = 400
FIRST_FINAL_CODE: Final = 500
#: In these phases the server judges our sender's account, not this letter: it may be mended, so it is only a delay.
ABOUT_US: Final = {Phase.CONNECT, Phase.HELLO, Phase.TLS, Phase.LOGIN}

_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")
_ENHANCED = re.compile(rb"^([245]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where letters are handed in."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    starttls: bool = False
    implicit_tls: bool = False
    timeout: float = SILENCE_ALLOWED
    longest: float = LONGEST_CONVERSATION

    @classmethod
    def from_settings(cls) -> Self:
        """Return the server that the settings name."""
        return cls(
            host=settings.EMAIL_HOST,
            port=int(settings.EMAIL_PORT),
            user=settings.EMAIL_HOST_USER,
            password=settings.EMAIL_HOST_PASSWORD,
            starttls=settings.EMAIL_USE_TLS,
            implicit_tls=settings.EMAIL_USE_SSL,
            timeout=float(settings.EMAIL_TIMEOUT or SILENCE_ALLOWED),
            longest=LONGEST_CONVERSATION / settings.OUTBOX_HASTE,
        )


class _Refused(Exception):
    """The server said no, with a code."""

    def __init__(self, code: int, text: bytes) -> None:
        super().__init__(code)
        enhanced = _ENHANCED.match(text)
        self.code = code
        self.fault = f"{code} {enhanced.group(1).decode()}" if enhanced else str(code)


def hand_over(envelope: Envelope, server: Server, *, before_data: Callable[[], bool]) -> Handover:
    """Hand one letter to a mail server and return how that ended; never raises for what a server or network does.

    `before_data` is called once the server has agreed to sender and recipient, immediately before DATA: it must commit
    that the letter is being handed over, and returns False where the claim is lost; then nothing is given.
    """
    client = _client(server)
    phase = Phase.CONNECT
    with _cut_after(server.longest, client):
        try:
            for phase, step in _steps_before_data(client, envelope, server):  # noqa: B007 - the last one is read below
                _expect(step)
            if not before_data():
                return Handover(Answer.LET_GO, phase)
            phase = Phase.DATA
            _expect(lambda: (GO_AHEAD, client.docmd("DATA")))
        except _Refused as refusal:
            return _refusal(refusal, phase)
        except (OSError, smtplib.SMTPException) as error:
            return Handover(Answer.NOT_NOW, phase, _fault(error))
        return _give(client, envelope.content)


Reply = tuple[int, bytes]
Step = Callable[[], tuple[int | set[int], Reply]]


def _steps_before_data(client: smtplib.SMTP, envelope: Envelope, server: Server) -> Iterator[tuple[Phase, Step]]:
    """Yield each step with its phase before it is taken."""
    yield Phase.CONNECT, lambda: (READY, client.connect(server.host, server.port))
    yield Phase.HELLO, lambda: (OK, _hello(client))
    if server.starttls:
        yield Phase.TLS, lambda: (READY, client.starttls(context=ssl.create_default_context()))
        yield Phase.HELLO, lambda: (OK, _hello(client))
    if server.user:
        yield Phase.LOGIN, lambda: (LOGGED_IN, client.login(server.user, server.password))
    yield Phase.SENDER, lambda: (OK, client.mail(envelope.sender, _mail_options(client, envelope)))
    yield Phase.RECIPIENT, lambda: ({OK, 251}, client.rcpt(envelope.recipient))


def _expect(step: Step) -> None:
    try:
        wanted, (code, text) = step()
    except smtplib.SMTPResponseException as error:
        raise _Refused(error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b"") from None
    if code not in (wanted if isinstance(wanted, set) else {wanted}):
        raise _Refused(code, text)


def _hello(client: smtplib.SMTP) -> Reply:
    code, text = client.ehlo()
    return (code, text) if code == OK or code < 0 else client.helo()


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
    return Handover(Answer.NEVER if final else Answer.NOT_NOW, phase, f"{phase} {refusal.fault}")


def _fault(error: Exception) -> str:
    return type(error).__name__


class _Plain(smtplib.SMTP):
    """smtplib connects in the constructor, where nobody can cut it; this one connects when asked."""

    def __init__(self, server: Server) -> None:
        super().__init__(timeout=server.timeout, local_hostname=DNS_NAME.get_fqdn())
        self._host = server.host


class _Tls(smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""

    def __init__(self, server: Server) -> None:
        super().__init__(
            timeout=server.timeout, local_hostname=DNS_NAME.get_fqdn(), context=ssl.create_default_context()
        )
        self._host = server.host


def _client(server: Server) -> smtplib.SMTP:
    return _Tls(server) if server.implicit_tls else _Plain(server)


@contextlib.contextmanager
def _cut_after(seconds: float, client: smtplib.SMTP) -> Iterator[None]:
    """Cut the connection after so long, and close it at the end without waiting for a farewell."""

    def cut() -> None:
        if client.sock is not None:
            with contextlib.suppress(OSError):
                client.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        with contextlib.suppress(OSError, smtplib.SMTPException):
            client.putcmd("QUIT")
        client.close()
