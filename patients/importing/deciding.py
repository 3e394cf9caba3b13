"""Rows that were held because they may be somebody who is here: a person decides each, and nothing waits for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Final, cast

from django.db import IntegrityError, transaction
from django.db.models import F

from clinic.audit.trail import record
from clinic.lib.db import violated
from clinic.staff.models import User
from patients import registration
from patients.birth import Birth, Precision
from patients.importing.refusals import MovedOn
from patients.models import Import, ImportRow, Patient, RowOutcome
from patients.registration import AlreadyHere, Compared, PersonFacts

SHOWN: Final = 25


@dataclass(frozen=True)
class Alike:
    """A record that stands and may be this person's; `former` is the one merged into it that looks alike."""

    patient: Patient
    why: tuple[str, ...]
    former: Patient | None = None


@dataclass(frozen=True)
class Held:
    """One row to decide: who it says it is, and who that may be, each with why."""

    row: ImportRow
    facts: PersonFacts
    alike: tuple[Alike, ...] = field(default=())


def to_decide(imported: Import, user: User) -> list[Held]:
    """Return the first rows that wait for a decision, with those who are here and may be the same person."""
    rows = list(imported.rows.filter(outcome=RowOutcome.HELD).order_by("number")[:SHOWN])
    named = [public_id for row in rows for public_id, _ in row.alike or []]
    found = {str(one.public_id): one for one in Patient.objects.filter(public_id__in=named)}
    stands = Patient.objects.standing_for(found.values())
    keys = {stands.get(one.pk, one.pk) for one in found.values()}
    people = Patient.objects.visible_to(user).select_related("location").in_bulk(keys)
    return [Held(row, facts_of(row), tuple(_alike(row, found, stands, people))) for row in rows]


def _alike(
    row: ImportRow, found: Mapping[str, Patient], stands: Mapping[int, int], people: Mapping[int, Patient]
) -> Iterator[Alike]:
    """Yield each record that stands once, rather as itself than as one that was merged into it."""
    here = [(found[one], tuple(why)) for one, why in row.alike or [] if one in found]
    told: set[int] = set()
    for one, why in sorted(here, key=lambda pair: pair[0].pk in stands):
        key = stands.get(one.pk, one.pk)
        if key in people and key not in told:
            told.add(key)
            yield Alike(people[key], why, former=one if one.pk in stands else None)


def facts_of(row: ImportRow) -> PersonFacts:
    """Return what a row says, as it was read."""
    said: dict[str, Any] = {one.name: row.facts[one.name] for one in fields(PersonFacts) if one.name in row.facts}
    said["deceased_on"] = _day(row.facts.get("deceased_on"))
    known = Birth(_day(row.facts["born_on"]), cast("Precision", row.facts["birth_precision"]))
    return PersonFacts(**said, birth=known)


def register_another(*, row: ImportRow, compared: Compared, by: User, now: datetime) -> Patient | None:
    """Register a held row as a person of its own; nobody where the number came in meanwhile. Raises MovedOn."""
    facts = facts_of(row)
    unlike = Patient.objects.filter(public_id__in=[one for one, _ in row.alike or []])
    try:
        with transaction.atomic():
            _decide(row, RowOutcome.ANOTHER, by, now)
            return registration.register(
                facts=facts, location=row.of.location, by=by, now=now, source_key=row.source_key,
                unlike=unlike, compared=compared,
            )  # fmt: skip
    except AlreadyHere:
        with transaction.atomic():
            _decide(row, RowOutcome.KNOWN, by, now)
        return None


def take_for_same(*, row: ImportRow, patient: Patient, by: User, now: datetime) -> None:
    """Note that a held row is somebody who is here: their record stands, and gets the number if it has none.

    Raises MovedOn.
    """
    try:
        with transaction.atomic():
            _decide(row, RowOutcome.SAME, by, now, alike=[[str(patient.public_id), []]])
            nameless = Patient.objects.filter(pk=patient.pk, source_key__isnull=True)
            with transaction.atomic():
                got = nameless.update(source_key=row.source_key, version=F("version") + 1)
            detail = {"import": str(row.of.public_id), "changed": ["source_key"] if got else []}
            record(by=by, verb="patient.found_in_import", thing=patient, patient=patient, detail=detail)
    except IntegrityError as error:
        if violated(error) != "patient_source_key_once":
            raise
        with transaction.atomic():
            _decide(row, RowOutcome.KNOWN, by, now)


def leave_out(*, row: ImportRow, by: User, now: datetime) -> None:
    """Let a held row go: nobody is registered for it. Raises MovedOn."""
    with transaction.atomic():
        _decide(row, RowOutcome.LEFT_OUT, by, now)


def _decide(row: ImportRow, outcome: str, by: User, now: datetime, **columns: Any) -> None:
    imported = Import.objects.select_for_update().get(pk=row.of_id)
    won = ImportRow.objects.filter(pk=row.pk, outcome=RowOutcome.HELD).update(
        outcome=outcome, decided_by=by, decided_at=now, facts=None, cells=None,
        search_name="", born_on=None, birth_precision="", phone="", email="", **columns,
    )  # fmt: skip
    if not won:
        row.refresh_from_db()
        raise MovedOn(row.outcome)
    imported.counts |= {RowOutcome.HELD: imported.count(RowOutcome.HELD) - 1, outcome: imported.count(outcome) + 1}
    imported.save(update_fields=["counts"])
    record(by=by, verb="import.row_decided", thing=row.of, detail={"record": row.number, "outcome": str(outcome)})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
