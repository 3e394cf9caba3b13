"""A row that is an allergy, a problem or a medicine: what each cell says, its code and code system as they came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final

from patients import birth
from patients.importing import dates
from patients.importing.cells import BadRow, Faults, text_of
from patients.importing.people import said_of
from patients.models import HistoryKind, ImportKind

KINDS: Final = {
    ImportKind.ALLERGIES: HistoryKind.ALLERGY,
    ImportKind.PROBLEMS: HistoryKind.PROBLEM,
    ImportKind.MEDICINES: HistoryKind.MEDICINE,
}
SHORT, LONG = 60, 300


@dataclass(frozen=True)
class HistoryFacts:
    """One line of the history: what it is known again by, and its columns."""

    known_by: str
    columns: dict[str, Any]


def facts_of(
    cells: Mapping[str, str], *, kind: str, person: str, code_system: str, today: date, order: str
) -> HistoryFacts:
    """Return what a row says; `person` is the number of the other system, `code_system` that of the whole file.

    The line is known again by its own number where it has one, else by whose it is, code, start and visit.

    Raises:
        BadRow: cells that are there cannot be read: all of them are told.

    """
    faults = Faults()
    description = faults.of(lambda: text_of(cells.get("description", ""), LONG), "-")
    if not description:
        faults.told.append("says nothing: the description is empty")
    system = cells.get("code_system", "") or (code_system if cells.get("code") else "")
    nothing: list[dict[str, str]] = []
    columns: dict[str, Any] = {
        "kind": KINDS[ImportKind(kind)].value,
        "code_system": faults.of(lambda: text_of(system, SHORT), ""),
        "code": faults.of(lambda: text_of(cells.get("code", ""), SHORT), ""),
        "description": description,
        "category": faults.of(lambda: text_of(cells.get("category", ""), SHORT), ""),
        "reason": faults.of(lambda: text_of(cells.get("reason", ""), LONG), ""),
        "reactions": faults.of(lambda: _reactions(cells), nothing),
        "started_on": faults.of(lambda: _day("start", cells.get("started_on", ""), today, order), None),
        "stopped_on": faults.of(lambda: _day("end", cells.get("stopped_on", ""), today, order), None),
    }
    faults.refuse()
    own = cells.get("own_key") or (
        cells.get("code") or description,
        cells.get("started_on"),
        cells.get("told_apart_by"),
    )
    return HistoryFacts("\x1f".join(map(str, (kind, person, own))), columns)


def key_of(known_by: str, nth: int) -> str:
    """Return the key of a line: the nth of its file that is known by the same."""
    return sha256(f"{known_by}\x1f{nth}".encode()).hexdigest()


def _reactions(cells: Mapping[str, str]) -> list[dict[str, str]]:
    return [one for one in (_reaction(cells, ""), _reaction(cells, "_2")) if one["description"] or one["code"]]


def _reaction(cells: Mapping[str, str], which: str) -> dict[str, str]:
    return {
        "code": text_of(cells.get(f"reaction_code{which}", ""), SHORT),
        "description": text_of(cells.get(f"reaction{which}", ""), LONG),
        "severity": text_of(cells.get(f"severity{which}", ""), SHORT).lower(),
    }


def _day(what: str, text: str, today: date, order: str) -> date | None:
    try:
        return dates.read_day(text, today=today, order=order)
    except birth.NO_BIRTH as refusal:
        raise BadRow(f"{what} {said_of(refusal)}") from refusal
