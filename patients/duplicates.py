"""Who may already be here: records that look like the person about to be registered. A warning, never a block."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Case, Q, Value, When
from rapidfuzz import fuzz

from patients import birth
from patients.birth import Birth
from patients.models import Patient
from patients.querysets import PatientQuerySet
from patients.registration import PersonFacts

MOST_SHOWN = 6
MOST_READ = 60
NAMES_ALIKE_FROM = 86
"""Of 100, by rapidfuzz: "asha rao" and "usha rao" are 88, "asha rao" and "asha roy" 88, "asha rao" and "amit rao" 63.
A project's choice, seen on invented names; a warning may come too often rather than too seldom."""


class Likeness(StrEnum):
    """Why a record is shown."""

    SAME_ABHA = "same_abha"
    SAME_PHONE = "same_phone"
    SAME_EMAIL = "same_email"
    SAME_NAME = "same_name"
    SIMILAR_NAME = "similar_name"


class Compared(Protocol):
    """What is compared of a person, registered or about to be."""

    @property
    def search_name(self) -> str: ...  # noqa: D102 - as on the record
    @property
    def birth(self) -> Birth: ...  # noqa: D102
    @property
    def phone(self) -> str: ...  # noqa: D102
    @property
    def email(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Candidate:
    """A record that may be of the same person, and why; `former` is the one merged into it that looks alike."""

    patient: Patient
    likenesses: tuple[Likeness, ...]
    former: Patient | None = None


def possible(*, facts: PersonFacts, among: PatientQuerySet) -> list[Candidate]:
    """Return records that may be of this person, most alike first, at most MOST_SHOWN.

    A phone or an address in common counts when the dates of birth can be of one person or the names are alike (a slip
    in the date); a name alone counts when the dates can be of one person. A year meets every day of it. An ABHA number
    in common always counts: it is one person's, or one of the two was typed wrongly. What a record said that was merged
    leads to the one that stands for it.
    """
    standing = _alike(facts, among.living_records())
    known = {candidate.patient.pk for candidate in standing}
    gone = _alike(facts, Patient.objects.filter(merged_into__isnull=False))
    stands = Patient.objects.standing_for([candidate.patient for candidate in gone]) if gone else {}
    people = among.living_records().in_bulk(set(stands.values()) - known) if stands else {}
    former: dict[int, Candidate] = {}
    for candidate in gone:
        if patient := people.get(stands.get(candidate.patient.pk, 0)):
            found = Candidate(patient, candidate.likenesses, former=candidate.patient)
            former[patient.pk] = max(former.get(patient.pk, found), found, key=_weight)
    return sorted([*standing, *former.values()], key=lambda candidate: -_weight(candidate))[:MOST_SHOWN]


def _alike(facts: PersonFacts, among: PatientQuerySet) -> list[Candidate]:
    alike = Q(search_name__trigram_similar=facts.search_name) if facts.search_name else Q(pk__in=())
    shared = Q(pk__in=())
    if facts.phone:
        shared |= Q(phone=facts.phone)
    if facts.email:
        shared |= Q(email__iexact=facts.email)
    if facts.abha_number:
        shared |= Q(abha_number=facts.abha_number)
    read = among.filter(alike | shared).annotate(
        nearness=TrigramSimilarity("search_name", facts.search_name),
        order=Case(When(shared, then=Value(0)), default=Value(1)),  # a common name must not crowd out a phone
    )
    judged = [
        Candidate(patient, (*_same_account(facts, patient), *likenesses(facts, patient)))
        for patient in read.order_by("order", "-nearness", "id")[:MOST_READ]
    ]
    return [candidate for candidate in judged if candidate.likenesses]


def likenesses(facts: Compared, patient: Compared) -> tuple[Likeness, ...]:
    """Return why two may be one person; nothing where they are not taken for one."""
    can_be_one = birth.compatible(facts.birth, patient.birth)
    name = _name_likeness(facts, patient)
    reach = [Likeness.SAME_PHONE] if facts.phone and facts.phone == patient.phone else []
    if facts.email and facts.email.casefold() == patient.email.casefold():
        reach.append(Likeness.SAME_EMAIL)
    if not (can_be_one or (reach and name)):
        return ()
    return (*([name] if name else []), *reach)


def _same_account(facts: PersonFacts, patient: Patient) -> tuple[Likeness, ...]:
    return (Likeness.SAME_ABHA,) if facts.abha_number and facts.abha_number == patient.abha_number else ()


def _name_likeness(facts: Compared, patient: Compared) -> Likeness | None:
    theirs = patient.search_name
    if sorted(facts.search_name.split()) == sorted(theirs.split()):
        return Likeness.SAME_NAME
    alike = max(fuzz.ratio(facts.search_name, theirs), fuzz.token_sort_ratio(facts.search_name, theirs))
    if alike >= NAMES_ALIKE_FROM:
        return Likeness.SIMILAR_NAME
    return None


def _weight(candidate: Candidate) -> int:
    weights = {
        Likeness.SAME_ABHA: 8,
        Likeness.SAME_NAME: 4,
        Likeness.SIMILAR_NAME: 2,
        Likeness.SAME_PHONE: 2,
        Likeness.SAME_EMAIL: 1,
    }
    return sum(weights[likeness] for likeness in candidate.likenesses)
