"""Whether the words of the letters were read and confirmed by the clinic, in each language."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from clinic.audit.trail import record
from clinic.lib.languages import is_spoken
from clinic.lib.plain import inbox_line
from clinic.outbox.registry import Rendered
from clinic.staff.models import User
from scheduling import samples
from scheduling.errors import WordingChanged
from scheduling.models import WordingReview


@dataclass(frozen=True, slots=True)
class Wording:
    """A letter in one language, and who confirmed exactly these words."""

    letter: str
    language: str
    hash: str
    is_translated: bool
    review: WordingReview | None

    @property
    def language_name(self) -> str:
        """What the language is called."""
        return str(dict(settings.LANGUAGES)[self.language])


def wordings(letter: str | None = None) -> dict[str, list[Wording]]:
    """Return each letter's wording in every language of the clinic, with its review. One query."""
    reviews = {
        (row.letter, row.language, row.wording_hash): row
        for row in WordingReview.objects.select_related("confirmed_by")
    }
    found: dict[str, list[Wording]] = {}
    for kind in samples.letters():
        if letter in (None, kind.slug):
            found[kind.slug] = [_wording(kind.slug, language, reviews) for language, _name in settings.LANGUAGES]
    return found


def confirm(*, letter: str, language: str, seen: str, by: User, now: datetime) -> WordingReview:
    """Note that somebody read a letter and stands by its words; pressed twice it is one row.

    Raises:
        WordingChanged: the words are others than those the page showed.

    """
    wording = next(one for one in wordings(letter)[letter] if one.language == language)
    if wording.hash != seen or not wording.is_translated:
        raise WordingChanged(letter)
    with transaction.atomic():
        review, is_new = WordingReview.objects.get_or_create(
            letter=letter,
            language=language,
            wording_hash=seen,
            defaults={"confirmed_by": by, "confirmed_at": now},
        )
        if is_new:
            record(by=by, verb="wording.confirmed", thing=review, detail={"letter": letter, "language": language})
    return review


def _wording(letter: str, language: str, reviews: dict[tuple[str, str, str], WordingReview]) -> Wording:
    found = hash_of([shown for _sample, shown in samples.in_language(letter, language)])
    return Wording(letter, language, found, is_spoken(language), reviews.get((letter, language, found)))


def hash_of(forms: list[Rendered]) -> str:
    """Return one number for all a letter says, in each of its forms; how it looks does not count."""
    said = "\0".join(f"{form.subject}\0{inbox_line(form.html)}\0{form.text}" for form in forms)
    return hashlib.sha256(said.encode()).hexdigest()
