"""The checker follows what is owed from one record to the other and back, and finds what is lost on the way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.year.checker.check import check
from tests.year.small_year import ADDRESS, SmallYear, a_right_year, at

OTHER = "p2@patients.example"
MERGED, PARTED = "2027-03-20", "2027-04-02"


def a_year_of_two(parted: str = "") -> SmallYear:
    """Who was treated in January was registered again in March; the second record goes on, for a while or for good."""
    year = a_right_year()
    person: dict[str, Any] = {"place": "Ahmedabad", "language": "en", "email": OTHER, "wants": True, "id": "survivor"}
    year.events.append({"at": at("2027-03-10", "06:00"), "what": "registered", "who": 2} | person)
    year.happens(MERGED, "merged", into=2, taken=[])
    if parted:
        year.events.append({"at": at(parted, "06:00"), "what": "parted", "who": 1, "from": 2})
    for row in year.letters:
        if at(MERGED) < row["ended_at"] < at(parted or "2028-01-01"):
            row["person_public_id"] = "survivor"
    for sent in year.post:
        if at(MERGED) < sent["at"] < at(parted or "2028-01-01"):
            sent["to"] = OTHER
    return year


@pytest.mark.parametrize("parted", ["", PARTED])
def test_what_is_owed_goes_to_who_goes_on_and_back(parted: str, tmp_path: Path) -> None:
    report, _year = check(a_year_of_two(parted).write(tmp_path))
    assert report.findings == []
    assert dict(report.sent) == {"aftercare": 1, "check_in": 2, "follow_up_due": 3}
    assert report.patients == 2
    assert report.passed_on == (10 if parted else 6), "letters 2 and 3 and four questions; then letter 3 and three"


def lost(year: SmallYear, step: str) -> None:
    year.post.remove(year.sent(f"follow_up_due {step}"))


def to_the_old_record(year: SmallYear, step: str) -> None:
    year.row(f"follow_up_due {step}")["person_public_id"] = "person"
    year.sent(f"follow_up_due {step}")["to"] = ADDRESS


def to_who_went_on(year: SmallYear, step: str) -> None:
    year.row(f"follow_up_due {step}")["person_public_id"] = "survivor"
    year.sent(f"follow_up_due {step}")["to"] = OTHER


@pytest.mark.parametrize(
    ("parted", "spoil", "step", "names"),
    [
        ("", lost, "2", {"missing"}),
        ("", lost, "3", {"missing"}),
        (PARTED, lost, "2", {"missing"}),
        (PARTED, lost, "3", {"missing"}),
        ("", to_the_old_record, "2", {"missing", "not owed"}),
        (PARTED, to_who_went_on, "3", {"missing", "not owed"}),
    ],
)
def test_what_a_merge_lost_is_found(
    parted: str, spoil: Callable[[SmallYear, str], None], step: str, names: set[str], tmp_path: Path
) -> None:
    year = a_year_of_two(parted)
    spoil(year, step)
    assert names <= set(check(year.write(tmp_path))[0].names)


def test_a_serious_event_of_the_old_record_holds_who_goes_on(tmp_path: Path) -> None:
    year = a_year_of_two()
    year.happens("2027-03-18", "serious")
    report, _year = check(year.write(tmp_path))
    assert "although serious_event" in report.names
