"""The parameters of the rules that belong to no product: rules.json in types.

Source: docs/sources.md#rules
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from treatments.findings import Level, Source
from treatments.formulary.questions import read_level
from treatments.formulary.reading import Row, Sourced, by_id


@dataclass(frozen=True, slots=True)
class Scope:
    """What an exception is about: empty means any product, any condition, any region."""

    product: str
    conditions: tuple[str, ...]
    region: str

    def fits(self, product: str, condition: str, region: str = "") -> bool:
        """Whether product, condition and label region are those of the exception."""
        return (
            self.product in ("", product)
            and (not self.conditions or condition in self.conditions)
            and self.region in ("", region)
        )


@dataclass(frozen=True, slots=True)
class IntervalRules:
    """R01: the fewest calendar days between sessions, and where the label says otherwise."""

    min_days: Sourced[Decimal]
    exceptions: tuple[tuple[Scope, Sourced[Decimal]], ...]

    def minimum(self, product: str, conditions: tuple[str, ...], region: str) -> Sourced[Decimal]:
        """The fewest days for this product; with several conditions the longest of theirs."""
        return max(
            (self._for_one(product, condition, region) for condition in conditions or ("",)),
            key=lambda found: found.value,
        )

    def _for_one(self, product: str, condition: str, region: str) -> Sourced[Decimal]:
        return next((days for scope, days in self.exceptions if scope.fits(product, condition, region)), self.min_days)


@dataclass(frozen=True, slots=True)
class CumulativeRules:
    """R02: the open window in days, the label's own words, the calendar months shown beside it."""

    window_days: Sourced[Decimal]
    label_text: str
    calendar_months: Sourced[Decimal]


@dataclass(frozen=True, slots=True)
class SiteRules:
    """R03 and R04: one needle entry, and the sternocleidomastoids together."""

    preempt_site_units: Sourced[Decimal]
    abo_site_max_ml: Sourced[Decimal]
    both_sides_muscle: str
    both_sides_max: Sourced[Decimal]
    both_sides_products: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VolumeRules:
    """R06 and R11: the clock of an unknown product, and how far volume and units may disagree."""

    unknown_product_hours: Sourced[Decimal]
    tolerance_units: Decimal
    tolerance_percent: Decimal
    tolerance_source: Source


@dataclass(frozen=True, slots=True)
class ShapeRules:
    """R12: sites and units of a PREEMPT session, lowest and highest."""

    sites: tuple[Decimal, Decimal]
    units: tuple[Decimal, Decimal]
    source: Source


@dataclass(frozen=True, slots=True)
class AgeException:
    """Where a label allows the young: from which age, and what being under age then means."""

    scope: Scope
    from_years: Decimal
    below_adult: Level
    text: str


@dataclass(frozen=True, slots=True)
class AgeRules:
    """R18."""

    min_years: Decimal
    exceptions: tuple[AgeException, ...]
    unknown_age: Level
    source: Source


@dataclass(frozen=True, slots=True)
class NeckRules:
    """R19: which neck muscles need a reason, and which a warning."""

    override_muscles: tuple[str, ...]
    warn_muscles: tuple[str, ...]
    source: Source

    def level_of(self, muscle: str) -> Level:
        """What a swallowing or breathing history means for this muscle."""
        if muscle in self.override_muscles:
            return Level.OVERRIDE
        return Level.WARN if muscle in self.warn_muscles else Level.OK


@dataclass(frozen=True, slots=True)
class NoLimitRules:
    """R31: what a missing session limit means."""

    no_limit_at_all: Level
    none_for_condition: Level
    source: Source


@dataclass(frozen=True, slots=True)
class EffectRules:
    """The parameters of the estimate of the effect window."""

    p_lost: Decimal
    k_weight: Decimal
    cycles: int
    dose_similarity_percent: Decimal
    peak_by_week: Decimal
    clamp_low_weeks: Decimal
    clamp_high_of_default: Decimal
    reminder_days_before_booking: int
    extra_contact_days_before_end: int
    merge_letters_within_days: int
    source: Source


@dataclass(frozen=True, slots=True)
class CheckInRules:
    """The weeks at which a patient is asked for a score, and the step after the last."""

    weeks: tuple[int, ...]
    then_every_weeks: int
    source: Source


@dataclass(frozen=True, slots=True)
class WatchRules:
    """When an effect that ends early is looked at: before this week, in so many cycles in a row; what may be done."""

    before_week: Decimal
    cycles: int
    suggestions: tuple[str, ...]
    by_condition: Mapping[str, tuple[str, ...]]
    """What may be done instead where the condition has words of its own."""
    source: Source

    def suggestions_for(self, condition: str) -> tuple[str, ...]:
        """Return what may be done in one condition."""
        return self.by_condition.get(condition, self.suggestions)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All of rules.json."""

    interval: IntervalRules
    cumulative: CumulativeRules
    sites: SiteRules
    volume: VolumeRules
    shape: ShapeRules
    age: AgeRules
    neck: NeckRules
    no_limit: NoLimitRules
    effect: EffectRules
    check_in: CheckInRules
    shortening: WatchRules | None


def read_rulebook(document: Row) -> Rulebook:
    """Read rules.json."""
    rules = by_id(document.rows("rules"))
    return Rulebook(
        interval=_interval(rules["R01"]),
        cumulative=CumulativeRules(
            window_days=rules["R02"].sourced_number("window_days"),
            label_text=rules["R02"].text("label_text"),
            calendar_months=rules["R02"].sourced_number("calendar_months_shown"),
        ),
        sites=SiteRules(
            preempt_site_units=rules["R03"].sourced_number("preempt_site_units"),
            abo_site_max_ml=rules["R03"].sourced_number("abo_site_max_ml"),
            both_sides_muscle=rules["R04"].text("name"),
            both_sides_max=rules["R04"].sourced_number("both_sides_max_units"),
            both_sides_products=rules["R04"].row("both_sides_max_units").words("products"),
        ),
        volume=VolumeRules(
            unknown_product_hours=rules["R06"].sourced_number("unknown_product_hours"),
            tolerance_units=rules["R11"].row("tolerance_units").number("value"),
            tolerance_percent=rules["R11"].row("tolerance_percent").number("value"),
            tolerance_source=rules["R11"].source(),
        ),
        shape=ShapeRules(rules["R12"].pair("sites"), rules["R12"].pair("units"), rules["R12"].source()),
        age=_age(rules["R18"]),
        neck=NeckRules(
            rules["R19"].words("override_muscles"), rules["R19"].words("warn_muscles"), rules["R19"].source()
        ),
        no_limit=_no_limit(rules["R31"]),
        effect=_effect(document.row("effect_window")),
        check_in=_check_in(document.row("check_in")),
        shortening=_shortening(document.row("shortening_watch")) if document.has("shortening_watch") else None,
    )


def _scope(row: Row) -> Scope:
    return Scope(row.maybe_text("product"), row.words("condition"), row.maybe_text("region"))


def _interval(row: Row) -> IntervalRules:
    return IntervalRules(
        min_days=row.sourced_number("min_days"),
        exceptions=tuple(
            (_scope(item), Sourced(item.number("min_days"), item.source())) for item in row.rows("exceptions")
        ),
    )


def _age(row: Row) -> AgeRules:
    return AgeRules(
        min_years=row.number("min_years"),
        exceptions=tuple(
            AgeException(
                scope=_scope(item),
                from_years=item.number("from_years"),
                below_adult=read_level(item.text("below_18"), item.where, "below_18"),
                text=item.maybe_text("text"),
            )
            for item in row.rows("exceptions")
        ),
        unknown_age=read_level(row.text("unknown_age"), row.where, "unknown_age"),
        source=row.source(),
    )


def _no_limit(row: Row) -> NoLimitRules:
    def first_word(key: str) -> Level:
        return read_level(row.text(key).split(",")[0], row.where, key)

    return NoLimitRules(first_word("verdict_no_limit_at_all"), first_word("verdict_none_for_condition"), row.source())


def _effect(row: Row) -> EffectRules:
    def number(key: str) -> Decimal:
        return row.row(key).number("value")

    return EffectRules(
        p_lost=number("p_lost"),
        k_weight=number("k_weight"),
        cycles=int(number("cycles")),
        dose_similarity_percent=number("dose_similarity_percent"),
        peak_by_week=number("peak_by_week"),
        clamp_low_weeks=number("clamp_low_weeks"),
        clamp_high_of_default=number("clamp_high_of_default"),
        reminder_days_before_booking=int(number("reminder_days_before_booking")),
        extra_contact_days_before_end=int(number("extra_contact_days_before_end")),
        merge_letters_within_days=int(number("merge_letters_within_days")),
        source=row.source(),
    )


def _check_in(row: Row) -> CheckInRules:
    return CheckInRules(
        weeks=tuple(int(week) for week in row.data["weeks"]),
        then_every_weeks=row.whole("then_every_weeks"),
        source=row.source(),
    )


def _shortening(row: Row) -> WatchRules:
    own = row.row("suggestions_by_condition") if "suggestions_by_condition" in row.data else None
    return WatchRules(
        before_week=row.row("before_week").number("value"),
        cycles=int(row.row("cycles").number("value")),
        suggestions=row.words("suggestions"),
        by_condition={key: own.words(key) for key in own.data} if own else {},
        source=row.source(),
    )
