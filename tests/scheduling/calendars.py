"""Reads a calendar file as strictly as RFC 5545 is written, octet by octet: a library that reads it proves nothing."""

import re
from dataclasses import dataclass

WORDS = {"SUMMARY", "DESCRIPTION", "LOCATION", "UID"}
"""Properties whose value is TEXT."""
INSTANTS = {"DTSTART", "DTEND", "DTSTAMP", "CREATED", "LAST-MODIFIED"}
UNESCAPED = re.compile(r"(?<!\\)(?:\\\\)*(?:[;,]|\\(?![\\;,nN]))")
PIECE = re.compile(rb'((?:[^";:]|"[^"]*")*)([;:])', re.DOTALL)


@dataclass(frozen=True)
class Line:
    """One property: its name, its parameters, its value as it stands there."""

    name: str
    parameters: dict[str, str]
    value: str


def lines_of(content: bytes) -> list[Line]:
    """The properties of a file, unfolded."""
    return [_line(raw) for raw in content.replace(b"\r\n ", b"").split(b"\r\n") if raw]


def value_of(content: bytes, name: str) -> str:
    """The value of the one property of this name, as it stands there."""
    (found,) = [line.value for line in lines_of(content) if line.name == name]
    return found


def text_of(content: bytes, name: str) -> str:
    """The words of the one property of this name."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value_of(content, name))


def faults(content: bytes) -> list[str]:
    """What is wrong with a file; nothing, where a strict program can read it."""
    found = _of_octets(content)
    if found:
        return found
    lines = lines_of(content)
    zones = {line.value for line in lines if line.name == "TZID"}
    method = next((line.value for line in lines if line.name == "METHOD"), "")
    for line in lines:
        zone = line.parameters.get("TZID", "")
        if zone and zone not in zones:
            found.append(f"{line.name} in a zone without its rules")
        if line.name in INSTANTS and not zone and not line.value.endswith("Z") and line.value != "19700101T000000":
            found.append(f"{line.name} floats")
        if line.name in WORDS and UNESCAPED.search(line.value):
            found.append(f"{line.name} is not escaped")
        if line.name == "STATUS" and method and (line.value == "CANCELLED") is not (method == "CANCEL"):
            found.append(f"{line.value} by {method}")
    for needed in ("UID", "DTSTAMP", "DTSTART"):
        if sum(line.name == needed for line in lines) < sum(line == Line("BEGIN", {}, "VEVENT") for line in lines):
            found.append(f"{needed} is missing")
    return found


def _of_octets(content: bytes) -> list[str]:
    found = []
    if not content.endswith(b"\r\n") or content.count(b"\n") != content.count(b"\r\n") != content.count(b"\r"):
        found.append("a line does not end in CRLF")
    for raw in content.split(b"\r\n")[:-1]:
        if len(raw) > 75:
            found.append("a line is longer than 75 octets")
        try:
            raw.decode()
        except UnicodeDecodeError:
            found.append("a character is cut in two")
    return found


def _line(raw: bytes) -> Line:
    pieces, at = [], 0
    while match := PIECE.match(raw, at):
        pieces.append(match[1].decode())
        at = match.end()
        if match[2] == b":":
            break
    name, *given = pieces
    parameters = dict(one.split("=", 1) for one in given)
    return Line(name, {key: value.strip('"') for key, value in parameters.items()}, raw[at:].decode())
