"""Which column of a file is what: guessed by the words of its head line, remembered by all of them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Final

WHY_HEAD: Final = "why_not_imported"
"""The column that a file of what was left over has beside those of the first one."""

PERSON: Final[Mapping[str, tuple[str, ...]]] = {
    "source_key": ("mrn", "id", "patient_id", "source_key", "record_number", "uhid", "file_no", "case_no"),
    "given_name": ("first", "first_name", "given_name", "full_name", "name", "patient_name"),
    "family_name": ("last", "last_name", "family_name", "surname"),
    "birth": ("birthdate", "birth_date", "date_of_birth", "dob", "born_on", "born"),
    "sex": ("gender", "sex"),
    "phone": ("phone", "mobile", "telephone", "phone_number", "mobile_number", "contact_number"),
    "email": ("email", "e_mail", "email_address"),
    "language": ("preferred_language", "language"),
    "street": ("address", "street"),
    "city": ("city", "town"),
    "state": ("state",),
    "zip": ("zip", "postcode", "pin", "pincode", "pin_code"),
    "note_for_desk": ("notes", "note", "note_for_desk", "remarks"),
    "deceased_on": ("deathdate", "death_date", "deceased_on"),
}
HISTORY: Final[Mapping[str, tuple[str, ...]]] = {
    "person_key": ("patient", "patient_id", "mrn", "uhid", "file_no"),
    "description": ("description", "name", "allergy", "allergen", "problem", "diagnosis", "medicine", "drug"),
    "code": ("code",),
    "code_system": ("system", "code_system"),
    "started_on": ("start", "started_on", "onset", "since", "from"),
    "stopped_on": ("stop", "stopped_on", "end", "until"),
    "category": ("category",),
    "reason": ("reasondescription", "reason", "indication"),
    "own_key": ("line_id", "row_id"),
    "told_apart_by": ("encounter", "visit"),
    "reaction_code": ("reaction1",),
    "reaction": ("description1", "reaction"),
    "severity": ("severity1", "severity"),
    "reaction_code_2": ("reaction2",),
    "reaction_2": ("description2",),
    "severity_2": ("severity2",),
}
NEEDED: Final = {"people": ("source_key", "given_name")}
NEEDED_OF_HISTORY: Final = ("person_key", "description")
CODE_SYSTEMS: Final = {"allergies": "SNOMED-CT", "problems": "SNOMED-CT", "medicines": "RxNorm"}
"""What a file's codes are most likely of, where no column says it: asked, never assumed."""


def known(kind: str) -> Mapping[str, tuple[str, ...]]:
    """Return what a column of such a file can be, each with the words other systems have for it."""
    return PERSON if kind == "people" else HISTORY


def needed(kind: str) -> tuple[str, ...]:
    """Return what a file of this kind cannot do without."""
    return NEEDED.get(kind, NEEDED_OF_HISTORY)


def guessed(kind: str, plain: Sequence[str]) -> dict[str, str]:
    """Return which head is what, by its word; a head is taken once."""
    found: dict[str, str] = {}
    for target, words in known(kind).items():
        head = next((word for word in words if word in plain and word not in found.values()), None)
        if head:
            found[target] = head
    return found


def guessed_kind(plain: Sequence[str], file_name: str) -> str:
    """Return what the rows of a file most likely are."""
    heads, called = set(plain), file_name.casefold()
    if not ({"patient", "patient_id", "mrn"} & heads and "code" in heads and "birthdate" not in heads):
        return "people"
    if "allerg" in called or "reaction1" in heads:
        return "allergies"
    return "medicines" if "medic" in called or "dispenses" in heads else "problems"


def key_of(plain: Iterable[str]) -> str:
    """Return what files with the same heads have in common, in whatever order these stand."""
    return sha256("\x1f".join(sorted(set(plain) - {WHY_HEAD, ""})).encode()).hexdigest()


def places(columns: Mapping[str, str], plain: Sequence[str]) -> dict[str, int]:
    """Return where each chosen column stands in this file."""
    return {target: plain.index(head) for target, head in columns.items() if head in plain}
