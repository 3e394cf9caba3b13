"""What the screening rules say in a consultation, for every product at once: each finding with its products."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from treatments.assessment import assess_plan
from treatments.facts import Birth, Flag, PlanFacts, PriorSession
from treatments.findings import Finding, Level
from treatments.formulary import Formulary

NEEDS_A_CONDITION = frozenset({"R18", "R27"})
SCREENING = frozenset({"R01", "R14", "R15", "R16", "R17", "R18", "R19", "R20", "R21"})
UNANSWERED = ".unanswered"


@dataclass(frozen=True, slots=True)
class ForProducts:
    """One finding and the brands it is about; `products` is empty where it is about all of them."""

    finding: Finding
    products: tuple[str, ...]


def screening_findings(
    *,
    condition: str,
    region: str,
    on: date,
    birth: Birth,
    prior: tuple[PriorSession, ...],
    flags: Mapping[str, Flag],
    numbers: Mapping[str, Decimal],
    formulary: Formulary,
) -> tuple[ForProducts, ...]:
    """Return what R01, R14 to R21 and the questions of their own say, the gravest first; what is clear is left out.

    Without a condition, rules that depend on one are left out; questions nobody answered are not findings here, the
    page shows them as unanswered.
    """
    by_words: dict[tuple[str, Level], list[tuple[str, Finding]]] = defaultdict(list)
    for product in formulary.products.values():
        facts = PlanFacts(
            product=product.key,
            conditions=(condition or next(iter(formulary.conditions)),),
            region=region,
            on=on,
            birth=birth,
            prior=prior,
            sites=(),
            flags=flags,
            has_offlabel_consent=True,
            numbers=numbers,
        )
        for found in _spoken(assess_plan(facts, formulary), has_condition=bool(condition)):
            by_words[found.key, found.level].append((product.name, found))
    everyone = len(formulary.products)
    grouped = [
        ForProducts(found[0][1], () if len(found) == everyone else tuple(name for name, _ in found))
        for found in by_words.values()
    ]
    return tuple(sorted(grouped, key=lambda item: -item.finding.level.rank))


def _spoken(findings: Iterable[Finding], *, has_condition: bool) -> Iterable[Finding]:
    for found in findings:
        is_question = found.rule.startswith("S")
        if found.level is Level.OK or not (is_question or found.rule in SCREENING):
            continue
        if found.wording.code.endswith(UNANSWERED) or (
            not has_condition and (is_question or found.rule in NEEDS_A_CONDITION)
        ):
            continue
        yield found
