"""A patient's whole story in sentences: what happened to them, what was owed, what went."""

from typing import Any

from tests.year.checker.owed import Owed
from tests.year.checker.reading import Year

LEFT_OUT = {"at", "what", "who", "id"}


def name_of(owed: Owed) -> str:
    """A letter in words."""
    return f"{owed.kind} {owed.key} due {owed.due:%Y-%m-%d %H:%M}"


def story(year: Year, who: int) -> str:
    """Everything about one patient, in order."""
    lines = [(row["at"], 0, _event(row)) for row in year.events[who]]
    lines += [(one.at, 1, f"  went: {one.kind} step {one.step or '-'} edition {one.edition or '-'} to {one.to}")
              for one in year.sent[who]]  # fmt: skip
    told = [f"{at:%a %Y-%m-%d %H:%M} {words}" for at, _, words in sorted(lines, key=lambda line: line[:2])]
    ends = [
        f"  ended: {row['letter']} step {row['step'] or '-'} edition {row['edition'] or '-'}: {row['state']}"
        f" {row['reason']} {row['where']} (due {row['due_at'][:16]}, ended {str(row['ended_at'])[:16]})"
        for row in year.rows[who]
    ]
    return "\n".join([f"Patient {who}", *told, *ends])


def _event(row: dict[str, Any]) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in row.items() if name not in LEFT_OUT)
    return f"{row['what'].replace('_', ' ')}{': ' if facts else ''}{facts}"
