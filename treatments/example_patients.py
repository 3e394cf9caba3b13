"""The rules about the patient, asked of a worked example: R14 to R20, R27, R28. Pure."""

from collections.abc import Iterable
from decimal import Decimal

from treatments.example_inputs import Given, conditions_of, has, number, product_of, words
from treatments.facts import Flag, Site
from treatments.findings import Finding
from treatments.formulary import Formulary
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

ANSWERS = {
    "hypersensitivity": ("R14", (HYPERSENSITIVITY,)),
    "milk_allergy": ("R14", MILK),
    "pregnant": ("R16", PREGNANCY[:1]),
    "breastfeeding": ("R16", PREGNANCY[1:]),
    "neuromuscular": ("R17", (NEUROMUSCULAR,)),
}
"""Assessed answers by their key, with the rule and the questions they stand for."""


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


def consent(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R27."""
    product, conditions = product_of(given, formulary), conditions_of(given, formulary)
    if product and conditions and has(given, "offlabel_consent"):
        yield consent_finding(product, conditions, has_consent=given["offlabel_consent"] is True)


def symptoms(given: Given, formulary: Formulary) -> Iterable[Finding]:
    """R28."""
    return judge_symptoms(words(given.get("symptom")), formulary)
