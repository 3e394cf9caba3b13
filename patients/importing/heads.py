"""Which column of a file is what: guessed by the words of its head line, remembered by all of them. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Final
from unicodedata import category

WHY_HEAD: Final = "why_not_imported"
"""The column that a file of what was left over has beside those of the first one."""

IN_BRACKETS: Final = re.compile(r"\(.*?\)|\[.*?\]")
NUMBERS: Final = (
    "mrn", "id", "patient_id", "source_key", "record_number", "uhid", "uhid_no", "file_no", "file_number", "case_no",
    "case_number", "old_no", "old_number", "old_id", "reg_no", "registration_no", "registration_number", "patient_no",
    "patient_number", "opd_no", "op_no", "card_no", "folder_no", "chart_no", "hospital_no", "uid",
)  # fmt: skip
"""What other systems call the number of a person; "Sr. No." is not one: it counts the lines of a list."""

PERSON: Final[Mapping[str, tuple[str, ...]]] = {
    "source_key": NUMBERS,
    "given_name": (
        "first", "first_name", "given_name", "full_name", "name", "patient_name", "patients_name", "name_of_patient",
        "name_of_the_patient", "pt_name",
    ),
    "family_name": ("last", "last_name", "family_name", "surname"),
    "birth": ("birthdate", "birth_date", "date_of_birth", "dob", "born_on", "born", "birth_day"),
    "sex": ("gender", "sex", "sex_gender", "gender_sex", "m_f"),
    "phone": (
        "phone", "mobile", "telephone", "phone_number", "mobile_number", "contact_number", "phone_no", "mobile_no",
        "mobile_phone", "mob", "mob_no", "contact", "contact_no", "tel", "tel_no", "telephone_no", "telephone_number",
        "cell", "cell_no", "cell_phone", "ph", "ph_no", "whatsapp", "whatsapp_no", "whatsapp_number", "phone_1",
        "mobile_1", "mobile_no_1",
    ),
    "email": ("email", "email_address", "email_id", "mail", "mail_id"),
    "language": ("preferred_language", "language", "lang", "preferred_lang", "language_preference"),
    "street": ("address", "street", "address_1", "address_line_1", "full_address", "residential_address"),
    "city": ("city", "town", "village", "city_town", "town_city", "city_village"),
    "state": ("state",),
    "zip": ("zip", "zip_code", "postcode", "post_code", "postal_code", "pin", "pincode", "pin_no"),
    "note_for_desk": ("notes", "note", "note_for_desk", "remarks", "remark"),
    "deceased_on": ("deathdate", "death_date", "date_of_death", "deceased_on"),
}  # fmt: skip
"""Each word stands for its like: case, spaces and punctuation make no difference ("E-mail ID" is "email_id")."""
HISTORY: Final[Mapping[str, tuple[str, ...]]] = {
    "person_key": ("patient", *(word for word in NUMBERS if word != "id")),
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
    heads = _by_word(plain)
    found: dict[str, str] = {}
    for target, words in known(kind).items():
        like = (heads.get(_bare(word)) for word in words)
        head = next((one for one in like if one and one not in found.values()), None)
        if head:
            found[target] = head
    return found


def guessed_kind(plain: Sequence[str], file_name: str) -> str:
    """Return what the rows of a file most likely are."""
    heads, called = _by_word(plain).keys(), file_name.casefold()
    if not ({"patient", "patientid", "mrn"} & heads and "code" in heads and "birthdate" not in heads):
        return "people"
    if "allerg" in called or "reaction1" in heads:
        return "allergies"
    return "medicines" if "medic" in called or "dispenses" in heads else "problems"


def _by_word(plain: Sequence[str]) -> dict[str, str]:
    """Return the heads by their bare words, as a whole and without what stands in brackets: "DOB (dd/mm/yyyy)"."""
    found: dict[str, str] = {}
    for read in (_bare, lambda head: _bare(IN_BRACKETS.sub("", head))):
        for head in plain:
            found.setdefault(read(head), head)
    return found


def _bare(head: str) -> str:
    """Return a head without what only parts its words."""
    return "".join(sign for sign in head.casefold() if category(sign)[0] not in "PSZ")


def key_of(plain: Iterable[str]) -> str:
    """Return what files with the same heads have in common, in whatever order these stand."""
    return sha256("\x1f".join(sorted(set(plain) - {WHY_HEAD, ""})).encode()).hexdigest()


def places(columns: Mapping[str, str], plain: Sequence[str]) -> dict[str, int]:
    """Return where each chosen column stands in this file."""
    return {target: plain.index(head) for target, head in columns.items() if head in plain}
