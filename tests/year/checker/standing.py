"""Where a follow-up stands and what it owes: opened, kept, held for the clinician, on the call list, closed."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tests.year.checker.owed import FOLLOW_UP, REMINDER, Course, Owed, Patient

SOON = timedelta(days=7)
A_DAY = timedelta(days=1)
UNREACHABLE = {"opted_out", "no_address", "address_suspended"}
IN_VAIN = {"no_answer", "day_has_passed"}


@dataclass
class Book:
    """One patient's follow-ups; `dropped` collects letters that an event made no longer owed."""

    patient: Patient
    dropped: list[Owed] = field(default_factory=list)
    policies: list[dict[str, Any]] = field(default_factory=list)
    """Changes that workers have yet to bring to what is owed."""

    def drop(self, kind: str, *start: object) -> None:
        """Owe these letters no more."""
        self.dropped += self.patient.drop(kind, *start)

    def open(self, course: Course, now: datetime) -> None:
        """Count from the latest session anew."""
        course.is_closed, course.closed_because, course.kept_by, course.opened_at = False, "", set(), now
        course.on_list, course.list_reason = "letters", ""
        course.dates = course.reckon(self.patient.last_toxin)
        if course.state in {"stopped", "completed"}:
            self.close(course, f"plan_{course.state}")
            return
        book_by = course.dates.book_by if course.dates else None
        if book_by and book_by < self.patient.place.day(now):
            course.on_list, course.list_reason = "call_list", "day_has_passed"
        self._carry(course, now)
        if not course.kept_by and not self.hold(course):
            self.patient.owe_steps(course, now)

    def _carry(self, course: Course, now: datetime) -> None:
        """Visits to come keep what is owed now: those of the plan before, else the first one that keeps nothing."""
        on, place = course.latest.on if course.latest else date.min, self.patient.place
        coming = [one for one in self.patient.visits.values() if one.starts > now and place.day(one.starts) != on]
        mine = [one for one in coming if one.plan == course.number]
        unkept = [one for one in coming if one.plan is None and not one.is_first]
        for visit in mine or sorted(unkept, key=lambda one: (one.starts, one.number))[:1]:
            visit.plan = course.number
            course.kept_by.add(visit.number)
            course.on_list, course.list_reason = "letters", ""

    def reopen(self, course: Course) -> None:
        """Take up again what a person ended: a visit was booked."""
        course.is_closed, course.closed_because = False, ""
        course.on_list, course.list_reason = "letters", ""
        course.dates = course.reckon(self.patient.last_toxin)

    def close(self, course: Course, because: str, now: datetime | None = None) -> None:
        """Owe nothing more from it."""
        if not course.is_closed:
            course.is_closed, course.closed_because, course.kept_by = True, because, set()
            course.on_list, course.list_reason, course.closed_at = "closed", because, now
            self.drop(FOLLOW_UP, course.number)

    def reason_to_hold(self, course: Course) -> str:
        """Why the clinician sees to it first; empty where nothing holds it."""
        if course.dates is None or course.dates.book_by is None:
            return "no_effect"
        if self.patient.serious:
            return "serious_event"
        return "plan_paused" if course.state == "paused" else ""

    def hold(self, course: Course) -> bool:
        """Put it on the clinician's list if it belongs there; say whether it does."""
        why = self.reason_to_hold(course)
        if why and not course.is_closed and not course.kept_by:
            course.on_list, course.list_reason = "clinician_list", why
            self.drop(FOLLOW_UP, course.number)
        return bool(why)

    def settle(self, course: Course, now: datetime) -> None:
        """Hold it, or let it go on where it was held or could not be written to."""
        if course.is_closed or course.kept_by or self.hold(course):
            return
        was = course.on_list
        if was == "clinician_list" or course.list_reason in UNREACHABLE:
            still = self.unreachable() if was == "call_list" else ""
            if still:
                course.list_reason = still
                return
            course.on_list, course.list_reason = "letters", ""
            self.owe_from_here(course, now)

    def unreachable(self) -> str:
        """Why no letter can reach the patient now."""
        if not self.patient.email:
            return "no_address"
        if self.patient.is_suspended:
            return "address_suspended"
        return "" if self.patient.wants else "opted_out"

    def recount(self, course: Course, now: datetime) -> None:
        """Work out the dates anew; letters not yet sent move with them."""
        before, course.dates = course.dates, course.reckon(self.patient.last_toxin)
        if course.is_closed or course.dates is None or course.kept_by:
            return
        if self.hold(course):
            return
        was = (before.book_by, before.reminder) if before else None
        has_moved = was != (course.dates.book_by, course.dates.reminder)
        if course.on_list == "clinician_list":
            self.settle(course, now)
        elif has_moved:
            self._move(course, now)
            book_by = course.dates.book_by
            if course.list_reason in IN_VAIN and book_by and book_by >= self.patient.place.day(now):
                course.on_list, course.list_reason = "letters", ""
                self.owe_from_here(course, now)

    def _move(self, course: Course, now: datetime) -> None:
        """Move what waits to the new days; what made up for missed steps is owed anew where there still are such."""
        before = [one for one in self.patient.owed if one.kind == FOLLOW_UP and one.key[0] == course.number]
        self.patient.owe_steps(course, now, is_recounted=True)
        if any("again" in str(one.key[2]) for one in before):
            self.owe_from_here(course, now, is_owed=True)
        left = {one.key for one in self.patient.owed if one.kind == FOLLOW_UP}
        self.dropped += [one for one in before if one.key not in left]

    def owe_from_here(self, course: Course, now: datetime, *, is_owed: bool = False) -> None:
        """After a while without: what is still to come, and one letter for what went by unless one goes soon anyhow."""
        if not is_owed:
            self.patient.owe_steps(course, now)
        session, place = course.latest, self.patient.place
        if session is None:
            return
        tomorrow = place.day(now) + A_DAY
        days = [place.open_from(day) for _step, day in self.patient.days_of(course)]
        gone = [day for day in days if session.on <= day < tomorrow]
        mine = [one for one in self.patient.owed if one.kind == FOLLOW_UP and one.key[:1] == (course.number,)]
        if gone and not any(one.due <= now + SOON for one in mine):
            self.patient.extras += 1
            due = place.morning(place.open_from(tomorrow))
            key = (course.number, session.number, f"again {self.patient.extras}")
            self.patient.owe(FOLLOW_UP, key, due, due + timedelta(days=60))
            call_after = timedelta(days=self.patient.schedule(course)[1])
            calls_from = date.min if course.calls_from == date.max else course.calls_from
            course.calls_from = max(calls_from, place.day(due) + call_after)

    def sweep(self, worked: datetime) -> None:
        """What workers do by themselves: who was written to in vain, and whose visit went by, is called."""
        today = self.patient.place.day(worked)
        while self.policies and self.policies[0]["at"] <= worked:
            self._replan(self.policies.pop(0), worked)
        for course in self.patient.courses.values():
            if course.is_closed:
                continue
            over = {number for number, ends in course.kept_until.items() if ends <= worked - A_DAY}
            if over and course.kept_by and course.kept_by <= over:
                course.kept_by, course.kept_until = set(), {}
                course.on_list, course.list_reason, course.calls_from = "call_list", "visit_gone_by", date.max
            elif not course.kept_by and course.on_list == "letters" and course.calls_from <= today:
                course.on_list, course.list_reason, course.calls_from = "call_list", "no_answer", date.max

    def _replan(self, change: dict[str, Any], now: datetime) -> None:
        """Bring what is owed and has not gone to a changed policy."""
        if change["what"] == "visit_policy":
            self._remind_anew(change["days"], now)
            return
        for course in self.patient.courses.values():
            waits = any(one.kind == FOLLOW_UP and one.key[0] == course.number for one in self.patient.owed)
            concerned = change["condition"] in {"", course.condition} and self.patient.schedule(course) == change["new"]
            if concerned and not course.is_closed and not course.kept_by and (waits or course.on_list == "letters"):
                before = [one for one in self.patient.owed if one.kind == FOLLOW_UP and one.key[0] == course.number]
                self.patient.owe_steps(course, now, is_replanned=True)
                left = {one.key for one in self.patient.owed if one.kind == FOLLOW_UP}
                self.dropped += [one for one in before if one.key not in left]

    def _remind_anew(self, days: tuple[int, ...], now: datetime) -> None:
        for visit in self.patient.visits.values():
            if not visit.is_first and visit.starts > now:
                gone = [one for one in self.patient.owed if one.kind == REMINDER and one.key[0] == visit.number]
                self.dropped += [one for one in gone if one.key[2] not in days]
                self.patient.owed = [one for one in self.patient.owed if one not in gone or one.key[2] in days]
                self.patient.owe_reminders(visit, now)
