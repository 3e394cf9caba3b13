"""How much in all: the session's total, the total over time, and the limits both meet (R02, R05, R09, R31).

Pure, in exact decimals. Units of different families are never added: a total that would need it is not computable.

Source: docs/sources.md#doses
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from treatments.facts import ClinicianLimit, PriorSession
from treatments.findings import ARITHMETIC, Finding, Level, Source, Value, Wording, gettext_noop
from treatments.formulary import Formulary, Product
from treatments.formulary.rulebook import CumulativeRules, NoLimitRules
from treatments.intervals import add_months, effective_day
from treatments.quantities import same_units

WITHIN = gettext_noop("{total} of {limit} units in the {window_days} days to {on}")
OVER = gettext_noop("{total} units in the {window_days} days to {on}; the limit is {limit}")
BESIDE = gettext_noop("{before} before and {planned} now. Over the last {months} calendar months: {calendar_total}.")
BESIDE_LABEL = gettext_noop(
    "{before} before and {planned} now. Over the last {months} calendar months: {calendar_total}; the label "
    "says {label_text}."
)
NOT_COMPUTABLE = Wording(
    "R02.not_computable",
    gettext_noop("The total over {window_days} days is not computable"),
    gettext_noop(
        "Toxin of another or unknown product, or of unknown dose, was given on {others}. Units never add across."
    ),
)
NO_LIMIT_TO_COMPARE = Wording(
    "R02.no_limit",
    gettext_noop("{total} units in the {window_days} days to {on}"),
    gettext_noop("No limit is known to compare it with. Over the last {months} calendar months: {calendar_total}."),
)
SESSION_OK = Wording("R05.within", gettext_noop("{units} of {limit} units for a session"))
SESSION_OVER = Wording(
    "R05.over",
    gettext_noop("{units} units; the limit for a session is {limit}"),
    gettext_noop("Sessions of one day count together."),
)
SESSION_NO_LIMIT = Wording("R05.no_limit", gettext_noop("{units} units; no limit for a session is known (R31)"))
LIMIT_KNOWN = Wording("R31.known", gettext_noop("A session limit of {limit} units is known"))
NO_LIMIT_AT_ALL = Wording(
    "R31.none",
    gettext_noop("No session limit is known for {product}"),
    gettext_noop("A clinician sets one, with a reason, before its first use."),
)
NONE_FOR_CONDITION = Wording(
    "R31.none_for_condition",
    gettext_noop("{product} has no session limit for this condition"),
    gettext_noop("Its narrowest limit is {limit} units."),
)
SUM_MATCHES = Wording("R09.matches", gettext_noop("The sites add up to {total} units"))
SUM_DIFFERS = Wording("R09.differs", gettext_noop("The sites add up to {total} units, the session says {declared}"))
SUM_MISSING = Wording("R09.missing", gettext_noop("The session's total is not written"))
CLINIC_LIMIT = "clinic_limit"
"""Where a product's page shows what clinicians set."""
CLINICIAN_SET = Source(text="set by a clinician of this clinic", confidence="common practice")


@dataclass(frozen=True, slots=True)
class SessionLimit:
    """The limit a session is held to; `fits` says whether it speaks of the condition at hand."""

    max_units: Decimal
    source: Source
    fits: bool


def total(doses: Iterable[Decimal]) -> Decimal:
    """The exact sum of doses of one family."""
    return sum(doses, Decimal(0))


def session_limit(
    product: Product, conditions: Sequence[str], clinician_limit: ClinicianLimit | None = None
) -> SessionLimit | None:
    """The narrowest limit of a whole session: of the rows for these conditions or any, and of the clinician's own.

    Where no row fits, the clinician's limit; failing that the product's narrowest row, marked as not fitting. None
    where nothing at all is known. A clinician may tighten a label's limit, never widen it.
    """
    rows = product.session_limits()
    fitting = [
        SessionLimit(row.max_units, row.source, fits=True)
        for row in rows
        if row.max_units is not None and row.covers(conditions)
    ]
    if clinician_limit is not None:
        ours = replace(CLINICIAN_SET, place=f"products/{product.key}#{CLINIC_LIMIT}")
        fitting.append(SessionLimit(clinician_limit.max_units, ours, fits=True))
    others = [SessionLimit(row.max_units, row.source, fits=False) for row in rows if row.max_units is not None]
    return min(fitting or others, key=lambda limit: limit.max_units, default=None)


def no_limit_finding(
    product: Product,
    conditions: Sequence[str],
    *,
    clinician_limit: ClinicianLimit | None = None,
    rules: NoLimitRules,
) -> Finding:
    """R31: nothing known blocks until a clinician sets a limit; nothing for this condition needs a reason.

    Asked without any condition, only the first is judged.
    """
    limit = session_limit(product, conditions, clinician_limit)
    if limit is None:
        return Finding(
            rule="R31",
            level=rules.no_limit_at_all,
            wording=NO_LIMIT_AT_ALL,
            source=rules.source,
            values={"product": product.name},
        )
    is_known = limit.fits or not conditions
    return Finding(
        rule="R31",
        level=Level.OK if is_known else rules.none_for_condition,
        wording=LIMIT_KNOWN if is_known else NONE_FOR_CONDITION,
        source=limit.source if is_known else rules.source,
        values={"product": product.name, "limit": limit.max_units},
    )


def same_day_units(prior: Iterable[PriorSession], on: date, family: str, formulary: Formulary) -> Decimal:
    """Units of the family given in other sessions of the same local day: one treatment with this one."""
    return total(
        session.units
        for session in prior
        if session.counts
        and session.units is not None
        and not session.is_month_only
        and session.on == on
        and formulary.family_of(session.product) == family
    )


def session_total_finding(
    product: Product,
    conditions: Sequence[str],
    units: Decimal,
    *,
    clinician_limit: ClinicianLimit | None = None,
) -> Finding:
    """R05: the session's units against its narrowest limit, which passes itself."""
    limit = session_limit(product, conditions, clinician_limit)
    if limit is None:
        return Finding(
            rule="R05",
            level=Level.OK_WITH_NOTE,
            wording=SESSION_NO_LIMIT,
            source=Source(text="no label limit found", confidence="unverified"),
            values={"units": units},
        )
    is_over = units > limit.max_units
    return Finding(
        rule="R05",
        level=Level.OVERRIDE if is_over else Level.OK,
        wording=SESSION_OVER if is_over else SESSION_OK,
        source=limit.source,
        values={"units": units, "limit": limit.max_units},
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """Units of one family over a stretch of days; `others` are the days of toxin that cannot be added."""

    units: Decimal
    others: tuple[date, ...]


def tally(prior: Iterable[PriorSession], *, after: date, until: date, family: str, formulary: Formulary) -> Tally:
    """What was given after one day up to and with another, never across families."""
    units, others = Decimal(0), []
    for session in prior:
        day = effective_day(session, until, same_day_counts=True)
        if not session.counts or not after < day <= until:
            continue
        if session.units is None or not family or formulary.family_of(session.product) != family:
            others.append(session.on)
        else:
            units += session.units
    return Tally(units, tuple(sorted(others)))


def cumulative_finding(
    product: Product,
    conditions: Sequence[str],
    *,
    on: date,
    planned_units: Decimal,
    prior: Sequence[PriorSession],
    formulary: Formulary,
    clinician_limit: ClinicianLimit | None = None,
) -> Finding:
    """R02: units of the family in the open window (on - window, on] with those planned, against the label's limit.

    A product whose label names no limit over time is held to its session limit. Toxin of another family, of an unknown
    product or of unknown units in the window makes the total not computable: a reason is needed, no number is shown.
    """
    rules = formulary.rules.cumulative
    window = timedelta(days=int(rules.window_days.value))
    within = tally(prior, after=on - window, until=on, family=product.unit_family, formulary=formulary)
    values: dict[str, Value] = {"on": on, "window_days": rules.window_days.value, "planned": planned_units}
    if within.others:
        shown = ", ".join(f"{day.day} {day:%b %Y}" for day in within.others)
        return Finding(
            rule="R02",
            level=Level.OVERRIDE,
            wording=NOT_COMPUTABLE,
            source=rules.window_days.source,
            values={**values, "others": shown},
        )
    values |= {
        "before": within.units,
        "total": within.units + planned_units,
        "months": rules.calendar_months.value,
        "calendar_total": _calendar_total(product, on, planned_units, prior, formulary, rules),
    }
    limit = _limit_over_time(product, conditions, clinician_limit)
    if limit is None:
        return Finding(
            rule="R02",
            level=Level.OK_WITH_NOTE,
            wording=NO_LIMIT_TO_COMPARE,
            source=rules.window_days.source,
            values=values,
            further=(rules.calendar_months.source,),
        )
    is_over = within.units + planned_units > limit.max_units
    beside = BESIDE_LABEL if product.cumulative else BESIDE
    return Finding(
        rule="R02",
        level=Level.OVERRIDE if is_over else Level.OK,
        wording=Wording("R02.over", OVER, beside) if is_over else Wording("R02.within", WITHIN, beside),
        source=limit.source,
        values={**values, "limit": limit.max_units, "label_text": rules.label_text},
        further=(rules.window_days.source, rules.calendar_months.source),
    )


def _limit_over_time(
    product: Product, conditions: Sequence[str], clinician_limit: ClinicianLimit | None
) -> SessionLimit | None:
    if product.cumulative is not None:
        return SessionLimit(product.cumulative.value, product.cumulative.source, fits=True)
    return session_limit(product, conditions, clinician_limit)


def _calendar_total(
    product: Product,
    on: date,
    planned: Decimal,
    prior: Sequence[PriorSession],
    formulary: Formulary,
    rules: CumulativeRules,
) -> Value:
    """The total by calendar months, shown beside the window's without a verdict of its own."""
    start = add_months(on, -int(rules.calendar_months.value))
    found = tally(prior, after=start, until=on, family=product.unit_family, formulary=formulary)
    return "not computable" if found.others else found.units + planned


def sum_finding(declared: Decimal | None, doses: Iterable[Decimal]) -> Finding:
    """R09: the sites' units add up to the session's total to the hundredth, else the session cannot be signed."""
    given = total(doses)
    if declared is None:
        level, wording = Level.BLOCK, SUM_MISSING
    elif same_units(declared, given):
        level, wording = Level.OK, SUM_MATCHES
    else:
        level, wording = Level.BLOCK, SUM_DIFFERS
    return Finding(
        rule="R09",
        level=level,
        wording=wording,
        source=ARITHMETIC,
        values={"total": given, "declared": declared if declared is not None else Decimal(0)},
    )
