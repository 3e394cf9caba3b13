"""A mail server as a process of its own: `python -m tests.faults.harness.smtp_server HOST PORT FOLDER`.

How it behaves is said by the first label of the recipient's host; what it took is appended to a file before it answers.
"""

import asyncio
import email
import email.policy
import json
import sys
import time
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN = "taken.jsonl"
HEALED = "healed"
STORM = ("421 4.7.0 busy", "450 4.2.1 later", "451 4.3.0 later")


class Server:
    """Takes letters, or not, and writes down what it took."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._storm = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Refuse some recipients, some of them for now."""
        manner = _manner(address)
        if manner == "unknown":
            return "550 5.1.1 no such user"
        if manner == "storm" and not (self.folder / HEALED).exists():
            self._write(how="put off", to=address, message_id="")
            self._storm += 1
            return STORM[self._storm % len(STORM)]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take the letter and behave as the recipient's host says."""
        address = envelope.rcpt_tos[0]
        manner = _manner(address)
        message: Any = email.message_from_bytes(envelope.original_content or b"", policy=email.policy.default)
        facts = {"to": address, "message_id": str(message["Message-ID"]), "subject": str(message["Subject"])}
        match manner:
            case "refused":
                return "554 5.7.1 not this letter"
            case "discard":
                self._write(how="thrown away", **facts)
                return "250 OK"
            case "slow":
                await asyncio.sleep(0.6)
        for recipient in envelope.rcpt_tos:
            self._write(how="taken", **facts | {"to": recipient})
        if manner == "hang":
            await asyncio.sleep(3600)
        if manner == "drop":
            transport: Any = server.transport
            transport.abort()
        return "250 OK"

    def _write(self, **facts: str) -> None:
        with (self.folder / TAKEN).open("a") as file:
            file.write(json.dumps({**facts, "at": time.time()}) + "\n")


class _Offering(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, enable_SMTPUTF8=True, hostname="sink.example")


def _manner(address: str) -> str:
    return address.rpartition("@")[2].partition(".")[0]


def main() -> None:
    """Serve until killed."""
    host, port, folder = sys.argv[1:]
    _Offering(Server(Path(folder)), hostname=host, port=int(port)).start()
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main()
