"""No clinical number is written into the rules' code, its texts or a template: each stands once, in the catalogue."""

import ast
import re
from pathlib import Path

TREATMENTS = Path(__file__).parents[2] / "treatments"
TEMPLATES = TREATMENTS.parent / "templates" / "treatments"

ARITHMETIC: dict[str, dict[int | float | str, str]] = {
    "answering.py": {50: "longest word of an answer"},
    "answers.py": {400: "longest line of an answer", 31: "days of a month"},
    "catalogue_loading.py": {7243001: "the name of a lock"},
    "conditions.py": {100: "per cent"},
    "dilution.py": {3600: "seconds of an hour", 60: "of a minute, of an hour", 100: "per cent"},
    "document_subjects.py": {20: "lines of a list"},
    "effect.py": {"0.01": "steps of a week", 100: "per cent"},
    "elsewhere.py": {12: "months of a year", 31: "days of a month", 7: "letters of 2026-11", 4: "letters of 2026"},
    "entry_changes.py": {
        100000: "more than any value of the catalogue",
        8784: "hours of a year",
        1830: "days of five years",
        260: "weeks of five years",
        60: "months of five years",
        150: "years of an age",
        3: "times the default's weeks",
        12: "letters of a number",
        "0.01": "steps of a dilution",
        10: "tenths of a mL",
    },
    "escalation.py": {15: "minutes until the next person is told: the house's, issue 3"},
    "facts.py": {12: "months of a year"},
    "formulary_db.py": {4: "catalogues kept ready"},
    "gates.py": {10: "letters of a reason"},
    "intervals.py": {7: "days of a week", 12: "months of a year"},
    "keeping.py": {12: "noon"},
    "muscles.py": {
        400: "the drawings' sizes",
        500: "the drawings' sizes",
        1000: "the drawings' sizes",
        26: "between two marks",
        6: "marks of a ring",
        20: "clear of another mark",
        60: "rings tried",
        "0.00001": "steps of a place",
        "0.01": "the edge of a drawing",
        "0.5": "the middle of a drawing",
    },
    "own_scores.py": {60: "scores of a page", 12: "visits of a page"},
    "planning.py": {400: "longest source kept"},
    "products.py": {10: "tenths of a mL"},
    "quantities.py": {
        "0.01": "steps of a dose",
        3: "digits",
        "0.0001": "steps of a mL",
        "99999.99": "most that is stored",
    },
    "leaflets.py": {7_243_003: "the number of a lock"},
    "response.py": {100: "per cent"},
    "session_findings.py": {400: "longest source kept"},
    "stocking.py": {26: "letters of the alphabet"},
    "symptom_reports.py": {20: "reports of a page", 24: "reports of a day by link"},
}
"""Numbers in the rules' own modules that are no clinical value, each with what it is."""
NOT_RULES = {"plotting.py"}
"""Draws: its numbers are places on paper."""


def literals(source: str) -> set[int | float | str]:
    """The numbers a module is written with, beside nothing, one and two."""
    found: set[int | float | str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and node.value not in (0, 1, 2):
            found.add(node.value)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Decimal" and node.args:
            typed = getattr(node.args[0], "value", 0)
            found |= {typed} if isinstance(typed, str) else set()
    return found


def test_no_clinical_number_stands_in_the_rules_code() -> None:
    """The way back: every number in the modules that judge is in the list above, with what it is."""
    modules = [path for path in sorted(TREATMENTS.glob("*.py")) if path.name not in NOT_RULES]
    modules += sorted((TREATMENTS / "formulary").glob("*.py"))
    unknown = {path.name: literals(path.read_text()) - ARITHMETIC.get(path.name, {}).keys() for path in modules}
    assert {module: found for module, found in unknown.items() if found} == {}


UNIT_WORDS = re.compile(r"(?<![\w.:-])(\d+(?:\.\d+)?)\s*(U|units?|days?|weeks?|hours?|mL|%|months?|years?)(?![\w}])")
SAID_IN_TEMPLATES = {"0.1 mL": "what a concentration is told in", "30 days": "how far back the fridge log lists"}


def test_no_clinical_number_stands_in_a_template() -> None:
    said: dict[str, str] = {}
    for path in sorted(TEMPLATES.rglob("*.html")):
        words = re.sub(r"{% comment %}.*?{% endcomment %}|<[^>]*>", " ", path.read_text(), flags=re.DOTALL)
        for match in UNIT_WORDS.finditer(words):
            if match.group() not in SAID_IN_TEMPLATES:
                said[str(path.relative_to(TEMPLATES))] = match.group()
    assert said == {}


SAID_IN_CODE = {
    "entries.py": {"0.1 mL": "what a concentration is told in"},
    "entry_changes.py": {"0.1 mL": "what a concentration is told in"},
    "forms/check_in_scores.py": {"7 days": "what a week's count asks about"},
    "intervals.py": {"12 weeks": "how an interval is written", "3 months": "how an interval is written"},
    "models/stock.py": {"0.9%": "the name of saline"},
    "own_scores.py": {"4 weeks": "what a count of headache days asks about"},
    "views/session_made.py": {"0.1 mL": "what a concentration is told in"},
}


def words_of(source: str) -> set[str]:
    """Numbers with a unit in the texts of a module, not in what it says of itself."""
    tree = ast.parse(source)
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    )
    return {match.group() for text in texts for match in UNIT_WORDS.finditer(text)}


def test_no_clinical_number_stands_in_a_text_of_the_code() -> None:
    """Labels, findings and papers, of every module."""
    modules = [path for path in sorted(TREATMENTS.rglob("*.py")) if "migrations" not in path.parts]
    said = {str(path.relative_to(TREATMENTS)): words_of(path.read_text()) for path in modules}
    known = {module: set(words) for module, words in SAID_IN_CODE.items()}
    assert {module: found for module, found in said.items() if found} == known


def test_number_in_code_or_template_is_seen() -> None:
    """The control: the scans find what they look for."""
    assert words_of('"""84 days."""\nLABEL = _("in the last 12 weeks?")') == {"12 weeks"}
    assert literals("LIMIT = 400\nROOM = Decimal('84')") == {400, "84"}
    assert UNIT_WORDS.search("at least 84 days apart")
