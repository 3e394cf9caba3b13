"""What the rules are asked about: the plan or session as plain values.

A field that a page must supply has no default: what nobody answered is `Flag.MISSING`, which is never ok. Only the
worked examples call single rules with what they have, and a rule whose inputs are absent there is not evaluated.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from treatments.formulary import Point, Question

NOT_COUNTED = frozenset({"wrong_patient", "never_given"})
"""Voided for these reasons, a session never happened to this patient; voided otherwise, the toxin is in."""


class Flag(Enum):
    """What a screening question comes to: the flag stands, it was cleared, or nobody answered."""

    STANDS = "stands"
    CLEARED = "cleared"
    MISSING = "missing"

    @classmethod
    def of(cls, *, stands: bool | None) -> "Flag":
        """A yes, a no, or nothing said."""
        if stands is None:
            return cls.MISSING
        return cls.STANDS if stands else cls.CLEARED


def flag_of(question: Question, answer: str, *, is_confirmed: bool | None) -> Flag:
    """Read a question: the clinician's assessment, and the patient's answer only while there is none."""
    if is_confirmed is not None:
        return Flag.of(stands=is_confirmed)
    said = answer.strip().lower()
    return Flag.of(stands=said == question.positive_answer) if said else Flag.MISSING


@dataclass(frozen=True, slots=True)
class Birth:
    """A date of birth as far as it is known; all empty is unknown."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    @property
    def latest(self) -> date | None:
        """The latest day it can have been: the youngest reading."""
        if self.year is None:
            return None
        month = self.month or 12
        return date(self.year, month, self.day or last_day_of(self.year, month).day)


def last_day_of(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorSession:
    """Toxin given at another time, here or elsewhere: product and units may be unknown (None).

    Where only a month is known, `on` is its last day, the strictest reading; where it is less, `first_on` is the first
    day it can have been.
    """

    on: date
    product: str | None
    units: Decimal | None
    is_month_only: bool = False
    void_kind: str = ""
    where: str = ""
    first_on: date | None = None

    @classmethod
    def in_month(
        cls, year: int, month: int, *, product: str | None, units: Decimal | None, where: str = ""
    ) -> "PriorSession":
        """A session of which only the month is known: its last day, the strictest reading."""
        return cls(on=last_day_of(year, month), product=product, units=units, is_month_only=True, where=where)

    @property
    def first_day(self) -> date:
        """The first day it can have been."""
        if self.first_on is not None:
            return self.first_on
        return self.on.replace(day=1) if self.is_month_only else self.on

    @property
    def counts(self) -> bool:
        """Whether the toxin went into this patient: a void for another reason does not take it out again."""
        return self.void_kind not in NOT_COUNTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One needle entry. `ref` is the page's own name for the row; `side` may still be missing."""

    ref: str
    muscle: str
    side: str | None
    units: Decimal
    volume_ml: Decimal | None = None
    point: Point | None = None
    preparation: str = ""

    @property
    def place(self) -> str:
        """Muscle and side together: the injection it belongs to."""
        return f"{self.muscle}:{self.side or ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """Vials made up together: all their units in `diluent_ml` (for a ready solution its own volume)."""

    ref: str
    units: Decimal
    diluent: str | None
    diluent_ml: Decimal | None
    reconstituted_at: datetime | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A manufactured batch. `expires_on` is the last day it may be used: for a month-only print, the month's last."""

    number: str
    expires_on: date | None
    state: str = "in_use"
    had_excursion: bool = False
    excursion_low_c: Decimal | None = None
    excursion_high_c: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VialUse:
    """One vial's ledger: units given and wasted so far, this session included; the patients it was drawn for."""

    ref: str
    vial_units: Decimal
    given: Decimal
    wasted: Decimal
    is_closed: bool
    patients: tuple[str, ...] = ()
    lot: Lot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicianLimit:
    """A session limit a clinician set for a product, with the reason."""

    max_units: Decimal
    reason: str


class Consented(Enum):
    """What was answered to the consent to a treatment."""

    GIVEN = "given"
    NOT_GIVEN = "not_given"
    """Refused, or taken back."""
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """A treatment as intended, on a day.

    `region` is the location's label region; `prior` is every other session across all plans and clinics; `infection`
    holds one answer per "muscle:side" on the day of the injection and is None before; `numbers` holds the counts some
    questions ask for (headache_days, migraine_days, ...).
    """

    product: str
    conditions: tuple[str, ...]
    region: str
    on: date
    birth: Birth
    prior: tuple[PriorSession, ...]
    sites: tuple[Site, ...]
    flags: Mapping[str, Flag]
    has_offlabel_consent: bool
    treatment_consent: Consented = Consented.GIVEN
    protocol: str = ""
    clinician_limit: ClinicianLimit | None = None
    infection: Mapping[str, Flag] | None = None
    deep_muscles_ticked: bool = False
    inr: Decimal | None = None
    numbers: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def total_units(self) -> Decimal:
        """Units of all sites, exactly."""
        return sum((site.units for site in self.sites), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts(PlanFacts):
    """An injection session: what was made up, drawn and given. `on` is the location's day of the injection."""

    declared_total: Decimal | None
    preparations: tuple[Preparation, ...]
    vials: tuple[VialUse, ...]
    drawn_units: Decimal | None
