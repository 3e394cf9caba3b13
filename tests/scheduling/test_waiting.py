"""The waiting list: a time that came free is offered to who fits, the first press takes it, and the entry ends."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clinic.lib.db import violated
from clinic.outbox import registry
from clinic.outbox.models import Letter
from clinic.staff.models import Role, User
from patients.link_refusals import LinkUsed
from patients.links import open_link
from patients.models import Patient
from patients.registration import PersonFacts, amend
from scheduling import booking
from scheduling.booking import Leave
from scheduling.errors import OfferEnded, OnTheListAlready, PatientHasDied, SlotTaken
from scheduling.models import (
    Appointment,
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
from tests.scheduling.made import NOW, TUESDAY, Clinic, another_doctor, clinic, someone
from tests.scheduling.waiting_made import given_up, offered, token, waits

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def here(time_machine: Any) -> Clinic:
    time_machine.move_to(NOW, tick=False)
    return clinic()


def again(offer: SlotOffer) -> SlotOffer:
    """The offer as it stands, with what its deeds read."""
    found: SlotOffer = SlotOffer.objects.select_related(
        "entry__patient", "entry__location", "entry__type", "freed__clinician"
    ).get(pk=offer.pk)
    return found


def letters() -> list[tuple[str, str]]:
    """Who is owed a letter of the list, and its state."""
    people = {person.public_id: person.given_name for person in Patient.objects.all()}
    rows = Letter.objects.of_kind(offering.LETTER).order_by("id").values_list("person_public_id", "state")
    return [(people[person], state) for person, state in rows]


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


def test_the_first_press_has_the_time_and_ends_the_entry(here: Clinic) -> None:
    first, second = offered(here, "Bela", "Charu")
    link = open_link(token(first), answering.PURPOSE, NOW)
    visit = answering.take(offer=again(first), by=None, now=NOW, link=link)
    assert (visit.patient, visit.starts_at, visit.booked_by) == (first.entry.patient, here.at("10:30"), None)
    first.entry.refresh_from_db()
    assert (first.entry.state, first.entry.visit, again(first).state) == ("booked", visit, "taken")
    with pytest.raises(SlotTaken):
        answering.take(offer=again(second), by=None, now=NOW, link=open_link(token(second), answering.PURPOSE, NOW))
    assert open_link(token(second), answering.PURPOSE, NOW).used_at is None  # a refusal uses nothing up
    offering.sweep(NOW + MINUTE)
    assert (again(second).state, again(second).entry.state) == ("gone", "waiting")
    with pytest.raises(OfferEnded):
        answering.take(offer=again(second), by=here.desk, now=NOW + MINUTE)


def test_the_same_press_again_finds_the_link_used(here: Clinic) -> None:
    (offer,) = offered(here)
    link, stale = open_link(token(offer), answering.PURPOSE, NOW), again(offer)
    answering.take(offer=again(offer), by=None, now=NOW, link=link)
    with pytest.raises(LinkUsed):
        answering.take(offer=stale, by=None, now=NOW, link=link)
    assert Appointment.objects.upcoming(NOW).count() == 1


def test_a_time_taken_in_place_of_a_later_visit_moves_it_and_frees_that_one(here: Clinic) -> None:
    bela = someone("Bela")
    later = here.visit("17:00", patient=bela, day=TUESDAY + timedelta(days=8))
    entry = waits(here, patient=bela)
    given_up(here)
    offering.sweep(NOW)
    offer = again(SlotOffer.objects.get())
    visit = answering.take(offer=offer, by=None, now=NOW, link=open_link(token(offer), answering.PURPOSE, NOW))
    assert (visit.pk, visit.starts_at) == (later.pk, here.at("10:30"))
    entry.refresh_from_db()
    assert entry.state == "booked"
    assert here.at("17:00", TUESDAY + timedelta(days=8)) in FreedTime.objects.values_list("starts_at", flat=True)


def test_who_comes_sooner_already_is_not_asked(here: Clinic) -> None:
    bela = someone("Bela")
    entry = waits(here, patient=bela)
    here.visit("10:00", patient=bela, type=here.injection)
    WaitingEntry.objects.filter(pk=entry.pk).update(type=here.injection)
    given_up(here, "11:30")
    assert offering.sweep(NOW) == 0


def test_a_visit_of_the_type_by_the_last_day_ends_the_entry_and_a_later_one_does_not(here: Clinic) -> None:
    entry = waits(here)
    after = here.visit("17:00", patient=entry.patient, day=date(2027, 4, 1))
    entry.refresh_from_db()
    assert entry.state == "waiting"
    booking.move(
        appointment=after, slot=here.slot("17:00", date(2027, 3, 31)), seen_version=after.version, by=here.desk,
        now=NOW,
    )  # fmt: skip
    entry.refresh_from_db()
    assert (entry.state, entry.visit_id) == ("booked", after.pk)


def test_a_booking_taken_back_at_once_lets_the_patient_wait_again(here: Clinic) -> None:
    entry = waits(here)
    visit = here.visit("17:00", patient=entry.patient)
    booking.cancel(appointment=visit, reason="Booking taken back", by=here.desk, now=NOW + timedelta(seconds=8))
    entry.refresh_from_db()
    assert (entry.state, entry.visit) == ("waiting", None)
    visit = here.visit("17:00", patient=entry.patient)
    booking.cancel(appointment=visit, reason="Is ill", by=here.desk, now=NOW + timedelta(hours=1))
    entry.refresh_from_db()
    assert entry.state == "booked"  # a visit that was cancelled later is no mistake: nobody is put on a list unasked


def test_a_move_taken_back_at_once_lets_the_patient_wait_again_and_frees_what_it_held(here: Clinic) -> None:
    entry = waits(here)
    after = here.visit("17:00", patient=entry.patient, day=date(2027, 4, 1))
    moved = booking.move(appointment=after, slot=here.slot("17:00"), seen_version=after.version, by=here.desk, now=NOW)
    booking.put_back(appointment=moved, seen_version=moved.version, by=here.desk, now=NOW + timedelta(seconds=8))
    entry.refresh_from_db()
    assert (entry.state, entry.visit) == ("waiting", None)
    freed = FreedTime.objects.order_by("id").values_list("starts_at", flat=True)
    assert list(freed) == [here.at("17:00", date(2027, 4, 1)), here.at("17:00")]


def test_an_offer_ends_with_the_booking_that_ended_its_entry(here: Clinic) -> None:
    (offer,) = offered(here)
    here.visit("18:00", patient=offer.entry.patient)
    assert again(offer).state == "gone"


def test_a_freed_time_the_desk_gives_away_is_gone_for_who_was_asked(here: Clinic) -> None:
    (offer,) = offered(here)
    here.visit("10:30", patient=someone("Quick"))
    with pytest.raises(SlotTaken):
        answering.take(offer=again(offer), by=None, now=NOW, link=open_link(token(offer), answering.PURPOSE, NOW))
    offering.sweep(NOW + MINUTE)
    assert again(offer).state == "gone"
    assert FreedTime.objects.open().count() == 0


def test_a_time_that_cannot_be_had_for_a_while_is_offered_once_it_can(here: Clinic) -> None:
    """A hold, or hours entered by mistake: what holds a time without a visit closes nothing."""
    waits(here)
    given_up(here)
    ProviderHours.objects.update(valid_until=date(2027, 2, 1))
    assert offering.sweep(NOW) == 0
    ProviderHours.objects.update(valid_until=None)
    assert offering.sweep(NOW + MINUTE) == 1


def test_offers_and_entries_end_when_their_time_is_over(here: Clinic) -> None:
    (offer,) = offered(here, until_on=TUESDAY)
    offering.sweep(offer.expires_at)
    assert again(offer).state == "lapsed"
    offering.sweep(here.at("23:59"))
    assert again(offer).entry.state == "waiting"
    offering.sweep(here.at("00:00", TUESDAY + timedelta(days=1)))
    assert again(offer).entry.state == "over"
    assert FreedTime.objects.open().count() == 0


def test_a_letter_whose_time_was_taken_does_not_go(here: Clinic) -> None:
    first, second = offered(here, "Bela", "Charu")
    answering.take(offer=again(first), by=here.desk, now=NOW)
    kind = registry.kind_for(offering.LETTER)
    reasons = []
    for offer in (first, second):
        verdict = kind.still_wanted(Letter.objects.about(offer).get().promise, now=NOW)
        assert verdict is not None
        reasons.append(verdict.reason)
    assert reasons == ["waits_no_more", "time_taken"]
    keeping.take_off(entry=second.entry, by=here.desk, now=NOW)
    assert kind.still_wanted(Letter.objects.about(second).get().promise, now=NOW).reason == "waits_no_more"


def test_nobody_waits_twice_for_a_type_and_nobody_who_died_waits(here: Clinic) -> None:
    entry = waits(here)
    with pytest.raises(OnTheListAlready):
        waits(here, patient=entry.patient)
    waits(here, patient=entry.patient, kind=here.injection)
    with pytest.raises(PatientHasDied):
        waits(here, patient=someone("Gone", deceased_on=date(2027, 2, 1)))


def test_taken_off_and_put_back(here: Clinic) -> None:
    (offer,) = offered(here)
    assert keeping.take_off(entry=offer.entry, by=here.desk, now=NOW)
    assert not keeping.take_off(entry=offer.entry, by=here.desk, now=NOW)
    assert (again(offer).state, again(offer).entry.state) == ("declined", "taken_off")
    assert keeping.put_back(entry=offer.entry, by=here.desk, now=NOW)
    assert again(offer).entry.state == "waiting"
    keeping.take_off(entry=offer.entry, by=here.desk, now=NOW)
    waits(here, patient=offer.entry.patient)
    with pytest.raises(OnTheListAlready):
        keeping.put_back(entry=offer.entry, by=here.desk, now=NOW)


def test_who_dies_waits_no_more(here: Clinic) -> None:
    (offer,) = offered(here)
    patient = offer.entry.patient
    facts = replace(PersonFacts.of(patient), deceased_on=date(2027, 2, 28))
    amend(patient=patient, seen_version=patient.version, facts=facts, by=here.desk, now=NOW)
    assert (again(offer).state, again(offer).entry.state) == ("gone", "taken_off")


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


BROKEN: dict[str, dict[str, Any]] = {
    "waiting_begins_before_it_ends": {"until_on": date(2027, 2, 1)},
    "waiting_hours_start_before_they_end": {"opens": "13:00", "closes": "10:00"},
    "waiting_days_are_weekdays": {"weekdays": [7]},
    "waiting_state_is_known": {"state": "lost", "ended_at": NOW},
    "waiting_ended_has_its_time": {"state": "over"},
    "waiting_booked_names_its_visit": {"state": "booked", "ended_at": NOW},
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_table_refuses_an_entry_that_contradicts_itself(here: Clinic, name: str) -> None:
    entry = waits(here)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        WaitingEntry.objects.filter(pk=entry.pk).update(**BROKEN[name])
    assert violated(error.value) == name


SPOILT: dict[str, dict[str, Any]] = {
    "offer_state_is_known": {"state": "lost", "ended_at": NOW},
    "offer_leaves_time_to_answer": {"expires_at": NOW - timedelta(hours=1)},
    "offer_is_answered_before_the_visit": {"expires_at": NOW + timedelta(days=9)},
    "offer_ended_has_its_time": {"state": "gone"},
}


@pytest.mark.parametrize("name", SPOILT)
def test_the_table_refuses_an_offer_that_contradicts_itself(here: Clinic, name: str) -> None:
    (offer,) = offered(here)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        SlotOffer.objects.filter(pk=offer.pk).update(**SPOILT[name])
    assert violated(error.value) == name


def test_the_table_keeps_one_open_offer_an_entry_and_one_of_a_time(here: Clinic) -> None:
    (offer,) = offered(here)
    facts = {"entry": offer.entry, "starts_at": offer.starts_at, "made_at": NOW, "expires_at": offer.expires_at}
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        SlotOffer.objects.create(freed=offer.freed, state="lapsed", ended_at=NOW, **facts)
    assert violated(error.value) == "offer_once_to_each"
    other = FreedTime.objects.create(
        location=here.location, clinician=here.doctor, starts_at=here.at("12:00"), ends_at=here.at("12:30"),
        freed_at=NOW,
    )  # fmt: skip
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        SlotOffer.objects.create(freed=other, **facts)
    assert violated(error.value) == "offer_one_open_an_entry"


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
        with django_assert_num_queries(11):
            offering.sweep(NOW)
