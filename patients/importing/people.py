"""A row that is a person: what each cell says, in the words that registration takes."""

from collections.abc import Callable, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from patients import birth, names, phones
from patients.birth import Birth
from patients.importing import dates
from patients.importing.cells import BadRow, text_of
from patients.models import Language, Sex
from patients.registration import PersonFacts

SEXES = {
    "f": Sex.FEMALE, "female": Sex.FEMALE, "m": Sex.MALE, "male": Sex.MALE, "o": Sex.OTHER, "other": Sex.OTHER,
    "": Sex.UNKNOWN, "u": Sex.UNKNOWN, "unknown": Sex.UNKNOWN,
}  # fmt: skip


def facts_of(cells: Mapping[str, str], *, country: str, today: date, order: str) -> PersonFacts:
    """Return a row's facts in domain types; what it lacks stays empty.

    Raises:
        BadRow: a cell that is there cannot be read.

    """
    return PersonFacts(
        given_name=_read("name", names.kept_and_needed, cells.get("given_name", "")),
        family_name=_read("family name", names.kept, cells.get("family_name", "")),
        birth=_birth(cells.get("birth", ""), today, order),
        sex=_sex(cells.get("sex", "")),
        phone=_read("phone", lambda text: phones.stored(text, country), cells.get("phone", "")),
        email=_email(cells.get("email", "")),
        language=_language(cells.get("language", "")),
        address=_address(cells),
        note_for_desk=text_of(cells.get("note_for_desk", "")),
        deceased_on=_death(cells.get("deceased_on", ""), today, order),
    )


def remark_on(cells: Mapping[str, str]) -> str:
    """Return what was read otherwise than it stands there, in words; nothing where all was taken as it is."""
    code = cells.get("language", "")
    return f"no letters in “{code}”: English instead" if code and code.casefold() not in Language.values else ""


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
    code = text.casefold()
    return code if code in Language.values else Language.ENGLISH


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
