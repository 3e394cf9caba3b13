"""Which promise of the database is which thing of the log."""

from collections.abc import Collection
from typing import Any

from tests.year.checker.owed import ADVICE, CHECK_IN, FOLLOW_UP, Owed, Patient
from tests.year.checker.reading import Sent, Year
from tests.year.checker.replay import INTAKE


class Keys:
    """Which promise is which thing of the log: by the public ids that the log names."""

    def __init__(self, year: Year, whos: Collection[int]) -> None:
        self.sessions: dict[str, tuple[int, int]] = {}
        self.visits: dict[str, int] = {}
        self.follow_ups: dict[str, tuple[int, int]] = {}
        for row in (row for who in whos for row in year.events[who]):
            if row["what"] == "signed":
                self.sessions[row["id"]] = (row["plan"], row["session"])
            elif row["what"] == "visit_booked":
                self.visits[row["id"]] = row["visit"]
        for row in year.follow_ups.values():
            if row["session"] in self.sessions:
                self.follow_ups[row["public_id"]] = self.sessions[row["session"]]

    def of(self, sent: Sent, patient: Patient) -> tuple[Any, ...]:
        """The key a letter has in the checker's own account."""
        return self._key(sent.kind, sent.about, sent.edition, sent.step, patient)

    def _key(self, kind: str, about: str, edition: str, step: str, patient: Patient) -> tuple[Any, ...]:
        if kind == FOLLOW_UP:
            plan, session = self.follow_ups[about]
            if "." not in edition:
                return (plan, session, int(step))
            again = [one for one in patient.owed if one.key[:2] == (plan, session) and "again" in str(one.key[2])]
            return again[0].key if again else (plan, session, f"again {edition}")
        if kind in {CHECK_IN, ADVICE}:
            return (*self.sessions[about], int(step)) if step else self.sessions[about]
        if about in self.visits:
            return (self.visits[about], *(int(part) for part in (edition, step) if part))
        if kind == INTAKE:
            return next((one.key for one in patient.owed if one.kind == INTAKE), ("once more",))
        return (about, edition, step)

    def row(self, owed: Owed, rows: dict[tuple[str, str, str, str], dict[str, Any]]) -> dict[str, Any] | None:
        """The database's row for a letter that is owed."""
        for (kind, about, edition, step), row in rows.items():
            if kind == owed.kind and self._is_row_of(owed, about, edition, step):
                return row
        return None

    def _is_row_of(self, owed: Owed, about: str, edition: str, step: str) -> bool:
        if owed.kind == INTAKE:
            return edition == str(owed.key[0])
        if owed.kind == FOLLOW_UP:
            is_again = "again" in str(owed.key[2])
            same = self.follow_ups.get(about) == owed.key[:2] and is_again == ("." in edition)
            return same and (is_again or step == str(owed.key[2]))
        thing = self.sessions.get(about) or (self.visits.get(about),)
        return (*thing, *(int(part) for part in (edition, step) if part)) == owed.key
