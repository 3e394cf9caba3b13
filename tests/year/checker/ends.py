"""Where each patient waits at the end of the year: the database's follow-ups beside the checker's own account."""

from typing import Any

from tests.year.checker.findings import Report
from tests.year.checker.keys import Keys
from tests.year.checker.owed import Course, Patient
from tests.year.checker.reading import Year


def look_at_ends(patient: Patient, year: Year, keys: Keys, report: Report) -> None:
    """Note follow-ups that stand elsewhere than the log says."""
    ids = {session: public_id for public_id, session in keys.sessions.items()}
    rows = {row["session"]: row for row in year.follow_ups.values()}
    for course in patient.courses.values():
        if course.latest is None:
            continue
        row = rows.get(ids[course.number, course.latest.number])
        said = said_of(row)
        if said != owed_to(course):
            words = f"plan {course.number} should be {owed_to(course)}, is {said} ({row and row['reason']})"
            report.find("on the wrong list", patient.who, year.ticks[-1][0], words)


def said_of(row: dict[str, Any] | None) -> str:
    """Where the database has it."""
    if row is None:
        return "nowhere"
    return "booked" if row["state"] == "booked" else str(row["where"])


def owed_to(course: Course) -> str:
    """Where it belongs by the log."""
    if course.is_closed:
        return "closed"
    return "booked" if course.kept_by else course.on_list
