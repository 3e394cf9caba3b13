"""Read a mail that says a letter did not arrive, or was not wanted: which letter, to whom, and how final it is. Pure.

Read are delivery reports (RFC 3464, with UTF-8 addresses RFC 6533), complaints (RFC 5965), and the plain bounces of
servers that know neither, where a copy of our letter stands in the text. Everything in them is a stranger's word.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses
from enum import StrEnum
from itertools import islice
from typing import Any, Final
from uuid import UUID

PARTS_READ: Final = 100
#: A report is shorter and flatter than this: so many lines are read, so many parts may lie in one another.
#: What it costs to read a mail grows with both: one made for it would keep a worker for minutes.
LINES_READ: Final = 20_000
NESTED: Final = 12
REPORTS: Final = {"message/delivery-status", "message/global-delivery-status"}
COPIES: Final = {
    "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers", "text/global-headers",
}  # fmt: skip
COMPLAINTS: Final = {"abuse", "fraud", "virus", "other", "opt-out", "opt-out-list"}

_STATUS = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_OWN_ID = re.compile(r"(?im)^message-id:\s*(<[^<>\s]{1,300}>)")
_ADDRESS = re.compile(r"[^\s<>;,:()\[\]\"]{1,64}@[^\s<>;,:()\[\]\"]{1,253}")
_XTEXT = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_LINES = re.compile(rb"(?:[^\r\n]*(?:\r\n|\r|\n)){%d}" % LINES_READ)
_NEST = re.compile(rb"boundary[\s*0-9]*=|[\r\n]content-type:\s*message/", re.IGNORECASE)
_UUID = re.compile(r"<([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})@")

#: The address is gone or never was: no such mailbox, no such domain, switched off.
_GONE = re.compile(r"5\.(0\.0|1\.\d+|2\.1|4\.1|4\.4|4\.310|5\.0)")
#: Of those, the ones that speak of our own address.
_OURS = re.compile(r"5\.1\.[78]")


class Kind(StrEnum):
    """How final it is."""

    HARD = "hard"
    SOFT = "soft"
    DELAYED = "delayed"
    COMPLAINT = "complaint"


GRAVEST: Final = (Kind.HARD, Kind.SOFT, Kind.DELAYED)


class TooNested(ValueError):
    """So deep lies nothing that a mail server reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What a mail says about one of our letters."""

    letter: UUID
    message_id: str
    kind: Kind
    status: str
    addresses: frozenset[str]


def read(raw: bytes) -> Returned | None:
    """Return what a mail says about a letter; None where it is no such report. A hostile mail may raise anything."""
    if (cut := _LINES.match(raw)) is not None:
        raw = cut.group()
    if len(_NEST.findall(raw)) > NESTED:
        raise TooNested
    mail = message_from_bytes(raw, policy=compat32)
    parts = list(islice(mail.walk(), PARTS_READ))
    blocks = [block for part in parts if part.get_content_type() in REPORTS for block in _blocks(part)]
    feedback = [
        block for part in parts if part.get_content_type() == "message/feedback-report" for block in _blocks(part)
    ]
    copies = [block for part in parts if part.get_content_type() in COPIES for block in islice(_blocks(part), 1)]
    if feedback:
        kind, status = _complained(feedback), ""
    elif blocks:
        kind, status = _gravest(blocks)
    else:
        return _plain(mail, parts)
    if kind is None:
        return None
    own = _first(copies, "message-id")
    said = [*_named(blocks, feedback), mail.get("X-Failed-Recipients", ""), *(copy.get("to", "") for copy in copies)]
    return _about(own, kind=kind, status=status, said=said)


def how_final(status: str) -> Kind:
    """Return how final a status is. One of the address for good is hard; of a letter, of us, or for now is not."""
    return Kind.HARD if _GONE.fullmatch(status) and not _OURS.fullmatch(status) else Kind.SOFT


def _plain(mail: "Message[Any, Any]", parts: Iterable["Message[Any, Any]"]) -> Returned | None:
    """A bounce in plain words: from a mail server, with a copy of our letter under what it says."""
    sender = f"{mail.get('From', '')}".lower()
    is_server = "mailer-daemon" in sender or "postmaster" in sender or f"{mail.get('Return-Path', '')}".strip() == "<>"
    text = next((_text(part) for part in parts if part.get_content_type() == "text/plain"), "")
    own = _OWN_ID.search(text)
    if not is_server or own is None:
        return None
    before = text[: own.start()]
    failed = f"{mail.get('X-Failed-Recipients', '')}"
    found = _STATUS.search(before)
    if found is None and not failed:
        return None
    status = found.group() if found else "5.0.0"
    to = re.findall(r"(?im)^to:\s*(.{1,400})$", text[own.start() - len(before) :])
    return _about(own[1], kind=how_final(status), status=status, said=[failed, *_ADDRESS.findall(before)[:20], *to[:3]])


def _about(own: str, *, kind: Kind, status: str, said: Iterable[str]) -> Returned | None:
    named = _UUID.match(own.strip())
    if named is None:
        return None
    addresses = frozenset(address for words in said for address in _addresses(words))
    return Returned(letter=UUID(named[1]), message_id=own.strip(), kind=kind, status=status, addresses=addresses)


def _complained(feedback: list[dict[str, str]]) -> Kind | None:
    return Kind.COMPLAINT if _first(feedback, "feedback-type").strip().lower() in COMPLAINTS else None


def _gravest(blocks: list[dict[str, str]]) -> tuple[Kind | None, str]:
    """Return the gravest of what is said of each recipient; ours has one, the others are somebody's invention."""
    told = []
    for block in blocks:
        found = _STATUS.search(block.get("status", ""))
        status = found.group() if found else ""
        match block.get("action", "").strip().lower():
            case "failed":
                told.append((how_final(status), status))
            case "delayed":
                told.append((Kind.DELAYED, status))
    return min(told, key=lambda one: GRAVEST.index(one[0]), default=(None, ""))


def _named(blocks: list[dict[str, str]], feedback: list[dict[str, str]]) -> Iterator[str]:
    for block in blocks:
        for name in ("original-recipient", "final-recipient"):
            yield block.get(name, "").partition(";")[2]
    for block in feedback:
        for name in ("original-rcpt-to", "removal-recipient"):
            yield block.get(name, "")


def _addresses(words: str) -> Iterator[str]:
    r"""Each address in a header's words; `\x{4F60}` is how RFC 6533 writes a letter in ASCII."""
    plain = _XTEXT.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), words)
    for _name, address in getaddresses([plain]):
        yield from _ADDRESS.findall(address)[:5]


def _first(blocks: list[dict[str, str]], name: str) -> str:
    return next((block[name] for block in blocks if block.get(name)), "")


def _blocks(part: "Message[Any, Any]") -> Iterator[dict[str, str]]:
    """Each group of fields in a part, by lower-case name; the first of a name counts."""
    for group in re.split(r"\n[ \t]*\r?\n", _text(part).strip("\r\n")):
        fields: dict[str, str] = {}
        for name, value in message_from_string(group.strip("\r\n") + "\n\n", policy=compat32).items():
            fields.setdefault(name.lower(), " ".join(f"{value}".split()))
        yield fields


def _text(part: "Message[Any, Any]") -> str:
    """A part as text, whatever its type: of a message in a message, the message as it stands."""
    inside = part.get_payload()
    if isinstance(inside, list):
        whole = b"\n".join(item.as_bytes() for item in inside if isinstance(item, Message))
        carrier: Message[Any, Any] = Message(policy=compat32)
        carrier["Content-Transfer-Encoding"] = f"{part.get('Content-Transfer-Encoding', '8bit')}"
        carrier.set_payload(whole.decode("ascii", "surrogateescape"))
        part = carrier
    decoded = part.get_payload(decode=True)
    return decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else ""
