"""What a file is, by its first bytes: never by its name or by what the browser says of it. Pure."""

from typing import Final, Literal

HEAD_BYTES: Final = 1024
"""So much of a file is looked at."""

Kind = Literal["jpeg", "png", "webp", "heic", "pdf"]
"""What is taken in."""
Other = Literal["svg", "html", "office", "zip", "tiff", "gif", "bmp", "video", "program", "text", "unknown"]
"""What is not, so that the refusal can say what to do instead."""

PICTURES: Final[frozenset[str]] = frozenset({"jpeg", "png", "webp", "heic"})
_HEIF_BRANDS: Final = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"}
_MAGIC: Final[tuple[tuple[bytes, Kind | Other], ...]] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"{\\rtf", "office"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"#!", "program"),
)
_IN_OFFICE_ZIP: Final = (b"word/", b"xl/", b"ppt/", b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis")
_IN_WEB_PAGE: Final = (b"<!doctype html", b"<html", b"<script", b"<body", b"<iframe", b"<head")


def kind_of(head: bytes) -> Kind | Other:
    """Return what a file is that begins so. What hides behind other bytes is not taken for a PDF."""
    found = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    if found == "zip":
        return "office" if any(mark in head for mark in _IN_OFFICE_ZIP) else "zip"
    if found:
        return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return "heic" if head[8:12] in _HEIF_BRANDS else "video"
    return _text(head)


def _text(head: bytes) -> Other:
    """Tell apart what may be read as text: a drawing or a page may run script, the rest is words."""
    low = head.lower()
    if b"<svg" in low or (low.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml") and b"svg" in low):
        return "svg"
    if any(mark in low for mark in _IN_WEB_PAGE):
        return "html"
    return "unknown" if not head or b"\x00" in head else "text"
