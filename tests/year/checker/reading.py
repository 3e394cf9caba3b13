"""Reads the year's four files: what happened, what the mail server took, and how the database ended."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.year.checker.days import Place


@dataclass(frozen=True)
class Sent:
    """A letter as the mail server took it, and which promise of the database it was."""

    at: datetime
    to: str
    subject: str
    text: str
    kind: str
    about: str
    edition: str
    step: str
    message_id: str


@dataclass
class Year:
    """All that is known. `events` by patient in order, `clinic` those of nobody, `ticks` when workers worked."""

    places: dict[str, Place] = field(default_factory=dict)
    languages: frozenset[str] = frozenset({"en"})
    events: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    clinic: list[dict[str, Any]] = field(default_factory=list)
    ticks: list[tuple[datetime, str]] = field(default_factory=list)
    trouble: list[datetime] = field(default_factory=list)
    took: list[datetime] = field(default_factory=list)
    """When the mail server took letters, in order."""
    sent: dict[int, list[Sent]] = field(default_factory=lambda: defaultdict(list))
    strangers: list[dict[str, Any]] = field(default_factory=list)
    rows: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    follow_ups: dict[str, dict[str, Any]] = field(default_factory=dict)


def lines(path: Path) -> list[dict[str, Any]]:
    """A file's JSON lines."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def read(folder: Path) -> Year:
    """Read a folder the year left; events of several processes are put in order."""
    year = Year()
    events = [row for path in sorted(folder.glob("events*.jsonl")) for row in lines(path)]
    events.sort(key=lambda row: (row["at"], row["what"] == "worked"))
    for row in events:
        row["at"] = datetime.fromisoformat(row["at"])
        _take(year, row)
    people = {row["id"]: who for who, rows in year.events.items() for row in rows if row["what"] == "registered"}
    promises = {}
    for row in lines(folder / "letters.jsonl"):
        promises[row["public_id"]] = row
        if row["person_public_id"] in people:
            year.rows[people[row["person_public_id"]]].append(row)
    for row in lines(folder / "post.jsonl"):
        year.took.append(datetime.fromisoformat(row["at"]))
        promise = promises.get(row["id"].strip("<>").partition("@")[0])
        who = people.get(promise["person_public_id"]) if promise else None
        if promise is None or who is None:
            year.strangers.append(row)
            continue
        year.sent[who].append(
            Sent(
                at=datetime.fromisoformat(row["at"]), to=row["to"], subject=row["subject"], text=row["text"],
                kind=promise["letter"], about=promise["about_public_id"], edition=promise["edition"],
                step=promise["step"], message_id=row["id"],
            )
        )  # fmt: skip
    year.took.sort()
    year.follow_ups = {row["public_id"]: row for row in lines(folder / "follow_ups.jsonl")}
    return year


def _take(year: Year, row: dict[str, Any]) -> None:
    if row["what"] == "worked":
        year.ticks.append((row["at"], row["mail"]))
        if row["mail"] != "ok":
            year.trouble.append(row["at"])
    elif row["what"] == "spoken":
        year.languages = frozenset(row["languages"])
    elif row["what"] == "place":
        year.places[row["name"]] = Place(
            ZoneInfo(row["zone"]), time.fromisoformat(row["mail_from"]), time.fromisoformat(row["mail_until"]),
            frozenset(row["closed"]),
        )  # fmt: skip
    elif row["what"] == "closure":
        row["on"] = date.fromisoformat(row["on"])
        year.clinic.append(row)
    elif "who" in row:
        year.events[row["who"]].append(row)
    else:
        year.clinic.append(row)
