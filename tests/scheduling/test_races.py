"""Deeds done at once, in one process: what the races over HTTP (tests/faults/test_booking_races.py) do not reach."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier, Event
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.urls import reverse

from patients.link_refusals import LinkRefused, LinkRevoked
from patients.links import make_link, use_link
from patients.models import AccessLink
from scheduling import booking, by_link
from scheduling.booking import Slot
from scheduling.booking.taking import taking
from scheduling.by_link import Offer
from scheduling.errors import AlreadyBooked, BeingBooked, Refusal
from scheduling.models import Appointment, FollowUp
from tests.clinic.building import world
from tests.patients.making import client_of
from tests.scheduling.made import NOW, clinic, someone
from tests.scheduling.owed import a_follow_up

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(deeds: list[Callable[[], Any]]) -> list[Any]:
    """Start all at the same moment, each with a database connection of its own."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return deed()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_f19_press_while_the_first_is_being_written_is_told_so_and_then_answered_as_the_first(
    time_machine: Any,
) -> None:
    time_machine.move_to(NOW)
    here, patient, pressed = clinic(), someone(), str(uuid4())
    is_written, go_on = Event(), Event()
    slot = f"{here.at('10:30').isoformat()}|{here.doctor.public_id}|{here.rooms[0].public_id}"
    form = {"pressed": pressed, "type": here.consultation.public_id, "slot": slot}
    browser, url = client_of(here.desk), f"{reverse('scheduling:book')}?patient={patient.public_id}"

    def first() -> Appointment:
        with transaction.atomic():
            visit = here.visit("10:30", patient=patient, pressed=pressed)
            is_written.set()
            go_on.wait(20)
        connections.close_all()
        return visit

    with ThreadPoolExecutor(1) as pool, connection.cursor() as cursor:
        writing = pool.submit(first)
        is_written.wait(20)
        cursor.execute("SET lock_timeout = '100ms'")  # in the clinic it is five seconds
        meanwhile = browser.post(url, form)
        go_on.set()
        visit = writing.result(20)
    again = browser.post(url, form)
    assert meanwhile.status_code == 409
    assert "Tue 2 Mar 2027, 10:30 is being booked at this moment" in meanwhile.content.decode()
    assert f'value="{pressed}"' in meanwhile.content.decode()  # the same press, to be pressed again
    assert (again.status_code, again["Location"].partition("?")[0]) == (
        302,
        reverse("scheduling:appointment", args=[visit.public_id]),
    )
    assert Appointment.objects.count() == 1


def link_first(*, link: AccessLink, offer: Offer, slot: Slot, now: datetime) -> Appointment:
    """Book by a link without standing in line for the patient before the link is taken."""
    with transaction.atomic():
        use_link(link, now=now)
        return booking.book(patient=offer.patient, slot=slot, by=None, now=now, follow_up=offer.follow_up)


def one_behind_the_other(due: FollowUp, first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """Press both while a third holds the follow-up, in this order; return what each was told."""
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            FollowUp.objects.select_for_update().get(pk=due.pk)
            running = [pool.submit(refused, first)]
            wait_for_waiting(1)
            running.append(pool.submit(refused, second))
            wait_for_waiting(2)
        return [one.result(20) for one in running]


@pytest.mark.parametrize(("book_by_link", "ends_in_a_ring"), [(by_link.book, False), (link_first, True)])
def test_desk_and_link_that_book_one_follow_up_at_once_wait_in_line(
    time_machine: Any, book_by_link: Callable[..., Appointment], ends_in_a_ring: bool
) -> None:
    """Both stand before the follow-up, held by a third; let go, neither may hold what the other asks for next."""
    time_machine.move_to(NOW)
    here = world(NOW).here
    due = here.follow_up
    link = make_link(purpose="book", patient=due.patient, about=due, now=NOW, expires_at=NOW + timedelta(days=300))[0]
    offer = by_link.offer_of(link, now=NOW)
    assert offer is not None
    sooner, later = slots_of(offer, due.earliest_on)

    def desk() -> Any:
        return booking.book(patient=due.patient, slot=sooner, by=here.doctor, now=NOW, follow_up=due)

    def patient() -> Any:
        return book_by_link(link=link, offer=offer, slot=later, now=NOW)

    said = one_behind_the_other(due, desk, patient)
    assert (BeingBooked in said) is ends_in_a_ring
    if not ends_in_a_ring:
        assert said[0] is None
        assert said[1] is LinkRevoked
    assert Appointment.objects.filter(follow_up=due).count() == 1


def unguarded(due: FollowUp, slot: Slot, here: Any) -> Appointment:
    """Book without asking, once in line, what others have booked: the table alone refuses no second visit."""
    with taking(slot, patient=due.patient, now=NOW):
        visit: Appointment = Appointment.objects.create(
            **slot.columns, patient=due.patient, type=slot.type, booked_by=here.desk, booked_at=NOW, follow_up=due
        )
    return visit


def guarded(due: FollowUp, slot: Slot, here: Any) -> Appointment:
    return booking.book(patient=due.patient, slot=slot, by=here.desk, now=NOW, follow_up=due)


@pytest.mark.parametrize(("by_the_desk", "visits"), [(guarded, 1), (unguarded, 2)])
def test_desk_that_comes_while_the_link_books_is_told_what_stands(
    time_machine: Any, by_the_desk: Callable[..., Appointment], visits: int
) -> None:
    """The link stands before the follow-up, held by a third; the desk, at another time, behind the link."""
    time_machine.move_to(NOW)
    here = clinic()
    due = a_follow_up(here.doctor, NOW, location=here.location)
    link = make_link(purpose="book", patient=due.patient, about=due, now=NOW, expires_at=NOW + timedelta(days=300))[0]
    offer = by_link.offer_of(link, now=NOW)
    assert offer is not None
    sooner, later = slots_of(offer, due.earliest_on)

    def patient() -> Any:
        return by_link.book(link=link, offer=offer, slot=later, now=NOW)

    def desk() -> Any:
        return by_the_desk(due, sooner, here)

    said = one_behind_the_other(due, patient, desk)
    assert said == [None, AlreadyBooked if visits == 1 else None]
    assert Appointment.objects.filter(follow_up=due).count() == visits


def refused(deed: Callable[[], Any]) -> type[Exception] | None:
    """Do it; what it was refused with."""
    try:
        deed()
    except (Refusal, LinkRefused) as refusal:
        return type(refusal)
    finally:
        connections.close_all()
    return None


def wait_for_waiting(many: int) -> None:
    """Wait until so many of this database stand before a lock: other tests' databases have their own."""
    deadline = time.monotonic() + 20
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_locks"
                " WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
            )
            if cursor.fetchone()[0] >= many:
                return
        assert time.monotonic() < deadline
        time.sleep(0.01)


def slots_of(offer: Offer, day: date) -> tuple[Slot, Slot]:
    """Two times of an offer, on the day and the day after."""
    first, second = (offer.offering.times(one, one, now=NOW, limit=1)[0] for one in (day, day + timedelta(days=1)))
    sooner, later = (
        Slot(
            clinician=free.clinician,
            location=offer.offering.location,
            room=free.room,
            type=offer.offering.kind,
            starts_at=free.starts_at,
        )
        for free in (first, second)
    )
    return sooner, later
