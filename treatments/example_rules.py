"""How the keys of a worked example become the questions each rule is asked. Keys: safety_examples.json, "keys".

Pure. Each evaluator answers with the findings of its rule, or with none where the example lacks what the rule needs.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from treatments.billing import billing_text, billing_unit
from treatments.dilution import clock_finding, diluent_finding, volume_finding
from treatments.dosing import cumulative_finding, no_limit_finding, session_total_finding, sum_finding
from treatments.example_inputs import Evaluator, Given, conditions_of, day, has, number, prior_of, product_of, words
from treatments.example_patients import age, answers, consent, infection, medicines, neck_history, symptoms
from treatments.facts import Flag, Site, VialUse, last_day_of
from treatments.findings import Finding
from treatments.formulary import Formulary
from treatments.formulary.reading import as_number
from treatments.intervals import interval_finding
from treatments.muscles import side_finding
from treatments.site_dosing import PREEMPT, neck_findings, shape_finding, site_findings
from treatments.vials import balance_finding, expiry_finding, sharing_finding


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
            dysphagia=Flag.of(stands=given.get("dysphagia", False)),
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


def side(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R24: an absent side is not evaluated, a null one is."""
    if has(given, "muscle", "side"):
        yield side_finding(formulary.muscle(given["muscle"]), given["side"])


def sharing(given: Given, _formulary: Formulary) -> Iterable[Finding]:
    """R26."""
    if has(given, "vial_patients"):
        yield sharing_finding(words(given["vial_patients"]))


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
