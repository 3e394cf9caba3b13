"""The pages about times and places: saved at once where nobody is displaced, else looked at first and then listed."""

import re
from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from clinic.lib import clock
from clinic.lib.days import day_of
from clinic.locations.models import Closure, Location
from clinic.staff.models import User
from scheduling.models import (
    Absence,
    ExtraHours,
    ProviderHours,
)
from tests.patients.making import client_of
from tests.scheduling.displacing import a_visit, said, workday
from tests.scheduling.made import Clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(manager: User) -> Client:
    return client_of(manager)


def looked(answer: Any) -> str:
    found = re.search(r'name="save" value="(\w+)"', answer.content.decode())
    assert found
    return found[1]


def seen(browser: Client, where: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', browser.get(where).content.decode())
    assert found
    return found[1]


def week_of(*days: tuple[int, str, str, str], **more: str) -> dict[str, str]:
    sent = {name: value for n, start, end, breaks in days for name, value in (
        (f"starts_{n}", start), (f"ends_{n}", end), (f"breaks_{n}", breaks))}  # fmt: skip
    return sent | more


def leave_of(here: Clinic, day: date, **more: Any) -> dict[str, Any]:
    return {"clinician": here.doctor.public_id, "location": "", "first_on": day.isoformat(), "reason": "Ill"} | more


def test_the_overview_names_everything_that_is_set(here: Clinic, browser: Client) -> None:
    page = browser.get("/settings/").content.decode()
    for word in (here.location.name, "Room 1, Room 2", here.doctor.full_name, "Consultation", "Monday, Tuesday"):
        assert word in page


def test_leave_that_hits_nobody_is_entered_with_one_press_and_undone_with_another(
    here: Clinic, browser: Client
) -> None:
    answer = browser.post("/away/", leave_of(here, workday(here)), follow=True)
    assert said(answer) == ["Saved."]
    absence = Absence.objects.get()
    undo = reverse("scheduling:take_back_leave", args=[absence.public_id])
    assert undo in answer.content.decode()
    assert said(browser.post(undo, follow=True)) == ["Taken back."]
    assert not Absence.objects.filter(taken_back_at=None).exists()


def test_leave_shows_first_whom_it_hits_and_then_lists_them(here: Clinic, browser: Client) -> None:
    visit = a_visit(here)
    sent = leave_of(here, workday(here))
    shown = browser.post("/away/", sent)
    assert not Absence.objects.exists()
    assert shown.context["hit_words"] == "1 booked visit cannot stay."
    assert visit.patient.name in shown.content.decode()
    answer = browser.post("/away/", sent | {"save": looked(shown)}, follow=True)
    assert answer.redirect_chain == [("/worklist/", 302)]
    assert said(answer) == ["Saved. 1 visit is to be moved."]
    assert answer.context["shown"].visit == visit


def test_leave_changed_after_it_was_looked_at_is_looked_at_again(here: Clinic, browser: Client) -> None:
    a_visit(here)
    shown = browser.post("/away/", leave_of(here, workday(here)))
    other = leave_of(here, workday(here), last_on=(workday(here) + timedelta(days=1)).isoformat())
    assert browser.post("/away/", other | {"save": looked(shown)}).status_code == 200
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_on": "2020-01-01"}, "first_on"),
        ({"last_on": "2020-01-01"}, "last_on"),
        ({"starts": "10:00"}, "ends"),
        ({"ends": "10:00"}, "starts"),
        ({"starts": "12:00", "ends": "10:00"}, "ends"),
        ({"reason": ""}, "reason"),
        ({"clinician": "nobody"}, "clinician"),
        ({"first_on": "99999-01-01"}, "first_on"),
        ({"location": str(uuid4())}, "location"),
    ],
)
def test_leave_without_sense_is_refused_beside_its_field(
    here: Clinic, browser: Client, changes: dict[str, str], field: str
) -> None:
    answer = browser.post("/away/", leave_of(here, workday(here), **changes))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Absence.objects.exists()


def test_an_extra_clinic_is_added_and_refused_on_a_closed_day(here: Clinic, browser: Client) -> None:
    day = workday(here) + timedelta(days=5)  # a Sunday
    sent = {
        "clinician": here.doctor.public_id, "location": here.location.public_id, "on": day.isoformat(),
        "starts": "09:00", "ends": "12:00",
    }  # fmt: skip
    assert said(browser.post("/away/extra/", sent, follow=True)) == ["Extra clinic added."]
    Closure.objects.create(location=here.location, on=day, name="Holi")
    refused = browser.post("/away/extra/", sent)
    assert refused.context["form"].errors["on"] == [f"{here.location.name} is closed on this day: Holi."]
    assert ExtraHours.objects.count() == 1


def test_hours_are_typed_with_breaks_and_shorter_ones_list_the_visits(here: Clinic, browser: Client) -> None:
    """BTX-008: breaks out of order, one outside the hours."""
    where = f"/settings/clinicians/{here.doctor.public_id}/hours/"
    a_visit(here, "19:00")
    today = day_of(clock.now(), here.location.zone).isoformat()
    sent = week_of(
        *((day, "10:00", "18:00", "16:00-16:15, 13:00-14:00, 20:00-20:15") for day in range(6)),
        valid_from=today, seen=seen(browser, where),
    )  # fmt: skip
    shown = browser.post(where, sent)
    assert shown.context["hit_words"] == "1 booked visit cannot stay."
    assert not ProviderHours.objects.filter(valid_from__isnull=False).exists()
    answer = browser.post(where, sent | {"save": looked(shown)}, follow=True)
    assert answer.redirect_chain == [("/worklist/", 302)]
    assert "Monday: the break 20:00\N{EN DASH}20:15 lies outside the hours and was left out." in said(answer)
    rows = ProviderHours.objects.filter(weekday=1, valid_from=today).values_list("starts", "ends")
    assert list(rows) == [(time(10), time(13)), (time(14), time(16)), (time(16, 15), time(18))]
    again = browser.get(where).context["form"]
    assert again["breaks_1"].value() == "13:00-14:00, 16:00-16:15"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_0": ""}, "starts_0"),
        ({"ends_0": ""}, "ends_0"),
        ({"ends_0": "09:00"}, "ends_0"),
        ({"breaks_0": "noon"}, "breaks_0"),
        ({"valid_from": "2020-01-01"}, "valid_from"),
        ({"valid_until": "2020-01-01"}, "valid_until"),
    ],
)
def test_hours_without_sense_are_refused_beside_their_field(
    here: Clinic, browser: Client, changes: dict[str, str], field: str
) -> None:
    where = f"/settings/clinicians/{here.doctor.public_id}/hours/"
    day = workday(here).isoformat()
    answer = browser.post(where, week_of((0, "10:00", "13:00", "")) | {"valid_from": day, "seen": "x"} | changes)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_a_manager_whom_another_overtook_is_told_and_saves_on_purpose(here: Clinic, browser: Client) -> None:
    where = f"/settings/clinicians/{here.doctor.public_id}/hours/"
    sent = week_of((0, "10:00", "13:00", ""), valid_from=workday(here).isoformat(), seen="old")
    refused = browser.post(where, sent)
    assert refused.status_code == 409
    assert "A colleague changed this" in refused.content.decode()
    again = browser.post(where, sent | {"seen": refused.context["seen"]})
    assert again.status_code == 302


def test_public_holidays_are_offered_and_kept(here: Clinic, browser: Client) -> None:
    Location.objects.filter(pk=here.location.pk).update(country="IN", holiday_state="GJ")
    where = f"/settings/places/{here.location.public_id}/closed-days/"
    today = day_of(clock.now(), here.location.zone)
    offered = browser.get(where).context["form"].offered
    republic = next(day for day in offered if (day.month, day.day) == (1, 26))
    assert republic > today
    browser.post(where, {"kept": [republic.isoformat()]})
    closure = Closure.objects.get(location=here.location)
    assert (closure.on, closure.name) == (republic, "Republic Day")
    assert republic not in browser.get(where).context["form"].offered
    browser.post(where, {"removed": [str(closure.public_id)]})
    assert not Closure.objects.exists()


def test_a_closed_day_shows_first_whom_it_hits(here: Clinic, browser: Client) -> None:
    """BTX-011, second half."""
    a_visit(here)
    where = f"/settings/places/{here.location.public_id}/closed-days/"
    sent = {"closed_from": workday(here).isoformat(), "closed_for": "Election"}
    shown = browser.post(where, sent)
    assert shown.context["hit_words"] == "1 booked visit cannot stay."
    assert not Closure.objects.exists()
    answer = browser.post(where, sent | {"save": looked(shown)}, follow=True)
    assert answer.redirect_chain == [("/worklist/", 302)]
    assert "closed: Election" in answer.content.decode()


def test_the_page_of_letters_says_whom_a_closed_day_hits_too(here: Clinic, browser: Client) -> None:
    a_visit(here)
    where = f"/settings/messages/places/{here.location.public_id}/"
    form = browser.get(where).context["form"]
    sent = {name: form[name].value() for name in ("mail_from", "mail_until", "seen")}
    shown = browser.post(where, sent | {"closed_from": workday(here).isoformat(), "closed_for": "Election"})
    assert shown.context["effect"][-1] == "1 booked visit cannot stay. 1 visit is to be moved."
    assert not Closure.objects.exists()


def test_closing_nothing_is_told(here: Clinic, browser: Client) -> None:
    answer = browser.post(f"/settings/places/{here.location.public_id}/closed-days/", {})
    assert answer.status_code == 422
    assert "tick a holiday, or name a day" in answer.content.decode()
