"""What an intake says of the person beside what the record says, field by field: which differ, and in which words.

The answers stay as given whatever comes of it; `patients.taking_over` changes the record where somebody says so.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients import birth, names, phones
from patients.birth import NO_BIRTH, Birth, compatible
from patients.models import Language, Patient
from patients.registration import PersonFacts
from patients.wording import birth_words
from patients.wording_intake import partial_date_words

LABELS: Final = {
    "given_name": gettext_lazy("Name"),
    "family_name": gettext_lazy("Family name"),
    "birth": gettext_lazy("Date of birth"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "address": gettext_lazy("Address"),
    "language": gettext_lazy("Language of letters"),
}
"""The fields that are compared, in the page's order."""
ASKED_AS: Final = {field: f"about_{field}" for field in LABELS} | {"birth": "about_born"}
UNREADABLE: Final = (
    *NO_BIRTH,
    phones.NotAPhone,
    names.NameIsEmpty,
    names.NameIsTooLong,
    names.NameHasHiddenMarks,
)
"""Each way in which the record cannot keep an answer."""
KNOWN_TO: Final = ("unknown", "about", "year", "month", "day")
"""Precisions of a date of birth, the least known first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field: what the patient answered, what the record says, and what the record would say."""

    field: str
    label: str
    told: str
    told_words: str
    stood_words: str
    value: Any
    """The record's own form of the answer; None where it has none, so that nobody can take it over."""
    is_less_known: bool = False
    """Whether taking it over loses what is known: a day and a month, where the patient wrote a year."""


def differences(answers: Mapping[str, Any], patient: Patient, *, today: date) -> tuple[Difference, ...]:
    """Return the fields in which a form and the record differ; a question nobody answered differs in nothing."""
    facts, found = PersonFacts.of(patient), []
    for field, label in LABELS.items():
        told = answers.get(ASKED_AS[field])
        if not told:
            continue
        value = _read(field, told, patient, today)
        if not _is_new(field, value, facts, answers):
            continue
        found.append(
            Difference(
                field=field,
                label=str(label),
                told=told,
                told_words=in_words(field, told),
                stood_words=_stood(field, patient, today),
                value=value,
                is_less_known=field == "birth" and value is not None and _says_less(value, facts.birth),
            )
        )
    return tuple(found)


def in_words(field: str, told: str) -> str:
    """Return an answer as the desk reads it."""
    match field:
        case "birth":
            return partial_date_words(told)
        case "language":
            return str(dict(Language.choices).get(told, told))
        case _:
            return told


def _read(field: str, told: str, patient: Patient, today: date) -> Any:
    """Return an answer as the record keeps it; None where it cannot."""
    try:
        match field:
            case "birth":
                return birth.read(told, today)
            case "phone":
                return phones.stored(told, patient.location.country)
            case "given_name" | "family_name":
                return names.kept(told)
            case _:
                return told
    except UNREADABLE:
        return None


def _is_new(field: str, value: Any, facts: PersonFacts, answers: Mapping[str, Any]) -> bool:
    if value is None:
        return True
    match field:
        case "birth":
            return _says_more(value, facts.birth)
        case "given_name" | "family_name":
            whole = [str(answers.get(ASKED_AS[name], "")) for name in ("given_name", "family_name")]
            return names.fold(" ".join(whole)) != facts.search_name and names.fold(value) != names.fold(
                str(getattr(facts, field))
            )
        case "email":
            return bool(value.casefold() != facts.email.casefold())
        case "address":
            return _plain(value) != _plain(facts.address)
        case _:
            return bool(value != getattr(facts, field))


def _says_more(told: Birth, stood: Birth) -> bool:
    """Whether a date of birth contradicts the record, or is known better than there."""
    return not compatible(told, stood) or KNOWN_TO.index(told.precision) > KNOWN_TO.index(stood.precision)


def _says_less(told: Birth, stood: Birth) -> bool:
    return KNOWN_TO.index(told.precision) < KNOWN_TO.index(stood.precision)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace(",", " ").split())


def _stood(field: str, patient: Patient, today: date) -> str:
    match field:
        case "birth":
            return birth_words(patient.birth, today) if patient.born_on else ""
        case "phone":
            return patient.phone_shown
        case "language":
            return str(patient.get_language_display())
        case "email" if patient.has_no_email:
            return _("has no e-mail")
        case _:
            return str(getattr(patient, field))
