"""What was made up: concentration, volumes, the clock since reconstitution, the diluent (R06, R08, R11).

Pure: exact decimals in and out; limits come from the product or the rules.

Source: docs/sources.md#dilution
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from treatments.facts import Preparation, Site
from treatments.findings import Finding, Level, Source, Value, Wording, gettext_noop
from treatments.formulary import Product, Sourced
from treatments.formulary.rulebook import VolumeRules
from treatments.quantities import VOLUME_STEP, show_ml, show_units

SALINE, LOCAL_ANAESTHETIC, NO_DILUENT = "saline", "local_anaesthetic", "none"
PERCENT = Decimal(100)
SECONDS_IN_HOUR = 3600
COMMON_PRACTICE = Source(text="label; local anaesthetic mixes: common practice", confidence="common practice")

IN_TIME = Wording("R06.in_time", gettext_noop("Used {elapsed} after it was made up; {hours} hours are allowed"))
READY_TO_USE = Wording("R06.ready_to_use", gettext_noop("Comes ready to use: no clock runs"))
TOO_OLD = Wording(
    "R06.too_old",
    gettext_noop("Used {elapsed} after it was made up"),
    gettext_noop("It may be used for {hours} hours, until {use_by}."),
)
NO_TIME = Wording("R06.no_time", gettext_noop("When it was made up or used is not recorded"))
BEFORE_MADE = Wording("R06.before_made", gettext_noop("Used at {used_at}, before it was made up at {made_at}"))
DILUENT_OK = Wording("R08.as_labelled", gettext_noop("Made up with {diluent}"))
DILUENT_OTHER = Wording(
    "R08.other_diluent", gettext_noop("Made up with another diluent"), gettext_noop("The label names: {diluent}.")
)
DILUENT_MIXED = Wording(
    "R08.local_anaesthetic",
    gettext_noop("Made up with a local anaesthetic"),
    gettext_noop("The label names: {diluent}. A fatal case is reported with a local anaesthetic mix."),
)
DILUENT_MISSING = Wording("R08.missing", gettext_noop("The diluent is not recorded"))
VOLUME_FITS = Wording("R11.fits", gettext_noop("Volumes and units agree"))
VOLUME_DIFFERS = Wording(
    "R11.differs",
    gettext_noop("{volume} mL of this preparation hold {computed} units, {units} are written"),
    gettext_noop("{made_units} units in {made_ml} mL. They may differ by {tolerance} units."),
)
VOLUME_MISSING = Wording(
    "R11.missing", gettext_noop("{count} sites have no volume, so units and mL cannot be compared")
)


def units_per_ml(units: Decimal, diluent_ml: Decimal) -> Decimal:
    """Units in each mL of a preparation."""
    return units / diluent_ml


def volume_ml(dose_units: Decimal, units_per_ml: Decimal) -> Decimal:
    """The mL that hold a dose, to four decimals."""
    return (dose_units / units_per_ml).quantize(VOLUME_STEP)


def hours_allowed(product: Product | None, rules: VolumeRules) -> Sourced[Decimal]:
    """How long a made-up vial may be used: the product's own time, else that of an unknown product."""
    own = product.made_up_hours if product else None
    if own is None or own.value is None:
        return rules.unknown_product_hours
    return Sourced(own.value, own.source)


def use_by(reconstituted_at: datetime, product: Product | None, rules: VolumeRules) -> datetime:
    """The instant until which it may be used, that instant included."""
    hours = hours_allowed(product, rules).value
    limit = timedelta(seconds=int(hours * SECONDS_IN_HOUR))
    if reconstituted_at.tzinfo is None:
        return reconstituted_at + limit
    return (reconstituted_at.astimezone(UTC) + limit).astimezone(reconstituted_at.tzinfo)


def elapsed(start: datetime, end: datetime) -> timedelta:
    """Time that really passed: aware times are compared in UTC, so a clock change does not stretch it."""
    if start.tzinfo is None or end.tzinfo is None:
        return end.replace(tzinfo=None) - start.replace(tzinfo=None)
    return end.astimezone(UTC) - start.astimezone(UTC)


def clock_finding(
    product: Product | None,
    *,
    reconstituted_at: datetime | None,
    used_at: datetime | None,
    rules: VolumeRules,
    subject: str = "",
) -> Finding:
    """R06: time since reconstitution, to the second, against the product's; the limit itself passes, past it blocks."""
    allowed = hours_allowed(product, rules)

    def found(level: Level, wording: Wording, **values: Value) -> Finding:
        return Finding(rule="R06", level=level, wording=wording, source=allowed.source, values=values, subject=subject)

    if reconstituted_at is None or used_at is None:
        return found(Level.OVERRIDE, NO_TIME)
    passed = elapsed(reconstituted_at, used_at)
    if passed < timedelta(0):
        return found(Level.BLOCK, BEFORE_MADE, used_at=used_at, made_at=reconstituted_at)
    limit = use_by(reconstituted_at, product, rules)
    is_late = int(passed.total_seconds()) > allowed.value * SECONDS_IN_HOUR
    return found(
        Level.BLOCK if is_late else Level.OK,
        TOO_OLD if is_late else IN_TIME,
        elapsed=show_elapsed(passed),
        hours=allowed.value,
        use_by=limit,
    )


def show_elapsed(passed: timedelta) -> str:
    """Hours and minutes, and seconds where they decide: "24 h 1 min"."""
    minutes, seconds = divmod(int(passed.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours} h", f"{minutes} min"] + ([f"{seconds} s"] if seconds else [])
    return " ".join(parts)


def diluent_finding(product: Product, diluent: str | None, *, subject: str = "") -> Finding:
    """R08: what the powder was made up with, against the label."""
    source, level, wording = product.diluent.source, Level.WARN, DILUENT_OTHER
    if not diluent:
        wording = DILUENT_MISSING
    elif diluent == LOCAL_ANAESTHETIC:
        level, wording, source = Level.OVERRIDE, DILUENT_MIXED, COMMON_PRACTICE
    elif diluent == SALINE or (diluent == NO_DILUENT and product.needs_no_diluent):
        level, wording = Level.OK, DILUENT_OK
    return Finding(
        rule="R08",
        level=level,
        wording=wording,
        source=source,
        values={"diluent": product.diluent.value},
        subject=subject,
    )


def volume_finding(
    *,
    made_units: Decimal,
    made_ml: Decimal,
    volume: Decimal,
    units: Decimal,
    rules: VolumeRules,
    subject: str = "",
    sites: tuple[str, ...] = (),
) -> Finding:
    """R11: the units a volume holds against those written; the larger of both tolerances, inclusive."""
    computed = made_units * volume / made_ml
    tolerance = max(rules.tolerance_units, computed * rules.tolerance_percent / PERCENT)
    fits = abs(computed - units) <= tolerance
    return Finding(
        rule="R11",
        level=Level.OK if fits else Level.BLOCK,
        wording=VOLUME_FITS if fits else VOLUME_DIFFERS,
        source=rules.tolerance_source,
        values={
            "computed": computed.quantize(VOLUME_STEP).normalize(),
            "units": units,
            "volume": volume,
            "made_units": made_units,
            "made_ml": made_ml,
            "tolerance": tolerance.quantize(VOLUME_STEP).normalize(),
        },
        subject=subject,
        sites=sites,
    )


def volume_findings(
    sites: Iterable[Site], preparations: Mapping[str, Preparation], rules: VolumeRules
) -> tuple[Finding, ...]:
    """R11 for every needle entry: one finding a volume and dose that differ, else one that all agree.

    A site without a preparation's name belongs to the only one there is.
    """
    found: dict[str, Finding] = {}
    missing = []
    only = next(iter(preparations.values())) if len(preparations) == 1 else None
    for site in sites:
        made = preparations.get(site.preparation, only)
        if made is None or not made.diluent_ml or site.volume_ml is None:
            missing.append(site.ref)
            continue
        subject = f"{made.ref}: {show_ml(site.volume_ml)}, {show_units(site.units)}"
        kept = found.get(subject)
        found[subject] = volume_finding(
            made_units=made.units,
            made_ml=made.diluent_ml,
            volume=site.volume_ml,
            units=site.units,
            rules=rules,
            subject=subject,
            sites=(*(kept.sites if kept else ()), site.ref),
        )
    said = [finding for finding in found.values() if finding.level is not Level.OK]
    if missing:
        said.append(
            Finding(
                rule="R11",
                level=Level.WARN,
                wording=VOLUME_MISSING,
                source=rules.tolerance_source,
                values={"count": len(missing)},
                sites=tuple(missing),
            )
        )
    if found and not said:
        said.append(Finding(rule="R11", level=Level.OK, wording=VOLUME_FITS, source=rules.tolerance_source))
    return tuple(said)
