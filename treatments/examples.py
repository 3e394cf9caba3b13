"""One worked example of the shape of safety_examples.json, judged by the rules the pages use.

Pure. A rule whose inputs are absent is not evaluated; the example's verdict is the worst over those that are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from treatments.billing import NoBillingUnit
from treatments.example_rules import EVALUATORS, bill
from treatments.findings import Finding, worst
from treatments.formulary import Formulary, UnknownEntry
from treatments.redflags import UnknownSymptom


class ExamplesUnreadable(ValueError):
    """The document is not of the shape of safety_examples.json."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one example came to. `got` is empty where its rule is not built or its input cannot be read."""

    id: str
    rule: str
    expected: str
    got: str
    findings: tuple[Finding, ...]
    is_built: bool
    problem: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the rules say what was expected."""
        return self.is_built and not self.problem and self.got == self.expected

    @property
    def verdicts(self) -> str:
        """Each rule's own verdict: "R01 override, R02 ok"."""
        by_rule: dict[str, list[Finding]] = {}
        for finding in self.findings:
            by_rule.setdefault(finding.rule, []).append(finding)
        return ", ".join(f"{rule} {worst(found).value}" for rule, found in sorted(by_rule.items()))


def examples_of(document: object) -> list[Mapping[str, Any]]:
    """The examples of a document. Raises `ExamplesUnreadable`."""
    examples = document.get("examples") if isinstance(document, Mapping) else None
    if not isinstance(examples, list):
        raise ExamplesUnreadable('It has no list "examples".')
    for number, example in enumerate(examples, start=1):
        if not isinstance(example, Mapping) or not isinstance(example.get("input"), Mapping):
            raise ExamplesUnreadable(f'Example {number} has no object "input".')
        if "expected" not in example:
            raise ExamplesUnreadable(f'Example {number} has no "expected".')
    return examples


def evaluate(example: Mapping[str, Any], formulary: Formulary) -> Outcome:
    """Judge one example: every rule whose inputs are there, then the worst verdict, or the text of billing."""
    rule, expected = str(example.get("rule", "")), str(example["expected"])
    name = str(example.get("id", "?"))
    given: Mapping[str, Any] = example["input"]
    try:
        findings = tuple(found for evaluator in EVALUATORS for found in evaluator(given, formulary))
        text = bill(given, formulary)
    except KeyError as error:
        return Outcome(name, rule, expected, "", (), is_built=True, problem=f"{error.args[0]} is missing")
    except ArithmeticError:
        return Outcome(name, rule, expected, "", (), is_built=True, problem="its numbers cannot be computed with")
    except (ValueError, TypeError, UnknownEntry, UnknownSymptom, NoBillingUnit) as error:
        return Outcome(name, rule, expected, "", (), is_built=True, problem=f"cannot be judged: {error}")
    spoken = {finding.rule for finding in findings} | ({"R30"} if text else set())
    is_built = bool(spoken) and (not rule or rule in spoken)
    got = text or worst(findings).value
    return Outcome(name, rule, expected, got if is_built else "", findings, is_built=is_built)


@dataclass(frozen=True, slots=True)
class Summary:
    """How many examples agree, differ, or ask for a rule that is not built."""

    agree: int
    differ: int
    not_built: int

    def __str__(self) -> str:
        total = self.agree + self.differ + self.not_built
        return f"{total} examples: {self.agree} agree, {self.differ} differ, {self.not_built} not built"


def summarise(outcomes: list[Outcome]) -> Summary:
    """Count the outcomes."""
    agree = sum(outcome.agrees for outcome in outcomes)
    not_built = sum(not outcome.is_built for outcome in outcomes)
    return Summary(agree, len(outcomes) - agree - not_built, not_built)
