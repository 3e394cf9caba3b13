"""A letter as the bytes a mail server takes: one recipient, neutral headers, nothing injected. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy
from email.utils import format_datetime, parseaddr
from typing import Any, Final
from uuid import UUID

LONGEST_ADDRESS: Final = 254
LONGEST_LOCAL_PART: Final = 64
CALENDAR_FILE: Final = "visit.ics"
_CONTROL = {"Cc", "Cf", "Cs", "Zl", "Zp"}
#: Joiners are part of Indic scripts, not tricks.
_JOINERS = "\u200c\u200d"
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_UNSAFE_URL = re.compile(r"[^\x21-\x7e]|[<>]")


class BadAddress(ValueError):
    """This is not an address a mail server can take. Holds no part of it."""


class BadLink(ValueError):
    """This is not an address that a header can carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the mail server is told, and the content."""

    sender: str
    recipient: str
    needs_utf8: bool
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPart:
    """What the reader's calendar is told: an .ics file to the byte, and the method that it and the mail part name."""

    method: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What stands in a letter."""

    subject: str
    text: str
    html: str
    calendar: CalendarPart | None = None


class _Verbatim:
    """A header that is ASCII and must not be folded or encoded: long addresses in List-Unsubscribe break otherwise."""

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """Take the value as it is."""
        kwds["parse_tree"] = None
        kwds["decoded"] = value

    def fold(self, *, policy: "EmailPolicy[Any]") -> str:
        """Return the header on one line."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]  # mixed into BaseHeader


def _registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    for name in ("list-unsubscribe", "list-unsubscribe-post", "message-id", "auto-submitted"):
        registry.map_to_type(name, _Verbatim)  # type: ignore[arg-type]  # mixed into BaseHeader by the registry
    return registry


_ASCII: Final = SMTP.clone(header_factory=_registry(), cte_type="7bit")
_UTF8: Final = SMTPUTF8.clone(header_factory=_registry(), cte_type="7bit")


def one_line(text: str) -> str:
    """Return text fit for a header: no line break, no control character, single spaces."""
    kept = "".join(c if c in _JOINERS or unicodedata.category(c) not in _CONTROL else " " for c in text)
    return " ".join(kept.split())


def envelope_address(address: str) -> str:
    """Return the address as a mail server takes it, its domain in ASCII.

    Raises:
        BadAddress: no server could take it.

    """
    local, at, domain = address.strip().rpartition("@")
    if not (local and at and domain) or one_line(address) != address.strip():
        raise BadAddress
    if not _QUOTED.fullmatch(local) and re.search(r"[\s\"(),:;<>@\[\]\\]|\.\.|^\.|\.$", local):
        raise BadAddress
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise BadAddress from None
    whole = f"{local}@{domain}"
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", domain):
        raise BadAddress
    if len(local.encode()) > LONGEST_LOCAL_PART or len(whole.encode()) > LONGEST_ADDRESS:
        raise BadAddress
    return whole


def message_id(public_id: UUID, sender: str) -> str:
    """Return the Message-ID of a letter: the same for each try, so that a repeat is recognisable."""
    return f"<{public_id}@{envelope_address(parseaddr(sender)[1]).rpartition('@')[2]}>"


def compose(
    words: Words,
    *,
    sender: str,
    from_name: str = "",
    address: str,
    name: str,
    message_id: str,
    date: datetime,
    unsubscribe: str | None = None,
) -> Envelope:
    """Return the letter ready to hand over: text first, HTML as the richer alternative, a calendar's part last.

    Raises:
        BadAddress: the recipient's address is not one.
        BadLink: the unsubscribe address cannot stand in a header.

    """
    default_name, sender_address = parseaddr(sender)
    envelope_from = envelope_address(sender_address)
    envelope_to = envelope_address(address)
    needs_utf8 = not envelope_to.isascii()
    message = EmailMessage(policy=_UTF8 if needs_utf8 else _ASCII)
    message["From"] = _mailbox(from_name or default_name, envelope_from)
    message["To"] = _mailbox(name, envelope_to)
    message["Subject"] = one_line(words.subject)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    if unsubscribe:
        if _UNSAFE_URL.search(unsubscribe):
            raise BadLink
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(words.text)
    message.add_alternative(words.html, subtype="html")
    if words.calendar is not None:
        _add_calendar(message, words.calendar)
    return Envelope(sender=envelope_from, recipient=envelope_to, needs_utf8=needs_utf8, content=message.as_bytes())


def _add_calendar(message: EmailMessage, part: CalendarPart) -> None:
    """Add it as the alternative that mail programs act on, and as a file for those that do not.

    Base64, so that no server touches a line end; the file under its own type, so that none acts twice.
    """
    said, named = {"charset": "utf-8", "method": part.method}, {"name": CALENDAR_FILE}
    message.add_alternative(part.content, maintype="text", subtype="calendar", cte="base64", params=said)
    message.add_attachment(
        part.content, maintype="application", subtype="ics", cte="base64", filename=CALENDAR_FILE, params=named
    )


def _mailbox(name: str, address: str) -> Address:
    local, _at, domain = address.rpartition("@")
    return Address(one_line(name), local.strip('"'), domain)
