"""Two hundred patients' year, played and checked: each letter owed went once in its window, or there is a reason."""

import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tests.year.checker.check import check
from tests.year.checker.telling import story
from tests.year.run import play

PATIENTS = int(os.environ.get("YEAR_PATIENTS", "200"))
SEED = int(os.environ.get("YEAR_SEED", "1"))
TOLD_AT_MOST = 3


@pytest.fixture(autouse=True)
def _in_silence() -> None:
    logging.getLogger("clinic").setLevel(logging.ERROR)
    logging.getLogger("django.request").setLevel(logging.ERROR)


@pytest.mark.django_db(transaction=True)
def test_each_letter_of_a_year_goes_once_in_its_window_or_has_its_reason(settings: Settings, tmp_path: Path) -> None:
    """The seed is printed; a patient of whom something is found is told in full."""
    events = play(tmp_path, settings, patients=PATIENTS, seed=SEED)
    report, year = check(tmp_path)
    print(f"\nSeed {SEED}: {events}\n{report.table()}")  # noqa: T201 - the outcome, shown where the test fails
    told = sorted({one.who for one in report.findings if one.who >= 0})[:TOLD_AT_MOST]
    assert not report.findings, "\n".join([*map(str, report.findings), *(story(year, who) for who in told)])
    assert report.sent["follow_up_due"] > PATIENTS / 20
    assert len(report.explained) >= 8


def what_happened(folder: Path) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


@pytest.mark.django_db(transaction=True)
def test_the_same_seed_is_the_same_year(settings: Settings, tmp_path: Path) -> None:
    from tests import database

    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
        play(folder, settings, patients=5, seed=SEED, days=40, late=0.1)
        database.remake()
    first, second = (what_happened(folder) for folder in folders)
    assert first == second
    assert len(first) > 50
