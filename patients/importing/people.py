"""A row that is a person: what each cell says, in the words that registration takes."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from patients import birth, names, phones
from patients.birth import Birth
from patients.importing import dates
from patients.importing.cells import BadRow, Faults, text_of
from patients.models import Language, Sex
from patients.registration import PersonFacts

SEXES = {
    "f": Sex.FEMALE, "female": Sex.FEMALE, "m": Sex.MALE, "male": Sex.MALE, "o": Sex.OTHER, "other": Sex.OTHER,
    "": Sex.UNKNOWN, "u": Sex.UNKNOWN, "unknown": Sex.UNKNOWN,
}  # fmt: skip
LANGUAGES: Final = {
    "english": Language.ENGLISH, "eng": Language.ENGLISH, "अंग्रेज़ी": Language.ENGLISH, "अंग्रेजी": Language.ENGLISH,
    "અંગ્રેજી": Language.ENGLISH,
    "hindi": Language.HINDI, "hin": Language.HINDI, "हिन्दी": Language.HINDI, "हिंदी": Language.HINDI,
    "હિન્દી": Language.HINDI, "હિંદી": Language.HINDI,
    "gujarati": Language.GUJARATI, "gujrati": Language.GUJARATI, "guj": Language.GUJARATI,
    "ગુજરાતી": Language.GUJARATI, "गुजराती": Language.GUJARATI,
    **{code: Language(code) for code in Language.values},
}  # fmt: skip
"""What a file calls the languages we write in; of a code with a country ("hi-IN") the first part counts."""


def facts_of(cells: Mapping[str, str], *, country: str, today: date, order: str) -> PersonFacts:
    """Return a row's facts in domain types; what it lacks stays empty.

    Raises:
        BadRow: cells that are there cannot be read: all of them are told.

    """
    faults = Faults()
    facts = PersonFacts(
        given_name=faults.of(lambda: _read("name", names.kept_and_needed, cells.get("given_name", "")), ""),
        family_name=faults.of(lambda: _read("family name", names.kept, cells.get("family_name", "")), ""),
        birth=faults.of(lambda: _birth(cells.get("birth", ""), today, order), birth.UNKNOWN_BIRTH),
        sex=faults.of(lambda: _sex(cells.get("sex", "")), Sex.UNKNOWN.value),
        phone=faults.of(lambda: _read("phone", lambda text: phones.stored(text, country), cells.get("phone", "")), ""),
        email=faults.of(lambda: _email(cells.get("email", "")), ""),
        language=_language(cells.get("language", "")) or Language.ENGLISH,
        address=faults.of(lambda: _address(cells), ""),
        note_for_desk=faults.of(lambda: text_of(cells.get("note_for_desk", "")), ""),
        deceased_on=faults.of(lambda: _death(cells.get("deceased_on", ""), today, order), None),
    )
    faults.refuse()
    return facts


def remark_on(cells: Mapping[str, str]) -> str:
    """Return what was read otherwise than it stands there, in words; nothing where all was taken as it is."""
    said = cells.get("language", "")
    remarks = [f"no letters in “{said}”: English instead"] if said and not _language(said) else []
    for what, target in (("date of birth", "birth"), ("date of death", "deceased_on")):
        if day := dates.counted_day(cells.get(target, "")):
            remarks.append(f"{what} is the number {cells[target]}, read as {day:%d %b %Y}")
    return "; ".join(remarks)


def _read(what: str, reader: Callable[[str], str], text: str) -> str:
    try:
        return reader(text)
    except names.NameIsEmpty as refusal:
        raise BadRow(f"{what} is empty") from refusal
    except names.NameIsTooLong as refusal:
        raise BadRow(f"{what} has {refusal.length} characters, the limit is {refusal.limit}") from refusal
    except names.NameHasHiddenMarks as refusal:
        raise BadRow(f"{what} has hidden characters ({', '.join(refusal.marks)})") from refusal
    except phones.NotAPhone as refusal:
        raise BadRow(f"{what} is no number anybody has") from refusal


def _birth(text: str, today: date, order: str) -> Birth:
    try:
        known = dates.read(text, today=today, order=order)
    except birth.NO_BIRTH as refusal:
        raise BadRow(f"date of birth {said_of(refusal)}") from refusal
    if known.first_day and known.first_day > today:
        raise BadRow("date of birth is still to come")
    return known


def said_of(refusal: Exception) -> str:
    """Return what is wrong with a date, in words."""
    said = {
        birth.NoSuchDay: "is a day that no calendar has",
        birth.WhichCentury: "needs four figures for the year",
        birth.BornInTheFuture: "is still to come",
        birth.BornTooLongAgo: "is too long ago",
    }
    return said.get(type(refusal), "cannot be read")


def _death(text: str, today: date, order: str) -> date | None:
    if not text:
        return None
    try:
        return dates.read_day(text, today=today, order=order)
    except birth.NO_BIRTH as refusal:
        raise BadRow("date of death cannot be read as a whole date") from refusal


def _sex(text: str) -> str:
    try:
        return SEXES[text.casefold()]
    except KeyError as error:
        raise BadRow(f"sex is not one of {', '.join(sorted(filter(None, SEXES)))}") from error


def _language(text: str) -> str:
    """Letters are written in the languages we have; anybody else gets English, and a remark says so."""
    said = text.casefold()
    return LANGUAGES.get(said) or LANGUAGES.get(said.replace("_", "-").partition("-")[0]) or ""


def _email(text: str) -> str:
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError as refusal:
        raise BadRow("e-mail is no address") from refusal
    local, at, domain = text.rpartition("@")
    return f"{local}{at}{domain.lower()}"


def _address(cells: Mapping[str, str]) -> str:
    town = " ".join(filter(None, (cells.get("state", ""), cells.get("zip", ""))))
    return text_of(", ".join(filter(None, (cells.get("street", ""), cells.get("city", ""), town))))
