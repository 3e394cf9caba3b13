"""A toxin product as the catalogue knows it: vials, limits, storage, what it must not be given with.

A unit belongs to its product: `unit_family` says which doses may be added, and nothing here converts.

Source: docs/sources.md#products
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from treatments.findings import Source
from treatments.formulary.reading import Row, Sourced

SESSION_TOTAL = "session_total"
PER_SITE = "per_injection_site"
PER_SITE_VOLUME = "per_injection_site_volume"
MUSCLE_BOTH_SIDES = "muscle_total_both_sides"
MUSCLE_TOTAL = "muscle_total"
PROTOCOL_KIND = "protocol"


@dataclass(frozen=True, slots=True)
class Limit:
    """One row of a product's limits: how much, of what, for which conditions (none named: for any)."""

    scope: str
    conditions: tuple[str, ...]
    muscle: str
    max_units: Decimal | None
    max_ml: Decimal | None
    kind: str
    region: str
    source: Source

    def covers(self, conditions: Iterable[str]) -> bool:
        """Whether it speaks of any of these conditions, or of every condition."""
        return not self.conditions or bool(set(self.conditions) & set(conditions))


@dataclass(frozen=True, slots=True)
class Storage:
    """How an unopened vial is kept."""

    min_c: Decimal | None
    max_c: Decimal | None
    room_temperature_ok: bool
    source: Source
    ranges: tuple[tuple[Decimal, Decimal], ...] = ()
    """From where to where, in degrees C; several where the label gives alternatives."""

    def keeps(self, low_c: Decimal, high_c: Decimal) -> bool:
        """Whether everything measured lies within one of the ranges; where none is known nothing can be said: yes."""
        return not self.ranges or any(low <= low_c and high_c <= high for low, high in self.ranges)

    def allows(self, low_c: Decimal | None, high_c: Decimal | None) -> bool:
        """Whether temperatures that were measured outside the fridge are within what the label allows unopened."""
        if not self.room_temperature_ok or high_c is None or self.max_c is None or high_c > self.max_c:
            return False
        return low_c is None or self.min_c is None or low_c >= self.min_c


@dataclass(frozen=True, slots=True)
class Dilution:
    """One row of a dilution table, or the usual dilution for conditions; no diluent where it comes ready to use."""

    conditions: tuple[str, ...]
    vial_units: Decimal
    diluent_ml: Decimal
    units_per_tenth_ml: Decimal | None
    source: Source


@dataclass(frozen=True, slots=True)
class Product:
    """One toxin product."""

    key: str
    brands: tuple[str, ...]
    unit_family: str
    unit_label: str
    vial_units: Sourced[tuple[Decimal, ...]]
    diluent: Sourced[str]
    made_up_hours: Sourced[Decimal | None]
    storage: Storage
    dilutions: tuple[Dilution, ...]
    usual_dilutions: tuple[Dilution, ...]
    cumulative: Sourced[Decimal] | None
    limits: tuple[Limit, ...]
    contraindications: dict[str, Sourced[str]]
    billing_code: str
    billing_unit: Sourced[Decimal] | None
    min_age_years: int
    retreatment_min_weeks: Sourced[Decimal] | None

    @property
    def name(self) -> str:
        """The brand, as a clinic says it."""
        return self.brands[0] if self.brands else self.key

    @property
    def needs_no_diluent(self) -> bool:
        """Whether it comes ready to use."""
        return self.diluent.value.startswith("none needed")

    def own_volume_ml(self, vial_units: Decimal) -> Decimal | None:
        """The mL of a vial that comes ready to use; None where it is a powder or the size is not listed."""
        for row in self.dilutions:
            if not row.diluent_ml and row.vial_units == vial_units and row.units_per_tenth_ml:
                return vial_units / (row.units_per_tenth_ml * 10)
        return None

    def session_limits(self) -> tuple[Limit, ...]:
        """Every row that caps a whole session."""
        return tuple(row for row in self.limits if row.scope == SESSION_TOTAL and row.max_units is not None)

    def site_limits(self, conditions: Iterable[str], scope: str = PER_SITE) -> tuple[Limit, ...]:
        """The rows that cap one needle entry for these conditions."""
        wanted = tuple(conditions)
        return tuple(row for row in self.limits if row.scope == scope and row.covers(wanted))

    def muscle_limits(self, muscle: str, scope: str) -> tuple[Limit, ...]:
        """The rows that cap one muscle."""
        return tuple(row for row in self.limits if row.scope == scope and row.muscle == muscle)


def read_product(row: Row) -> Product:
    """Read one entry of products.json."""
    billing = row.row("hcpcs")
    return Product(
        key=row.text("id"),
        brands=row.words("brands"),
        unit_family=row.text("unit_family"),
        unit_label=row.text("unit_label"),
        vial_units=_vial_units(row.row("vial_units")),
        diluent=Sourced(row.row("diluent").text("value"), row.row("diluent").source()),
        made_up_hours=_made_up_hours(row.row("storage_reconstituted")),
        storage=_storage(row.row("storage_unopened")),
        dilutions=tuple(_dilution(item) for item in row.rows("dilution_table") if _is_plain(item)),
        usual_dilutions=tuple(_dilution(item) for item in row.rows("usual_dilution_by_condition") if _is_plain(item)),
        cumulative=_cumulative(row.row("max_cumulative")),
        limits=tuple(_limit(item) for item in row.rows("limits")),
        contraindications={
            item.text("id"): Sourced(item.text("text"), item.source()) for item in row.rows("contraindications")
        },
        billing_code=billing.row("value").maybe_text("code"),
        billing_unit=_billing_unit(billing),
        min_age_years=row.whole("min_age_adult_rule"),
        retreatment_min_weeks=_retreatment(row),
    )


def _vial_units(row: Row) -> Sourced[tuple[Decimal, ...]]:
    return Sourced(tuple(Decimal(str(size)) for size in row.data["value"]), row.source())


def _made_up_hours(row: Row) -> Sourced[Decimal | None]:
    return Sourced(row.row("value").maybe_number("max_hours"), row.source())


def _storage(row: Row) -> Storage:
    value = row.row("value")
    bounds = [(item.maybe_number("min_c"), item.maybe_number("max_c")) for item in (value, *value.rows("alternatives"))]
    return Storage(
        min_c=value.maybe_number("min_c"),
        max_c=value.maybe_number("max_c"),
        room_temperature_ok=value.flag("room_temperature_ok"),
        source=row.source(),
        ranges=tuple((low, high) for low, high in bounds if low is not None and high is not None),
    )


def _is_plain(row: Row) -> bool:
    """A few rows give ranges instead of one dilution: they are for reading only."""
    return all(isinstance(row.data.get(key), int | float | Decimal) for key in ("vial_units", "diluent_ml"))


def _dilution(row: Row) -> Dilution:
    return Dilution(
        conditions=row.words("condition"),
        vial_units=row.number("vial_units"),
        diluent_ml=row.number("diluent_ml"),
        units_per_tenth_ml=row.maybe_number("units_per_0_1_ml"),
        source=row.source(),
    )


def _cumulative(row: Row) -> Sourced[Decimal] | None:
    """A limit over time is one that names its window; the others repeat a session's limit."""
    value = row.row("value")
    if not (value.has("window") and value.has("units")):
        return None
    return Sourced(value.number("units"), row.source())


def _limit(row: Row) -> Limit:
    return Limit(
        scope=row.text("scope"),
        conditions=row.words("condition"),
        muscle=row.maybe_text("muscle"),
        max_units=row.maybe_number("max_units"),
        max_ml=row.maybe_number("max_ml"),
        kind=row.maybe_text("kind"),
        region=row.maybe_text("region"),
        source=row.source(),
    )


def _billing_unit(row: Row) -> Sourced[Decimal] | None:
    size = row.row("value").maybe_number("units_per_billing_unit")
    return None if size is None else Sourced(size, row.source())


def _retreatment(row: Row) -> Sourced[Decimal] | None:
    if not row.has("retreatment_min_weeks"):
        return None
    weeks = row.row("retreatment_min_weeks")
    default = weeks.row("value").maybe_number("default")
    return None if default is None else Sourced(default, weeks.source())
