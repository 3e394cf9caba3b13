"""What the environment says: read once, refused where it is unknown, missing or weak. Knows no Django setting."""

import re
import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

import environ

from clinic.embedded.home import APP_ROLE, OWNER_ROLE, Home, HomeUnusable

MODES = ("production", "demo", "test")
# Every name of ours that means something; any other INTERVAL_* is a typing mistake that would silently do nothing.
KNOWN = frozenset({
    "INTERVAL_MODE", "INTERVAL_HOME", "INTERVAL_DATABASE_ROLE", "INTERVAL_PUBLIC_URL", "INTERVAL_FROM_EMAIL",
    "INTERVAL_BEHIND_PROXY", "INTERVAL_STATIC_ROOT", "INTERVAL_SMTP_PORT", "INTERVAL_MAIL_PORT",
    "INTERVAL_WEB_PROCESSES", "INTERVAL_LOG_LEVEL", "INTERVAL_BROWSER", "INTERVAL_HASTE",
    "INTERVAL_LETTERS_A_MINUTE", "INTERVAL_LETTERS_A_MINUTE_A_DOMAIN",
    "INTERVAL_BOUNCE_ADDRESS", "INTERVAL_BOUNCE_MAILBOX",
    "INTERVAL_UPLOAD_FILE_MEGABYTES", "INTERVAL_UPLOAD_TOTAL_MEGABYTES",
})  # fmt: skip
SECRET_KEY_LENGTH = 50
SECRET_KEY_PACKED = 44  # bytes it packs into: fifty random ones need more, words said over and over fewer
SHORT_LIVED_SECRET = "not-for-serving"  # noqa: S105  # commands that sign nothing; a server never starts with it
MOST_HASTE = 60
CANNOT_BOOT = 3  # gunicorn gives up when a worker ends with it; after any other number it would try for ever
UNPACED, FASTEST = 0, 100_000  # letters a minute
MOST_MEGABYTES = 200  # what is sent lies on the disk twice while it is read
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})


class BadEnvironment(Exception):
    """A value nothing can be done with; the text names the variable."""


@dataclass(frozen=True)
class Environment:
    """The values of one process, and why it may not serve with them."""

    mode: str
    home: Home
    secret_key: str
    allowed_hosts: list[str]
    database: dict[str, Any]
    redis_url: str
    email: dict[str, Any]
    public_url: str
    from_email: str
    letters_a_minute: int
    letters_a_minute_a_domain: int
    behind_proxy: bool
    as_owner: bool
    static_root: str
    log_level: str
    haste: int
    """What the waits of the outbox are divided by: one, but in a test that has no minutes to spend."""
    bounce_address: str
    bounce_mailbox: str
    upload_file_megabytes: int
    upload_total_megabytes: int
    unfit: tuple[str, ...]
    """Why web, worker and beat refuse to start: a sentence a setting, its name first. Empty outside production."""


def read(environment: Mapping[str, str]) -> Environment:
    """Read it all. Raises BadEnvironment for an unknown name or a value that cannot be read."""
    for name in sorted(environment):
        if name.startswith("INTERVAL_") and name not in KNOWN:
            raise BadEnvironment(f"{name} is not a setting of Interval; known are {', '.join(sorted(KNOWN))}")
    mode = environment.get("INTERVAL_MODE", "production")
    if mode not in MODES:
        raise BadEnvironment(f"INTERVAL_MODE must be one of {', '.join(MODES)}, not {mode!r}")
    try:
        home = Home.from_environment(environment)
    except HomeUnusable as unusable:
        raise BadEnvironment(str(unusable)) from unusable
    as_owner = environment.get("INTERVAL_DATABASE_ROLE", "app") == "owner"
    # Outside production the home's own parts count, whatever other programs left in the environment.
    given = (
        environment
        if mode == "production"
        else {name: value for name, value in environment.items() if name.startswith("INTERVAL_")}
    )
    hosts = [host.strip() for host in given.get("ALLOWED_HOSTS", "").split(",") if host.strip()]
    local = f"http://127.0.0.1:{home.port}"
    return Environment(
        mode=mode,
        home=home,
        secret_key=given.get("SECRET_KEY") or _own_secret(mode, home),
        allowed_hosts=hosts or ["127.0.0.1", "localhost", "[::1]"],
        database=_database(mode, given, home, as_owner=as_owner),
        redis_url=given.get("REDIS_URL") or home.redis_url,
        email=_email(given.get("EMAIL_URL") or f"smtp://127.0.0.1:{home.smtp_port}"),
        public_url=(environment.get("INTERVAL_PUBLIC_URL") or (f"https://{hosts[0]}" if hosts else local)).rstrip("/"),
        from_email=environment.get("INTERVAL_FROM_EMAIL") or "Interval clinic <clinic@interval.example>",
        letters_a_minute=_a_minute(environment, "INTERVAL_LETTERS_A_MINUTE", UNPACED if mode == "test" else 300),
        letters_a_minute_a_domain=_a_minute(
            environment, "INTERVAL_LETTERS_A_MINUTE_A_DOMAIN", UNPACED if mode == "test" else 60
        ),
        behind_proxy=yes(environment, "INTERVAL_BEHIND_PROXY"),
        as_owner=as_owner,
        static_root=environment.get("INTERVAL_STATIC_ROOT") or str(home.folder / "static"),
        log_level=environment.get("INTERVAL_LOG_LEVEL", "INFO").upper(),
        haste=_haste(mode, environment),
        bounce_address=_bounce_address(environment),
        bounce_mailbox=_bounce_mailbox(environment),
        upload_file_megabytes=_megabytes(environment, "INTERVAL_UPLOAD_FILE_MEGABYTES", 20),
        upload_total_megabytes=_megabytes(environment, "INTERVAL_UPLOAD_TOTAL_MEGABYTES", 60),
        unfit=tuple(_unfit(given, as_owner=as_owner)) if mode == "production" else (),
    )


def yes(environment: Mapping[str, str], name: str) -> bool:
    """A switch, off unless said; "False" is off. Raises BadEnvironment for anything else."""
    value = environment.get(name, "").strip().lower()
    if value not in TRUE | FALSE:
        raise BadEnvironment(f"{name} must be true or false, not {environment[name]!r}")
    return value in TRUE


def _haste(mode: str, environment: Mapping[str, str]) -> int:
    value = environment.get("INTERVAL_HASTE") or "1"
    if not value.isdecimal() or not 1 <= int(value) <= MOST_HASTE:
        raise BadEnvironment(f"INTERVAL_HASTE must be a number from 1 to {MOST_HASTE}, not {value!r}")
    if value != "1" and mode != "test":
        raise BadEnvironment("INTERVAL_HASTE is for tests: leases that short would send letters twice")
    return int(value)


def _a_minute(environment: Mapping[str, str], name: str, unless_said: int) -> int:
    text = environment.get(name, "")
    if not text:
        return unless_said
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= FASTEST):
        raise BadEnvironment(f"{name} must be a number of letters up to {FASTEST}, or 0 for no pace; not {text!r}")
    return int(text)


def _megabytes(environment: Mapping[str, str], name: str, unless_said: int) -> int:
    text = environment.get(name) or str(unless_said)
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_MEGABYTES):
        raise BadEnvironment(f"{name} must be a number of megabytes from 1 to {MOST_MEGABYTES}, not {text!r}")
    return int(text)


def _bounce_address(environment: Mapping[str, str]) -> str:
    value = environment.get("INTERVAL_BOUNCE_ADDRESS", "").strip()
    if value and not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", value):
        raise BadEnvironment(f"INTERVAL_BOUNCE_ADDRESS must be a bare mail address, not {value!r}")
    return value


def _bounce_mailbox(environment: Mapping[str, str]) -> str:
    value = environment.get("INTERVAL_BOUNCE_MAILBOX", "").strip()
    if value and not re.fullmatch(r"(maildir|mbox):/.+", value):
        raise BadEnvironment(f"INTERVAL_BOUNCE_MAILBOX must be maildir:/path or mbox:/path, not {value!r}")
    return value


def refuse_to_serve(unfit: Sequence[str]) -> None:
    """End the process, each reason on a line of its own, unless there is none. Web, worker and beat call it first."""
    if unfit:
        stop("\n".join(("Interval does not start:", *unfit)))


def stop(reason: str) -> NoReturn:
    """Say why, plainly, and end."""
    print(reason, file=sys.stderr, flush=True)
    raise SystemExit(CANNOT_BOOT)


def _own_secret(mode: str, home: Home) -> str:
    if mode == "test":
        return "test-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2
    return home.kept_secret("secret_key") or SHORT_LIVED_SECRET


def _database(mode: str, given: Mapping[str, str], home: Home, *, as_owner: bool) -> dict[str, Any]:
    role = OWNER_ROLE if as_owner or mode == "test" else APP_ROLE
    name = "OWNER_DATABASE_URL" if as_owner else "DATABASE_URL"
    if as_owner and mode == "production" and given.get("DATABASE_URL") and not given.get(name):
        raise BadEnvironment("OWNER_DATABASE_URL is missing: only the role that owns the tables can migrate them")
    url = given.get(name) or home.database_url(role)
    if urlsplit(url).scheme not in {"postgres", "postgresql"}:
        raise BadEnvironment(f"{name} must be a postgresql:// address")
    config: dict[str, Any] = environ.Env.db_url_config(url)
    config["HOST"] = unquote(config["HOST"])  # a socket's folder, as %2Ftmp%2F...
    return config


def _email(url: str) -> dict[str, Any]:
    if urlsplit(url).scheme not in {"smtp", "smtp+tls", "smtp+ssl"}:
        raise BadEnvironment("EMAIL_URL must be an smtp://, smtp+tls:// or smtp+ssl:// address")
    config: dict[str, Any] = environ.Env.email_url_config(url)
    config.pop("EMAIL_FILE_PATH", None)
    return config


def _unfit(given: Mapping[str, str], *, as_owner: bool) -> list[str]:
    """Each setting that production lacks or that would not protect anybody."""
    found = [
        f"{name} is missing"
        for name in ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL")
        if not given.get(name)
    ]
    key = given.get("SECRET_KEY", "")
    if key and (
        len(key) < SECRET_KEY_LENGTH
        or len(zlib.compress(key.encode(), 9)) < SECRET_KEY_PACKED
        or key.startswith("django-insecure-")
    ):
        found.append(f"SECRET_KEY is weak: at least {SECRET_KEY_LENGTH} random characters")
    hosts = [host.strip() for host in given.get("ALLOWED_HOSTS", "").split(",")]
    if "*" in hosts or any(host.startswith(".") for host in hosts):
        found.append("ALLOWED_HOSTS is weak: name the hosts, without * and without a leading dot")
    if given.get("DATABASE_URL"):
        user = urlsplit(given["DATABASE_URL"]).username
        if user in {None, "", "postgres", OWNER_ROLE} or user == urlsplit(given.get("OWNER_DATABASE_URL", "")).username:
            found.append(f"DATABASE_URL is weak: it must name the app's role ({APP_ROLE}), which owns nothing")
    if given.get("REDIS_URL") and urlsplit(given["REDIS_URL"]).scheme not in {"redis", "rediss", "unix"}:
        found.append("REDIS_URL is weak: a redis://, rediss:// or unix:// address")
    if given.get("EMAIL_URL") and not urlsplit(given["EMAIL_URL"]).hostname:
        found.append("EMAIL_URL is weak: it names no mail server")
    if as_owner:
        found.append("INTERVAL_DATABASE_ROLE is weak: the owner's role is for migrations only")
    return found
