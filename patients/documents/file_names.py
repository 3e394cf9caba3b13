"""A file's name as it was said, made safe to show, to store and to offer for download. Pure."""

import unicodedata
from typing import Final

from patients.documents.limits import LONGEST_NAME

NAMELESS: Final = "document"
_ENDINGS: Final = {"image/jpeg": ".jpg", "application/pdf": ".pdf"}
_LONGEST_ENDING: Final = 5


def as_said(name: str) -> str:
    """Return a name without folders, without what cannot be seen or steers a terminal, and not too long.

    Letters of any script stay. A name that is nothing but dots is none.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(mark for mark in last if unicodedata.category(mark)[0] != "C" and mark not in '<>:"|?*')
    shown = " ".join(shown.split()).strip(". ")
    if len(shown) <= LONGEST_NAME:
        return shown or NAMELESS
    stem, dot, ending = shown.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        return shown[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def for_download(name: str, media_type: str) -> str:
    """Return the name under which it is handed out: its ending says what it has become, and nothing else."""
    ending = _ENDINGS[media_type]
    stem = name
    while "." in stem and len(stem.rpartition(".")[2]) <= _LONGEST_ENDING:
        stem = stem.rpartition(".")[0]
    return f"{stem.strip('. ') or NAMELESS}{ending}"
