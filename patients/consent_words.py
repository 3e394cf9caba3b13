"""The words of consents: filled in for a place, taken apart for a page, and a clinic's own as a new version."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.locations.models import Location
from clinic.staff.models import User
from patients.models import ConsentText, Language

PLACES: Final = ("clinic", "phone", "contact")
"""What a text may leave open in braces: the place's own name, phone, and who answers for personal data."""
BRACES: Final = re.compile(r"\{([^{}]*)\}")


class WordingWritten(Exception):
    """Somebody wrote this version meanwhile."""


class WordsMissing(Exception):
    """A new wording is written in every language, or not at all."""


class NoSuchPlace(Exception):
    """Words in braces that nothing is filled in for."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def filled(text: str, location: Location | None) -> str:
    """Return a text with the place's own name, phone and contact in it."""
    clinic = (location.sender_name or location.name) if location else ""
    phone = (location.phone if location else "") or ""
    contact = (location.privacy_contact if location else "") or ", ".join(one for one in (clinic, phone) if one)
    return text.replace("{clinic}", clinic).replace("{phone}", phone).replace("{contact}", contact)


def digest(text: str) -> str:
    """Return the SHA-256 of a text; nothing of none."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def blocks(text: str, location: Location | None = None) -> list[dict[str, Any]]:
    """Take a text apart, filled in: a heading, paragraphs and lists."""
    made: list[dict[str, Any]] = []
    for number, part in enumerate(filled(text, location).split("\n\n")):
        lines = [line for line in part.split("\n") if line]
        if lines and all(line.startswith("- ") for line in lines):
            made.append({"points": [line[2:] for line in lines]})
        else:
            made.append({"heading" if number == 0 else "text": " ".join(lines)})
    return made


def tidied(text: str) -> str:
    """Return typed words with one kind of line end and nothing around them.

    Raises:
        NoSuchPlace: braces around something that is not filled in.

    """
    lines = [line.rstrip() for line in text.strip().splitlines()]
    tidy = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    for name in BRACES.findall(tidy):
        if name not in PLACES:
            raise NoSuchPlace(name)
    return tidy


def write_wording(
    *, kind: str, texts: Mapping[str, str], seen_version: int, by: User, now: datetime
) -> list[ConsentText]:
    """Put new words of a kind in force, in every language at once; those before stay as they were agreed to.

    Raises:
        WordsMissing: a language has none.
        NoSuchPlace: braces around something that is not filled in.
        WordingWritten: a colleague wrote a version since `seen_version`.

    """
    tidy = {language: tidied(texts.get(language, "")) for language in Language.values}
    if not all(tidy.values()):
        raise WordsMissing
    newest = ConsentText.objects.filter(kind=kind).order_by("-version").values_list("version", flat=True).first() or 0
    if newest != seen_version:
        raise WordingWritten
    try:
        with transaction.atomic():
            written = [
                ConsentText.objects.create(
                    kind=kind, version=newest + 1, language=language, text=text, written_by=by, written_at=now
                )
                for language, text in tidy.items()
            ]
            record(by=by, verb="wording.written", thing=written[0], detail={"kind": kind, "version": newest + 1})
    except IntegrityError as error:
        if violated(error) == "consent_wording_once_a_version":
            raise WordingWritten from error
        raise
    return written
