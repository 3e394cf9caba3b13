"""Each event of the log, and what it does to what is owed."""

from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from tests.year.checker.owed import (
    ADVICE,
    ADVICE_USEFUL,
    AT_HOME,
    CHECK_IN,
    FOLLOW_UP,
    NUDGE,
    REMINDER,
    UNDO,
    Course,
    Patient,
    Session,
    Visit,
)
from tests.year.checker.standing import Book
from tests.year.checker.window import Dates

INTAKE = "intake_invitation"
CONFIRMED, MOVED, CANCELLED = "appointment_confirmed", "appointment_moved", "appointment_cancelled"
MINUTES = timedelta(minutes=30)


class Replay:
    """Applies events to a patient."""

    def __init__(self, patient: Patient) -> None:
        self.patient = patient
        self.book = Book(patient)

    def apply(self, event: dict[str, Any]) -> None:
        """Let one event happen."""
        getattr(self, event["what"], self.nothing)(event, event["at"])

    def nothing(self, event: dict[str, Any], now: datetime) -> None:
        """An event that owes nothing."""

    def closure(self, event: dict[str, Any], now: datetime) -> None:
        place = self.patient.place
        place.closures.add(event["on"])
        for owed in self.patient.owed:
            if owed.kind in {FOLLOW_UP, CHECK_IN} and place.day(owed.due) == event["on"] and owed.due > now:
                owed.due = place.morning(place.open_from(event["on"]))

    def policy(self, event: dict[str, Any], now: datetime) -> None:
        new = ([(number, days) for number, days in event["steps"]], event["call_after"])
        self.patient.schedules[event["condition"]] = new
        self.book.policies.append({**event, "new": new})

    def visit_policy(self, event: dict[str, Any], now: datetime) -> None:
        self.patient.reminded_before = tuple(event["days"])
        self.book.policies.append(event)

    def address(self, event: dict[str, Any], now: datetime) -> None:
        self.patient.email, self.patient.is_suspended = event["email"], False
        self._reachable(now)
        self.ask_for_the_form_again(now)

    def ask_for_the_form_again(self, now: datetime) -> None:
        """Owe the link to an open form once more: the patient has another address."""
        if self.patient.email and self.patient.has_open_form and (INTAKE, (self.patient.invited,)) in self.patient.went:
            self._invite(now)

    def _invite(self, now: datetime, *, is_first: bool = False) -> None:
        """Owe the form; it stays open, and a new address is sent its link again."""
        if is_first and self.patient.has_open_form:
            return
        self.patient.has_open_form = True
        self.patient.invited_at = now if is_first else self.patient.invited_at
        self.patient.invited = 1 if is_first else self.patient.invited + 1
        self.patient.went.discard((INTAKE, (self.patient.invited,)))
        self.patient.owe(INTAKE, (self.patient.invited,), now + (UNDO if is_first else timedelta(0)))

    def suspended(self, event: dict[str, Any], now: datetime) -> None:
        self.patient.is_suspended = True

    def language(self, event: dict[str, Any], now: datetime) -> None:
        self.patient.language = event["language"]

    def opted_out(self, event: dict[str, Any], now: datetime) -> None:
        self.patient.wants = False

    def opted_in(self, event: dict[str, Any], now: datetime) -> None:
        self.patient.wants = True
        self._reachable(now)

    def _reachable(self, now: datetime) -> None:
        for course in self.patient.courses.values():
            self.book.settle(course, now)

    def died(self, event: dict[str, Any], now: datetime) -> None:
        self.patient.is_dead, self.patient.has_open_form = True, False
        for course in self.patient.courses.values():
            self.book.close(course, "deceased")
        self.book.dropped += self.patient.owed
        self.patient.owed = []

    def lives_on(self, event: dict[str, Any], now: datetime) -> None:
        """What the mistaken death closed is owed again: follow-ups, questions, what a visit to come is reminded of."""
        self.patient.is_dead = False
        for course in self.patient.courses.values():
            if course.closed_because == "deceased":
                course.is_closed, course.closed_because = False, ""
                course.on_list, course.list_reason = "letters", ""
                course.kept_by = {one.number for one in self.patient.visits.values() if one.plan == course.number}
                course.dates = course.reckon(self.patient.last_toxin)
                if not course.kept_by and not self.book.hold(course):
                    self.book.owe_from_here(course, now)
            if course.latest:
                self.patient.owe_check_ins(course.latest, now)
        for visit in self.patient.visits.values():
            self.patient.owe_reminders(visit, now)
            if visit.is_first:
                self._invite(now, is_first=True)
            self.patient.owe_nudge(visit, now)
            if not visit.known:
                self.patient.owe(CONFIRMED, (visit.number, visit.sequence), now, visit.starts)

    def plan_made(self, event: dict[str, Any], now: datetime) -> None:
        number, baseline = event["plan"], Fraction(event["baseline"])
        self.patient.courses[number] = Course(number, event["condition"], event["interval"], baseline)

    def plan_paused(self, event: dict[str, Any], now: datetime) -> None:
        self._course(event).state = "paused"
        self.book.hold(self._course(event))

    def plan_resumed(self, event: dict[str, Any], now: datetime) -> None:
        self._course(event).state = "active"
        self.book.settle(self._course(event), now)

    def plan_stopped(self, event: dict[str, Any], now: datetime) -> None:
        self._course(event).state = "stopped"
        self.book.close(self._course(event), "plan_stopped")

    def plan_completed(self, event: dict[str, Any], now: datetime) -> None:
        self._course(event).state = "completed"
        self.book.close(self._course(event), "plan_completed")

    def plan_revised(self, event: dict[str, Any], now: datetime) -> None:
        self._course(event).interval = event["interval"]
        self.book.recount(self._course(event), now)

    def declined(self, event: dict[str, Any], now: datetime) -> None:
        self.book.close(self._course(event), "declined", now)

    def signed(self, event: dict[str, Any], now: datetime) -> None:
        course = self._course(event)
        on = date.fromisoformat(event["on"])
        given_at = datetime.combine(on, time.min, self.patient.place.zone) if event["late"] else now
        session = Session(event["session"], on, given_at, course.number)
        course.sessions.append(session)
        if course.latest is session:
            self.book.drop(FOLLOW_UP, course.number)
            self.book.drop(CHECK_IN, course.number)
            self.book.open(course, now)
            self.patient.owe_check_ins(session, now)
        if session.on == self.patient.place.day(now):
            self.patient.owe(ADVICE, (course.number, session.number), now + AT_HOME, now + AT_HOME + ADVICE_USEFUL)
        for other in self.patient.courses.values():
            if other is not course:
                self.book.recount(other, now)

    def voided(self, event: dict[str, Any], now: datetime) -> None:
        course = self._course(event)
        session = next(one for one in course.sessions if one.number == event["session"])
        was_latest = course.latest is session
        session.is_voided = True
        for kind in (CHECK_IN, ADVICE):
            self.book.drop(kind, course.number, session.number)
        if was_latest:
            self.book.close(course, "session_voided")
            if course.latest:
                self.book.open(course, now)
                self.patient.owe_check_ins(course.latest, now)
        for other in self.patient.courses.values():
            if other is not course:
                self.book.recount(other, now)

    def score(self, event: dict[str, Any], now: datetime) -> None:
        course = self._course(event)
        course.scores.append((self.patient.place.day(now), Fraction(event["value"])))
        self.book.recount(course, now)

    def wears_off(self, event: dict[str, Any], now: datetime) -> None:
        course = self._course(event)
        course.wears_off.append(self.patient.place.day(now))
        self.book.recount(course, now)

    def told(self, event: dict[str, Any], now: datetime) -> None:
        course = self._course(event)
        next(one for one in course.sessions if one.number == event["session"]).told.append(now)

    def serious(self, event: dict[str, Any], now: datetime) -> None:
        self.patient.serious.add(event["who"])
        for course in self.patient.courses.values():
            self.book.hold(course)

    def resolved(self, event: dict[str, Any], now: datetime) -> None:
        self.patient.serious.discard(event["who"])
        for course in self.patient.courses.values():
            self.book.settle(course, now)

    def visit_booked(self, event: dict[str, Any], now: datetime) -> None:
        starts = datetime.fromisoformat(event["starts"])
        visit = Visit(event["visit"], starts, event["plan"], is_first=event["plan"] is None)
        self.patient.visits[visit.number] = visit
        due = now + (UNDO if event["by"] == "desk" else timedelta(0))
        self.patient.owe(CONFIRMED, (visit.number, 0), due, visit.starts)
        self.patient.owe_reminders(visit, now)
        if visit.is_first:
            self._invite(now, is_first=True)
            self.patient.owe_nudge(visit, now)
        course = self._kept(event, now)
        visit.plan = course.number if course else None
        if course:
            course.kept_by.add(visit.number)
            course.on_list, course.list_reason = "letters", ""
            self.book.drop(FOLLOW_UP, course.number)

    def visit_moved(self, event: dict[str, Any], now: datetime) -> None:
        visit = self.patient.visits[event["visit"]]
        visit.starts, visit.sequence = datetime.fromisoformat(event["starts"]), visit.sequence + 1
        for kind in (CONFIRMED, MOVED, REMINDER, NUDGE):
            self.book.drop(kind, visit.number)
        kind = MOVED if visit.known else CONFIRMED
        self.patient.owe(kind, (visit.number, visit.sequence), now + UNDO, visit.starts)
        self.patient.owe_reminders(visit, now)
        self.patient.owe_nudge(visit, now)

    def visit_cancelled(self, event: dict[str, Any], now: datetime) -> None:
        visit = self.patient.visits.pop(event["visit"])
        for kind in (CONFIRMED, MOVED, REMINDER, NUDGE):
            self.book.drop(kind, visit.number)
        if visit.known:
            self.patient.owe(CANCELLED, (visit.number, visit.sequence), now + UNDO, visit.starts)
        self._free(visit, now, on_list="letters", because="visit_cancelled")

    def visit_missed(self, event: dict[str, Any], now: datetime) -> None:
        visit = self.patient.visits.pop(event["visit"])
        self._over(visit)
        self._free(visit, now, on_list="call_list", because="visit_no_show")

    def visit_kept(self, event: dict[str, Any], now: datetime) -> None:
        """The patient came; unless a session is signed in it, the follow-up it kept waits for a day and is called."""
        visit = self.patient.visits.pop(event["visit"])
        self._over(visit)
        course = self.patient.courses.get(visit.plan or 0)
        if course and visit.number in course.kept_by:
            course.kept_until[visit.number] = visit.starts + MINUTES

    def _kept(self, event: dict[str, Any], now: datetime) -> Course | None:
        """The plan whose follow-up a visit keeps: by a link its letter's, else of those open the one due first."""
        if event["plan"] is None:
            return None
        if event["by"] == "link":
            return self.patient.courses[event["plan"]]
        waiting = [one for one in self.patient.courses.values() if not one.is_closed and not one.kept_by]
        return min(waiting, key=lambda one: (_back(one.dates), one.opened_at or now), default=None) or self._taken_up()

    def _taken_up(self) -> Course | None:
        """What a person ended last is taken up again by booking."""
        ended = [one for one in self.patient.courses.values() if one.closed_because == "declined" and one.closed_at]
        ended = [one for one in ended if one.is_closed and one.state in {"active", "paused"}]
        last = max(ended, key=lambda one: str(one.closed_at), default=None)
        if last:
            self.book.reopen(last)
        return last

    def _free(self, visit: Visit, now: datetime, *, on_list: str, because: str) -> None:
        """The visit will not be: what it kept is owed again, from here on."""
        course = self.patient.courses.get(visit.plan or 0)
        if course is None or visit.number not in course.kept_by:
            return
        course.kept_by.discard(visit.number)
        if course.is_closed or course.kept_by:
            return
        course.on_list, course.list_reason = on_list, because
        course.dates = course.reckon(self.patient.last_toxin)
        if not self.book.hold(course):
            self.book.owe_from_here(course, now)

    def _over(self, visit: Visit) -> None:
        for kind in (CONFIRMED, MOVED, REMINDER, NUDGE):
            self.book.drop(kind, visit.number)

    def _course(self, event: dict[str, Any]) -> Course:
        return self.patient.courses[event["plan"]]


def _back(found: Dates | None) -> date:
    return (found.book_by or found.earliest) if found else date.max
