"""A year of one patient, written by hand: what a right one looks like, to be spoilt one thing at a time.

Treated on Tuesday 5 January 2027, nothing scored: twelve weeks, so back by Tuesday 30 March, which is the 84th day too.
Advice two hours after. Letters on 16 March (14 days before), 30 March and 9 April (10 days after). Two questions go
unanswered (days 2 and 7), then none. Letters go at nine in Ahmedabad, 03:30 UTC; workers look at 03:40, 14:00, 20:00.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ADDRESS = "p1@patients.example"
FIRST, LAST = datetime(2027, 1, 4, tzinfo=UTC), datetime(2027, 5, 1, tzinfo=UTC)
GOES = {
    "check_in 2": "2027-01-07", "check_in 7": "2027-01-12", "follow_up_due 1": "2027-03-16",
    "follow_up_due 2": "2027-03-30", "follow_up_due 3": "2027-04-09",
}  # fmt: skip
SILENT = {14: "2027-01-19", 28: "2027-02-02", 42: "2027-02-16", 56: "2027-03-02", 70: "2027-03-16", 84: "2027-03-30",
          98: "2027-04-13", 112: "2027-04-27"}  # fmt: skip


def at(day: str, clock: str = "03:40") -> str:
    """A moment, UTC."""
    return f"{day}T{clock}:00+00:00"


@dataclass
class SmallYear:
    """The four files as lists, to be changed and written."""

    events: list[dict[str, Any]] = field(default_factory=list)
    post: list[dict[str, Any]] = field(default_factory=list)
    letters: list[dict[str, Any]] = field(default_factory=list)
    follow_up: dict[str, Any] = field(
        default_factory=lambda: {
            "public_id": "follow-up", "plan": "plan", "session": "session", "state": "reminded", "reason": "no_answer",
            "where": "call_list",
        }
    )  # fmt: skip

    def happens(self, day: str, what: str, *, clock: str = "06:00", **facts: Any) -> None:
        """Let something happen to the patient."""
        self.events.append({"at": at(day, clock), "what": what, "who": 1} | facts)

    def sent(self, name: str) -> dict[str, Any]:
        """The mail server's line of a letter."""
        return next(row for row in self.post if row["id"] == f"<{name}@clinic.example>")

    def row(self, name: str) -> dict[str, Any]:
        """The database's row of a letter."""
        return next(row for row in self.letters if row["public_id"] == name)

    def write(self, folder: Path) -> Path:
        """Write the files."""
        for name, rows in (
            ("events", sorted(self.events, key=lambda row: (row["at"], row["what"] == "worked"))), ("post", self.post),
            ("letters", self.letters), ("follow_ups", [self.follow_up]),
        ):  # fmt: skip
            (folder / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        return folder


def a_right_year() -> SmallYear:
    """A year in which all is as it should be."""
    year = SmallYear()
    place: dict[str, Any] = {"zone": "Asia/Kolkata", "mail_from": "09:00", "mail_until": "20:00", "closed": [6]}
    year.events.append({"at": FIRST.isoformat(), "what": "place", "name": "Ahmedabad"} | place)
    year.events.append({"at": FIRST.isoformat(), "what": "spoken", "languages": ["en", "gu"]})
    day = FIRST
    while day < LAST:
        for hours in (3 + 2 / 3, 14, 20):
            year.events.append({"at": (day + timedelta(hours=hours)).isoformat(), "what": "worked", "mail": "ok"})
        day += timedelta(days=1)
    person: dict[str, Any] = {"place": "Ahmedabad", "language": "en", "email": ADDRESS, "wants": True, "id": "person"}
    year.happens("2027-01-04", "registered", **person)
    plan: dict[str, Any] = {
        "condition": "myofascial_pain_syndrome",
        "interval": [12, "weeks"],
        "baseline": 8,
        "id": "plan",
    }
    year.happens("2027-01-04", "plan_made", plan=1, **plan)
    year.happens("2027-01-05", "signed", plan=1, session=1, on="2027-01-05", late=False, id="session")
    for name, goes in GOES.items():
        _letter(year, name, goes, "sent")
        year.post.append(
            {
                "at": at(goes),
                "id": f"<{name}@clinic.example>",
                "to": ADDRESS,
                "subject": "",
                "stop": "",
                "text": "Hello",
            }
        )
    _letter(year, "aftercare ", "2027-01-05", "sent")
    advice = {"to": ADDRESS, "subject": "", "stop": "", "text": "Hello"}
    year.post.append({"at": at("2027-01-05", "14:00"), "id": "<aftercare @clinic.example>"} | advice)
    for days, due in SILENT.items():
        _letter(year, f"check_in {days}", due, "withdrawn", reason="not_answered", where="closed")
    return year


def _letter(year: SmallYear, name: str, due: str, state: str, *, reason: str = "", where: str = "") -> None:
    kind, _, step = name.partition(" ")
    about = "follow-up" if kind == "follow_up_due" else "session"
    year.letters.append(
        {
            "public_id": name, "letter": kind, "about_public_id": about, "step": step, "state": state,
            "edition": "1" if kind == "follow_up_due" else "", "person_public_id": "person", "reason": reason,
            "where": where, "due_at": at(due, "03:30"), "ended_at": at(due),
        }
    )  # fmt: skip
