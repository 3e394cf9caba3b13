"""What stands on a plan's pages: the table against its protocol, what the rules say, where each number comes from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from treatments.differences import Difference, Entry, Injection, difference, differences, injections
from treatments.dosing import CLINIC_LIMIT, CLINICIAN_SET
from treatments.forms.plan import Line, SiteTable
from treatments.formulary import Formulary, Limit, Protocol
from treatments.formulary.anatomy import read_protocol
from treatments.formulary.reading import Row
from treatments.intervals import earliest_on
from treatments.models import Plan, Side
from treatments.plan_facts import clinician_limit_of
from treatments.plan_sites import SiteRow
from treatments.priors import prior_sessions
from treatments.quantities import NO_BREAK_SPACE, show_number
from treatments.showing import ShownSource, shown_source

ACRONYMS = frozenset({"preempt"})


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line of the table."""

    line: Line
    side: str
    protocol_sites: str
    units: str
    difference: str
    last_difference: str = ""
    """Against the last session; empty where it is the same, or there is none."""


@dataclass(frozen=True, slots=True)
class ShownMuscle:
    """The lines of one muscle, what its protocol allows at most, and where that comes from."""

    name: str
    most: str
    source: ShownSource | None
    lines: tuple[ShownLine, ...]

    @property
    def height(self) -> int:
        """Rows of the table: one a line, and one more below each line with something wrong."""
        return len(self.lines) + sum(bool(shown.line.errors) for shown in self.lines)


@dataclass(frozen=True, slots=True)
class SourcedNumber:
    """One number of the catalogue that the plan leans on."""

    label: str
    value: str
    source: ShownSource


def protocol_name(key: str) -> str:
    """Return a protocol as people say it: PREEMPT chronic migraine."""
    return " ".join(word.upper() if word in ACRONYMS else word for word in key.split("_")).strip()


def protocol_of(plan: Plan) -> Protocol | None:
    """Return the version of the protocol the plan started from, where it lays out sites."""
    if plan.protocol is None:
        return None
    protocol = read_protocol(Row(plan.protocol.facts, "protocol"))
    return protocol if protocol.muscles else None


def protocol_against(plan: Plan, product_key: str) -> Protocol | None:
    """Return the plan's protocol if a product's doses may be held against it: it is written in units of one product."""
    protocol = protocol_of(plan)
    return protocol if protocol is not None and protocol.product == product_key else None


def shown_table(
    table: SiteTable, protocol: Protocol | None, formulary: Formulary, last: Iterable[Entry] | None = None
) -> dict[str, Any]:
    """Return the table muscle by muscle with its totals, and how it differs from the protocol and from last time."""
    planned, before = injections(_of_protocol(protocol, formulary)), injections(last or ())
    by_muscle: dict[str, list[Line]] = defaultdict(list)
    for line in table.lines:
        if not line.is_new:
            by_muscle[line.muscle].append(line)
    given = injections(table.rows)
    marks = _Marks(protocol is not None, planned, last is not None, before, given)
    missing = [place for place in planned if place.partition(":")[0] not in by_muscle]
    muscles = [_muscle(key, lines, protocol, marks, formulary) for key, lines in by_muscle.items()]
    against_last = differences(table.rows, last) if last is not None else ()
    return {
        "muscles": muscles,
        "new_lines": [line for line in table.lines if line.is_new],
        "total_units": show_number(table.total_units),
        "total_sites": table.total_sites,
        "protocol_sites": protocol.total_sites if protocol else None,
        "protocol_units": show_number(protocol.total_units) if protocol else "",
        "total_difference": signed(table.total_units - protocol.total_units) if protocol else "",
        "differences": len(differences(table.rows, _of_protocol(protocol, formulary))) if protocol else 0,
        "has_last": last is not None,
        "last_differences": len(against_last),
        "left_out_of_last": [
            place_words(one.place, formulary) for one in against_last if one.is_left_out and one.place not in given
        ],
        "left_out": [formulary.muscle(place.partition(":")[0]).name for place in missing],
        "has_errors": not table.is_valid,
    }


@dataclass(frozen=True, slots=True)
class _Marks:
    """What the lines are held against."""

    has_protocol: bool
    planned: Mapping[str, Injection]
    has_last: bool
    before: Mapping[str, Injection]
    given: Mapping[str, Injection]

    def against_protocol(self, place: str) -> str:
        return difference_words(difference(self.given.get(place), self.planned.get(place))) if self.has_protocol else ""

    def against_last(self, place: str) -> str:
        return difference_words(difference(self.given.get(place), self.before.get(place))) if self.has_last else ""


def _muscle(
    key: str, lines: Sequence[Line], protocol: Protocol | None, marks: _Marks, formulary: Formulary
) -> ShownMuscle:
    row = next((row for row in protocol.muscles if row.muscle == key), None) if protocol else None
    seen: set[str] = set()
    shown = []
    for line in lines:
        place = f"{line.muscle}:{line.side}"
        first = place not in seen
        seen.add(place)
        expected = marks.planned.get(place)
        shown.append(
            ShownLine(
                line=line,
                side=line.side,
                protocol_sites=str(expected.count) if expected and first else "",
                units=show_number(line.row.units) if line.row else "",
                difference=marks.against_protocol(place) if first else "",
                last_difference=marks.against_last(place) if first else "",
            )
        )
    known = formulary.muscles.get(key)
    most = ""
    if row:
        units = show_number(row.max_sites * row.units_per_site)
        most = _("up to %(sites)d / %(units)s U") % {"sites": row.max_sites, "units": units}
    return ShownMuscle(
        name=known.name if known else key,
        most=most,
        source=shown_source(row.source) if row else (shown_source(known.source) if known else None),
        lines=tuple(shown),
    )


def _of_protocol(protocol: Protocol | None, formulary: Formulary) -> tuple[SiteRow, ...]:
    """Return what the protocol gives to each muscle and side."""
    return tuple(
        SiteRow(
            row.muscle,
            side,
            row.sites_per_side if row.sites_per_side is not None else row.sites,
            row.units_per_site,
        )
        for row in (protocol.muscles if protocol else ())
        for side in (("left", "right") if formulary.muscle(row.muscle).is_paired else ("midline",))
    )


def place_words(place: str, formulary: Formulary) -> str:
    """Return "Temporalis, left"."""
    muscle, _colon, side = place.partition(":")
    known = formulary.muscles.get(muscle)
    return f"{known.name if known else muscle}, {Side(side).label.lower() if side in Side.values else side}"


def difference_words(found: Difference | None) -> str:
    """Say how a muscle and side differ: "+2 sites, +10 U"; empty where they do not."""
    parts = []
    if found and found.sites:
        words = ngettext("%(n)s site", "%(n)s sites", abs(found.sites))
        parts.append(words % {"n": signed(Decimal(found.sites))})
    if found and found.units:
        parts.append(f"{signed(found.units)}{NO_BREAK_SPACE}U")
    return ", ".join(parts)


def signed(value: Decimal) -> str:
    """Return a difference with its sign; empty for none."""
    if not value:
        return ""
    return f"+{show_number(value)}" if value > 0 else f"−{show_number(-value)}"  # noqa: RUF001 - a minus, not a hyphen


def sources_of(plan: Plan, formulary: Formulary) -> list[SourcedNumber]:
    """Return the catalogue's numbers that this plan leans on, each with its source."""
    product, condition = formulary.product(plan.product.key), formulary.condition(plan.condition.key)
    effect = condition.effect
    numbers = [
        SourcedNumber(
            _("Label status of %(product)s for %(condition)s")
            % {"product": product.name, "condition": condition.name.lower()},
            _("approved") if condition.status_of(product.key) == "approved" else _("off label"),
            shown_source(condition.status_source),
        ),
        SourcedNumber(
            _("Usual interval"),
            ngettext("%(n)s week", "%(n)s weeks", int(effect.default_interval_weeks))
            % {"n": show_number(effect.default_interval_weeks)},
            shown_source(effect.source),
        ),
        SourcedNumber(
            _("Effect usually lasts"),
            _("%(low)s to %(high)s weeks")
            % {"low": show_number(effect.duration_weeks[0]), "high": show_number(effect.duration_weeks[1])},
            shown_source(effect.source),
        ),
        SourcedNumber(
            _("Shortest interval, any product"),
            _("%(days)s days") % {"days": show_number(formulary.rules.interval.min_days.value)},
            shown_source(formulary.rules.interval.min_days.source),
        ),
    ]
    numbers += [
        SourcedNumber(
            limit_words(limit, condition.name), f"{show_number(limit.max_units)} U", shown_source(limit.source)
        )
        for limit in product.session_limits()
        if limit.covers((condition.key,)) and limit.max_units is not None
    ]
    if (ours := clinician_limit_of(product.key)) is not None:
        source = replace(CLINICIAN_SET, place=f"products/{product.key}#{CLINIC_LIMIT}")
        words = _("Session limit set by a clinician here")
        numbers.append(SourcedNumber(words, f"{show_number(ours.max_units)} U", shown_source(source)))
    if product.cumulative:
        over_time = f"{show_number(product.cumulative.value)} U"
        numbers.append(SourcedNumber(_("Limit over time"), over_time, shown_source(product.cumulative.source)))
        days = formulary.rules.cumulative.window_days
        numbers.append(
            SourcedNumber(
                _("The limit over time looks back"),
                _("%(n)s days") % {"n": show_number(days.value)},
                shown_source(days.source),
            )
        )
    return numbers


def limit_words(limit: Limit, condition: str) -> str:
    """Return whose session limit one is, and for what: the label's for the condition, or for any use."""
    whose = {
        "label": _("Session limit of the label"),
        "clinic": _("Session limit of this clinic"),
        "published trial": _("Session limit of the published trials"),
    }.get(limit.source.confidence, _("Session limit"))
    words = _("%(whose)s, for %(condition)s") if limit.conditions else _("%(whose)s, for any use")
    return words % {"whose": whose, "condition": condition.lower()}


def day_to_judge(plan: Plan, today: date, formulary: Formulary, asked: date | None = None) -> date:
    """Return the day a plan is judged for: the one asked for, else the earliest the interval permits from today on."""
    if asked is not None and asked >= today:
        return asked
    earliest = earliest_on(
        prior_sessions(plan.patient),
        product=plan.product.key,
        conditions=(plan.condition.key,),
        region=plan.location.label_region,
        rules=formulary.rules.interval,
    )
    return max(today, earliest) if earliest else today
