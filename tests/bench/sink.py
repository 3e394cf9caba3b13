"""A mail server that takes every letter after a fixed time: `python -m tests.bench.sink PORT MILLISECONDS`."""

import asyncio
import sys

ANSWERS = {b"EHLO": b"250 sink.example\r\n", b"HELO": b"250 sink.example\r\n", b"QUIT": b"221 bye\r\n"}


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """One conversation. The letter is answered after so long; the rest at once."""
    writer.write(b"220 sink.example ready\r\n")
    while line := await reader.readline():
        verb = line[:4].upper()
        if verb == b"DATA":
            writer.write(b"354 go ahead\r\n")
            await reader.readuntil(b"\r\n.\r\n")
            await asyncio.sleep(seconds)
        writer.write(ANSWERS.get(verb, b"250 OK\r\n"))
        if verb == b"QUIT":
            break
    writer.close()


async def main(port: int, milliseconds: int) -> None:
    """Serve until stopped."""
    server = await asyncio.start_server(
        lambda reader, writer: serve(reader, writer, milliseconds / 1000), "127.0.0.1", port, limit=2**24
    )
    print("ready", flush=True)  # noqa: T201 - whoever started it waits for this
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
