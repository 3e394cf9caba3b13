"""Changing a catalogue entry, as values: which numbers, what is wrong with one, whose source it has afterwards."""

from typing import Any

import pytest

from treatments.entries import NoSuchValue, held_values, owner_of, value_at
from treatments.entry_changes import (
    DILUTION_DIFFERS,
    EDITABLE,
    LOW_ABOVE_HIGH,
    NEEDED,
    NEGATIVE,
    NOT_A_NUMBER,
    NOTHING,
    SIDES_DIFFER,
    TOO_MUCH,
    WHOLE_NEEDED,
    Difference,
    differences,
    disagreements,
    numbers_of,
    read_number,
    with_changes,
)
from treatments.formulary import WHOLE, Formulary, shipped_document

WHY = "The clinic: lower for all of us"


def entry(kind: str, key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in shipped_document(kind)[kind] if row["id"] == key)
    return found


BOTOX = entry("products", "onabotulinumtoxinA")
MIGRAINE = entry("conditions", "chronic_migraine")
PREEMPT = entry("protocols", "preempt_chronic_migraine")
RULES = dict(shipped_document("rules"))
ENTRIES = [
    (f"{kind} {row.get('id', kind)}", row)
    for kind in sorted(EDITABLE)
    for row in ([shipped_document(kind)] if kind in WHOLE else shipped_document(kind)[kind])
]


@pytest.mark.parametrize("facts", [row for _, row in ENTRIES], ids=[name for name, _ in ENTRIES])
def test_what_stands_can_be_sent_again_and_changes_nothing(facts: dict[str, Any]) -> None:
    for number in numbers_of(facts):
        assert read_number(number, number.shown) == (number.value, "")
    assert with_changes(facts, {}, why=WHY) == facts
    assert disagreements(facts, facts) == {}


def test_limits_hours_dilutions_and_vial_sizes_of_a_product_may_be_changed() -> None:
    names = {number.name for number in numbers_of(BOTOX)}
    assert {
        "vial_units.value",
        "storage_reconstituted.value.max_hours",
        "dilution_table.1.diluent_ml",
        "usual_dilution_by_condition.0.diluent_ml",
        "max_cumulative.value.units",
        *(f"limits.{place}.max_units" for place in range(6)),
    } <= names


def test_every_number_of_the_rules_may_be_changed() -> None:
    names = {number.name for number in numbers_of(RULES)}
    assert {"rules.0.min_days.value", "effect_window.p_lost.value", "check_in.weeks", "rules.6.units.1"} <= names


def test_what_the_label_says_word_for_word_is_not_changed_here() -> None:
    assert not any(number.group == "approved_adult_indications_us" for number in numbers_of(BOTOX))


@pytest.mark.parametrize(
    ("facts", "path", "typed", "read"),
    [
        (BOTOX, "limits.5.max_units", "360", (360, "")),
        (BOTOX, "limits.5.max_units", "360.5", (360.5, "")),
        (BOTOX, "limits.5.max_units", " 360 ", (360, "")),
        (BOTOX, "limits.5.max_units", "-1", (None, NEGATIVE)),
        (BOTOX, "limits.5.max_units", "0", (None, NOTHING)),
        (BOTOX, "limits.5.max_units", "", (None, NEEDED)),
        (BOTOX, "limits.5.max_units", "four hundred", (None, NOT_A_NUMBER)),
        (BOTOX, "limits.5.max_units", "4e2", (None, NOT_A_NUMBER)),
        (BOTOX, "limits.5.max_units", "NaN", (None, NOT_A_NUMBER)),
        (BOTOX, "limits.5.max_units", "४००", (None, NOT_A_NUMBER)),
        (BOTOX, "limits.5.max_units", "100001", (None, TOO_MUCH)),
        (BOTOX, "storage_reconstituted.value.max_hours", "24.5", (None, WHOLE_NEEDED)),
        (BOTOX, "storage_reconstituted.value.max_hours", "99999", (None, TOO_MUCH)),
        (MIGRAINE, "effect_window.duration_weeks_range.1", "261", (None, TOO_MUCH)),
        (RULES, "effect_window.clamp_high_of_default.value", "99", (None, TOO_MUCH)),
        (RULES, "rules.1.calendar_months_shown.value", "99999", (None, TOO_MUCH)),
        (BOTOX, "storage_unopened.value.min_c", "-5", (-5, "")),
        (BOTOX, "vial_units.value", "200, 100", ([100, 200], "")),
        (BOTOX, "vial_units.value", "200, many", (None, NOT_A_NUMBER)),
        (BOTOX, "vial_units.value", "", (None, NEEDED)),
        (RULES, "effect_window.p_lost.value", "0.6", ("0.6", "")),
    ],
)
def test_number_is_read_or_refused_in_a_sentence(
    facts: dict[str, Any], path: str, typed: str, read: tuple[Any, str]
) -> None:
    number = next(one for one in numbers_of(facts) if one.name == path)
    assert read_number(number, typed) == read


@pytest.mark.parametrize(
    ("facts", "changes", "found"),
    [
        (
            MIGRAINE,
            {"effect_window.duration_weeks_range.0": 14},
            {"effect_window.duration_weeks_range.1": LOW_ABOVE_HIGH},
        ),
        (BOTOX, {"storage_unopened.value.min_c": 9}, {"storage_unopened.value.max_c": LOW_ABOVE_HIGH}),
        (BOTOX, {"dilution_table.2.diluent_ml": 4}, {"dilution_table.2.units_per_0_1_ml": DILUTION_DIFFERS}),
        (BOTOX, {"dilution_table.2.diluent_ml": 4, "dilution_table.2.units_per_0_1_ml": 2.5}, {}),
        (PREEMPT, {"muscles.0.sites_total": 3}, {"muscles.0.sites_total": SIDES_DIFFER}),
    ],
)
def test_entry_that_contradicts_itself_is_found(
    facts: dict[str, Any], changes: dict[str, Any], found: dict[str, str]
) -> None:
    assert disagreements(with_changes(facts, changes, why=WHY), facts) == found


def test_changed_value_says_that_the_clinic_set_it_and_waits_for_a_confirmation() -> None:
    limit = with_changes(BOTOX, {"limits.5.max_units": 360}, why=WHY)["limits"][5]
    assert (limit["max_units"], limit["source"], limit["confidence"], limit["checked"]) == (
        360,
        WHY,
        "clinic",
        "unverified",
    )
    assert limit["before_the_clinic"] == BOTOX["limits"][5]["source"]
    assert BOTOX["limits"][5]["confidence"] == "label"


def test_value_without_a_source_of_its_own_marks_the_rule_around_it() -> None:
    changed = with_changes(RULES, {"rules.5.tolerance_units.value": "0.4"}, why=WHY)
    assert (changed["rules"][5]["source"], changed["rules"][4]) == (WHY, RULES["rules"][4])


def test_figure_of_the_house_needs_no_confirmation() -> None:
    house = dict(shipped_document("house"))
    stock = with_changes(house, {"stock.few_vials.value": 5}, why=WHY)["stock"]["few_vials"]
    assert (stock["value"], stock["source"], stock["confidence"], stock.get("checked")) == (5, WHY, "clinic", None)


def test_protocol_counts_its_totals_anew() -> None:
    """PREEMPT with 6 U at each of eight temporalis sites: 8 U more than its 155."""
    changed = with_changes(PREEMPT, {"muscles.3.units_per_site": 6}, why=WHY)
    assert changed["muscles"][3]["units_total"] == 48
    assert changed["fixed"] == {"sites": 31, "units": 163}


def test_difference_names_the_value_in_words() -> None:
    changed = with_changes(BOTOX, {"limits.4.max_units": 180}, why=WHY)
    assert differences(BOTOX, changed) == (
        Difference("limits.4.max_units", "limits, session total · chronic migraine, max units", "195", "180"),
    )


def test_every_changed_entry_can_still_be_read_by_the_rules() -> None:
    for kind in sorted(EDITABLE - WHOLE):
        document = shipped_document(kind)
        changed = [
            with_changes(
                row,
                {
                    one.name: one.value if one.is_list else str(one.value) if isinstance(one.value, str) else 7
                    for one in numbers_of(row)
                },
                why=WHY,
            )
            for row in document[kind]
        ]
        Formulary.from_data({kind: {**document, kind: changed}})


def test_value_belongs_to_the_nearest_object_with_a_source() -> None:
    assert owner_of(BOTOX, ("storage_reconstituted", "value", "max_hours")) == ("storage_reconstituted",)
    assert owner_of(BOTOX, ("min_age_adult_rule",)) == ()


def test_held_value_keeps_its_own_lines_only() -> None:
    volume = next(held for held in held_values(RULES) if held.path == "rules.5")
    assert (volume.lines[-3:-1], volume.is_open) == ((("tolerance units", "0.5"), ("tolerance percent", "2")), True)


def test_nothing_stands_at_a_path_of_another_entry() -> None:
    with pytest.raises(NoSuchValue):
        value_at(BOTOX, "limits.99.max_units")
