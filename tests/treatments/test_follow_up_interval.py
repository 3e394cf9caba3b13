"""Follow-up intervals from the plan's form to the list of who is due: as said, from the last session itself."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.urls import reverse

from scheduling.models import FollowUp
from tests.treatments.people import a_user
from tests.treatments.sessions import an_active_plan, checked, prepared, signed, some_vials
from tests.treatments.test_views_consultation import signed_in_as
from treatments.intervals import Interval
from treatments.models import ConditionVersion, Plan

pytestmark = pytest.mark.django_db

ROWS = json.loads((Path(__file__).parent / "cases/intervals.json").read_text())["rows"]
OUTLASTS = "axillary_hyperhidrosis"
"""A condition whose effect lasts longer than three months."""
SINGLE = [row for row in ROWS if isinstance(row["due"], str)]
SERIES = [row for row in ROWS if isinstance(row["due"], list)]


@pytest.mark.parametrize("row", SINGLE, ids=lambda row: f"{row['start']} {row['interval']}")
def test_btx_020_each_interval_is_counted_in_its_own_unit(row: dict[str, str]) -> None:
    """BTX-020: 12 weeks are 84 days, 3 months are 3 months; the last day of the month where that day is missing."""
    assert Interval.parse(row["interval"]).after(date.fromisoformat(row["start"])) == date.fromisoformat(row["due"])


@pytest.mark.parametrize("row", SERIES, ids=lambda row: row["start"])
def test_btx_019_every_date_is_counted_from_the_anchor(row: dict[str, list[str] | str]) -> None:
    """BTX-019: the 31st comes back after a short month; never 2027-05-28."""
    anchor, interval = date.fromisoformat(str(row["start"])), Interval(3, "months")
    due = [interval.nth(anchor, number).isoformat() for number in range(1, len(row["due"]) + 1)]
    assert due == row["due"]
    assert not set(due) & set(row["never"])


def given_on(day: date, value: int, unit: str, *, condition: str) -> Plan:
    """A plan whose session was signed on a day, with its interval as it was said."""
    by = a_user()
    at = datetime(day.year, day.month, day.day, 6, 0, tzinfo=UTC)  # half past eleven in the morning at the clinic
    plan = an_active_plan(by, at, sites=10)
    known = ConditionVersion.objects.current().get(key=condition)
    Plan.objects.filter(pk=plan.pk).update(interval_value=value, interval_unit=unit, condition=known, protocol=None)
    session = checked(plan, by, at)
    prepared(session, some_vials(by, at, number=f"L{plan.pk}"), by, at)
    signed(session, by, at)
    return plan


@pytest.mark.parametrize("row", SINGLE, ids=lambda row: f"{row['start']} {row['interval']}")
def test_btx_020_signing_owes_the_visit_on_the_day_of_the_plans_interval(row: dict[str, str]) -> None:
    """BTX-020: where the effect outlasts the interval, who is due is due on the day the interval gives."""
    value, unit = row["interval"].split()
    plan = given_on(date.fromisoformat(row["start"]), int(value), unit, condition=OUTLASTS)
    follow_up = FollowUp.objects.get(session=plan.sessions.get())
    assert follow_up.book_by_on == date.fromisoformat(row["due"])


def test_who_is_due_is_back_when_the_effect_ends_sooner_than_the_interval() -> None:
    """The day to be back is the sooner of the two: migraine's default of 12 weeks before 3 months."""
    plan = given_on(date(2026, 11, 30), 3, "months", condition="chronic_migraine")
    assert FollowUp.objects.get(session=plan.sessions.get()).book_by_on == date(2027, 2, 22)


@pytest.mark.parametrize(("value", "unit", "shown"), [("12", "weeks", "12 weeks"), ("3", "months", "3 months")])
def test_btx_020_plan_keeps_and_shows_the_unit_as_entered(now: datetime, value: str, unit: str, shown: str) -> None:
    """BTX-020: the form keeps what was said, the page says it again; nothing becomes 90 days."""
    by = a_user()
    plan = an_active_plan(by, now)
    Plan.objects.filter(pk=plan.pk).update(state="draft")
    client = signed_in_as(by)
    base = json.loads(client.get(reverse("treatments:plan_edit", args=[plan.public_id])).context["base"])
    sent = base | {"base": json.dumps(base), "interval_value": value, "interval_unit": unit}
    answer = client.post(reverse("treatments:plan_revise", args=[plan.public_id, plan.version]), sent)
    assert answer.status_code == 302
    plan.refresh_from_db()
    assert (plan.interval_value, plan.interval_unit) == (int(value), unit)
    page = client.get(reverse("treatments:plan", args=[plan.public_id])).content.decode()
    assert shown in page
    assert "90 days" not in page
