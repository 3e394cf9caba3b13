"""Where the embedded parts keep what they keep: INTERVAL_HOME, and the short folder its sockets need."""

import hashlib
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

CHECKOUT = Path(__file__).resolve().parent.parent.parent
POSTGRES_MAJOR = 18
OWNER_ROLE = "interval_owner"
APP_ROLE = "interval_app"
DATABASE = "interval"
DEFAULT_PORT = 8000
LAST_PORT = 65533  # two more may follow it: the mail catcher's


class HomeUnusable(Exception):
    """A folder of the home cannot be made or trusted; the text says which and why, in one line."""


@dataclass(frozen=True)
class Home:
    """One INTERVAL_HOME. Two homes never share data, a socket or a port."""

    folder: Path
    port: int = DEFAULT_PORT
    smtp_port: int = DEFAULT_PORT + 1
    """Where the demo's mail catcher takes letters."""
    mail_port: int = DEFAULT_PORT + 2
    """Where it shows them."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Home":
        """The home that INTERVAL_HOME and PORT name; else a hidden folder of this checkout: each has its own."""
        folder = Path(environ.get("INTERVAL_HOME") or CHECKOUT / ".interval").expanduser().absolute()
        port = _port(environ, "PORT", DEFAULT_PORT)
        return cls(
            folder=folder,
            port=port,
            smtp_port=_port(environ, "INTERVAL_SMTP_PORT", port + 1),
            mail_port=_port(environ, "INTERVAL_MAIL_PORT", port + 2),
        )

    @property
    def sockets(self) -> Path:
        """Outside the home: a Unix socket's path is limited to 107 bytes and a checkout may lie deep."""
        return Path(f"/tmp/interval-{os.getuid()}-{hashlib.sha256(bytes(self.folder)).hexdigest()[:10]}")  # noqa: S108  # owned by us alone, or refused: see prepare()

    @property
    def postgres_data(self) -> Path:
        """The cluster; a new major version starts beside it, never on it."""
        return self.folder / f"postgres-{POSTGRES_MAJOR}"

    @property
    def redis_data(self) -> Path:
        """The broker's append-only file."""
        return self.folder / "redis"

    @property
    def redis_socket(self) -> Path:
        """Where the embedded Redis listens."""
        return self.sockets / "redis.sock"

    @property
    def logs(self) -> Path:
        """One file for each process."""
        return self.folder / "logs"

    @property
    def mail(self) -> Path:
        """What the demo's mail catcher caught, one .eml for each message."""
        return self.folder / "mail"

    @property
    def demo_port(self) -> str | None:
        """Where `make run` served the demo clinic of this home last; None where it never did."""
        try:
            return (self.folder / "demo").read_text()
        except OSError:
            return None

    def database_url(self, role: str, database: str = DATABASE) -> str:
        """The URL of the embedded Postgres for that role."""
        return f"postgresql://{role}@{quote(str(self.sockets), safe='')}/{database}"

    @property
    def redis_url(self) -> str:
        """The URL of the embedded Redis, as redis-py and Django's cache spell it."""
        return f"unix://{self.redis_socket}?db=0"

    def prepare(self) -> None:
        """Make the folders, closed to others. Raises HomeUnusable."""
        for folder in (self.folder, self.logs, self.redis_data, self.sockets):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise HomeUnusable(f"Cannot make {folder}: {error.strerror}") from error
        found = self.sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise HomeUnusable(f"{self.sockets} belongs to somebody else or is open to others: remove it")

    def secret(self, name: str, length: int = 50) -> str:
        """The secret of that name, made on first use and kept for this user alone."""
        kept = self.folder / "secrets" / name
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return kept.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(length)[:length])
        return kept.read_text()

    def kept_secret(self, name: str) -> str | None:
        """The secret of that name, if it was made before."""
        kept = self.folder / "secrets" / name
        try:
            return kept.read_text().strip() or None
        except OSError:
            return None


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name) or str(default)
    if not value.isdecimal() or not 1 <= int(value) <= LAST_PORT:
        raise HomeUnusable(f"{name} must be a port from 1 to {LAST_PORT}, not {value!r}")
    return int(value)
