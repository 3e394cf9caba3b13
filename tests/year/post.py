"""The mail server of the simulated year, a process of its own: `python -m tests.year.post FILE`.

It prints its port and obeys lines on its input: `clock ISO` says what time the clinic believes it is, `mode ok` takes
letters, `mode busy` answers 421, `mode gone` refuses connections. Each is answered by a line. What it takes it writes
to FILE, a JSON line each, before it says 250: that file is the oracle of what went.
"""

import asyncio
import email
import email.policy
import json
import sys
from email.message import EmailMessage
from typing import IO, Any

OK, BUSY, GONE = "ok", "busy", "gone"
BUSY_ANSWER = b"421 4.3.2 not now\r\n"


class Post:
    """The server and what it was told."""

    def __init__(self, file: IO[str]) -> None:
        self.file = file
        self.clock = ""
        self.mode = OK
        self.port = 0
        self.server: asyncio.Server | None = None
        self.open: set[asyncio.StreamWriter] = set()

    async def listen(self) -> None:
        """Take connections, on the same port as before."""
        self.server = await asyncio.start_server(self.talk, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def obey(self, line: str) -> None:
        """Do what a line says."""
        word, _, rest = line.strip().partition(" ")
        if word == "clock":
            self.clock = rest
        elif word == "mode" and rest != self.mode:
            if self.mode == GONE:
                await self.listen()
            self.mode = rest
            for writer in set(self.open):
                writer.transport.abort()
            if rest == GONE and self.server is not None:
                self.server.close()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hold one conversation."""
        self.open.add(writer)
        try:
            await self._converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open.discard(writer)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode == BUSY:
            writer.write(BUSY_ANSWER)
            await writer.drain()
            return
        writer.write(b"220 post.example\r\n")
        to = ""
        while line := await reader.readline():
            word = line[:4].upper().strip()
            if word == b"EHLO":
                writer.write(b"250-post.example\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
            elif word == b"RCPT":
                to = line.decode().partition("<")[2].partition(">")[0]
                writer.write(b"250 OK\r\n")
            elif word == b"DATA":
                writer.write(b"354 go on\r\n")
                await writer.drain()
                self.take(to, await reader.readuntil(b"\r\n.\r\n"))
                writer.write(b"250 taken\r\n")
            elif word == b"QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                writer.write(b"250 OK\r\n")
            await writer.drain()

    def take(self, to: str, content: bytes) -> None:
        """Write a letter down, for good, before it is acknowledged."""
        raw = content.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
        message = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
        body: Any = message.get_body(("plain",))
        row = {
            "at": self.clock,
            "id": str(message["Message-ID"]),
            "to": to,
            "subject": str(message["Subject"]),
            "stop": str(message["List-Unsubscribe"] or ""),
            "text": body.get_content() if body else "",
        }
        self.file.write(json.dumps(row, ensure_ascii=False) + "\n")
        self.file.flush()


async def serve(path: str) -> None:
    """Serve until the input ends."""
    with open(path, "a", encoding="utf-8") as file:  # noqa: PTH123, ASYNC230 - one file, opened once
        post = Post(file)
        await post.listen()
        print(post.port, flush=True)  # noqa: T201 - who started it reads the port here
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        while line := await lines.readline():
            await post.obey(line.decode())
            print("done", flush=True)  # noqa: T201 - and here that it obeyed


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
