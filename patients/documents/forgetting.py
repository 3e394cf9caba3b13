"""Take out of a PDF that we wrote what its pictures tell beside their points: where, when, with what they were taken.

Works on pdfium's own output and in place: what goes is overwritten by as many zeros, so every length and offset of the
file stays true. Pure.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final

BEGINS: Final = b" 0 obj\r\n"
STREAM: Final = b">>stream\r\n"
ENDS: Final = b"endobj"
LENGTH: Final = re.compile(rb"/Length (\d+)")
FILTERS: Final = re.compile(rb"/Filter\s*(\[[^\]]*\]|/\w+)")
METADATA: Final = re.compile(rb"/Type\s*/Metadata|/Subtype\s*/XML")
MARK: Final = 0xFF
STARTS: Final = b"\xff\xd8"
START_OF_SCAN: Final = 0xDA
END_OF_PICTURE: Final = 0xD9
IN_A_SCAN: Final = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
"""The next marker behind a scan's own bytes, which say 0xFF with a nought behind it."""
TOLD: Final = frozenset({0xE1, *range(0xE3, 0xEE), 0xEF, 0xFE})
"""Segments that say nothing about colour: Exif and XMP, notes of makers, comments. JFIF, ICC and Adobe's stay."""


class NotForgotten(Exception):
    """A picture is packed in a way that cannot be looked into."""


def forgotten(content: bytes) -> bytes:
    """Return the same PDF, told nothing of by its pictures.

    Raises:
        NotForgotten: a picture is packed in a way that cannot be looked into.

    """
    made = bytearray(content)
    for said, start, end in _streams(content):
        filters = _filters(said)
        if METADATA.search(said):
            made[start:end] = bytes(end - start)
        elif filters == [b"DCTDecode"]:
            made[start:end] = _bare(content[start:end])
        elif b"DCTDecode" in filters:
            made[start:end] = _packed_again(content[start:end], filters)
    return bytes(made)


def _streams(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield what each stream says of itself, and where it lies."""
    at = content.find(BEGINS)
    while at >= 0:
        at += len(BEGINS)
        stream, end = content.find(STREAM, at), content.find(ENDS, at)
        if 0 <= stream < end:
            said = content[at:stream]
            length = LENGTH.search(said)
            start = stream + len(STREAM)
            stop = min(start + int(length[1]), len(content)) if length else end
            yield said, start, stop
            at = stop
        at = content.find(BEGINS, at)


def _filters(said: bytes) -> list[bytes]:
    found = FILTERS.search(said)
    return re.findall(rb"/(\w+)", found[1]) if found else []


def _bare(jpeg: bytes) -> bytes:
    """Return a JPEG of the same length with zeros for what its segments tell, between scans and behind its end too.

    Behind the end cameras put a second picture, with Exif of its own, or a film.
    """
    made, at = bytearray(jpeg), jpeg.find(STARTS) + len(STARTS)
    while at + 2 <= len(jpeg) and jpeg[at] == MARK and jpeg[at + 1] != END_OF_PICTURE:
        if jpeg[at + 1] == MARK:  # a marker may be filled up in front
            at += 1
            continue
        end = min(at + 2 + int.from_bytes(jpeg[at + 2 : at + 4]), len(jpeg))
        if jpeg[at + 1] in TOLD:
            made[at + 4 : end] = bytes(max(end - at - 4, 0))
        if jpeg[at + 1] == START_OF_SCAN and (found := IN_A_SCAN.search(jpeg, end)):
            end = found.start()
        at = end
    if jpeg[at : at + 2] == bytes((MARK, END_OF_PICTURE)):
        made[at + 2 :] = bytes(len(jpeg) - at - 2)
    return bytes(made)


def _packed_again(packed: bytes, filters: list[bytes]) -> bytes:
    if filters != [b"FlateDecode", b"DCTDecode"]:
        raise NotForgotten
    try:
        bare = zlib.compress(_bare(zlib.decompressobj().decompress(packed, 1 << 28)), 9)
    except zlib.error as error:
        raise NotForgotten from error
    if len(bare) > len(packed):
        raise NotForgotten
    return bare + bytes(len(packed) - len(bare))
