"""Symptoms after an injection: R28."""

import pytest

from tests.treatments.made import FORMULARY
from treatments.findings import Level, worst
from treatments.redflags import UnknownSymptom, judge_symptoms


@pytest.mark.parametrize(
    ("symptom", "level"),
    [
        ("trouble_breathing", Level.URGENT),
        ("choking", Level.URGENT),
        ("cannot_swallow_saliva", Level.URGENT),
        ("hives", Level.URGENT),
        ("face_swelling", Level.URGENT),
        ("wheeze", Level.URGENT),
        ("mild_dysphagia", Level.SAME_DAY),
        ("slurred_speech", Level.SAME_DAY),
        ("hoarse_voice", Level.SAME_DAY),
        ("spreading_weakness", Level.SAME_DAY),
        ("drooping_lids_double_vision", Level.SAME_DAY),
        ("fever_hot_site", Level.SAME_DAY),
        ("cannot_pass_urine", Level.SAME_DAY),
    ],
)
def test_r28_a_symptom_and_how_fast_somebody_acts(symptom: str, level: Level) -> None:
    (found,) = judge_symptoms([symptom], FORMULARY)
    assert found.level is level


def test_r28_lists_the_urgent_first_and_each_once() -> None:
    found = judge_symptoms(["hoarse_voice", "choking", "hoarse_voice"], FORMULARY)
    assert [item.subject for item in found] == ["choking", "hoarse_voice"]
    assert found[0].text == "Choking or cannot swallow saliva. Emergency now."
    assert worst(found) is Level.URGENT


def test_r28_an_unknown_symptom_is_refused() -> None:
    with pytest.raises(UnknownSymptom, match="no symptom 'sneezing'"):
        judge_symptoms(["sneezing"], FORMULARY)
