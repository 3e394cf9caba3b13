"""Which letters a visit owes: what was sent, what was withdrawn, and nothing for an act taken back in time."""

from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from clinic.outbox.delivery import work
from clinic.outbox.models import Letter
from patients.models import Patient
from scheduling import booking
from scheduling.models import Appointment
from tests.outbox import sink as sinks
from tests.outbox.conftest import use_server
from tests.outbox.owner import as_owner
from tests.scheduling.made import NOW, Clinic

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


def states(visit: Appointment) -> list[tuple[str, str, str]]:
    return list(Letter.objects.about(visit).order_by("pk").values_list("letter", "edition", "state"))


def went(visit: Appointment) -> None:
    """All that is queued about a visit went out."""
    Letter.objects.about(visit).filter(state="queued").update(
        state="sent", attempt=1, handing_over_at=LATER, sent_at=LATER, ended_at=LATER
    )


def test_a_booking_taken_back_in_time_sends_nothing(here: Clinic) -> None:
    visit = here.visit()
    booking.cancel(appointment=visit, reason="Taken back", by=here.desk, now=NOW)
    assert states(visit) == [("appointment_confirmed", "0", "withdrawn")]


def test_a_booking_taken_back_in_time_sends_no_form_and_booked_again_sends_it_once(
    here: Clinic, settings: Settings
) -> None:
    """With the workers' own timing: nothing is due before the ten seconds are over."""
    with sinks.running() as (sink, port):
        use_server(settings, port)
        visit = here.visit()
        patient = visit.patient
        Patient.objects.filter(pk=patient.pk).update(email="meenal@patients.example")
        work(NOW + timedelta(seconds=9))
        booking.cancel(appointment=visit, reason="Taken back", by=here.desk, now=NOW + timedelta(seconds=9))
        work(NOW + timedelta(minutes=1))
        assert sink.taken == []
        again = NOW + timedelta(minutes=2)
        booking.book(patient=patient, slot=here.slot("11:30"), by=here.desk, now=again)
        work(again + timedelta(seconds=9))
        assert sink.taken == []
        work(again + timedelta(seconds=10))
    invited = Letter.objects.for_person(patient).of_kind("intake_invitation").get()
    assert (invited.state, len(sink.taken)) == ("sent", 2)


def test_cancelling_tells_who_was_told(here: Clinic) -> None:
    visit = here.visit()
    went(visit)
    booking.cancel(appointment=visit, reason="Travels", by=here.desk, now=NOW)
    assert states(visit) == [("appointment_confirmed", "0", "sent"), ("appointment_cancelled", "0", "queued")]


def test_an_undone_cancellation_sends_nothing_and_can_be_cancelled_again(here: Clinic) -> None:
    visit = here.visit()
    went(visit)
    booking.cancel(appointment=visit, reason="Travels", by=here.desk, now=NOW)
    booking.undo(appointment=visit, from_state="cancelled", by=here.desk, now=NOW)
    assert states(visit) == [("appointment_confirmed", "0", "sent"), ("appointment_cancelled", "0", "withdrawn")]
    booking.cancel(appointment=visit, reason="Travels after all", by=here.desk, now=NOW)
    assert states(visit)[1] == ("appointment_cancelled", "0", "queued")


def test_undoing_a_cancellation_that_was_sent_confirms_anew(here: Clinic) -> None:
    visit = here.visit()
    went(visit)
    booking.cancel(appointment=visit, reason="Travels", by=here.desk, now=NOW)
    went(visit)
    booking.undo(appointment=visit, from_state="cancelled", by=here.desk, now=LATER)
    assert states(visit)[2:] == [("appointment_confirmed", "2", "queued")]


def test_moving_before_the_confirmation_went_sends_one_letter_with_the_new_time(here: Clinic) -> None:
    visit = here.visit()
    moved = booking.move(appointment=visit, slot=here.slot("11:30"), seen_version=1, by=here.desk, now=NOW)
    assert states(moved) == [("appointment_confirmed", "0", "withdrawn"), ("appointment_confirmed", "1", "queued")]


def test_moving_after_it_went_tells_the_new_time(here: Clinic) -> None:
    visit = here.visit()
    went(visit)
    moved = booking.move(appointment=visit, slot=here.slot("11:30"), seen_version=1, by=here.desk, now=NOW)
    assert states(moved)[1:] == [("appointment_moved", "1", "queued")]


def test_without_a_questionnaire_the_visit_is_booked_all_the_same(here: Clinic) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE patients_questionnaire DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM patients_questionnaire")
    visit = here.visit()
    assert states(visit) == [("appointment_confirmed", "0", "queued")]
    assert not Letter.objects.for_person(visit.patient).of_kind("intake_invitation").exists()


def test_the_desks_letter_waits_ten_seconds(here: Clinic) -> None:
    visit = here.visit()
    assert Letter.objects.about(visit).get().due_at == NOW + timedelta(seconds=10)
