"""What the demo plans: a protocol's fixed sites, or each muscle at the low end of its published range."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from treatments.formulary import Formulary, Question
from treatments.models import ProtocolVersion
from treatments.muscles import lay_out
from treatments.plan_sites import SiteDraft, protocol_site_drafts

PRODUCT = "onabotulinumtoxinA"
FIXED = {"chronic_migraine": "preempt_chronic_migraine"}
RANGES = {
    "cervical_dystonia": ("cervical_dystonia", "units_per_side"),
    "myofascial_pain_syndrome": ("myofascial_trigger_points", "units_per_point"),
}
MUSCLES_AT_MOST = 3
SIDES = ("left", "right")


def sites_for(condition: str, formulary: Formulary, protocols: Mapping[str, ProtocolVersion]) -> tuple[SiteDraft, ...]:
    """Return the sites of a demo plan of a condition, with their source in the catalogue."""
    if condition in FIXED:
        return protocol_site_drafts(formulary.protocol(FIXED[condition]), formulary)
    protocol, unit = RANGES[condition]
    facts: list[dict[str, Any]] = protocols[protocol].facts["per_muscle"]
    rows = [row for row in facts if f"{PRODUCT}_{unit}" in row][:MUSCLES_AT_MOST]
    sites = []
    for row in rows:
        low = Decimal(str(row[f"{PRODUCT}_{unit}"][0]))
        for side in SIDES if unit == "units_per_point" else SIDES[:1]:
            point = lay_out(1, row["muscle"], side, formulary)[0]
            sites.append(SiteDraft(row["muscle"], side, low, point))
    return tuple(sites)


def harmless_counts(question: Question) -> dict[str, str]:
    """Return counts of days that a question finds nothing in: enough for a diagnosis, too few for overuse."""
    enough = question.kind == "number_pair"
    return {name: f"{count + 3 if enough else max(Decimal(0), count - 6):f}" for name, count in question.thresholds}


def protocol_key(condition: str) -> str:
    """Return the protocol a demo plan of a condition started from."""
    return FIXED.get(condition) or RANGES[condition][0]
