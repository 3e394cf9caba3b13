"""The 53 worked examples, and that a file of other examples is judged as honestly."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.treatments.made import FORMULARY
from treatments.examples import ExamplesUnreadable, evaluate, examples_of, summarise
from treatments.formulary import shipped_document

EXAMPLES = examples_of(shipped_document("safety_examples"))


def judge(given: Mapping[str, object]) -> tuple[str, str]:
    outcome = evaluate({"id": "X", "expected": "ok", "input": given}, FORMULARY)
    return outcome.got, outcome.verdicts


@pytest.mark.parametrize("example", EXAMPLES, ids=[str(example["id"]) for example in EXAMPLES])
def test_worked_example(example: Mapping[str, Any]) -> None:
    outcome = evaluate(example, FORMULARY)
    assert (outcome.got, outcome.problem) == (example["expected"], "")


def test_all_53_agree() -> None:
    summary = summarise([evaluate(example, FORMULARY) for example in EXAMPLES])
    assert str(summary) == "53 examples: 53 agree, 0 differ, 0 not built"


def test_every_rule_speaks_where_its_inputs_are_present() -> None:
    outcome = evaluate(next(example for example in EXAMPLES if example["id"] == "EX07"), FORMULARY)
    assert outcome.verdicts == "R01 override, R02 ok, R31 ok"


@pytest.mark.parametrize(
    ("given", "got"),
    [
        ({"product": "indian_bonta_stunnox", "session_units": 50}, "block"),
        ({"product": "abobotulinumtoxinA", "condition": "chronic_migraine", "session_units": 300}, "override"),
        ({"age": None, "condition": "chronic_migraine"}, "override"),
        ({"age": 2, "condition": "chronic_sialorrhea"}, "override"),
        ({"milk_allergy": None, "product": "abobotulinumtoxinA"}, "override"),
        ({"drug_class": "anticoagulant"}, "warn"),
        ({"drug_class": ["anticoagulant", "aminoglycoside"]}, "warn"),
        ({"drug_class": "statin"}, "ok"),
        ({"muscle": "procerus", "side": None}, "ok"),
        ({"infected_sites": ["temporalis:left"], "planned_sites": ["temporalis:right"]}, "ok"),
        ({"infected_sites": ["temporalis"], "planned_sites": ["temporalis:right"]}, "block"),
        ({"symptom": "face_swelling", "day": 0}, "urgent"),
        ({"product": "abobotulinumtoxinA", "units_given": 503}, "101"),
        ({"product": "abobotulinumtoxinA", "units_given": 500, "units_wasted": 0}, "100"),
        ({"vial_units": 100, "administered_from_vial": "99.5", "discarded": 0.5, "closed": True}, "ok"),
        ({"site_units_list": [0.1, 0.1, 0.1], "session_total": 0.3}, "ok"),
        ({"reconstituted_at": "2026-03-02T09:00:00", "used_at": "2026-03-03T09:00:01"}, "block"),
        ({"product": "onabotulinumtoxinA", "condition": "cervical_dystonia", "site_units_list": [50, 51]}, "override"),
        (
            {
                "product": "incobotulinumtoxinA",
                "condition": "cervical_dystonia",
                "region": "EU",
                "last_session": "2026-01-05",
                "planned": "2026-03-16",
            },
            "ok",
        ),
    ],
)
def test_an_example_of_other_values_is_judged_by_the_same_rules(given: dict[str, object], got: str) -> None:
    assert judge(given)[0] == got


def test_the_last_session_has_unknown_units_in_the_total() -> None:
    given = {"product": "onabotulinumtoxinA", "planned": "2026-02-16", "planned_units": 100}
    assert judge({**given, "last_session": "2026-01-05"})[1] == "R01 override, R02 override, R31 ok"
    assert judge({**given, "last_session": "2025-06-05"})[1] == "R01 ok, R02 ok, R31 ok"


def test_a_rule_that_is_not_built_is_said_to_be_so() -> None:
    outcome = evaluate({"id": "X", "rule": "R29", "expected": "ok", "input": {"opted_out": True}}, FORMULARY)
    assert (outcome.is_built, outcome.agrees) == (False, False)
    assert summarise([outcome]).not_built == 1


@pytest.mark.parametrize(
    "given",
    [
        {"planned": "2026-13-01", "last_session": "2026-01-05"},
        {"age": "many"},
        {"symptom": "sneezing"},
        {"product": "brandX", "session_units": 5},
        {"vial_units": 100, "diluent_ml": 0, "site_ml": 1, "site_units": 5},
        {"product": "indian_bonta_stunnox", "units_given": 5},
    ],
)
def test_an_example_that_cannot_be_read_differs_and_says_why(given: dict[str, object]) -> None:
    outcome = evaluate({"id": "X", "rule": "R01", "expected": "ok", "input": given}, FORMULARY)
    assert outcome.problem
    assert not outcome.agrees
    assert summarise([outcome]).differ == 1


@pytest.mark.parametrize(
    "document", [[], {}, {"examples": {}}, {"examples": [1]}, {"examples": [{"input": {}}]}, {"examples": [{}]}, None]
)
def test_a_document_without_examples_is_refused(document: object) -> None:
    with pytest.raises(ExamplesUnreadable):
        examples_of(document)
