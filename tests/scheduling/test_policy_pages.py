"""The manager's pages about letters: looked at before saved, for a sample patient and for what is owed."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.lib import clock
from clinic.locations.models import Closure
from clinic.staff.models import Role, User
from scheduling.models import AppointmentType, FollowUp, FollowUpStep, Replanning, VisitPolicy
from scheduling.models.policy import FollowUpPolicy
from tests.patients.making import client_of
from tests.scheduling.owed import a_follow_up, letters_of
from tests.treatments.people import a_location, a_user
from treatments.models import ConditionVersion

pytestmark = pytest.mark.django_db
ALL = "/settings/messages/follow-ups/all/"


@pytest.fixture
def manager() -> User:
    return a_user(Role.MANAGER)


@pytest.fixture
def browser(manager: User) -> Client:
    return client_of(manager)


@pytest.fixture
def follow_up() -> FollowUp:
    return a_follow_up(a_user(Role.CLINICIAN), clock.now())


def lines(*steps: tuple[str, str, str, bool], **more: Any) -> dict[str, Any]:
    """What the page of a policy sends: number, days, side and whether it is on."""
    sent: dict[str, Any] = {
        "seen": "0",
        "call_after_days": "7",
        "step-TOTAL_FORMS": len(steps),
        "step-INITIAL_FORMS": 0,
        "sample-treated_on": "2027-03-01",
        "sample-weeks": "12",
        "sample-location": str(a_location().public_id),
        "sample-condition": "chronic_migraine",
    }
    for at, (number, days, side, is_on) in enumerate(steps):
        sent |= {f"step-{at}-number": number, f"step-{at}-days": days, f"step-{at}-side": side}
        if is_on:
            sent[f"step-{at}-is_on"] = "on"
    return sent | more


WEEKS = (("1", "21", "before", True), ("2", "0", "before", True), ("3", "10", "after", True), ("", "", "before", True))


def mark(answer: Any) -> str:
    found = re.search(r'name="looked" value="(\w+)"', answer.content.decode())
    assert found
    return found[1]


def test_a_change_is_looked_at_and_then_saved(browser: Client, follow_up: FollowUp) -> None:
    before = letters_of(follow_up)["1"][1]
    looked = browser.post(ALL, lines(*WEEKS))
    assert looked.context["effect"] == ["1 letter that has not gone moves to another day."]
    assert not FollowUpPolicy.objects.exists()
    saved = browser.post(ALL, lines(*WEEKS, looked=mark(looked), save="1"), follow=True)
    assert [str(message) for message in saved.context["messages"]] == [
        "Saved. 1 of 1 follow-ups planned anew. Letters: 1 moved, 0 taken back, 0 owed anew."
    ]
    assert (before - letters_of(follow_up)["1"][1]).days == 7
    assert Replanning.objects.get().finished_at is not None


def test_a_number_sent_twice_is_one_steps_and_the_other_is_new(browser: Client) -> None:
    """No page of ours sends it; whoever does gets two steps, and no letter has the key of another."""
    twice = (WEEKS[0], ("1", "5", "after", True))
    saved = browser.post(ALL, lines(*twice, looked=mark(browser.post(ALL, lines(*twice))), save="1"))
    assert saved.status_code == 302
    assert list(FollowUpStep.objects.values_list("number", "days")) == [(1, -21), (4, 5)]


def test_what_was_changed_after_the_look_is_looked_at_again(browser: Client, follow_up: FollowUp) -> None:
    seen = mark(browser.post(ALL, lines(*WEEKS)))
    other = (("1", "30", "before", True), *WEEKS[1:])
    answer = browser.post(ALL, lines(*other, looked=seen, save="1"))
    assert (answer.status_code, FollowUpPolicy.objects.exists()) == (200, False)
    assert mark(answer) != seen


def test_a_colleague_who_was_faster_is_shown_and_nothing_typed_is_lost(browser: Client, follow_up: FollowUp) -> None:
    seen = mark(browser.post(ALL, lines(*WEEKS)))
    browser.post(ALL, lines(*WEEKS, looked=seen, save="1"))
    week = (("1", "7", "before", True), *WEEKS[1:])
    looked = mark(browser.post(ALL, lines(*week)))
    answer = browser.post(ALL, lines(*week, looked=looked, save="1"))
    assert answer.status_code == 409
    assert answer.context["theirs"] == "21 days before, on the day, 10 days after; call 7 days later"
    assert FollowUpStep.objects.get(number=1).days == -21
    again = browser.post(ALL, lines(*week, seen=answer.context["seen"], looked=looked, save="1"))
    assert again.status_code == 302
    assert FollowUpStep.objects.get(number=1).days == -7


def test_a_sample_patients_days_follow_what_is_typed_and_the_closures(browser: Client, manager: User) -> None:
    # Treated on Monday 1 March 2027: to be back on Monday 24 May; 21 days before is Monday 3 May, a closure.
    place = a_location()
    Closure.objects.create(location=place, on=date(2027, 5, 3), name="Holiday")
    ConditionVersion.objects.current().get(key="chronic_migraine")
    found = browser.post(ALL, lines(*WEEKS)).context["sample"]["found"]
    assert (found.earliest_on, found.book_by_on, found.calls_from) == (
        date(2027, 5, 24), date(2027, 5, 24), date(2027, 6, 10),
    )  # fmt: skip
    assert [(one.planned_on, one.goes_on) for one in found.letters] == [
        (date(2027, 5, 3), date(2027, 5, 4)),
        (date(2027, 5, 24), date(2027, 5, 24)),
        (date(2027, 6, 3), date(2027, 6, 3)),
    ]
    assert browser.get(f"{ALL}?sample-treated_on=x").context["sample"] is None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"step-0-days": "x"}, "Enter a whole number."),
        ({"step-0-days": ""}, "Say how many days, or remove the letter."),
        ({"step-0-days": "91"}, "At most 90 days before."),
        ({"step-0-days": "0"}, "Two letters have the same day. Change one, or turn it off."),
        ({"call_after_days": "91"}, "Ensure this value is less than or equal to 90."),
        ({"step-TOTAL_FORMS": "x"}, "ManagementForm data is missing or has been tampered with."),
    ],
)
def test_bad_input_is_told_beside_what_was_typed(browser: Client, changed: dict[str, str], words: str) -> None:
    answer = browser.post(ALL, lines(*WEEKS, **changed))
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_conditions_own_policy_is_turned_on_and_off(browser: Client, follow_up: FollowUp) -> None:
    where = "/settings/messages/follow-ups/chronic_migraine/"
    assert browser.get(where).context["form"].initial["is_in_use"] is False
    looked = mark(browser.post(where, lines(*WEEKS, is_in_use="on")))
    browser.post(where, lines(*WEEKS, is_in_use="on", looked=looked, save="1"))
    rows = {row["name"]: row["words"] for row in browser.get("/settings/messages/").context["conditions"]}
    assert rows["Chronic migraine"] == "21 days before, on the day, 10 days after; call 7 days later"
    assert rows["Plantar fasciitis"] == ""
    assert browser.get("/settings/messages/follow-ups/none_such/").status_code == 404


def test_reminders_of_a_type_are_set(browser: Client) -> None:
    kind = AppointmentType.objects.create(name="Injection", public_name="Visit", kind="injection", minutes=30)
    where = f"/settings/messages/visits/?type={kind.public_id}"
    sent = {"seen": "0", "reminder_1": "7", "reminder_2": "2", "sends_aftercare": "on"}
    looked = browser.post(where, sent)
    assert looked.context["effect"] == [
        "No letter that is owed now changes. What is owed from now on follows the change."
    ]
    assert browser.post(where, sent | {"looked": mark(looked), "save": "1"}).status_code == 302
    policy = VisitPolicy.objects.get()
    assert (policy.reminder_days_before, policy.nudge_days_before) == ([7, 2], None)
    assert (policy.sends_aftercare, policy.asks_check_ins) == (True, False)
    assert browser.post(where, sent | {"looked": mark(looked), "save": "1"}).status_code == 409
    assert browser.post(where, sent | {"reminder_1": "31"}).status_code == 422
    assert browser.get("/settings/messages/visits/?type=x").status_code == 404


def test_hours_and_closures_of_a_location_are_set(browser: Client, follow_up: FollowUp) -> None:
    place = follow_up.location
    where = reverse("scheduling:policy_place", args=[place.public_id])
    day = letters_of(follow_up)["1"][1].astimezone(place.zone).date()
    seen = browser.get(where).context["seen"]
    sent = {"seen": seen, "mail_from": "09:00", "mail_until": "19:00", "closed_from": day.isoformat()}
    sent |= {"closed_weekdays": [str(one) for one in place.closed_weekdays], "closed_for": "Founding day"}
    looked = browser.post(where, sent)
    assert looked.context["effect"] == ["1 letter that has not gone moves to another day."]
    assert browser.post(where, sent | {"looked": mark(looked), "save": "1"}).status_code == 302
    place.refresh_from_db()
    assert (f"{place.mail_until:%H:%M}", place.closures.get().on) == ("19:00", day)
    assert letters_of(follow_up)["1"][1].astimezone(place.zone).date() > day
    closure = place.closures.get()
    back = {"seen": browser.get(where).context["seen"], "mail_from": "09:00", "mail_until": "19:00"}
    back |= {"closed_weekdays": sent["closed_weekdays"], "removed": [str(closure.public_id)]}
    browser.post(where, back | {"looked": mark(browser.post(where, back)), "save": "1"})
    assert letters_of(follow_up)["1"][1].astimezone(place.zone).date() == day


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"mail_until": "08:00"}, "mail_until"),
        ({"mail_from": "soon"}, "mail_from"),
        ({"closed_weekdays": [str(day) for day in range(7)]}, "closed_weekdays"),
        ({"closed_from": "2020-01-01", "closed_for": "Past"}, "closed_from"),
        ({"closed_for": "Holiday"}, "closed_from"),
        ({"closed_from": "2100-01-01"}, "closed_for"),
        ({"closed_from": "2100-01-01", "closed_until": "2100-04-01", "closed_for": "Long"}, "closed_until"),
        ({"removed": ["x"]}, "removed"),
    ],
)
def test_days_that_make_no_sense_are_refused(browser: Client, changed: dict[str, Any], field: str) -> None:
    where = reverse("scheduling:policy_place", args=[a_location().public_id])
    sent = {"seen": browser.get(where).context["seen"], "mail_from": "09:00", "mail_until": "20:00"}
    answer = browser.post(where, sent | changed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_the_list_asks_as_much_for_three_as_for_one(browser: Client, manager: User) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert browser.get("/settings/messages/").status_code == 200
        return len(found)

    def add(number: int) -> None:
        key = ConditionVersion.objects.current().order_by("key")[number].key
        policy = FollowUpPolicy.objects.create(
            condition_key=key, call_after_days=7, changed_at=clock.now(), changed_by=manager
        )
        FollowUpStep.objects.create(policy=policy, number=1, days=-14)
        AppointmentType.objects.create(name=f"Visit {number}", public_name="Visit", kind="injection", minutes=30)
        Replanning.objects.create(
            thing="follow_ups", condition_key=key, started_at=clock.now(), started_by=manager, total=number
        )

    asked()
    add(0)
    one = asked()
    add(1)
    add(2)
    assert asked() == one
