"""How much where: one entry, both sternocleidomastoids, PREEMPT's shape, a point twice (R03, R04, R12, R25).

Pure. Findings about several entries of one injection are one finding that names them.

Source: docs/sources.md#doses
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from treatments.facts import Flag, Site
from treatments.findings import DATA_QUALITY, Finding, Level, Source, Value, Wording, gettext_noop
from treatments.formulary import Formulary, Product, Protocol
from treatments.formulary.products import MUSCLE_BOTH_SIDES, MUSCLE_TOTAL, PER_SITE_VOLUME, PROTOCOL_KIND
from treatments.formulary.rulebook import ShapeRules, SiteRules
from treatments.quantities import show_number

PREEMPT = "preempt_chronic_migraine"
DYSPHAGIA = "dysphagia"

SITE_OK = Wording("R03.within", gettext_noop("Every site is within what its label or protocol gives one entry"))
SITE_OVER = Wording(
    "R03.over", gettext_noop("{units} units at one site; the limit is {limit}"), gettext_noop("{place}. {region}")
)
SITE_OFF_PROTOCOL = Wording(
    "R03.off_protocol",
    gettext_noop("{units} units at one site; the protocol gives {limit}"),
    gettext_noop("{place}. Known: {known}."),
)
SITE_VOLUME = Wording(
    "R03.volume",
    gettext_noop("{volume} mL at one site; the limit is {limit} mL"),
    gettext_noop("{place}. Known: {known}."),
)
NECK_OK = Wording(
    "R04.within",
    gettext_noop("Sternocleidomastoid, both sides together: {units} units"),
    gettext_noop("Advised at most: {known}."),
)
NECK_OVER = Wording(
    "R04.over",
    gettext_noop("{units} units into the sternocleidomastoids; advised is {limit} at most, both sides together"),
    gettext_noop("More than that makes trouble swallowing likelier. Known: {known}."),
)
NECK_DYSPHAGIA = Wording(
    "R04.dysphagia", gettext_noop("Both sternocleidomastoids are injected and there is a history of trouble swallowing")
)
NECK_UNANSWERED = Wording(
    "R04.unanswered",
    gettext_noop("Both sternocleidomastoids are injected; trouble swallowing was not asked about"),
)
NECK_BOTH = Wording(
    "R04.both_sides",
    gettext_noop("Both sternocleidomastoids are injected: {units} units together"),
    gettext_noop("Trouble swallowing with this product, by dose: {rates}."),
)
NECK_ADVICE = Wording(
    "R04.advice", gettext_noop("{units} units into the sternocleidomastoids; {limit} is advised at most")
)
SHAPE_OK = Wording("R12.within", gettext_noop("PREEMPT: {sites} sites, {units} units"))
SHAPE_OVER = Wording("R12.over", gettext_noop("{units} units; the PREEMPT trials gave {limit} at most"))
SHAPE_COUNT = Wording("R12.count", gettext_noop("{sites} sites, {units} units; PREEMPT has {shape}"))
SHAPE_MUSCLES = Wording("R12.muscles", gettext_noop("Sites by muscle differ from PREEMPT: {differences}"))
POINT_TWICE = Wording("R25.twice", gettext_noop("{place} has the same point twice"))
POINTS_ONCE = Wording("R25.once", gettext_noop("No point is used twice"))


def site_findings(
    product: Product, conditions: Sequence[str], sites: Iterable[Site], *, formulary: Formulary
) -> tuple[Finding, ...]:
    """R03 for every entry: an override once a muscle and side, a warning once a dose; else one ok."""
    rules = formulary.rules.sites
    found: dict[tuple[str, str], Finding] = {}
    for site in sites:
        for finding in _judge_site(product, conditions, site, rules, formulary):
            key = (finding.wording.code, finding.subject)
            kept = found.get(key)
            found[key] = _merged(kept, finding) if kept else finding
    source = Source(text="products.json limits", place=f"products/{product.key}#limits")
    return tuple(found.values()) or (Finding(rule="R03", level=Level.OK, wording=SITE_OK, source=source),)


def _merged(kept: Finding, new: Finding) -> Finding:
    """One finding for two entries of an injection: the larger dose speaks."""

    def size(finding: Finding) -> Decimal:
        return max((value for value in finding.values.values() if isinstance(value, Decimal)), default=Decimal(0))

    larger = max(kept, new, key=size)
    return Finding(
        rule=larger.rule,
        level=larger.level,
        wording=larger.wording,
        source=larger.source,
        values={**larger.values, "place": _joined(kept.values["place"], new.values["place"])},
        subject=larger.subject,
        sites=(*kept.sites, *new.sites),
    )


def _joined(places: Value, place: Value) -> str:
    """Places told once each."""
    return "; ".join(dict.fromkeys([*str(places).split("; "), str(place)]))


def _judge_site(
    product: Product, conditions: Sequence[str], site: Site, rules: SiteRules, formulary: Formulary
) -> Iterable[Finding]:
    place = place_name(site.muscle, site.side, formulary)

    def found(level: Level, wording: Wording, source: Source, **values: Value) -> Finding:
        return Finding(
            rule="R03",
            level=level,
            wording=wording,
            source=source,
            values={"place": place, **values},
            subject=site.place if level is Level.OVERRIDE else show_number(site.units),
            sites=(site.ref,),
        )

    for limit in product.site_limits(conditions):
        if limit.max_units is None:
            continue
        if limit.kind == PROTOCOL_KIND:
            wanted = rules.preempt_site_units
            if site.units != wanted.value or site.units > limit.max_units:
                figures = [(wanted.value, wanted.source), (limit.max_units, limit.source)]
                shown = min(figures, key=lambda figure: figure[0])[0]
                yield found(
                    Level.WARN, SITE_OFF_PROTOCOL, wanted.source, units=site.units, limit=shown, known=listed(figures)
                )
        elif site.units > limit.max_units:
            yield found(
                Level.OVERRIDE, SITE_OVER, limit.source, units=site.units, limit=limit.max_units, region=limit.region
            )
    for limit in product.site_limits(conditions, PER_SITE_VOLUME):
        figures = [(rules.abo_site_max_ml.value, rules.abo_site_max_ml.source)]
        if limit.max_ml is not None:
            figures.append((limit.max_ml, limit.source))
        largest, source = min(figures, key=lambda figure: figure[0])
        if site.volume_ml is not None and site.volume_ml > largest:
            yield found(Level.WARN, SITE_VOLUME, source, volume=site.volume_ml, limit=largest, known=listed(figures))


def listed(figures: Iterable[tuple[Decimal, Source]]) -> str:
    """Every figure known for one limit, each with its source; the narrowest rules."""
    return "; ".join(f"{show_number(figure)} ({source.text})" for figure, source in figures) or "no figure found"


def place_name(muscle: str, side: str | None, formulary: Formulary) -> str:
    """A muscle and side in plain words: "Temporalis, left"."""
    known = formulary.muscles.get(muscle)
    name = known.name if known else muscle
    return f"{name}, {side}" if side in ("left", "right") else name


def neck_totals(sites: Iterable[Site], muscle: str) -> tuple[Decimal, Decimal]:
    """Units into the muscle's right and left side."""
    given = {"right": Decimal(0), "left": Decimal(0)}
    for site in sites:
        if site.muscle == muscle and site.side in given:
            given[site.side] += site.units
    return given["right"], given["left"]


def neck_findings(
    product: Product,
    *,
    right_units: Decimal,
    left_units: Decimal,
    dysphagia: Flag,
    formulary: Formulary,
) -> tuple[Finding, ...]:
    """R04: both sternocleidomastoids together, per product; a swallowing history with both sides needs a reason."""
    rules = formulary.rules.sites
    units, is_both = right_units + left_units, right_units > 0 and left_units > 0
    found = []

    def add(level: Level, wording: Wording, source: Source, **values: Value) -> None:
        found.append(
            Finding(
                rule="R04",
                level=level,
                wording=wording,
                source=source,
                values={"units": units, **values},
                subject=rules.both_sides_muscle,
            )
        )

    limits = _both_sides_figures(product, rules)
    known = listed(limits)
    if limits:
        most, source = min(limits, key=lambda limit: limit[0])
        if units > most:
            add(Level.OVERRIDE, NECK_OVER, source, limit=most, known=known)
    if is_both and dysphagia is not Flag.CLEARED:
        wording = NECK_DYSPHAGIA if dysphagia is Flag.STANDS else NECK_UNANSWERED
        add(Level.OVERRIDE, wording, rules.both_sides_max.source)
    for row in product.muscle_limits(rules.both_sides_muscle, MUSCLE_TOTAL):
        if is_both:
            add(Level.WARN, NECK_BOTH, row.source, rates=swallowing_rates(product, formulary))
        if row.max_units is not None and units > row.max_units:
            add(Level.WARN, NECK_ADVICE, row.source, limit=row.max_units)
    if not found:
        add(Level.OK, NECK_OK, rules.both_sides_max.source, known=known)
    return tuple(found)


def _both_sides_figures(product: Product, rules: SiteRules) -> list[tuple[Decimal, Source]]:
    """What is advised at most for both sides: the product's own rows, and the rule's for the products it names."""
    rows = product.muscle_limits(rules.both_sides_muscle, MUSCLE_BOTH_SIDES)
    figures = [(row.max_units, row.source) for row in rows if row.max_units is not None]
    if product.key in rules.both_sides_products:
        figures.append((rules.both_sides_max.value, rules.both_sides_max.source))
    return figures


def swallowing_rates(product: Product, formulary: Formulary) -> str:
    """How often trouble swallowing was seen with a product, as its sources give it."""
    rates = [rate for rate in formulary.event_rates if rate.event == DYSPHAGIA and rate.product == product.key]
    return "; ".join(f"{rate.percent}% ({rate.source.text})" for rate in rates) or "no figure found"


def shape_finding(
    protocol: Protocol,
    *,
    sites: int,
    units: Decimal | None,
    by_muscle: Mapping[str, int] | None,
    rules: ShapeRules,
) -> Finding:
    """R12: a PREEMPT session's entries and units; over the trials' highest dose needs a reason, another shape warns."""
    fewest, most = rules.sites
    lowest, highest = rules.units
    values: dict[str, Value] = {
        "sites": sites,
        "units": units if units is not None else "?",
        "shape": f"{fewest} to {most} sites, {lowest} to {highest} units",
    }
    if units is not None and units > highest:
        level, wording = Level.OVERRIDE, SHAPE_OVER
        values["limit"] = highest
    elif not fewest <= sites <= most or (units is not None and units < lowest):
        level, wording = Level.WARN, SHAPE_COUNT
    elif differences := shape_differences(protocol, by_muscle):
        level, wording = Level.WARN, SHAPE_MUSCLES
        values["differences"] = ", ".join(differences)
    else:
        level, wording = Level.OK, SHAPE_OK
    return Finding(
        rule="R12", level=level, wording=wording, source=rules.source, values=values, further=(protocol.source,)
    )


def shape_differences(protocol: Protocol, by_muscle: Mapping[str, int] | None) -> list[str]:
    """Muscles whose entries are outside the protocol's table: "procerus 2 (1)"."""
    if by_muscle is None:
        return []
    table = {row.muscle: row for row in protocol.muscles}
    found = []
    for muscle in (*table, *(name for name in by_muscle if name not in table)):
        count = by_muscle.get(muscle, 0)
        row = table.get(muscle)
        if row is None:
            found.append(f"{plain(muscle)} {count} (0)")
        elif not row.sites <= count <= row.max_sites:
            wanted = f"{row.sites}" if row.sites == row.max_sites else f"{row.sites} to {row.max_sites}"
            found.append(f"{plain(muscle)} {count} ({wanted})")
    return found


def plain(key: str) -> str:
    """A key of the catalogue as words."""
    return key.replace("_", " ")


def duplicate_findings(sites: Iterable[Site], formulary: Formulary) -> tuple[Finding, ...]:
    """R25: the same muscle, side and point twice in one session."""
    placed = [site for site in sites if site.point is not None]
    counts = Counter((site.place, site.point) for site in placed)
    found = []
    for (place, point), count in counts.items():
        if count > 1:
            same = [site for site in placed if (site.place, site.point) == (place, point)]
            found.append(
                Finding(
                    rule="R25",
                    level=Level.WARN,
                    wording=POINT_TWICE,
                    source=DATA_QUALITY,
                    values={"place": place_name(same[0].muscle, same[0].side, formulary)},
                    subject=place,
                    sites=tuple(site.ref for site in same),
                )
            )
    return tuple(found) or (Finding(rule="R25", level=Level.OK, wording=POINTS_ONCE, source=DATA_QUALITY),)
