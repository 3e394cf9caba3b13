"""Why a search shows somebody: one reason for each thing that was typed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Protocol

from patients import names, phones, spelling
from patients.birth import Birth
from patients.sought import SHORTEST_INSIDE, Sought, meets, year_in


class Way(StrEnum):
    """A way to be found."""

    EMAIL = "email"
    NUMBER = "number"
    OLD_NUMBER = "old_number"
    PHONE = "phone"
    PHONE_BEGINS = "phone_begins"
    PHONE_ENDS = "phone_ends"
    BORN = "born"
    BORN_IN = "born_in"
    GIVEN = "given"
    FAMILY = "family"
    LATER = "later"
    INSIDE = "inside"
    SOUND = "sound"
    OTHER_SCRIPT = "other_script"
    NEAR = "near"


NOT_OF_THE_NAME: Final = frozenset(
    {Way.EMAIL, Way.PHONE, Way.PHONE_BEGINS, Way.PHONE_ENDS, Way.BORN, Way.BORN_IN, Way.OLD_NUMBER}
)
"""Ways that tell more of a closed record than its name: an old number is a guess where nothing else is left."""


@dataclass(frozen=True)
class Reason:
    """One way in which somebody was found, and by what that was typed."""

    way: Way
    typed: str = ""
    number: int = 0
    """The number of the merged record that says so; 0 where the record itself does."""


class Person(Protocol):
    """What is looked at of somebody who was found."""

    @property
    def record_number(self) -> int: ...  # noqa: D102 - as on the record
    @property
    def given_name(self) -> str: ...  # noqa: D102
    @property
    def family_name(self) -> str: ...  # noqa: D102
    @property
    def phone(self) -> str: ...  # noqa: D102
    @property
    def email(self) -> str: ...  # noqa: D102
    @property
    def birth(self) -> Birth: ...  # noqa: D102


def why_found(sought: Sought, person: Person) -> tuple[Reason, ...]:
    """Return why somebody was found, in the order of what was typed, each reason once."""
    if sought.email:
        return (Reason(Way.EMAIL),)
    if any(meets(wanted, person.birth) for wanted in sought.births):
        return (*_of_words(sought.beside, person), Reason(Way.BORN))
    if sought.number:
        return (_of_digits(sought.number, person, sought.beginnings) or Reason(Way.OLD_NUMBER, sought.number),)
    return _of_words(sought.words, person)


def why_found_as_was(sought: Sought, person: Person, former: Iterable[Person]) -> tuple[Reason, ...]:
    """Return why somebody was found, by what the record says or, with its number, one that became a part of it."""
    own = why_found(sought, person)
    if _is_sure(own, sought, person):
        return own
    for one in former:
        reasons = why_found(sought, one)
        if any(reason.way == Way.NUMBER for reason in reasons):
            return (Reason(Way.OLD_NUMBER, str(one.record_number)),)
        if _is_sure(reasons, sought, one):
            return (*(replace(reason, number=one.record_number) for reason in reasons),)
    return own


def is_by_name(sought: Sought, person: Person, former: Iterable[Person]) -> bool:
    """Whether the name or the record number alone finds somebody, their own or of what became a part of the record."""
    for one in (person, *former):
        ways = {reason.way for reason in why_found(sought, one)}
        if not ways & NOT_OF_THE_NAME:
            return True
    return False


def _is_sure(reasons: tuple[Reason, ...], sought: Sought, person: Person) -> bool:
    """Whether these are the person's own: what is guessed where nothing else is left is not."""
    if sought.email:
        return person.email.casefold() == sought.email.casefold()
    return not any(reason.way in {Way.NEAR, Way.OLD_NUMBER} for reason in reasons)


def _of_words(words: tuple[str, ...], person: Person) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(_of_word(word, person) for word in words))


def _of_word(word: str, person: Person) -> Reason:
    digits = phones.digits_of(word) if word.isdecimal() else ""
    called = _of_name(word, person)
    if called or not digits:
        return called or Reason(Way.NEAR, word)
    return _of_digits(digits, person, ()) or Reason(Way.OLD_NUMBER, digits)


def _of_name(word: str, person: Person) -> Reason | None:
    given, family = names.fold(person.given_name).split(), names.fold(person.family_name).split()
    called = [*given, *family]
    if given and given[0].startswith(word):
        return Reason(Way.GIVEN, word)
    if family and family[0].startswith(word):
        return Reason(Way.FAMILY, word)
    if any(one.startswith(word) for one in called):
        return Reason(Way.LATER, word)
    alike = [one for one in called if spelling.sounds_like(word, one)]
    if alike:
        is_same = any(spelling.script_of(one) == spelling.script_of(word) for one in alike)
        return Reason(Way.SOUND if is_same else Way.OTHER_SCRIPT, word)
    is_inside = len(word) >= SHORTEST_INSIDE and word in " ".join(called)
    return Reason(Way.INSIDE, word) if is_inside else None


def _of_digits(digits: str, person: Person, beginnings: tuple[str, ...]) -> Reason | None:
    if int(digits) == person.record_number:
        return Reason(Way.NUMBER)
    if person.phone in beginnings:
        return Reason(Way.PHONE)
    if len(digits) >= phones.SHORTEST_ENDING and phones.backwards(person.phone).startswith(digits[::-1]):
        return Reason(Way.PHONE_ENDS, digits)
    if beginnings and person.phone.startswith(beginnings):
        return Reason(Way.PHONE_BEGINS, digits)
    return _of_name(digits, person) or _of_year(digits, person)


def _of_year(digits: str, person: Person) -> Reason | None:
    born, year = person.birth.first_day, year_in(digits)
    return Reason(Way.BORN_IN, digits) if born is not None and born.year == year else None
