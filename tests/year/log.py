"""What happened in the year, a JSON line each: all that the checker is told of the clinic."""

import json
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class EventLog:
    """Writes events in the order in which they happened; counts them by kind."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8")
        self.counts: dict[str, int] = {}

    def write(self, now: datetime, what: str, who: int | None = None, **facts: Any) -> None:
        """Write that something happened, to a patient or to the clinic."""
        row = {"at": now.isoformat(), "what": what} | ({} if who is None else {"who": who}) | facts
        self._file.write(json.dumps(row, default=str) + "\n")
        self.counts[what] = self.counts.get(what, 0) + 1

    def flush(self) -> None:
        """Let a reader see all of it."""
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
