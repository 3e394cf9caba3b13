"""The days a manager is shown for a sample patient are the days a real one is owed. By hand: see test_following_up."""

from datetime import UTC, date, datetime

import pytest

from clinic.lib.days import day_of
from clinic.locations.models import Closure, Location
from clinic.outbox.models import Letter
from clinic.staff.models import Role
from scheduling import policies, sampling
from scheduling.models import FollowUp
from tests.treatments.people import a_user
from tests.treatments.sessions import ready_to_sign, signed
from treatments.intervals import Interval

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("closed_weekdays", "closures", "first"),
    [
        ([], [], date(2027, 5, 10)),
        ([6], [date(2027, 5, 10), date(2027, 5, 11)], date(2027, 5, 12)),
        ([0, 6], [date(2027, 5, 25), date(2027, 6, 3)], date(2027, 5, 11)),
        ([0, 1, 2, 3, 4, 5, 6], [], date(2027, 5, 10)),
    ],
)
def test_sample_shows_the_days_that_are_owed(closed_weekdays: list[int], closures: list[date], first: date) -> None:
    doctor = a_user(Role.CLINICIAN)
    draft = ready_to_sign(doctor, NOW, email="meenal@patients.example")
    Location.objects.filter(pk=draft.location_id).update(closed_weekdays=closed_weekdays)
    for day in closures:
        Closure.objects.create(location=draft.location, on=day, name="Holiday")
    draft.refresh_from_db()
    session = signed(draft, doctor, NOW)
    follow_up = FollowUp.objects.select_related("location").get(session=session)
    location, plan = follow_up.location, session.plan
    shown = sampling.sample(
        policies.in_force(),
        condition=plan.condition.key,
        treated_on=NOW.date(),
        interval=Interval(plan.interval_value, plan.interval_unit),
        location=location,
    )
    due = Letter.objects.about(follow_up).order_by("due_at").values_list("due_at", flat=True)
    assert [one.goes_on for one in shown.letters if one.goes_on] == [day_of(at, location.zone) for at in due]
    assert shown.letters[0].goes_on == first
    assert (shown.earliest_on, shown.book_by_on, shown.calls_from) == (
        follow_up.earliest_on,
        follow_up.book_by_on,
        follow_up.next_step_on,
    )
