"""Questions to the people table."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, Q, Value, When

from patients import names, phones

if TYPE_CHECKING:
    from clinic.staff.models import User

LONGEST_SEARCH = 100
MOST_WORDS = 6
LARGEST_RECORD_NUMBER = 2_147_483_647  # what the column holds


class PatientQuerySet(models.QuerySet[Any]):
    """Patients, asked in the clinic's words."""

    def visible_to(self, user: "User") -> "PatientQuerySet":
        """Patients of the locations where this person works."""
        return self.filter(location__in=user.works_at)

    def living_records(self) -> "PatientQuerySet":
        """Records that stand: not merged into another."""
        return self.filter(merged_into__isnull=True)

    def written_to_no_more(self) -> "PatientQuerySet":
        """Those whose address does not work, the newest first: somebody asks them for another."""
        living = self.living_records().filter(deceased_on__isnull=True, email_suspended_at__isnull=False)
        return living.order_by("-email_suspended_at", "-id")

    def found_by(self, text: str, country: str = "IN") -> "PatientQuerySet":
        """Patients that a search text finds, those whose name begins with it first; none for an empty text.

        The first letters of any words of the name in any order; a phone in any spelling, or how it begins, or its last
        four digits or more; the record number; a whole e-mail address. Each condition has an index.
        """
        typed = text.strip()[:LONGEST_SEARCH]
        if "@" in typed:
            return self.filter(email__iexact=typed)
        if phones.looks_like_a_number(typed):
            return self.filter(_has_number(typed, country))
        words = names.words(typed)[:MOST_WORDS]
        if not words:
            return self.none()
        found = self
        for word in words:
            found = found.filter(_has_word(word) | _has_ending(word))
        begins = When(search_name__startswith=words[0], then=Value(0))
        return found.order_by(Case(begins, default=Value(1)), "search_name", "id")


def _has_word(word: str) -> Q:
    """A word of the name begins so."""
    return Q(search_name__startswith=word) | Q(search_name__contains=f" {word}")


def _has_ending(digits: str) -> Q:
    """The phone ends so; nothing for fewer digits than tell people apart."""
    if not digits.isdecimal() or len(digits) < phones.SHORTEST_ENDING:
        return Q()
    return Q(phone_digits__startswith=phones.digits_of(digits)[::-1])


def _has_number(typed: str, country: str) -> Q:
    digits = phones.digits_of(typed)
    found = _has_word(digits) | _has_ending(digits)
    if int(digits) <= LARGEST_RECORD_NUMBER:
        found |= Q(record_number=int(digits))
    if len(digits) >= phones.SHORTEST_ENDING:
        for beginning in phones.beginnings(typed, country):
            found |= Q(phone__startswith=beginning)
    return found
