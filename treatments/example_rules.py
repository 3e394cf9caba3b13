"""How the keys of a worked example become the questions each rule is asked. Keys: safety_examples.json, "keys".

Pure. Each evaluator answers with the findings of its rule, or with none where the example lacks what the rule needs.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from treatments.billing import billing_text, billing_unit
from treatments.dilution import clock_finding, diluent_finding, volume_finding
from treatments.dosing import cumulative_finding, no_limit_finding, session_total_finding, sum_finding
from treatments.facts import Flag, PriorSession, Site, VialUse, last_day_of
from treatments.findings import Finding
from treatments.formulary import Condition, Formulary, Product
from treatments.formulary.reading import as_number
from treatments.intervals import interval_finding
from treatments.muscles import side_finding
from treatments.redflags import judge_symptoms
from treatments.screening import (
    BREATHING,
    HYPERSENSITIVITY,
    MILK,
    NEUROMUSCULAR,
    PREGNANCY,
    SWALLOWING,
    age_finding,
    clear,
    consent_finding,
    drug_class_finding,
    flag_for,
    infection_findings,
    neck_history_findings,
    question_finding,
)
from treatments.site_dosing import PREEMPT, neck_findings, shape_finding, site_findings
from treatments.vials import balance_finding, expiry_finding, sharing_finding

Given = Mapping[str, Any]
Evaluator = Callable[[Given, Formulary], Iterable[Finding]]

ANSWERS = {
    "hypersensitivity": ("R14", (HYPERSENSITIVITY,)),
    "milk_allergy": ("R14", MILK),
    "pregnant": ("R16", PREGNANCY[:1]),
    "breastfeeding": ("R16", PREGNANCY[1:]),
    "neuromuscular": ("R17", (NEUROMUSCULAR,)),
}
"""Assessed answers by their key, with the rule and the questions they stand for."""


def number(given: Given, key: str) -> Decimal:
    """A number of the example."""
    return as_number(given[key], "input", key)


def has(given: Given, *keys: str) -> bool:
    """Whether the example has all of these keys."""
    return all(key in given for key in keys)


def day(text: str) -> date:
    """A date of the example."""
    return date.fromisoformat(text)


def words(value: object) -> tuple[str, ...]:
    """One word or a list of them."""
    if isinstance(value, str):
        return (value,)
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def conditions_of(given: Given, formulary: Formulary) -> list[Condition]:
    """The conditions treated, as far as the example names them."""
    return [formulary.condition(key) for key in words(given.get("condition"))]


def product_of(given: Given, formulary: Formulary) -> Product | None:
    """The product, if the example names one."""
    return formulary.product(given["product"]) if given.get("product") else None


def prior_of(given: Given) -> tuple[PriorSession, ...]:
    """The sessions before: those of the window, and the latest, whose units the example does not give."""
    prior = [
        PriorSession(
            on=day(item["date"]),
            product=item.get("product"),
            units=as_number(item["units"], "prior", "units") if item.get("units") is not None else None,
        )
        for item in given.get("prior") or ()
    ]
    if given.get("last_session"):
        product = given.get("last_product", given.get("product"))
        prior.append(PriorSession(on=day(given["last_session"]), product=product, units=None))
    return tuple(prior)


def interval(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R01."""
    if has(given, "planned") and (has(given, "last_session") or has(given, "prior")):
        yield interval_finding(
            day(given["planned"]),
            prior_of(given),
            product=given.get("product") or "",
            conditions=conditions_of(given, formulary),
            region=given.get("region") or "",
            rules=formulary.rules.interval,
        )


def cumulative(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R02, and R31 for the same dose."""
    product = product_of(given, formulary)
    if product and has(given, "planned", "planned_units") and (has(given, "prior") or has(given, "last_session")):
        yield cumulative_finding(
            product,
            words(given.get("condition")),
            on=day(given["planned"]),
            planned_units=number(given, "planned_units"),
            prior=prior_of(given),
            formulary=formulary,
        )


def one_site(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R03, for one needle entry or a list of them."""
    product = product_of(given, formulary)
    if product is None or not has(given, "condition"):
        return ()
    doses = [given["site_units"]] if has(given, "site_units") else list(given.get("site_units_list") or ())
    volume = number(given, "site_ml") if has(given, "site_ml") else None
    sites = [
        Site(
            ref=str(place),
            muscle=str(given.get("muscle") or ""),
            side=None,
            units=as_number(dose, "input", "site_units"),
            volume_ml=volume,
        )
        for place, dose in enumerate(doses, start=1)
    ]
    return site_findings(product, words(given["condition"]), sites, formulary=formulary) if sites else ()


def both_sides(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R04."""
    product = product_of(given, formulary)
    if (
        product
        and has(given, "right_units", "left_units")
        and given.get("muscle") == formulary.rules.sites.both_sides_muscle
    ):
        yield from neck_findings(
            product,
            right_units=number(given, "right_units"),
            left_units=number(given, "left_units"),
            dysphagia=Flag.of(stands=given.get("dysphagia")),
            formulary=formulary,
        )


def whole_session(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R05 and R31."""
    product = product_of(given, formulary)
    if product and (has(given, "session_units") or has(given, "planned_units")):
        conditions = words(given.get("condition"))
        if has(given, "session_units"):
            yield session_total_finding(product, conditions, number(given, "session_units"))
        yield no_limit_finding(product, conditions, rules=formulary.rules.no_limit)


def clock(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R06."""
    if has(given, "reconstituted_at", "used_at"):
        yield clock_finding(
            formulary.products.get(given.get("product") or ""),
            reconstituted_at=datetime.fromisoformat(given["reconstituted_at"]),
            used_at=datetime.fromisoformat(given["used_at"]),
            rules=formulary.rules.volume,
        )


def expiry(given: Given, _formulary: Formulary) -> Iterable[Finding]:
    """R07."""
    if not has(given, "used_on"):
        return
    if given.get("expiry_on"):
        yield expiry_finding(day(given["expiry_on"]), day(given["used_on"]))
    elif given.get("expiry_month"):
        first = day(f"{given['expiry_month']}-01")
        yield expiry_finding(last_day_of(first.year, first.month), day(given["used_on"]))


def diluent(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R08."""
    product = product_of(given, formulary)
    if product and has(given, "diluent"):
        yield diluent_finding(product, given["diluent"])


def site_sum(given: Given, _formulary: Formulary) -> Iterable[Finding]:
    """R09."""
    if has(given, "session_total", "site_units_list"):
        doses = [as_number(dose, "input", "site_units_list") for dose in given["site_units_list"]]
        yield sum_finding(number(given, "session_total"), doses)


def balance(given: Given, _formulary: Formulary) -> Iterable[Finding]:
    """R10, each vial by itself."""
    vials = list(given.get("vials") or ())
    if has(given, "vial_units", "administered_from_vial"):
        vials.append({**given, "administered": given["administered_from_vial"]})
    for place, vial in enumerate(vials, start=1):
        yield balance_finding(
            VialUse(
                ref=str(place),
                vial_units=number(vial, "vial_units"),
                given=number(vial, "administered"),
                wasted=number(vial, "discarded") if has(vial, "discarded") else Decimal(0),
                is_closed=bool(vial.get("closed", given.get("closed", False))),
            )
        )


def volume(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R11, for a needle entry or the whole session."""
    if has(given, "vial_units", "diluent_ml"):
        for what in ("site", "session"):
            if has(given, f"{what}_ml", f"{what}_units"):
                yield volume_finding(
                    made_units=number(given, "vial_units"),
                    made_ml=number(given, "diluent_ml"),
                    volume=number(given, f"{what}_ml"),
                    units=number(given, f"{what}_units"),
                    rules=formulary.rules.volume,
                )


def shape(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R12."""
    by_muscle = given.get("site_count_by_muscle")
    if given.get("protocol") == PREEMPT and (by_muscle is not None or has(given, "site_count")):
        counts = {key: int(count) for key, count in (by_muscle or {}).items()} if by_muscle is not None else None
        yield shape_finding(
            formulary.protocol(PREEMPT),
            sites=int(given["site_count"]) if has(given, "site_count") else sum((counts or {}).values()),
            units=number(given, "protocol_units") if has(given, "protocol_units") else None,
            by_muscle=counts,
            rules=formulary.rules.shape,
        )


def answers(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R14, R16, R17: the assessed answers the example gives."""
    product = str(given.get("product") or "")
    for key, (rule, questions) in ANSWERS.items():
        if key not in given:
            continue
        flags = {question: Flag.of(stands=given[key]) for question in questions}
        asked = [formulary.questions[question] for question in questions]
        about = [question for question in asked if question.is_about(product)]
        found = [question_finding(rule, item, flag_for(item, flags, formulary), product) for item in about]
        yield from [item for item in found if item] or [clear(rule, product, asked[0].source)]


def infection(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R15."""
    if has(given, "infected_sites", "planned_sites"):
        infected, planned = words(given["infected_sites"]), words(given["planned_sites"])
        flags = {place: Flag.of(stands=place in infected or place.split(":")[0] in infected) for place in planned}
        yield from infection_findings(planned, flags, formulary)


def age(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R18."""
    if "age" in given:
        years = None if given["age"] is None else int(number(given, "age"))
        yield age_finding(
            years,
            product=str(given.get("product") or ""),
            conditions=words(given.get("condition")),
            rules=formulary.rules.age,
        )


def neck_history(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R19, where the example names the product, the sites and the history."""
    product, places = product_of(given, formulary), words(given.get("planned_sites") or given.get("muscle"))
    if product and places and ("dysphagia" in given or "breathing" in given):
        flags = {
            SWALLOWING: Flag.of(stands=given.get("dysphagia", False)),
            BREATHING: Flag.of(stands=given.get("breathing", False)),
        }
        sites = [
            Site(ref=place, muscle=place.split(":")[0], side=place.partition(":")[2] or None, units=Decimal(1))
            for place in places
        ]
        yield from neck_history_findings(product, flags, sites, formulary)


def medicines(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R20 and R21, by the class of a current medicine."""
    for drug_class in words(given.get("drug_class")):
        found = drug_class_finding(drug_class, formulary)
        yield found or clear("R20", "", formulary.questions[NEUROMUSCULAR].source)


def side(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R24: an absent side is not evaluated, a null one is."""
    if has(given, "muscle", "side"):
        yield side_finding(formulary.muscle(given["muscle"]), given["side"])


def sharing(given: Given, _formulary: Formulary) -> Iterable[Finding]:
    """R26."""
    if has(given, "vial_patients"):
        yield sharing_finding(words(given["vial_patients"]))


def consent(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R27."""
    product, conditions = product_of(given, formulary), conditions_of(given, formulary)
    if product and conditions and has(given, "offlabel_consent"):
        yield consent_finding(product, conditions, has_consent=given["offlabel_consent"] is True)


def symptoms(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R28."""
    return judge_symptoms(words(given.get("symptom")), formulary)


def bill(given: Given, formulary: Formulary) -> str:
    """R30: the text of billing, empty where it is not asked for. Raises `NoBillingUnit`."""
    product = product_of(given, formulary)
    if not has(given, "units_given") or (product is None and not has(given, "billing_unit_size")):
        return ""
    if has(given, "billing_unit_size"):
        size = number(given, "billing_unit_size")
    else:
        size = billing_unit(formulary.product(given["product"])).value
    wasted = number(given, "units_wasted") if has(given, "units_wasted") else Decimal(0)
    return billing_text(number(given, "units_given"), wasted, size)


EVALUATORS: tuple[Evaluator, ...] = (
    interval,
    cumulative,
    one_site,
    both_sides,
    whole_session,
    clock,
    expiry,
    diluent,
    site_sum,
    balance,
    volume,
    shape,
    answers,
    infection,
    age,
    neck_history,
    medicines,
    side,
    sharing,
    consent,
    symptoms,
)
