"""What the drill found, a line a fault; printed and kept in docs/drill.md."""

import datetime
import os
import platform
import subprocess
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from clinic.embedded.home import CHECKOUT, POSTGRES_MAJOR
from tests.bench import paper
from tests.faults.harness.invariants import Account

PAGE: Final = CHECKOUT / "docs" / "drill.md"
HEAD: Final = (
    "fault",
    "times",
    "letters owed",
    "missing",
    "twice",
    "misreported",
    "uncertain",
    "failed",
    "control seen",
)
TITLE: Final = "What the drill found"
INTRODUCTION: Final = """\
Every fault of the outbox again and again, with real workers, brokers and mail servers, and two worker hosts in networks
of their own that are cut and joined again. The mail server's own file, by Message-ID, is the judge; `make drill` writes
this page. *Missing*: did not arrive, and nobody is told. *Misreported*: arrived, and the row does not say so.
*Uncertain*: the server may have it; a person decides. *Control*: the same fault with the guard off was seen to lose or
to double. One line misses letters and must: a server that says 250 and throws away is seen by the judge alone.

"""


@dataclass
class Line:
    """One fault, over all its repetitions."""

    times: int = 0
    owed: int = 0
    missing: int = 0
    twice: int = 0
    contradicted: int = 0
    uncertain: int = 0
    failed: int = 0

    def add(self, account: Account) -> None:
        """Count one more."""
        self.times += 1
        for name in ("owed", "missing", "twice", "contradicted", "uncertain", "failed"):
            setattr(self, name, getattr(self, name) + getattr(account, name))


@dataclass
class Table:
    """The lines by fault, and the faults whose control was seen."""

    lines: dict[str, Line] = field(default_factory=lambda: defaultdict(Line))
    controls: set[str] = field(default_factory=set)
    began_at: datetime.datetime = field(default_factory=lambda: datetime.datetime.now(datetime.UTC))

    def add(self, accounts: dict[str, Account]) -> None:
        """Count a round."""
        for name, account in accounts.items():
            self.lines[name].add(account)

    def saw(self, controls: dict[str, Account]) -> None:
        """Note which controls failed as they must."""
        self.controls.update(number(name) for name, account in controls.items() if not account.is_sound)

    def rows(self) -> list[tuple[str, ...]]:
        """The table, one tuple a fault."""
        return [
            (
                name, *map(str, (line.times, line.owed, line.missing, line.twice, line.contradicted, line.uncertain,
                                 line.failed)),
                "yes" if number(name) in self.controls else "",
            )
            for name, line in sorted(self.lines.items(), key=lambda item: _order(item[0]))
        ]  # fmt: skip

    def write(self, page: Path = PAGE) -> str:
        """Keep it; returns it."""
        minutes = (datetime.datetime.now(datetime.UTC) - self.began_at).total_seconds() / 60
        lines = [f"| {' | '.join(HEAD)} |", f"| --- |{' ---: |' * (len(HEAD) - 2)} --- |"]
        lines += [f"| {' | '.join(row)} |" for row in self.rows()]
        text = f"{INTRODUCTION}{when_and_where(self.began_at)}; it took {minutes:.0f} minutes.\n\n" + "\n".join(lines)
        paper.write(TITLE, text, page)
        return text


def number(name: str) -> str:
    """F8 of "F8 asleep past its lease"."""
    return name.partition(" ")[0]


def _order(name: str) -> tuple[int, str]:
    digits = number(name).removeprefix("F")
    return (int(digits) if digits.isdecimal() else 99, name)


def when_and_where(began_at: datetime.datetime) -> str:
    """Say when, on which commit and on what machine."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    ).stdout.strip()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{began_at:%Y-%m-%d}, commit {commit or 'unknown'}, {os.cpu_count()} processors, {memory:.0f} GB, "
        f"{platform.system()}, Python {platform.python_version()}, Postgres {POSTGRES_MAJOR}"
    )
