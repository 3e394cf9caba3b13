"""The answer to an offer, and what ends somebody's wait: a press, a booking, a person, a death."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from clinic.outbox import registry
from clinic.outbox.models import Letter
from patients.link_refusals import LinkUsed
from patients.links import open_link
from patients.registration import PersonFacts, amend
from scheduling import booking
from scheduling.errors import OfferEnded, OnTheListAlready, PatientHasDied, SlotTaken
from scheduling.models import (
    Appointment,
    FreedTime,
    SlotOffer,
)
from scheduling.waiting import answering, keeping, offering
from tests.scheduling.made import NOW, TUESDAY, Clinic, someone
from tests.scheduling.waiting_made import again, given_up, offered, token, waits

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]
MINUTE = timedelta(minutes=1)


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


def test_a_move_taken_back_at_once_lets_the_patient_wait_again_and_what_was_free_all_along_is_no_news(
    here: Clinic,
) -> None:
    entry = waits(here)
    after = here.visit("17:00", patient=entry.patient, day=date(2027, 4, 1))
    moved = booking.move(appointment=after, slot=here.slot("17:00"), seen_version=after.version, by=here.desk, now=NOW)
    booking.put_back(appointment=moved, seen_version=moved.version, by=here.desk, now=NOW + timedelta(seconds=8))
    entry.refresh_from_db()
    assert (entry.state, entry.visit) == ("waiting", None)
    freed = FreedTime.objects.order_by("id").values_list("starts_at", flat=True)
    assert list(freed) == [here.at("17:00", date(2027, 4, 1))]


def test_a_move_taken_back_offers_again_what_had_come_free_before(here: Clinic) -> None:
    booking.cancel(appointment=here.visit("17:00"), reason="Travels", by=here.desk, now=NOW)
    after = here.visit("17:00", patient=someone("Other"), day=date(2027, 4, 1))
    moved = booking.move(appointment=after, slot=here.slot("17:00"), seen_version=after.version, by=here.desk, now=NOW)
    booking.put_back(appointment=moved, seen_version=moved.version, by=here.desk, now=NOW + timedelta(seconds=8))
    freed = FreedTime.objects.order_by("id").values_list("starts_at", flat=True)
    assert list(freed) == [here.at("17:00"), here.at("17:00", date(2027, 4, 1)), here.at("17:00")]


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
