"""What does not agree, by name, and what was counted."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Finding:
    """One thing that must not be: its name, whose it is, when, and in words."""

    name: str
    who: int
    at: datetime
    words: str

    def __str__(self) -> str:
        return f"{self.name}: patient {self.who}, {self.at:%Y-%m-%d %H:%M}: {self.words}"


@dataclass
class Report:
    """The outcome: findings, and how each letter owed ended."""

    findings: list[Finding] = field(default_factory=list)
    owed: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    explained: Counter[str] = field(default_factory=Counter)
    passed_on: int = 0
    uncertain: int = 0
    patients: int = 0

    def find(self, name: str, who: int, at: datetime, words: str) -> None:
        """Note what must not be."""
        self.findings.append(Finding(name, who, at, words))

    @property
    def names(self) -> Counter[str]:
        """How often each name was found."""
        return Counter(finding.name for finding in self.findings)

    def table(self) -> str:
        """The table that is printed."""
        names = self.names
        lines = ["| what | how many |", "| --- | ---: |", f"| patients | {self.patients} |"]
        lines += [f"| owed: {kind} | {self.owed[kind]} |" for kind in sorted(self.owed)]
        lines += [f"| sent: {kind} | {self.sent[kind]} |" for kind in sorted(self.sent)]
        lines.append(f"| owed to another record after a merge, or its way back | {self.passed_on} |")
        lines += [f"| not sent, because: {why} | {count} |" for why, count in sorted(self.explained.items())]
        lines += [f"| missing | {names.pop('missing', 0)} |", f"| twice | {names.pop('twice', 0)} |"]
        lines += [f"| {name} | {count} |" for name, count in sorted(names.items())]
        lines.append(f"| uncertain | {self.uncertain} |")
        return "\n".join(lines)
