"""What the rules answer with: a finding says which rule, which number, which source, and how grave it is.

Pure: no Django. Wordings are marked with `gettext_noop`, so a page may translate them:
`gettext(finding.wording.headline).format(**finding.shown)`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from treatments.quantities import show_number

Value: TypeAlias = str | int | Decimal | date | datetime


def gettext_noop(text: str) -> str:
    """Mark an English wording for the translators without importing Django."""
    return text


class Level(Enum):
    """How grave: a ladder from ok to block; urgent and same day stand apart from it."""

    OK = "ok"
    OK_WITH_NOTE = "ok_with_note"
    WARN = "warn"
    OVERRIDE = "override"
    BLOCK = "block"
    URGENT = "urgent"
    SAME_DAY = "same_day"

    @property
    def is_apart(self) -> bool:
        """Whether it speaks of a patient after the injection, so no gate weighs it."""
        return self in APART

    @property
    def rank(self) -> int:
        """Its step, the gravest highest; the two apart outrank the ladder so that they are never hidden by it."""
        return (*LADDER, *reversed(APART)).index(self)


LADDER = (Level.OK, Level.OK_WITH_NOTE, Level.WARN, Level.OVERRIDE, Level.BLOCK)
APART = (Level.URGENT, Level.SAME_DAY)


UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from, and how sure it is: shown beside every number used."""

    text: str
    confidence: str = ""
    checked: str = ""
    place: str = field(default="", compare=False)
    """Where it stands in the catalogue, "products/onabotulinumtoxinA#limits.4"; empty where it stands in none."""
    confirmed_by: str = field(default="", compare=False)
    """Who of the clinic confirmed what the documents leave open."""
    confirmed_on: str = field(default="", compare=False)
    """The day of that, as in ISO 8601."""

    @property
    def is_unverified(self) -> bool:
        """Whether a clinician has yet to confirm it."""
        return not self.confirmed_by and UNVERIFIED in (self.confidence, self.checked)


ARITHMETIC = Source(text="arithmetic")
DATA_QUALITY = Source(text="data quality")


@dataclass(frozen=True, slots=True)
class Wording:
    """What a finding says: a short headline and, where it helps, one more sentence. English, with {names} to fill."""

    code: str
    headline: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule's verdict about one thing.

    `subject` is what it is about where a rule speaks several times ("temporalis:left", a vial, a question), `sites`
    the references of the needle entries concerned, `values` the numbers it used.
    """

    rule: str
    level: Level
    wording: Wording
    source: Source
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)
    subject: str = ""
    sites: tuple[str, ...] = ()
    further: tuple[Source, ...] = field(default=(), compare=False)
    """Where the other numbers of its wording come from."""

    @property
    def key(self) -> str:
        """What an override's reason answers: the same rule about the same thing."""
        return f"{self.wording.code}@{self.subject}" if self.subject else self.wording.code

    @property
    def shown(self) -> dict[str, str]:
        """The values as text, to fill a wording or its translation."""
        return {name: show(value) for name, value in self.values.items()}

    @property
    def headline(self) -> str:
        """The short sentence, in English."""
        return self.wording.headline.format(**self.shown)

    @property
    def detail(self) -> str:
        """The sentence behind it, in English; may be empty."""
        return self.wording.detail.format(**self.shown).strip()

    @property
    def text(self) -> str:
        """Headline and detail together: what is stored with a signed session."""
        return f"{self.headline}{'' if self.headline.endswith(('.', '?')) else '.'} {self.detail}".strip()


def show(value: Value) -> str:
    """A value as a person reads it: 5 Mar 2027, 1,000, 2.5."""
    if isinstance(value, datetime):
        return f"{value.day} {value:%b %Y %H:%M}"
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    if isinstance(value, Decimal):
        return show_number(value)
    return str(value)


def worst(findings: Iterable[Finding]) -> Level:
    """The gravest level among findings: it drives the button, while all are shown. No finding at all is ok."""
    return max((finding.level for finding in findings), key=lambda level: level.rank, default=Level.OK)


def of_rule(findings: Iterable[Finding], rule: str) -> tuple[Finding, ...]:
    """The findings of one rule, in the order they were found."""
    return tuple(finding for finding in findings if finding.rule == rule)
