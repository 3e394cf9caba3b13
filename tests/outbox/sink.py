"""Mail servers for tests: each does in earnest what it is told to, and keeps what it took."""

import asyncio
import contextlib
import email
import email.policy
import socket
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.ports import free_port

DROP = "drop"
HANG = "hang"


class Sink:
    """An SMTP server that answers by script: a reply each for MAIL, RCPT and DATA, or `DROP` or `HANG` after DATA.

    A list is used up from the front; its last answer stays.
    """

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.senders: list[str] = []
        self.script: dict[str, list[str]] = {}
        #: The connection each letter was begun on.
        self.connections: list[asyncio.Transport] = []
        self.loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def answers(self, command: str, *replies: str) -> None:
        """From now on answer this command so."""
        self.script[command] = list(replies)

    def hang_up(self) -> None:
        """Close every connection, as a server does that waited long enough."""
        for transport in self.connections:
            if self.loop:
                self.loop.call_soon_threadsafe(transport.close)

    def _answer(self, command: str) -> str:
        with self._lock:
            replies = self.script.get(command, ["250 OK"])
            return replies.pop(0) if len(replies) > 1 else replies[0]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the sender."""
        transport: Any = server.transport
        self.loop = asyncio.get_running_loop()
        self.connections.append(transport)
        envelope.mail_from = address
        self.senders.append(address)
        envelope.mail_options.extend(options)
        return self._answer("MAIL")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take the recipient."""
        reply = self._answer("RCPT")
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
            self.recipients.append(address)
        return reply

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take the letter, or not, as the script says."""
        reply = self._answer("DATA")
        if reply.startswith("2") or reply in {DROP, HANG}:
            content = envelope.original_content or b""
            self.raw.append(content)
            self.taken.append(email.message_from_bytes(content, _class=EmailMessage, policy=email.policy.default))
        if reply == HANG:
            await asyncio.sleep(30)
        if reply == DROP:
            transport: Any = server.transport
            transport.abort()
        return reply if reply[0].isdigit() else "421 gone"

    @property
    def message_ids(self) -> list[str]:
        """The Message-ID of each letter taken, repeats included."""
        return [str(message["Message-ID"]) for message in self.taken]


class _Quiet(Controller):
    """aiosmtpd's controller, offering SMTPUTF8."""

    def factory(self) -> SMTP:
        return SMTP(self.handler, enable_SMTPUTF8=True, hostname="sink.example")


@contextlib.contextmanager
def running() -> Iterator[tuple[Sink, int]]:
    """A sink on a free port of this machine, in a thread of its own."""
    sink = Sink()
    controller: Any = _Quiet(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield sink, controller.port
    finally:
        controller.stop()


@contextlib.contextmanager
def tarpit(drip: bytes = b"", every: float = 0.1) -> Iterator[int]:
    """A server that takes connections and never greets; with `drip` it says that again and again."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()
    held: list[socket.socket] = []

    def serve() -> None:
        while not over.is_set():
            with contextlib.suppress(OSError):
                taken, _address = listening.accept()
                held.append(taken)
                while drip and not over.wait(every):
                    taken.sendall(drip)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        over.set()
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)
        for taken in held:
            taken.close()
