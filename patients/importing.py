"""People from another system: each row a person once, a bad row said by record and line, nothing half saved."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from clinic.lib.days import day_of
from clinic.lib.tables import Record, Table, plain_key, read_table
from clinic.locations.models import Location
from clinic.staff.models import User
from patients import birth, duplicates, names, phones
from patients.birth import Birth
from patients.models import Language, Patient, Sex
from patients.registration import AlreadyHere, PersonFacts, register

HEADS = {
    "source_key": ("id", "mrn", "patient_id", "source_key"),
    "given_name": ("first", "first_name", "given_name", "full_name", "name"),
    "family_name": ("last", "last_name", "family_name", "surname"),
    "birth": ("birthdate", "birth_date", "date_of_birth", "dob", "born_on"),
    "deceased_on": ("deathdate", "death_date", "deceased_on"),
    "sex": ("gender", "sex"),
    "phone": ("phone", "mobile", "telephone"),
    "email": ("email", "e_mail"),
    "language": ("preferred_language", "language"),
    "street": ("address", "street"),
    "city": ("city",),
    "state": ("state",),
    "zip": ("zip", "postcode", "pin"),
    "note_for_desk": ("notes", "note", "note_for_desk"),
}
NEEDED = ("source_key", "given_name")
SEXES = {
    "f": Sex.FEMALE, "female": Sex.FEMALE, "m": Sex.MALE, "male": Sex.MALE, "o": Sex.OTHER, "other": Sex.OTHER,
    "": Sex.UNKNOWN, "u": Sex.UNKNOWN, "unknown": Sex.UNKNOWN,
}  # fmt: skip


@dataclass(eq=False)
class BadRow(Exception):
    """One row cannot be a person, and why, in words for whoever mends the file."""

    reason: str


@dataclass(frozen=True)
class Outcome:
    """What became of one record: `problem` where it was not read, `remark` where something in it was read otherwise."""

    record: Record
    is_new: bool = False
    problem: str = ""
    remark: str = ""

    @property
    def words(self) -> str:
        """Where it stands and what is to be known of it; nothing where all went well."""
        said = self.problem or (self.remark if self.is_new else "")
        return f"record {self.record.number} (line {self.record.line}): {said}" if said else ""


def read_people(content: bytes) -> Table:
    """Read a file of people. Raises Unreadable: what another system wrote cannot be read as a whole."""
    return read_table(content, heads=HEADS, needed=NEEDED)


def import_people(*, table: Table, location: Location, by: User | None, now: datetime) -> Iterator[Outcome]:
    """Register each record that is not here yet, each in a transaction of its own; yields what became of each.

    A record whose number of the other system is known is left as it is here. One that looks like a person who is here
    is reported and not registered: the desk registers it by hand after looking.
    """
    for record in table.records:
        try:
            with transaction.atomic():
                outcome = Outcome(record, is_new=_import_one(record, location, by, now), remark=_remark(record))
        except BadRow as bad:
            outcome = Outcome(record, problem=bad.reason)
        yield outcome


def summary(outcomes: list[Outcome]) -> str:
    """Say it in one line."""
    bad = sum(1 for outcome in outcomes if outcome.problem)
    new = sum(1 for outcome in outcomes if outcome.is_new)
    return f"{len(outcomes)} rows: {new} new, {len(outcomes) - new - bad} already here, {bad} with errors"


def facts_of(record: Record, *, country: str, today: date) -> PersonFacts:
    """Return a record's facts in domain types; what it lacks stays empty.

    Raises:
        BadRow: a cell that is there cannot be read.

    """
    if record.is_ragged:
        raise BadRow("has more or fewer cells than the head line")
    cells = record.cells
    email = _email(cells.get("email", ""))
    return PersonFacts(
        given_name=_read("name", names.kept_and_needed, cells.get("given_name", "")),
        family_name=_read("family name", names.kept, cells.get("family_name", "")),
        birth=_birth(cells.get("birth", ""), today),
        sex=_one_of("sex", SEXES, cells.get("sex", "")),
        phone=_read("phone", lambda text: phones.stored(text, country), cells.get("phone", "")),
        email=email,
        language=_language(cells),
        address=_address(cells),
        note_for_desk=_text(cells.get("note_for_desk", "")),
        deceased_on=_death(cells.get("deceased_on", ""), today),
    )


def _import_one(record: Record, location: Location, by: User | None, now: datetime) -> bool:
    key = plain_key(record.cells.get("source_key", ""))
    if not key:
        raise BadRow("has no number of the other system")
    if Patient.objects.filter(source_key=key).exists():
        return False
    facts = facts_of(record, country=location.country, today=day_of(now, location.zone))
    alike = duplicates.possible(facts=facts, among=Patient.objects.living_records())
    if alike:
        numbers = ", ".join(str(candidate.patient.record_number) for candidate in alike)
        raise BadRow(f"possible duplicate of record number {numbers}: not registered")
    try:
        register(facts=facts, location=location, by=by, now=now, source_key=key)
    except AlreadyHere:  # another import of the same file was quicker
        return False
    return True


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


def _birth(text: str, today: date) -> Birth:
    try:
        return birth.read(text, today)
    except birth.NotADate as refusal:
        raise BadRow("date of birth cannot be read") from refusal
    except birth.NoSuchDay as refusal:
        raise BadRow("date of birth is a day that no calendar has") from refusal
    except birth.WhichCentury as refusal:
        raise BadRow("date of birth needs four figures for the year") from refusal
    except birth.BornInTheFuture as refusal:
        raise BadRow("date of birth is still to come") from refusal
    except birth.BornTooLongAgo as refusal:
        raise BadRow("date of birth is too long ago") from refusal


def _death(text: str, today: date) -> date | None:
    if not text:
        return None
    try:
        day = birth.read(text, today)
    except (
        birth.NotADate,
        birth.NoSuchDay,
        birth.WhichCentury,
        birth.BornInTheFuture,
        birth.BornTooLongAgo,
    ) as refusal:
        raise BadRow("date of death cannot be read") from refusal
    if day.precision != "day":
        raise BadRow("date of death is not a whole date")
    return day.first_day


def _one_of(what: str, known: Mapping[str, str], text: str) -> str:
    try:
        return known[text.casefold()]
    except KeyError as error:
        raise BadRow(f"{what} is not one of {', '.join(sorted(filter(None, known)))}") from error


def _language(cells: dict[str, str]) -> str:
    """Letters are written in the languages we have; anybody else gets English, and a remark says so."""
    code = cells.get("language", "").casefold()
    return code if code in Language.values else Language.ENGLISH


def _remark(record: Record) -> str:
    code = record.cells.get("language", "")
    return f"no letters in “{code}”: English instead" if code and code.casefold() not in Language.values else ""


def _email(text: str) -> str:
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError as refusal:
        raise BadRow("e-mail is no address") from refusal
    local, at, domain = text.rpartition("@")
    return f"{local}{at}{domain.lower()}"


def _address(cells: dict[str, str]) -> str:
    town = " ".join(filter(None, (cells.get("state", ""), cells.get("zip", ""))))
    return _text(", ".join(filter(None, (cells.get("street", ""), cells.get("city", ""), town))))


def _text(text: str) -> str:
    longest = 1000
    if len(text) > longest:
        raise BadRow(f"a text has {len(text)} characters, the limit is {longest}")
    return text.replace("\r\n", "\n")
