"""Verdicts in their order, and findings as a person reads them."""

from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from treatments.findings import APART, LADDER, Finding, Level, Source, Wording, of_rule, worst
from treatments.formulary import shipped_document


def found(level: Level, rule: str = "R01", **values: object) -> Finding:
    return Finding(
        rule=rule,
        level=level,
        wording=Wording(f"{rule}.x", "{n} units on {day}", "Since {at}."),
        source=Source("label"),
        values={"n": Decimal("1000.50"), "day": date(2027, 3, 5), "at": datetime(2027, 3, 5, 9, 5), **values},  # type: ignore[dict-item]  # noqa: DTZ001 - shown as given
    )


def test_the_ladder_is_that_of_rules_json() -> None:
    rules = shipped_document("rules")
    assert [level.value for level in LADDER] == rules["verdict_order"]
    assert [level.value for level in APART] == rules["apart"]
    assert all(low.rank < high.rank for low, high in pairwise(LADDER))


def test_the_worst_finding_drives() -> None:
    assert worst([]) is Level.OK
    assert worst([found(level) for level in LADDER]) is Level.BLOCK
    assert worst([found(Level.OK), found(Level.WARN), found(Level.OK_WITH_NOTE)]) is Level.WARN
    assert worst([found(Level.BLOCK), found(Level.SAME_DAY), found(Level.URGENT)]) is Level.URGENT


def test_a_finding_reads_as_sentences() -> None:
    assert found(Level.OK).text == "1,000.5 units on 5 Mar 2027. Since 5 Mar 2027 09:05."


def test_a_source_says_when_it_is_unverified() -> None:
    assert Source("x", "unverified", "one_source").is_unverified
    assert Source("x", "label", "unverified").is_unverified
    assert not Source("x", "label", "two_sources").is_unverified


def test_of_rule_keeps_one_rules_findings() -> None:
    one, other = found(Level.OK), found(Level.WARN, "R02")
    assert of_rule([one, other], "R02") == (other,)
