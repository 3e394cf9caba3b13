"""The waiting list: a time that came free is offered to who fits, and only to them."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from clinic.staff.models import Role, User
from scheduling import booking
from scheduling.booking import Leave
from scheduling.models import (
    AppointmentKind,
    AppointmentType,
    FollowUp,
    FreedTime,
    ProviderHours,
    SlotOffer,
    WaitingEntry,
)
from scheduling.waiting import answering, keeping, offering
from scheduling.wishes import Wish
from tests.patients.making import place
from tests.scheduling.made import NOW, TUESDAY, Clinic, another_doctor, someone
from tests.scheduling.waiting_made import again, given_up, letters, offered, waits

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]
MINUTE = timedelta(minutes=1)


def test_a_cancelled_visits_time_is_offered_to_who_waits_with_one_letter(here: Clinic) -> None:
    (offer,) = offered(here, "Bela")
    assert (offer.starts_at, offer.state) == (here.at("10:30"), "open")
    assert offer.expires_at == NOW + timedelta(hours=4)
    assert letters() == [("Bela", "queued")]
    assert offering.sweep(NOW + MINUTE) == 0
    assert letters() == [("Bela", "queued")]


def test_a_visit_moved_away_frees_its_old_time(here: Clinic) -> None:
    waits(here)
    visit = here.visit("10:30")
    booking.move(appointment=visit, slot=here.slot("17:00"), seen_version=visit.version, by=here.desk, now=NOW)
    assert offering.sweep(NOW) == 1
    assert SlotOffer.objects.get().starts_at == here.at("10:30")


def test_nothing_is_offered_while_nothing_came_free(here: Clinic) -> None:
    """Free times that were there before are the desk's to book; the list is for those that come free."""
    waits(here)
    assert offering.sweep(NOW) == 0


def test_five_are_asked_at_a_time_the_longest_wait_first_and_then_the_next(here: Clinic) -> None:
    names = [f"Person{number}" for number in range(7)]
    offers = offered(here, *names)
    assert [offer.entry.patient.given_name for offer in offers] == names[:5]
    answering.decline(offer=offers[1], by=here.desk, now=NOW)
    assert offering.sweep(NOW + MINUTE) == 1
    assert offering.sweep(NOW + 2 * MINUTE) == 0
    later = NOW + timedelta(hours=4)
    assert offering.sweep(later) == 1
    assert [name for name, _state in letters()] == names
    assert list(SlotOffer.objects.order_by("id").values_list("state", flat=True)) == [
        "lapsed", "declined", "lapsed", "lapsed", "lapsed", "open", "open",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "facts",
    [
        {"weekdays": (0, 2)},
        {"first_on": date(2027, 3, 3)},
        {"opens": time(11, 30)},
        {"until_on": TUESDAY - timedelta(days=1)},
    ],
)
def test_whom_the_day_does_not_suit_is_not_asked(here: Clinic, facts: dict[str, Any]) -> None:
    assert offered(here, "Bela", **facts) == []


def test_the_first_start_within_the_freed_time_that_suits_is_offered(here: Clinic) -> None:
    """The visit held half past ten until a quarter past eleven: who may not come before 10:45 is offered 10:45."""
    here.consultation.after_buffer_minutes = 0
    here.consultation.save()
    (offer,) = offered(here, "Bela", opens=time(10, 40))
    assert offer.starts_at == here.at("10:45")


def test_with_somebody_or_with_anyone(here: Clinic) -> None:
    other = another_doctor(here)
    waits(here, "Bela", clinician=here.doctor)
    waits(here, "Charu", clinician=other)
    waits(here, "Deepa")
    given_up(here, clinician=other)
    offering.sweep(NOW)
    assert [name for name, _state in letters()] == ["Charu", "Deepa"]


def test_another_locations_time_is_nobodys_here(here: Clinic) -> None:
    waits(here)
    FreedTime.objects.create(
        location=place("Far away"), clinician=here.doctor, starts_at=here.at("10:30"), ends_at=here.at("11:15"),
        freed_at=NOW,
    )  # fmt: skip
    assert offering.sweep(NOW) == 0
    FreedTime.objects.update(location=here.location)
    assert offering.sweep(NOW) == 1


def test_what_is_out_of_use_is_not_offered(here: Clinic) -> None:
    waits(here)
    given_up(here)
    here.consultation.is_active = False
    here.consultation.save()
    assert offering.sweep(NOW) == 0
    here.consultation.is_active = True
    here.consultation.save()
    User.objects.filter(pk=here.doctor.pk).update(is_active=False)
    assert offering.sweep(NOW) == 0
    assert not SlotOffer.objects.exists()
    User.objects.filter(pk=here.doctor.pk).update(is_active=True)
    assert offering.sweep(NOW) == 1


def test_nobody_is_asked_with_too_little_time_to_answer(here: Clinic) -> None:
    """Half past ten with two hours of notice is answered by half past eight; at ten to eight the desk rings."""
    waits(here)
    given_up(here)
    assert offering.sweep(here.at("08:10")) == 0
    assert SlotOffer.objects.count() == 0


def test_in_the_night_an_answer_is_counted_from_the_morning(here: Clinic) -> None:
    waits(here)
    given_up(here, "17:00", now=here.at("22:00", TUESDAY - timedelta(days=1)))
    offering.sweep(here.at("22:00", TUESDAY - timedelta(days=1)))
    assert SlotOffer.objects.get().expires_at == here.at("13:00")  # four hours after nine


def test_who_has_no_address_is_offered_it_on_the_list_and_no_letter_is_owed(here: Clinic) -> None:
    waits(here, patient=someone("Ela", email="", has_no_email=True))
    given_up(here)
    assert offering.sweep(NOW) == 0
    assert SlotOffer.objects.get().state == "open"
    assert letters() == []


def test_who_comes_sooner_already_is_not_asked(here: Clinic) -> None:
    bela = someone("Bela")
    entry = waits(here, patient=bela)
    here.visit("10:00", patient=bela, type=here.injection)
    WaitingEntry.objects.filter(pk=entry.pk).update(type=here.injection)
    given_up(here, "11:30")
    assert offering.sweep(NOW) == 0


@pytest.mark.parametrize(("theirs", "asked"), [(TUESDAY, 0), (TUESDAY + timedelta(days=1), 1)])
def test_who_waits_to_come_sooner_is_asked_for_an_earlier_day_not_for_hours(
    here: Clinic, theirs: date, asked: int
) -> None:
    bela = someone("Bela")
    entry = waits(here, patient=bela)
    here.visit("18:00", patient=bela, type=here.injection, day=theirs)
    WaitingEntry.objects.filter(pk=entry.pk).update(type=here.injection)
    given_up(here, "10:00", type=here.injection)
    assert offering.sweep(NOW) == asked


def test_a_time_held_online_is_offered_once_the_hold_is_over(here: Clinic) -> None:
    """Ten minutes later nobody booked it: no deed frees it, the sweep sees it."""
    waits(here)
    given_up(here)
    booking.hold(slot=here.slot(), now=NOW)
    assert offering.sweep(NOW + 9 * MINUTE) == 0
    assert offering.sweep(NOW + 10 * MINUTE) == 1


def test_offers_and_entries_end_when_their_time_is_over(here: Clinic) -> None:
    (offer,) = offered(here, until_on=TUESDAY)
    offering.sweep(offer.expires_at)
    assert again(offer).state == "lapsed"
    offering.sweep(here.at("23:59"))
    assert again(offer).entry.state == "waiting"
    offering.sweep(here.at("00:00", TUESDAY + timedelta(days=1)))
    assert again(offer).entry.state == "over"
    assert FreedTime.objects.open().count() == 0


def test_an_injection_is_never_offered_before_its_earliest_day(session: Any, doctor: User, time_machine: Any) -> None:
    """Meenal was treated on 1 March; the day she may come again is 24 May 2027, twelve weeks later."""
    time_machine.move_to(NOW, tick=False)
    location = session.location
    kind = AppointmentType.objects.create(
        name="Injection", public_name="Visit", kind=AppointmentKind.INJECTION, minutes=30, after_buffer_minutes=0
    )
    for weekday in range(6):
        ProviderHours.objects.create(clinician=doctor, location=location, weekday=weekday, starts="10:00", ends="13:00")
    assert FollowUp.objects.get().earliest_on == date(2027, 5, 24)
    keeping.put_on(
        patient=session.patient, kind=kind, wish=Wish(date(2027, 3, 1), date(2027, 6, 30)), by=doctor, now=NOW
    )
    for day in (22, 24):
        starts_at = datetime(2027, 5, day, 10, 30, tzinfo=location.zone)
        FreedTime.objects.create(
            location=location, clinician=doctor, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30),
            freed_at=NOW,
        )  # fmt: skip
    assert offering.sweep(NOW) == 1
    assert SlotOffer.objects.get().starts_at == datetime(2027, 5, 24, 10, 30, tzinfo=location.zone)


def test_an_overbooked_visit_that_is_cancelled_leaves_a_time_that_is_not_free(here: Clinic) -> None:
    waits(here)
    here.visit("10:30", patient=someone("Kept"))
    beside = booking.book(
        patient=someone("Beside"), slot=here.slot("10:30", room=here.rooms[1]), by=here.desk, now=NOW,
        leave=Leave(overbook_reason="Urgent"),
    )  # fmt: skip
    booking.cancel(appointment=beside, reason="Is better", by=here.desk, now=NOW)
    assert offering.sweep(NOW) == 0
    assert FreedTime.objects.open().count() == 0


def test_a_sweep_of_many_asks_the_same_questions_for_one_and_for_three_that_do_not_fit(
    here: Clinic, django_assert_num_queries: Any
) -> None:
    """Who does not fit by day or clinician costs nothing: the wish is asked before the calendar."""
    assert here.desk.role == Role.FRONT_DESK
    given_up(here)
    for name in ("Bela", "Charu", "Deepa"):
        waits(here, name, weekdays=(5,))
        with django_assert_num_queries(8):
            offering.sweep(NOW)
