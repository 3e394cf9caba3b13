"""What the clinic's manager changes in the course of the year: when letters go, and on which days nobody is there."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from clinic.locations.models import Location
from clinic.staff.models import Role, User
from scheduling import policies
from scheduling.models import AppointmentKind, AppointmentType
from scheduling.policies import FOR_ALL, VisitRules
from scheduling.setting_places import PlaceDraft, change_place, seen_as
from scheduling.setting_policies import PolicyDraft, StepDraft, change_follow_ups, change_visits
from tests.year.log import EventLog
from tests.year.world import BEGINS

Deed = Callable[[EventLog, User, datetime], None]


class Manager:
    """Changes things when their day has come."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.manager = User.objects.filter(role=Role.MANAGER).order_by("pk")[0]
        self.to_do = [(BEGINS + timedelta(days=day), deed) for day, deed in DEEDS]

    def act(self, now: datetime) -> None:
        """Do what is to be done by now."""
        while self.to_do and self.to_do[0][0] <= now:
            self.to_do.pop(0)[1](self.log, self.manager, now)


def _closes(name: str, *days: date) -> Deed:
    def close(log: EventLog, by: User, now: datetime) -> None:
        place = Location.objects.get(name=name)
        draft = PlaceDraft(
            mail_from=place.mail_from, mail_until=place.mail_until, closed_weekdays=tuple(place.closed_weekdays),
            added=tuple((day, "Holiday") for day in days),
        )  # fmt: skip
        change_place(location=place, draft=draft, seen=seen_as(place), by=by, now=now)
        for day in days:
            log.write(now, "closure", place=name, on=day)

    return close


def _steps(condition: str, steps: dict[int, int], call_after: int, *, seen: int = 0) -> Deed:
    def change(log: EventLog, by: User, now: datetime) -> None:
        drafts = tuple(StepDraft(number, days) for number, days in steps.items())
        draft = PolicyDraft(drafts, call_after)
        change_follow_ups(condition=condition, draft=draft, seen=seen, by=by, now=now)
        log.write(now, "policy", condition=condition, steps=list(steps.items()), call_after=call_after)

    return change


def _reminds(days: tuple[int, ...]) -> Deed:
    def change(log: EventLog, by: User, now: datetime) -> None:
        kind = AppointmentType.objects.get(kind=AppointmentKind.INJECTION)
        was = policies.visit_policy(kind)
        rules = VisitRules(
            reminder_days_before=days, nudge_days_before=was.nudge_days_before, sends_aftercare=was.sends_aftercare,
            asks_check_ins=was.asks_check_ins,
        )  # fmt: skip
        change_visits(appointment_type=kind, rules=rules, seen=0, by=by, now=now)
        log.write(now, "visit_policy", days=days)

    return change


DEEDS: tuple[tuple[int, Deed], ...] = (
    (100, _closes("Ahmedabad", date(2027, 4, 19), date(2027, 4, 20))),
    (150, _steps(FOR_ALL, {1: -21, 2: 0, 3: 7}, 5)),
    (200, _steps("cervical_dystonia", {1: -10, 2: 3}, 9)),
    (215, _closes("London", date(2027, 8, 12))),
    (270, _reminds((2,))),
    (300, _steps(FOR_ALL, {1: -14, 3: 10}, 7, seen=1)),
)
"""Days into the year, each by its day."""
