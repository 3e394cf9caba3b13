"""A clinician runs late: said on the board in one press, seen by all, taken back."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.lib.db import violated
from clinic.staff.models import Role
from scheduling import board, running_late
from scheduling.errors import TakenBackAlready
from scheduling.models import RunningLate
from tests.patients.making import client_of, member, place
from tests.scheduling.made import NOW, Clinic, another_doctor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]
TODAY = NOW.date()  # ten in the morning of Monday 1 March in Ahmedabad


@pytest.fixture
def desk(here: Clinic) -> Client:
    return client_of(here.desk)


def said(here: Clinic, minutes: int = 20, *, seconds: int = 0) -> RunningLate:
    return running_late.say(
        clinician=here.doctor,
        location=here.location,
        minutes=minutes,
        by=here.desk,
        now=NOW + timedelta(seconds=seconds),
    )


def minutes(here: Clinic) -> dict[int, int]:
    return running_late.minutes_by_clinician(locations=[here.location], day=TODAY)


def lane_of(here: Clinic) -> board.Lane:
    found = board.day_board(user=here.desk, locations=[here.location], day=TODAY, now=NOW, zone=here.location.zone)
    (lane,) = found.lanes
    return lane


def press(desk: Client, clinician: UUID, minutes: str) -> str:
    return desk.post(
        reverse("scheduling:running_late", args=[clinician]), {"minutes": minutes}, follow=True
    ).content.decode()


def test_the_newest_word_holds_and_taken_back_the_one_before_it(here: Clinic) -> None:
    said(here, 20)
    later = said(here, 45, seconds=1)
    assert minutes(here) == {here.doctor.pk: 45}
    running_late.take_back(said=later, by=here.desk, now=NOW)
    assert minutes(here) == {here.doctor.pk: 20}
    with pytest.raises(TakenBackAlready):
        running_late.take_back(said=later, by=here.desk, now=NOW)
    said(here, 0, seconds=2)
    assert minutes(here) == {}


def test_the_board_says_when_visits_to_come_will_begin(here: Clinic) -> None:
    here.visit("10:30", day=TODAY)
    assert [visit.expected for visit in lane_of(here).open] == [None]
    said(here, 20)
    lane = lane_of(here)
    assert (lane.runs_late, [f"{visit.expected:%H:%M}" for visit in lane.open]) == (20, ["10:50"])


def test_a_time_that_has_gone_by_is_not_expected_any_more(here: Clinic) -> None:
    here.visit("10:00", day=TODAY)
    said(here, 0)
    assert [visit.expected for visit in lane_of(here).open] == [None]


def test_a_gap_between_visits_makes_up_for_as_much_as_it_is_long(here: Clinic) -> None:
    """Twenty minutes late: 10:15 to 10:45 and 11:00 to 11:30 with 15 free between; the evening begins on time."""
    for clock in ("10:15", "11:00", "11:30", "17:00"):
        here.visit(clock, day=TODAY, type=here.injection)
    said(here, 20)
    expected = [visit.expected for lane in [lane_of(here)] for visit in lane.open]
    assert [f"{one:%H:%M}" if one else None for one in expected] == ["10:35", "11:05", "11:35", None]


def test_one_press_says_it_and_undo_takes_it_back(here: Clinic, desk: Client) -> None:
    here.visit("10:30", day=TODAY)
    page = press(desk, here.doctor.public_id, "20")
    row = RunningLate.objects.get()
    undo = reverse("scheduling:running_late_undo", args=[row.public_id])
    assert "Dr Meera Solanki runs 20 minutes late" in page
    assert ("20 min late" in page, "about 10:50" in page, undo in page) == (True, True, True)
    page = desk.post(undo, follow=True).content.decode()
    assert ("Taken back: Dr Meera Solanki" in page, "about 10:50" in page) == (True, False)
    assert "This was taken back before." in desk.post(undo, follow=True).content.decode()
    verbs = Entry.objects.filter(verb__startswith="running_late").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["running_late.said", "running_late.taken_back"]


@pytest.mark.parametrize("typed", ["", "-5", "241", "soon"])
def test_minutes_that_are_none_are_refused_in_words(here: Clinic, desk: Client, typed: str) -> None:
    assert "say a number of minutes from 0 to 240" in press(desk, here.doctor.public_id, typed)
    assert not RunningLate.objects.exists()


def test_nobody_runs_late_at_a_location_where_one_does_not_work(here: Clinic, desk: Client) -> None:
    elsewhere = place("Bopal")
    stranger = member(Role.CLINICIAN, at=elsewhere, name="Dr Farhan Qureshi")
    assert desk.post(reverse("scheduling:running_late", args=[stranger.public_id]), {"minutes": "5"}).status_code == 404
    colleague = another_doctor(here)
    answer = desk.post(
        reverse("scheduling:running_late", args=[colleague.public_id]),
        {"minutes": "5", "location": str(elsewhere.public_id)},
        follow=True,
    )
    assert "Not noted" in answer.content.decode()
    assert not RunningLate.objects.exists()


def test_the_table_refuses_more_than_four_hours(here: Clinic) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        said(here, 241)
    assert violated(refused.value) == "running_late_is_by_four_hours_at_most"


def test_yesterdays_word_says_nothing_of_today(here: Clinic) -> None:
    running_late.say(
        clinician=here.doctor, location=here.location, minutes=30, by=here.desk, now=NOW - timedelta(days=1)
    )
    assert minutes(here) == {}
