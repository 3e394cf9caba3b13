"""The catalogue decides: change any value of rules.json or limit of products.json, and an answer changes.

Each value is changed by itself; the answers of a spread of treatments, estimates and dates are then compared with those
of the shipped catalogue. What no rule uses is listed here by name.
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache, partial
from typing import Any

import pytest

from tests.treatments.made import ABO, ALL_CLEARED, DAY, INCO, MADE_AT, ONA, SCM, lot, preparation, session, site, vial
from treatments.assessment import assess_plan, assess_session
from treatments.billing import billing_text
from treatments.dilution import hours_allowed
from treatments.effect import Cycle, CycleEnd, EndStatus, ScoreAt, booking, check_ins, estimate
from treatments.entries import held_values
from treatments.entry_changes import numbers_of
from treatments.facts import Birth, Flag, PriorSession, SessionFacts
from treatments.formulary import Formulary, shipped_document
from treatments.intervals import Interval
from treatments.watching import shortening

Path = tuple[str | int, ...]
Question = Callable[[Formulary], list[str]]

DISPLAYED_ONLY = {
    "products 2 limits 0": "the muscle ranges of one label: shown beside the plan, no rule compares with them",
}
REPEATED = "a session's limit over again, without a window: shown on the product's page"
SHOWN_ONLY = {
    "max_cumulative": REPEATED,
    "retreatment_min_weeks": "the label's words on coming again: R01 judges by its own days",
    "usual_dilution_by_condition": "ranges of dilutions to read: what is made up is typed",
    "min_age_adult_rule": "the age of R18, told again on the product's page",
}
"""Limits of products.json that no rule compares with, by their part: each is shown, with its reason."""
WORDS = {"schema", "note", "id", "name", "source", "confidence", "checked", "text", "rule", "lifts", "unit", "bounds"}
WORDS |= {"note_when", "region_from", "same_day", "partial_birth_date", "rounding", "inclusive", "week_1", "until"}
WORDS |= {"kind", "muscle", "scope", "suggestions", "suggestions_by_condition"}
WALKED = ("rules", "effect_window", "check_in", "shortening_watch")
SENTENCES = {
    "schema": "names the form of the file",
    "note": "what the file is",
    "verdict_order": "the order of the words: `findings.Level` has it",
    "apart": "the words outside that order",
    "counting": "sentences on what counts: tests of intervals, dosing and elsewhere hold each",
}
"""Parts of rules.json that hold no value to change, each with what it is."""


def leaves(node: object, path: Path = ()) -> Iterator[Path]:
    """Every value below a node, apart from words."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in WORDS:
                yield from leaves(value, (*path, key))
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from leaves(value, (*path, place))
    elif node is not None:
        yield path


def rule_values() -> list[Path]:
    """Every parameter of rules.json."""
    document = shipped_document("rules")
    return [path for path in leaves(document) if path[0] in WALKED]


def product_limits() -> list[Path]:
    """Every limit of products.json, with the hours of a made-up vial, its storage and its billing unit."""
    products = shipped_document("products")["products"]
    found: list[Path] = []
    for place, product in enumerate(products):
        found += [
            path
            for path in leaves(product["limits"], ("products", place, "limits"))
            if path[-1] in ("max_units", "max_ml") or "rows" in path
        ]
        found += [("products", place, "storage_reconstituted", "value", "max_hours")]
        if product["max_cumulative"]["value"].get("window"):
            found += [("products", place, "max_cumulative", "value", "units")]
        if product["storage_unopened"]["value"].get("room_temperature_ok"):
            found += [("products", place, "storage_unopened", "value", key) for key in ("min_c", "max_c")]
        if product["hcpcs"]["value"]["units_per_billing_unit"]:
            found += [("products", place, "hcpcs", "value", "units_per_billing_unit")]
    return found


def changed(document: Any, path: Path) -> Any:
    """A copy in which one value is another of its kind."""
    fresh = copy.deepcopy(dict(document))
    node: Any = fresh
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = other(node[path[-1]])
    return fresh


def other(value: object) -> object:
    """Another value of the same kind."""
    if isinstance(value, int | float):
        return value + 1
    text = str(value)
    if text.replace(".", "").isdigit():
        return str(Decimal(text) + Decimal("0.25"))
    return {"override": "warn", "block": "override"}.get(text.split(",", maxsplit=1)[0], "another")


def treatments(product: str, condition: str) -> Iterator[SessionFacts]:
    """Sessions that meet the limits of a product in a condition: large, early, young, warm, late, mixed."""
    neck = tuple(
        site(muscle, side, "60", ref=f"{muscle}{side}", volume_ml=Decimal("1.01"))
        for muscle in (SCM, "cervical_paraspinal", "trapezius_upper", "longus_colli", "platysma")
        for side in ("left", "right")
    )
    warm = lot(had_excursion=True, excursion_low_c=Decimal(-20), excursion_high_c=Decimal(25))
    base = replace(
        session(),
        product=product,
        conditions=(condition,),
        sites=neck,
        prior=(PriorSession(on=DAY - timedelta(days=70), product=product, units=Decimal(300)),),
        vials=(vial(lot=warm),),
        preparations=(preparation(used_at=MADE_AT + timedelta(hours=30)),),
    )
    yield base
    yield replace(base, region="EU", birth=Birth(), infection={}, sites=(site(SCM, "left", "501"), site(SCM, "right")))
    for age in (2, 12, 16):
        yield replace(base, birth=Birth(DAY.year - age, DAY.month, DAY.day), sites=())


def migraine_treatments() -> Iterator[SessionFacts]:
    """Sessions that meet the rules of their own: each neck muscle, volumes at the tolerances, a young patient."""
    base = replace(session(), prior=())
    for muscle in shipped_neck():
        alone = (site(muscle, "left", "6", volume_ml=Decimal("0.12")),)
        yield replace(base, sites=alone, flags={**ALL_CLEARED, "s05_dysphagia": Flag.STANDS})
    for units, volume in (("5.6", "0.1"), ("100", "1.95"), ("102.1", "2")):
        yield replace(base, sites=(site("temporalis", "left", units, volume_ml=Decimal(volume)),))
    yield replace(base, birth=Birth(DAY.year - 18, DAY.month, DAY.day))


def shipped_neck() -> list[str]:
    """The neck muscles of R19."""
    rule = next(item for item in shipped_document("rules")["rules"] if item["id"] == "R19")
    return [*rule["override_muscles"], *rule["warn_muscles"]]


def pairs() -> list[tuple[str, str]]:
    """Each product in each condition that a limit of it names, and a few more."""
    found = {
        (product.key, condition)
        for product in Formulary.from_files().products.values()
        for limit in product.limits
        for condition in limit.conditions or ("cervical_dystonia",)
    } | {(ONA, "chronic_migraine"), (INCO, "chronic_sialorrhea"), (ABO, "chronic_sialorrhea"), (INCO, "blepharospasm")}
    return sorted(found | {("indian_bonta_stunnox", "chronic_migraine"), (ABO, "chronic_migraine")})


@cache
def questions() -> tuple[tuple[str, Question], ...]:
    """All that the rules are asked, each with the product it is about; what is soonest answered comes first."""
    asked: list[tuple[str, Question]] = [("", windows), ("", small)]
    asked += [("", partial(judged, facts)) for facts in migraine_treatments()]
    for product, condition in pairs():
        asked += [(product, partial(judged, facts)) for facts in treatments(product, condition)]
    return tuple(asked)


def judged(facts: SessionFacts, formulary: Formulary) -> list[str]:
    """What the rules say about a session."""
    return [f"{found.key} {found.level.value} {found.text}" for found in assess_session(facts, formulary)]


def small(formulary: Formulary) -> list[str]:
    """What they say about plans of too many and too few sites, made-up vials and bills."""
    preempt = assess_plan(replace(session(), sites=(*session().sites, *session().sites[:9])), formulary)
    said = [found.text for found in (*preempt, *assess_plan(replace(session(), sites=session().sites[:9]), formulary))]
    for known in formulary.products.values():
        said.append(str(hours_allowed(known, formulary.rules.volume).value))
        if known.billing_unit:
            said.append(billing_text(Decimal(9999), Decimal(0), known.billing_unit.value))
    said.append(str(hours_allowed(None, formulary.rules.volume).value))
    return said


def windows(formulary: Formulary) -> list[str]:
    """Estimates and the dates that follow: short and long ends, doses near and far."""
    said = []
    scores = tuple(
        ScoreAt(Decimal(week), Decimal(value)) for week, value in ((4, 10), (8, 9), (9, 8), (10, 13), (12, 18))
    )
    for ends in ((8,), (39,), (56,), (400,), (76, 76), (80, 80), (80, 70, 60, 50), (None,), (None, None)):
        cycles = [
            Cycle(
                on=DAY + timedelta(weeks=12 * place),
                product=ONA,
                muscles=frozenset(),
                units=Decimal(155 + 40 * place * (len(ends) == 2)),
                baseline=Decimal(22),
                scores=scores,
                reported_day=end,
            )
            for place, end in enumerate(ends)
        ]
        found = estimate(
            cycles,
            default_weeks=Decimal(12),
            instrument=formulary.instrument("headache_days"),
            rules=formulary.rules.effect,
        )
        said += [
            str(found),
            str(
                booking(
                    DAY,
                    interval=Interval(12, "weeks"),
                    min_days=formulary.rules.interval.min_days.value,
                    window=found,
                    rules=formulary.rules.effect,
                )
            ),
        ]
        ended = [CycleEnd(EndStatus.REPORTED, Fraction(end or 0, 7)) for end in ends]
        said.append(str(shortening(cycles, ended, formulary.rules.shortening)))
    said.append(str(check_ins(DAY, until=DAY + timedelta(weeks=20), rules=formulary.rules.check_in)))
    return said


@cache
def shipped_answer(place: int) -> list[str]:
    """What the shipped catalogue says to one question."""
    _product, question = questions()[place]
    return question(Formulary.from_files())


def is_silent(formulary: Formulary, product: str = "") -> bool:
    """Whether each question has the shipped answer; those about one product may be asked first."""
    asked = sorted(enumerate(questions()), key=lambda one: one[1][0] != product)
    return all(question(formulary) == shipped_answer(place) for place, (_product, question) in asked)


def name(path: Path) -> str:
    return " ".join(str(key) for key in path)


@pytest.mark.parametrize("path", rule_values(), ids=name)
def test_each_value_of_rules_json_changes_an_answer(path: Path) -> None:
    own = Formulary.from_data({"rules": changed(shipped_document("rules"), path)})
    assert not is_silent(own)


@pytest.mark.parametrize("path", product_limits(), ids=name)
def test_each_limit_of_products_json_changes_an_answer(path: Path) -> None:
    own = Formulary.from_data({"products": changed(shipped_document("products"), path)})
    product = shipped_document("products")["products"][path[1]]["id"]
    assert is_silent(own, product) == any(name(path).startswith(prefix) for prefix in DISPLAYED_ONLY)


def shown_limits() -> list[Path]:
    """Every number of a part that is only shown, of every product."""
    return [
        ("products", place, *number.path)
        for place, product in enumerate(shipped_document("products")["products"])
        for number in numbers_of(product)
        if number.group in SHOWN_ONLY and ("products", place, *number.path) not in product_limits()
    ]


def test_what_is_only_shown_stands_on_the_products_page() -> None:
    """Changed, each says something else there."""
    for path in shown_limits():
        products = shipped_document("products")["products"]
        own = changed(shipped_document("products"), path)["products"]
        before = [held.lines for held in held_values(products[int(path[1])])]
        assert [held.lines for held in held_values(own[int(path[1])])] != before, name(path)


def test_every_part_of_rules_json_is_changed_or_named_here() -> None:
    assert set(shipped_document("rules")) == {*WALKED, *SENTENCES}
    assert all(isinstance(shipped_document("rules")[part], str | list | dict) for part in SENTENCES)


def test_no_number_of_the_rules_hides_under_a_word() -> None:
    """What `leaves` passes over holds words only, but for flags and the ages and units named elsewhere."""

    def hidden(node: object, path: Path = (), *, is_word: bool = False) -> Iterator[Path]:
        if isinstance(node, dict):
            for key, value in node.items():
                yield from hidden(value, (*path, key), is_word=is_word or key in WORDS)
        elif isinstance(node, list):
            for place, value in enumerate(node):
                yield from hidden(value, (*path, place), is_word=is_word)
        elif is_word and isinstance(node, int | float) and not isinstance(node, bool):
            yield path

    assert list(hidden(shipped_document("rules"))) == []
    assert [
        path
        for place, product in enumerate(shipped_document("products")["products"])
        for path in hidden(product["limits"], ("products", place, "limits"))
    ] == []
