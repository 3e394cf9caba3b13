"""The checker finds what is wrong by its name, and nothing in a year that is right; it shares no code with the app."""

import ast
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.year.checker.check import check
from tests.year.checker.days import Place
from tests.year.checker.owed import CHECK_IN, Course, Owed, Patient, Session
from tests.year.checker.reasons import against
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


def kept_before_its_letter_could_go(year: SmallYear) -> None:
    """Booked by a link late in the evening for the next morning: the patient is there before the letter is."""
    visit: dict[str, Any] = {"visit": 1, "starts": at("2027-04-28", "03:30"), "by": "link", "plan": 1, "id": "visit"}
    year.happens("2027-04-27", "visit_booked", clock="20:10", **visit)
    year.happens("2027-04-28", "visit_kept", clock="03:20", visit=1)
    confirmation = {
        "public_id": "appointment_confirmed", "letter": "appointment_confirmed", "about_public_id": "visit",
        "state": "withdrawn", "reason": "visit_changed", "where": "closed", "edition": "0", "step": "",
        "due_at": at("2027-04-27", "20:10"), "person_public_id": "person", "ended_at": at("2027-04-28"),
    }  # fmt: skip
    year.letters.append(confirmation)


def owed_again_for_a_later_day(year: SmallYear) -> None:
    """It could not go when it was due, and is planned for another day by the end of the year."""
    year.happens("2027-04-05", "opted_out")
    year.post.remove(year.sent("follow_up_due 3"))
    later = at("2027-05-20", "03:30")
    year.row("follow_up_due 3").update(state="withdrawn", reason="visit_booked", where="closed", due_at=later)


@pytest.mark.parametrize(
    ("moment", "found"), [(at("2027-03-30", "14:00"), set()), (at("2027-03-31"), {"late"})], ids=["one", "three"]
)
def test_after_trouble_and_few_letters_one_goes_a_look_later_and_not_three(
    moment: str, found: set[str], tmp_path: Path
) -> None:
    """The server was busy on 8 March; since then one letter went, so the pace is still slow on the 30th."""
    year = a_right_year()
    next(row for row in year.events if row["at"] == at("2027-03-08"))["mail"] = "busy"
    year.sent("follow_up_due 2")["at"] = moment
    assert names(year, tmp_path) == found


@pytest.mark.parametrize("happen", [kept_before_its_letter_could_go, owed_again_for_a_later_day])
def test_what_only_looks_wrong_is_not_found(happen: Callable[[SmallYear], None], tmp_path: Path) -> None:
    year = a_right_year()
    happen(year)
    assert names(year, tmp_path) == set()


def of_two_plans() -> tuple[Patient, Owed, Owed]:
    """Treated for two conditions on two days; a question about each is due within three days."""
    place = Place(ZoneInfo("Asia/Kolkata"), time(9), time(20), frozenset({6}))
    patient = Patient(1, place, "en", ADDRESS, wants=True)
    for number, day in ((1, 1), (2, 20)):
        given_at = datetime(2027, 3, day, 6, tzinfo=UTC)
        course = Course(number, "myofascial_pain_syndrome", [12, "weeks"], Fraction(8))
        course.sessions.append(Session(1, given_at.date(), given_at, number))
        patient.courses[number] = course
    first = Owed(CHECK_IN, (1, 1, 21), datetime(2027, 3, 22, 3, 30, tzinfo=UTC))
    second = Owed(CHECK_IN, (2, 1, 2), datetime(2027, 3, 23, 3, 30, tzinfo=UTC))
    patient.owed = [first, second]
    return patient, first, second


def test_of_two_questions_either_may_go_and_not_the_other_too() -> None:
    patient, first, second = of_two_plans()
    for one in (first, second):
        found = against(patient, one, one.due)
        assert found
        assert (found.why, found.is_soft) == ("asked_already", True)
    patient.owed.remove(first)
    patient.courses[1].sessions[0].asked.append(first.due)
    found = against(patient, second, second.due)
    assert found
    assert (found.why, found.is_soft) == ("asked_already", False)


def test_a_question_put_off_to_the_days_of_another_is_asked_by_that() -> None:
    """Due on Monday 22 March; the other went on Friday 26: four days, or one where this waited until Thursday."""
    patient, first, second = of_two_plans()
    patient.owed.remove(second)
    patient.courses[2].sessions[0].asked.append(datetime(2027, 3, 26, 3, 40, tzinfo=UTC))
    assert against(patient, first, datetime(2027, 3, 27, 3, 40, tzinfo=UTC)) is None
    first.put_off = datetime(2027, 3, 25, 3, 30, tzinfo=UTC)
    found = against(patient, first, first.put_off)
    assert found
    assert (found.why, found.is_soft) == ("asked_already", False)


def test_toxin_of_a_session_entered_wrongly_is_in_the_patient() -> None:
    patient, _first, _second = of_two_plans()
    patient.courses[2].sessions[0].is_voided = True
    assert patient.last_toxin == date(2027, 3, 20)
    assert patient.courses[2].latest is None


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
