"""The mail server, and the connection to it that a worker keeps between letters.

One connection a thread of a process: a letter that ended well leaves it open for the next. It is closed after so many
letters, after so long without one, and after anything that did not end well; so what is kept has nothing to be reset.
"""

import contextlib
import os
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Self

from django.conf import settings
from django.core.mail.utils import DNS_NAME

from clinic.outbox.verdicts import Phase

#: Seconds a server may stay silent in any one step, where the settings give none.
SILENCE_ALLOWED: Final = 20.0
#: Seconds after which a conversation is cut, however busily the server drips. Shorter than timing.LEASE.
LONGEST_CONVERSATION: Final = 60.0
#: Many servers let go after a hundred letters, or after a minute without one: we do before them.
LETTERS_A_CONNECTION: Final = 100
IDLE_SECONDS: Final = 20.0

READY: Final = 220
OK: Final = 250
LOGGED_IN: Final = {235, 503}


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


Reply = tuple[int, bytes]
Step = Callable[[], tuple[int | set[int], Reply]]


class Line:
    """One connection: not yet opened, or kept from the letter before."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.client = _Tls(server) if server.implicit_tls else _Plain(server)
        self.letters = 0
        self.used_at = time.monotonic()

    @property
    def is_kept(self) -> bool:
        """Whether a letter went over it already: then it may have gone stale since."""
        return self.letters > 0

    def opening(self) -> Iterator[tuple[Phase, Step]]:
        """Yield the steps until the server takes letters, each with its phase before it is taken."""
        client, server = self.client, self.server
        yield Phase.CONNECT, lambda: (READY, client.connect(server.host, server.port))
        yield Phase.HELLO, lambda: (OK, _hello(client))
        if server.starttls:
            yield Phase.TLS, lambda: (READY, client.starttls(context=ssl.create_default_context()))
            yield Phase.HELLO, lambda: (OK, _hello(client))
        if server.user:
            yield Phase.LOGIN, lambda: (LOGGED_IN, client.login(server.user, server.password))

    def cut(self) -> None:
        """End it under whoever is waiting on it."""
        if self.client.sock is not None:
            with contextlib.suppress(OSError):
                self.client.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Say goodbye and close, without waiting for an answer."""
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self.client.putcmd("QUIT")
        self.client.close()


class _Keeper:
    """What one thread of one process keeps; a child of a fork makes its own."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.lock = threading.Lock()
        self.line: Line | None = None
        self.timer: threading.Timer | None = None

    def take(self) -> Line | None:
        with self.lock:
            line, self.line = self.line, None
            return line

    def keep(self, line: Line) -> None:
        with self.lock:
            self.line = line
            if self.timer is None:
                self._look_again_in(IDLE_SECONDS)

    def _look_again_in(self, seconds: float) -> None:
        self.timer = threading.Timer(seconds, self._close_if_idle)
        self.timer.daemon = True
        self.timer.start()

    def _close_if_idle(self) -> None:
        with self.lock:
            self.timer = None
            if self.line is None:
                return
            left = self.line.used_at + IDLE_SECONDS - time.monotonic()
            if left > 0:
                self._look_again_in(left)
                return
            line, self.line = self.line, None
        line.close()


_here = threading.local()


def take(server: Server) -> Line | None:
    """Return the connection that this thread kept to this server, if it did; it is the caller's to keep or close."""
    keeper = _keeper()
    line = keeper.take() if keeper else None
    if line is None:
        return None
    if line.server == server and time.monotonic() - line.used_at < IDLE_SECONDS:
        return line
    line.close()
    return None


def keep(line: Line) -> None:
    """Keep a connection whose letter ended well, unless it carried its share."""
    line.letters += 1
    line.used_at = time.monotonic()
    if line.letters >= LETTERS_A_CONNECTION:
        line.close()
        return
    keeper = _keeper()
    if keeper is None:
        keeper = _here.keeper = _Keeper()
    keeper.keep(line)


def hang_up() -> None:
    """Close what this thread kept: at the end of a worker, or of work done here and now."""
    keeper = _keeper()
    line = keeper.take() if keeper else None
    if line is not None:
        line.close()


def _keeper() -> _Keeper | None:
    """Return this thread's keeper. A connection that came with a fork is the parent's: closed here, without a word."""
    keeper: _Keeper | None = getattr(_here, "keeper", None)
    if keeper is not None and keeper.pid != os.getpid():
        if keeper.line is not None and keeper.line.client.sock is not None:
            keeper.line.client.sock.close()
        keeper = _here.keeper = None
    return keeper


def _hello(client: smtplib.SMTP) -> Reply:
    code, text = client.ehlo()
    return (code, text) if code == OK or code < 0 else client.helo()


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
