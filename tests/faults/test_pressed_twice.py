"""F19. A button pressed twice, a browser and a proxy that try again: one visit, and the same answer."""

import pytest
from django.db import connection, transaction

from patients.models import Patient
from scheduling import booking
from tests.faults.harness.desk import Desk
from tests.journeys.running import until


@pytest.fixture
def patient(desk: Desk) -> Patient:
    """Somebody to book for."""
    return desk.patient()


def test_f19_second_press_is_answered_as_the_first(desk: Desk, patient: Patient) -> None:
    form = desk.form()
    first, second = desk.press(patient, form), desk.press(patient, form)
    assert (first.status, second.status) == (302, 302)
    assert first.leads_to == second.leads_to
    assert desk.visits(patient) == 1


def test_f19_eight_presses_at_once_are_one_visit_and_one_answer(desk: Desk, patient: Patient) -> None:
    answers = desk.press_at_once(patient, *[desk.form()] * 8)
    assert {answer.status for answer in answers} == {302}
    assert len({answer.leads_to for answer in answers}) == 1
    assert desk.visits(patient) == 1


def test_f19_press_repeated_after_the_line_broke_is_one_visit(desk: Desk, patient: Patient) -> None:
    form = desk.form()
    desk.press(patient, form, waits=False)
    until(lambda: desk.visits(patient) == 1, seconds=60, what="the first press to be done though nobody heard of it")
    assert desk.press(patient, form).status == 302
    assert desk.visits(patient) == 1


def test_f19_same_press_with_another_time_is_refused(desk: Desk, patient: Patient) -> None:
    form = desk.form()
    assert desk.press(patient, form).status == 302
    other = desk.form(pressed=form["pressed"])
    assert desk.press(patient, other).status == 422
    assert desk.visits(patient) == 1


def test_f19_control_without_the_key_a_repeated_press_is_told_that_the_time_is_taken(
    desk: Desk, patient: Patient
) -> None:
    form = desk.form()
    answers = [desk.press(patient, form), desk.press(patient, desk.form(form["slot"]))]
    assert [answer.status for answer in answers] == [302, 409]


def test_f19_press_repeated_after_the_first_was_killed_is_one_visit(desk: Desk, patient: Patient) -> None:
    """The first stands before a lock in the middle of its transaction when its process is killed."""
    form = desk.form()
    with transaction.atomic():
        booking.stand_in_line(patient=patient)
        desk.press(patient, form, waits=False)
        until(_somebody_waits, seconds=60, what="the first press to stand in line")
        desk.web.kill_child()
    assert desk.visits(patient) == 0
    assert desk.press(patient, form).status == 302
    assert desk.press(patient, form).status == 302
    assert desk.visits(patient) == 1


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return cursor.fetchone() is not None
