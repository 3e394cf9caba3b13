"""Patients whose records were made one, and two again: what each is owed passes from one to the other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from tests.year.checker.findings import Report
from tests.year.checker.judging import Judge
from tests.year.checker.owed import ADVICE, CHECK_IN, FOLLOW_UP, Patient
from tests.year.checker.reading import Year
from tests.year.checker.replay import INTAKE

OF_A_PLAN = {FOLLOW_UP, CHECK_IN, ADVICE}


def groups(year: Year) -> Iterator[list[int]]:
    """Yield patients by themselves, and those who were ever one record together."""
    joined: dict[int, set[int]] = {who: {who} for who in year.events}
    for who, rows in year.events.items():
        for row in rows:
            if row["what"] == "merged":
                both = joined[who] | joined[row["into"]]
                joined.update(dict.fromkeys(both, both))
    yield from ([*sorted(group)] for group in {frozenset(one): one for one in joined.values()}.values())


def judge(year: Year, whos: list[int], report: Report) -> None:
    """Replay the years of these patients side by side."""
    Together(year, whos, report).judge()


@dataclass(frozen=True)
class Moved:
    """What a record brought along, by number, and the address it gave: what stood there before, and since."""

    plans: frozenset[int]
    visits: frozenset[int]
    serious: frozenset[int]
    days: frozenset[date]
    was: tuple[str, bool]
    became: tuple[str, bool]


class Together:
    """The judges of some patients, and which of them holds what happens to whom."""

    def __init__(self, year: Year, whos: Iterable[int], report: Report) -> None:
        whos = list(whos)
        self.judges = {who: Judge(year, who, report, whos) for who in whos}
        self.holder = {who: who for who in whos}
        self.moved: dict[int, Moved] = {}

    def judge(self) -> None:
        """Replay in the order in which things happened."""
        events = [(event, one.who) for one in self.judges.values() for event in one.events]
        for event, who in sorted(events, key=lambda pair: pair[0]["at"]):
            if event["what"] in {"merged", "parted"}:
                for one in self.judges.values():
                    one.reach(event["at"])
                self._join(event) if event["what"] == "merged" else self._part(event)
            else:
                self._holder_of(event, who).advance(event)
        for one in self.judges.values():
            one.finish()

    def _holder_of(self, event: dict[str, Any], who: int) -> Judge:
        """Who has the plan or the visit that an event is about; one of the clinic is everybody's."""
        if "who" not in event:
            return self.judges[who]
        for one in self.judges.values():
            if event["what"] == "resolved" and who in one.patient.serious:
                return one
            if event["what"] not in {"plan_made", "visit_booked"} and (
                event.get("plan") in one.patient.courses or event.get("visit") in one.patient.visits
            ):
                return one
        return self.judges[self.holder[who]]

    def _join(self, event: dict[str, Any]) -> None:
        """All of one patient is the other's from now on; a form is asked for once, a link to the other died."""
        now, who = event["at"], event["who"]
        goes, stays = self.judges[who], self.judges[event["into"]]
        one, other = goes.patient, stays.patient
        takes_form = one.has_open_form and not other.has_open_form
        if takes_form:
            other.has_open_form, other.invited, other.invited_at = True, one.invited, one.invited_at
        else:
            goes.replay.book.drop(INTAKE)
        was = (other.email, other.is_suspended)
        if "email" in event["taken"]:
            other.email, other.is_suspended = one.email, one.is_suspended
        became = (other.email, other.is_suspended)
        days = frozenset(one.days_written_to.keys() - other.days_written_to.keys())
        moved = Moved(frozenset(one.courses), frozenset(one.visits), frozenset(one.serious), days, was, became)
        self.moved[who], self.holder[who] = moved, stays.who
        _pass_on(goes, stays, moved, takes_form=takes_form)
        other.days_written_to |= {day: one.days_written_to[day] for day in days}
        if became != was:
            stays.replay.ask_for_the_form_again(now)
        _stand_anew(stays, event, now)
        goes.settle_dropped(event)

    def _part(self, event: dict[str, Any]) -> None:
        """What had come along goes back, and what was booked since for a plan of it; the rest stays."""
        now, who = event["at"], event["who"]
        goes, stays, moved = self.judges[who], self.judges[event["from"]], self.moved.pop(who)
        one = stays.patient
        self.holder[who] = who
        since = {visit.number for visit in one.visits.values() if visit.plan in moved.plans}
        _pass_on(stays, goes, replace(moved, visits=moved.visits | since))
        one.days_written_to = {day: kind for day, kind in one.days_written_to.items() if day not in moved.days}
        if (one.email, one.is_suspended) == moved.became:
            one.email, one.is_suspended = moved.was
        for judge_of in (goes, stays):
            _stand_anew(judge_of, event, now)


def _pass_on(giver: Judge, taker: Judge, moved: Moved, *, takes_form: bool = False) -> None:
    one, other = giver.patient, taker.patient
    for number in moved.plans & one.courses.keys():
        other.courses[number] = one.courses.pop(number)
    for number in moved.visits & one.visits.keys():
        other.visits[number] = one.visits.pop(number)
    other.serious |= one.serious & moved.serious
    one.serious -= moved.serious

    def goes_along(kind: str, key: tuple[Any, ...]) -> bool:
        if kind == INTAKE:
            return takes_form
        return key[0] in (moved.plans if kind in OF_A_PLAN else moved.visits)

    along = [owed for owed in one.owed if goes_along(owed.kind, owed.key)]
    taker.report.passed_on += len(along)
    other.owed += along
    one.owed = [owed for owed in one.owed if not goes_along(owed.kind, owed.key)]
    taker.gave_way += [owed for owed in giver.gave_way if goes_along(owed.kind, owed.key)]
    giver.gave_way = [owed for owed in giver.gave_way if not goes_along(owed.kind, owed.key)]
    other.went |= {went for went in one.went if goes_along(*went)}
    one.went = {went for went in one.went if not goes_along(*went)}
    other.extras = max(one.extras, other.extras)


def _stand_anew(judge_of: Judge, event: dict[str, Any], now: datetime) -> None:
    """Treatments and events of one patient count together: the days are worked out anew."""
    patient: Patient = judge_of.patient
    for course in patient.courses.values():
        judge_of.replay.book.recount(course, now)
    for course in patient.courses.values():
        judge_of.replay.book.settle(course, now)
    judge_of.settle_dropped(event)
