"""What calendars are told, to the byte: RFC 5545 in UTC, folded by octets, ended by CRLF. Pure.

The few lines are our own because a library's writer loses a backslash before an N; see docs/decisions/0064.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote

REQUEST: Final = "REQUEST"
CANCEL: Final = "CANCEL"
PUBLISH: Final = "PUBLISH"
"""For a file that somebody takes by themselves: it names no guest (RFC 5546, 3.2.1)."""
PRODUCT: Final = "-//Interval//Scheduling//EN"
GUEST: Final = "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE"
LONGEST_LINE: Final = 75
"""Octets, without the line end: RFC 5545, 3.1."""
CONTINUES: Final = 0b10
"""The two high bits of an octet inside a character of UTF-8."""
ADDRESS_AS_IT_IS: Final = "@!$'*+-._~"
"""What of an address stands in a mailto as it is: RFC 6068, 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A visit as the patient's calendar is told of it: from whom, to whom, when, where, what to know."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    made_at: datetime
    changed_at: datetime
    summary: str
    description: str
    location: str
    organizer: str
    organizer_name: str
    attendee: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """A stretch in which somebody cannot be had. Nothing says why, where or with whom."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime


def invitation(meeting: Meeting, *, method: str, now: datetime) -> bytes:
    """Return the file that puts a visit into a calendar, moves it there (same uid, higher sequence) or takes it out.

    Nobody is asked for an answer: the visit is agreed. It is private, so that who shares a calendar shares no more
    than that the time is taken.
    """
    return _file(
        [
            f"METHOD:{method}",
            "BEGIN:VEVENT",
            f"UID:{text(meeting.uid)}",
            f"DTSTAMP:{instant(now)}",
            f"SEQUENCE:{meeting.sequence}",
            f"CREATED:{instant(meeting.made_at)}",
            f"LAST-MODIFIED:{instant(meeting.changed_at)}",
            f"DTSTART:{instant(meeting.starts_at)}",
            f"DTEND:{instant(meeting.ends_at)}",
            f"SUMMARY:{text(meeting.summary)}",
            f"STATUS:{'CANCELLED' if method == CANCEL else 'CONFIRMED'}",
            "TRANSP:OPAQUE",
            "CLASS:PRIVATE",
            f"ORGANIZER;CN={quoted(meeting.organizer_name)}:{mailto(meeting.organizer)}",
            *(f"{GUEST}:{mailto(address)}" for address in [meeting.attendee] if address),
            f"LOCATION:{text(meeting.location)}",
            f"DESCRIPTION:{text(meeting.description)}",
            "END:VEVENT",
        ]
    )


def busy_times(stretches: Iterable[Busy], *, look_again: timedelta) -> bytes:
    """Return the file that a subscribed calendar reads: what is taken, and after how long to look again."""
    pause = f"PT{int(look_again.total_seconds()) // 60}M"
    return _file(
        [
            "X-WR-CALNAME:Busy times",
            f"REFRESH-INTERVAL;VALUE=DURATION:{pause}",
            f"X-PUBLISHED-TTL:{pause}",
            *(line for stretch in stretches for line in _busy(stretch)),
        ]
    )


def _busy(stretch: Busy) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{text(stretch.uid)}"
    yield f"DTSTAMP:{instant(stretch.changed_at)}"
    yield f"SEQUENCE:{stretch.sequence}"
    yield f"DTSTART:{instant(stretch.starts_at)}"
    yield f"DTEND:{instant(stretch.ends_at)}"
    yield "SUMMARY:Busy"
    yield "TRANSP:OPAQUE"
    yield "END:VEVENT"


def instant(at: datetime) -> str:
    """Return an aware instant in UTC: needs no zone's rules, and no program gets them wrong."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def text(value: str) -> str:
    r"""Return words as a property holds them: `\`, `;` and `,` escaped, a line break as `\n`, no control character."""
    lines = ["".join(c for c in line if c == "\t" or unicodedata.category(c) != "Cc") for line in _lines(value)]
    return "\\n".join(line.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,") for line in lines)


def quoted(value: str) -> str:
    """Return a parameter's value in quotes, which cannot hold a quote or a line break."""
    kept = " ".join(value.replace('"', "'").split())
    return '"' + "".join(c for c in kept if unicodedata.category(c) != "Cc") + '"'


def mailto(address: str) -> str:
    """Return an address as a URI."""
    return f"mailto:{quote(address, safe=ADDRESS_AS_IT_IS)}"


def folded(line: str) -> bytes:
    """Return a line in pieces of 75 octets at most, no character cut in two, each ended by CRLF."""
    octets, begin = line.encode(), 0
    pieces: list[bytes] = []
    while len(octets) - begin > (room := LONGEST_LINE - bool(pieces)):
        end = begin + room
        while octets[end] >> 6 == CONTINUES:
            end -= 1
        pieces.append(octets[begin:end])
        begin = end
    return b"\r\n ".join([*pieces, octets[begin:]]) + b"\r\n"


def _lines(value: str) -> list[str]:
    return value.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _file(lines: list[str]) -> bytes:
    framed = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", *lines, "END:VCALENDAR"]
    return b"".join(folded(line) for line in framed)
