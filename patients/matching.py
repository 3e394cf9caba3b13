"""Which rows a search finds, and which of them first: a condition for each way to be found, each with its index.

The sounds kept beside a name are a column of their own (`search_sounds`); the last digits of a phone are the first of
`phone_digits`. What is written here is checked against the plan of the database: tests/patients/test_querysets.py.
"""

from functools import reduce
from operator import add, or_
from typing import Any, Final

from django.contrib.postgres.search import TrigramStrictWordSimilarity
from django.db.models import BooleanField, Case, F, Func, Q, QuerySet, Value, When
from django.db.models.expressions import CombinedExpression, RawSQL

from patients import phones, spelling
from patients.birth import Birth
from patients.sought import SHORTEST_INSIDE, Sought, year_in

LARGEST_RECORD_NUMBER: Final = 2_147_483_647  # what the column holds
SHORTEST_NEAR: Final = 4
NEAR_FROM: Final = 0.3
"""Of 1, by shared groups of three letters: one letter wrong in a word of five is 0.33, two swapped are 0.33, one left
out of six is 0.38. A project's choice: asked only where nobody was found otherwise."""

# The record with this number, or the one it was merged into, and so on to the one that stands.
STANDS: Final = """
    WITH RECURSIVE kept AS (
        SELECT id, merged_into_id FROM patients_patient WHERE record_number = %s
        UNION
        SELECT next.id, next.merged_into_id FROM patients_patient next JOIN kept ON next.id = kept.merged_into_id
    )
    SELECT id FROM kept WHERE merged_into_id IS NULL"""


# Records that became a part of these, and of those in turn.
FORMER: Final = """
    WITH RECURSIVE part AS (
        SELECT id, merged_into_id AS stands_id FROM patients_patient WHERE merged_into_id = ANY(%s)
        UNION
        SELECT next.id, part.stands_id FROM patients_patient next JOIN part ON next.merged_into_id = part.id
    )
    SELECT p.*, part.stands_id FROM patients_patient p JOIN part ON part.id = p.id ORDER BY p.id"""
# The record that stands now for each of these that were merged, however many merges ago.
STANDS_FOR: Final = """
    WITH RECURSIVE kept AS (
        SELECT id AS gone_id, merged_into_id AS id FROM patients_patient
        WHERE id = ANY(%s) AND merged_into_id IS NOT NULL
        UNION
        SELECT kept.gone_id, next.merged_into_id FROM patients_patient next JOIN kept ON next.id = kept.id
        WHERE next.merged_into_id IS NOT NULL
    )
    SELECT p.*, kept.gone_id FROM patients_patient p JOIN kept ON kept.id = p.id WHERE p.merged_into_id IS NULL"""
# Records that became a part of a closed one: both kinds of closing have few rows that stand, and an index of them.
PART_OF_CLOSED: Final = """
    WITH RECURSIVE part AS (
        SELECT id FROM patients_patient WHERE merged_into_id IN (
            SELECT patient_id FROM patients_confidence WHERE ended_at IS NULL
            UNION ALL SELECT patient_id FROM patients_restriction WHERE ended_at IS NULL)
        UNION
        SELECT next.id FROM patients_patient next JOIN part ON next.merged_into_id = part.id
    )
    SELECT id FROM part"""
# The records that go on for those merged ones which a search finds: asked once, so that each index is still used.
GO_ON: Final = """
    ARRAY(WITH RECURSIVE kept AS (
        ({gone})
        UNION
        SELECT next.id, next.merged_into_id FROM patients_patient next JOIN kept ON next.id = kept.merged_into_id
    ) SELECT id FROM kept WHERE merged_into_id IS NULL)"""


def standing_for(gone: "QuerySet[Any]") -> Q:
    """Return which records go on for merged ones."""
    sql, params = gone.order_by().values_list("id", "merged_into_id").query.sql_with_params()
    found = RawSQL(GO_ON.format(gone=sql), params)  # noqa: S611 - a text of our own and Django's; values are parameters
    return Q(Func(F("pk"), found, template="%(expressions)s", arg_joiner=" = ANY", output_field=BooleanField()))


def part_of_closed() -> RawSQL:
    """Return the keys of what became a part of a closed record, however many merges ago."""
    return RawSQL(PART_OF_CLOSED, ())  # noqa: S611 - a text of our own


def found_by(sought: Sought) -> Q:
    """Return who is found; an empty condition where nothing is sought."""
    if sought.email:
        return Q(email__iexact=sought.email)
    found = _has_number(sought) if sought.number else _has_words(sought.words)
    if sought.births:
        found |= _was_born(sought.births) & _has_words(sought.beside)
    return found


def best_first(sought: Sought) -> tuple[Case | CombinedExpression | str, ...]:
    """Return the order: whole words, then beginnings, then sounds, then what is inside a word.

    Of numbers those that are exact, the end of a phone, its beginning, and last of all a year of birth.

    Among equals who is called so first comes first, then the name decides.
    """
    exact = (_was_born(sought.births) & Q(birth_precision="day")) if sought.births else Q()
    order: list[Case | CombinedExpression | str] = []
    if sought.number:
        ranked = (exact | _is_record(sought.number), _ends(sought.number), _number_begins(sought))
        steps = [When(found, then=Value(place)) for place, found in enumerate(ranked) if found]
        return (Case(*steps, default=Value(len(ranked))), "search_name", "id")
    if exact:
        order.append(Case(When(exact, then=Value(0)), default=Value(1)))
    words = sought.beside if sought.births else sought.words
    if words:
        order.append(reduce(add, map(_farness, words)))
        order.append(Case(When(search_name__startswith=words[0], then=Value(0)), default=Value(1)))
    return (*order, "search_name", "id")


def near(sought: Sought) -> tuple[dict[str, TrigramStrictWordSimilarity], Q]:
    """Return how near each word is to a word of the name, and who is near by all: Latin words, the first letter right.

    Nothing where no word is long enough to be misspelt.
    """
    nearness, found = {}, Q()
    for place, word in enumerate(sought.beside if sought.births else sought.words):
        is_near = Q()
        if spelling.script_of(word) == spelling.LATIN and len(word) >= SHORTEST_NEAR:
            (sound,) = spelling.heard(word)
            nearness[f"near_{place}"] = TrigramStrictWordSimilarity(sound, "search_sounds")
            is_near = Q(search_sounds__contains=f":{sound[0]}", **{f"near_{place}__gte": NEAR_FROM})
        found &= _has_word(word) | is_near
    if sought.births:
        found &= _was_born(sought.births)
    return nearness, found


def _has_words(words: tuple[str, ...]) -> Q:
    found = Q()
    for word in words:
        found &= _has_word(word)
    return found


def _has_word(word: str) -> Q:
    """The name has it, or sounds so; digits may be the last of a phone, a record's number, the year of birth too."""
    found = Q(search_name__contains=word) if len(word) >= SHORTEST_INSIDE else _begins(word)
    found |= _sounds(word)
    if word.isdecimal():
        digits = phones.digits_of(word)
        found |= _is_record(digits) | _ends(digits)
        found |= _was_born_in(word)
    return found


def _was_born_in(word: str) -> Q:
    """The year of birth, guessed or known; nothing where the word is no year."""
    year = year_in(word)
    return Q(born_on__year=year) if year else Q()


def _begins(word: str) -> Q:
    """A word of the name begins so."""
    return Q(search_name__startswith=word) | Q(search_name__contains=f" {word}")


def _sounds(word: str) -> Q:
    return reduce(or_, (Q(search_sounds__contains=sound) for sound in spelling.sought_by_ear(word)), Q())


def _has_number(sought: Sought) -> Q:
    return _number_begins(sought) | _is_record(sought.number) | _ends(sought.number) | _was_born_in(sought.number)


def _number_begins(sought: Sought) -> Q:
    """A word of the name, or the phone, begins so."""
    return reduce(or_, (Q(phone__startswith=one) for one in sought.beginnings), _begins(sought.number))


def _is_record(digits: str) -> Q:
    """The record with this number, or the one that goes on for it: an old number leads to who stands."""
    if int(digits) > LARGEST_RECORD_NUMBER:
        return Q()
    return Q(pk=RawSQL(STANDS, [int(digits)]))  # noqa: S611 - a text of our own; the number is a parameter


def _ends(digits: str) -> Q:
    """The phone ends so; nothing for fewer digits than tell people apart."""
    return Q(phone_digits__startswith=digits[::-1]) if len(digits) >= phones.SHORTEST_ENDING else Q()


def _was_born(births: tuple[Birth, ...]) -> Q:
    """The date of birth, as far as it is known, can be one of these; a guessed age is no date."""
    found = Q()
    for wanted in births:
        first = wanted.first_day
        assert first is not None  # a date that was read has one
        found |= Q(born_on__range=(first, wanted.last_day)) & ~Q(birth_precision="about")
        found |= Q(born_on=first.replace(day=1), birth_precision="month")
        found |= Q(born_on=first.replace(day=1, month=1), birth_precision="year")
    return found


def _farness(word: str) -> Case:
    """How far a word is from the name: 0 is a word of it, 1 begins one, 2 sounds like one, 3 is inside one."""
    sounds = _sounds(word)
    steps = [When(search_name__regex=f"(^| ){word}( |$)", then=Value(0)), When(_begins(word), then=Value(1))]
    return Case(*steps, *([When(sounds, then=Value(2))] if sounds else []), default=Value(3))
