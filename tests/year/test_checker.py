"""The checker finds what is wrong by its name, and nothing in a year that is right; it shares no code with the app."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.year.checker.check import check
from tests.year.checker.telling import story
from tests.year.small_year import ADDRESS, SmallYear, a_right_year, at

CHECKER = Path(__file__).parent / "checker"
OURS = ("clinic", "patients", "treatments", "scheduling", "django")


def names(year: SmallYear, folder: Path) -> set[str]:
    return set(check(year.write(folder))[0].names)


def test_a_right_year_has_no_findings(tmp_path: Path) -> None:
    report, _year = check(a_right_year().write(tmp_path))
    assert report.findings == []
    assert dict(report.sent) == {"aftercare": 1, "check_in": 2, "follow_up_due": 3}
    assert dict(report.explained) == {"not_answered": 8}


def sent_twice(year: SmallYear) -> None:
    year.post.append(year.sent("follow_up_due 1"))


def never_sent(year: SmallYear) -> None:
    year.post.remove(year.sent("follow_up_due 2"))


def taken_back_for_no_reason(year: SmallYear) -> None:
    year.post.remove(year.sent("follow_up_due 2"))
    year.row("follow_up_due 2").update(state="withdrawn", reason="opted_out", where="call_list")


def dead_before(year: SmallYear) -> None:
    year.happens("2027-03-10", "died")


def a_day_early(year: SmallYear) -> None:
    year.sent("follow_up_due 1")["at"] = at("2027-03-15")


def a_day_late(year: SmallYear) -> None:
    year.sent("follow_up_due 1")["at"] = at("2027-03-17")


def at_night(year: SmallYear) -> None:
    year.sent("follow_up_due 1")["at"] = at("2027-03-16", "20:00")


def on_a_sunday(year: SmallYear) -> None:
    year.sent("follow_up_due 1")["at"] = at("2027-03-21")


def booked_before(year: SmallYear) -> None:
    visit: dict[str, Any] = {"visit": 1, "starts": at("2027-04-20", "06:30"), "by": "desk", "plan": 1, "id": "visit"}
    year.happens("2027-03-20", "visit_booked", **visit)


def stopped_before(year: SmallYear) -> None:
    year.happens("2027-03-20", "plan_stopped", plan=1)


def paused_before(year: SmallYear) -> None:
    year.happens("2027-03-20", "plan_paused", plan=1)


def opted_out_before(year: SmallYear) -> None:
    year.happens("2027-03-20", "opted_out")


def moved_house(year: SmallYear) -> None:
    year.happens("2027-03-20", "address", email=f"new.{ADDRESS}")


def speaks_gujarati(year: SmallYear) -> None:
    year.happens("2027-03-20", "language", language="gu")


def two_in_a_day(year: SmallYear) -> None:
    year.sent("follow_up_due 3")["at"] = at("2027-03-30", "14:00")


def on_no_list(year: SmallYear) -> None:
    year.happens("2027-04-05", "opted_out")
    year.post.remove(year.sent("follow_up_due 3"))
    year.row("follow_up_due 3").update(state="withdrawn", reason="opted_out", where="closed")


def no_promise(year: SmallYear) -> None:
    year.post.append({**year.sent("follow_up_due 3"), "id": "<nobody@clinic.example>"})


def kept_for_nobody(year: SmallYear) -> None:
    year.letters.remove(year.row("check_in 98"))


def nobody_calls(year: SmallYear) -> None:
    year.follow_up.update(where="letters", reason="")


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        (sent_twice, "twice"),
        (never_sent, "missing"),
        (taken_back_for_no_reason, "missing"),
        (dead_before, "to the dead"),
        (a_day_early, "early"),
        (a_day_late, "late"),
        (at_night, "sleeping_hours"),
        (on_a_sunday, "closed_day"),
        (booked_before, "although booked"),
        (stopped_before, "although plan_stopped"),
        (paused_before, "although plan_paused"),
        (opted_out_before, "opted_out"),
        (moved_house, "wrong address"),
        (speaks_gujarati, "wrong language"),
        (two_in_a_day, "one_letter_a_day"),
        (on_no_list, "nowhere"),
        (no_promise, "to nobody"),
        (kept_for_nobody, "forgotten"),
        (nobody_calls, "on the wrong list"),
    ],
)
def test_what_is_planted_is_found_by_its_name(spoil: Callable[[SmallYear], None], name: str, tmp_path: Path) -> None:
    year = a_right_year()
    spoil(year)
    assert name in names(year, tmp_path)


def test_a_story_tells_what_happened_and_what_went(tmp_path: Path) -> None:
    _report, year = check(a_right_year().write(tmp_path))
    told = story(year, 1)
    assert "Tue 2027-01-05 06:00 signed: plan 1, session 1, on 2027-01-05" in told
    assert "Tue 2027-03-16 03:40   went: follow_up_due step 1 edition 1 to p1@patients.example" in told


def imported(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def foreign(modules: set[str]) -> set[str]:
    tests_own = {name for name in modules if name.startswith("tests.") and not name.startswith("tests.year.checker.")}
    return tests_own | {name for name in modules if name.partition(".")[0] in OURS}


def test_checker_shares_no_code_with_the_app() -> None:
    assert foreign({name for file in CHECKER.glob("*.py") for name in imported(file.read_text())}) == set()
    assert foreign(imported("from scheduling.timing import steps\nfrom tests.year.world import DAYS")) == {
        "scheduling.timing",
        "tests.year.world",
    }
