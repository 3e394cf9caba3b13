"""One follow-up is kept by one visit: whoever books it second is told what stands, and may go on on purpose."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from patients.links import make_link
from scheduling import booking, by_link
from scheduling.booking import Leave
from scheduling.errors import AlreadyBooked
from scheduling.models import Appointment, AppointmentType, FollowUp, SlotOffer
from scheduling.waiting import offering
from tests.patients.making import client_of
from tests.scheduling.made import NOW, Clinic
from tests.scheduling.owed import a_follow_up
from tests.scheduling.waiting_made import given_up, token, waits

pytestmark = pytest.mark.django_db
BACK_ON = date(2027, 5, 24)  # twelve weeks after Monday 1 March 2027


@pytest.fixture
def due(here: Clinic, at_ten: None) -> FollowUp:
    return a_follow_up(here.doctor, NOW, location=here.location, given_name="Meenal", family_name="Shah")


def by_the_link(here: Clinic, due: FollowUp) -> Appointment:
    """Booked by the letter's link at half past ten."""
    link = make_link(purpose="book", patient=due.patient, about=due, now=NOW, expires_at=NOW + timedelta(days=300))[0]
    offer = by_link.offer_of(link, now=NOW)
    assert offer is not None
    return by_link.book(link=link, offer=offer, slot=here.slot("10:30", BACK_ON, type=here.injection), now=NOW)


def page_of(here: Clinic, due: FollowUp, *, named: bool = True) -> tuple[Client, str, dict[str, str]]:
    """The desk's page, opened while nothing was booked: its browser, its address, what its press at six sends."""
    at = f"{here.at('18:00', BACK_ON).isoformat()}|{here.doctor.public_id}|{here.rooms[0].public_id}"
    form = {"pressed": str(uuid4()), "type": str(here.injection.public_id), "slot": at}
    if named:
        form["follow_up"] = str(due.public_id)
    return client_of(here.desk), f"{reverse('scheduling:book')}?patient={due.patient.public_id}", form


def visits_of(due: FollowUp) -> list[FollowUp | None]:
    """Each visit of the patient in order: which follow-up it keeps."""
    return [one.follow_up for one in Appointment.objects.filter(patient=due.patient).order_by("starts_at")]


@pytest.mark.parametrize("named", [True, False], ids=["from the recall list", "from the chart"])
def test_desk_whose_page_was_open_before_the_link_booked_is_told_what_stands(
    here: Clinic, due: FollowUp, named: bool
) -> None:
    desk, url, form = page_of(here, due, named=named)
    visit = by_the_link(here, due)
    answer = desk.post(url, form | {"reason": "Comes with her son"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"{due.patient.name} is booked already: Mon 24 May 2027, 10:30 with {here.doctor.full_name}." in page
    assert f'href="{reverse("scheduling:appointment", args=[visit.public_id])}"' in page
    assert f'href="{reverse("scheduling:move", args=[visit.public_id])}"' in page
    assert 'value="Comes with her son"' in page
    assert visits_of(due) == [due]


def test_extra_visit_is_booked_on_purpose_with_what_it_is_for_and_keeps_nothing(here: Clinic, due: FollowUp) -> None:
    desk, url, form = page_of(here, due)
    by_the_link(here, due)
    without = desk.post(url, form | {"is_extra": "on"}).content.decode()
    assert "Say what the extra visit is for." in without
    assert visits_of(due) == [due]
    asked = form | {"is_extra": "on", "reason": "Touch-up of the left side"}
    answers = [desk.post(url, asked) for _again in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]  # the same press again: the same visit
    assert visits_of(due) == [due, None]


def test_page_opened_after_it_was_booked_says_so_at_once(here: Clinic, due: FollowUp) -> None:
    desk, url, _form = page_of(here, due)
    by_the_link(here, due)
    page = desk.get(f"{url}&follow_up={due.public_id}").content.decode()
    assert "is booked already: Mon 24 May 2027, 10:30" in page
    assert 'name="is_extra"' in page


def test_calendar_asks_the_same_before_a_second_visit(here: Clinic, due: FollowUp) -> None:
    by_the_link(here, due)
    url = f"{reverse('scheduling:book_here', args=['20270524T1230Z'])}?place={here.location.public_id}"
    url += f"&patient={due.patient.public_id}"
    form = {"pressed": str(uuid4()), "type": str(here.injection.public_id)}
    refused = client_of(here.desk).post(url, form)
    assert refused.status_code == 409
    assert "is booked already: Mon 24 May 2027, 10:30" in refused.content.decode()
    assert 'name="is_extra"' in refused.content.decode()
    extra = client_of(here.desk).post(url, form | {"is_extra": "on", "reason": "Touch-up"})
    assert extra.status_code == 302
    assert visits_of(due) == [due, None]


def test_another_kind_of_visit_is_not_asked_about(here: Clinic, due: FollowUp) -> None:
    by_the_link(here, due)
    here.visit("18:00", day=BACK_ON, patient=due.patient)
    assert visits_of(due) == [due, None]


def test_patient_who_books_online_is_not_given_a_second_one(here: Clinic, due: FollowUp) -> None:
    by_the_link(here, due)
    AppointmentType.objects.filter(pk=here.injection.pk).update(notice_minutes=0)
    with pytest.raises(AlreadyBooked):
        booking.book(
            patient=due.patient, slot=here.slot("18:00", BACK_ON, type=here.injection), by=None, now=NOW
        )  # fmt: skip


def test_cancelled_visit_is_not_brought_back_beside_the_one_that_came_after(here: Clinic, due: FollowUp) -> None:
    first = by_the_link(here, due)
    booking.cancel(appointment=first, reason="By mistake", by=here.desk, now=NOW)
    here.visit("18:00", day=BACK_ON, patient=due.patient, type=here.injection)
    url = reverse("scheduling:undo", args=[first.public_id, "cancelled"])
    page = client_of(here.desk).post(url, follow=True).content.decode()
    assert "is booked already: Mon 24 May 2027, 18:00" in page
    first.refresh_from_db()
    assert first.state == "cancelled"


def test_visit_under_way_stands_against_nothing(here: Clinic, due: FollowUp) -> None:
    """The next one is booked while the patient is still in the room, before the session is signed."""
    visit = by_the_link(here, due)
    Appointment.objects.filter(pk=visit.pk).update(state="in_room", in_room_at=NOW, arrived_at=NOW)
    later: Any = here.slot("10:30", BACK_ON + timedelta(days=84), type=here.injection)
    booking.book(patient=due.patient, slot=later, by=here.desk, now=NOW, leave=Leave())
    assert visits_of(due) == [due, None]


def test_patient_who_takes_a_freed_time_of_another_type_reads_why_it_is_not_booked(here: Clinic, at_ten: None) -> None:
    """Of their own type the visit they have would move; of another the page would else show the same offer again."""
    due = a_follow_up(here.doctor, NOW - timedelta(days=84), location=here.location)
    here.visit("10:30", day=date(2027, 3, 10), patient=due.patient, type=here.injection)
    longer = AppointmentType.objects.create(
        name="Long injection", public_name="Visit", kind=here.injection.kind, minutes=30, after_buffer_minutes=0
    )
    waits(here, patient=due.patient, kind=longer)
    given_up(here)
    offering.sweep(NOW)
    offer = SlotOffer.objects.get()
    answer = Client().post(reverse("scheduling:slot_offer", args=[token(offer)]), {"answer": "take"})
    assert answer.status_code == 409
    assert "You have a visit booked already. A link in the e-mail about it moves it, or call us." in answer.text
    assert visits_of(due) == [due]
