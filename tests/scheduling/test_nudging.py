"""The intake is asked for once more: on the policy's day, with the link of the invitation, unless it came."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from clinic.outbox.models import Letter
from clinic.outbox.registry import Suppressed, kind_for
from patients.intake import enter_for, invitation_link, submit
from patients.models import Intake
from scheduling import booking
from scheduling.models import Appointment, VisitPolicy
from tests.outbox.reading import rendered_for
from tests.patients.intake_making import filled
from tests.scheduling.made import NOW, Clinic, clinic

pytestmark = pytest.mark.django_db
DAY = date(2027, 3, 12)  # a Friday; two days before is the Wednesday


@pytest.fixture
def here(settings: Any) -> Clinic:
    settings.PUBLIC_URL = "http://testserver"
    return clinic()


def nudge(visit: Appointment) -> Letter:
    found: Letter = Letter.objects.about(visit).of_kind("intake_nudge").get()
    return found


def refused(letter: Letter) -> str:
    answer = kind_for(letter.letter).still_wanted(letter.promise, now=letter.due_at)
    return answer.reason if isinstance(answer, Suppressed) else ""


def test_it_is_owed_two_days_before_in_the_morning(here: Clinic) -> None:
    letter = nudge(here.visit("10:30", day=DAY))
    assert (letter.state, letter.due_at) == ("queued", here.at("09:00", date(2027, 3, 10)))
    assert refused(letter) == ""


def test_it_carries_the_link_of_the_invitation(here: Clinic) -> None:
    said = rendered_for(nudge(here.visit("10:30", day=DAY)), NOW)
    token = invitation_link(intake=Intake.objects.get(), now=NOW)[1]
    assert re.findall(r"http://testserver/i/([^/\s]+)", said.text) == [token]
    assert "Friday 12 March 2027" in said.text
    assert said.subject == "Before your visit to Kadamb Clinic: your answers are not here yet"


def test_a_form_that_came_withdraws_it_at_once(here: Clinic) -> None:
    visit = here.visit("10:30", day=DAY)
    submit(intake=filled(Intake.objects.get(), NOW), by=None, now=NOW)
    assert (nudge(visit).state, nudge(visit).reason) == ("withdrawn", "form_sent")
    assert refused(nudge(visit)) == "form_sent"


def test_a_form_at_the_desk_is_not_asked_for(here: Clinic) -> None:
    visit = here.visit("10:30", day=DAY)
    enter_for(patient=visit.patient, by=here.desk, now=NOW)
    assert refused(nudge(visit)) == "at_the_desk"


def test_a_cancelled_visit_withdraws_it_and_an_undo_owes_it_again(here: Clinic) -> None:
    visit = here.visit("10:30", day=DAY)
    booking.cancel(appointment=visit, reason="Travels", by=here.desk, now=NOW)
    assert nudge(visit).state == "withdrawn"
    booking.undo(appointment=visit, from_state="cancelled", by=here.desk, now=NOW)
    assert nudge(visit).state == "queued"


def test_a_moved_visit_moves_it_and_one_that_went_goes_no_more(here: Clinic) -> None:
    visit = here.visit("10:30", day=DAY)
    visit = booking.move(
        appointment=visit,
        slot=here.slot("10:30", date(2027, 3, 19)),
        seen_version=visit.version,
        by=here.desk,
        now=NOW,
    )
    at = nudge(visit).due_at
    assert (nudge(visit).state, at) == ("queued", here.at("09:00", date(2027, 3, 17)))
    Letter.objects.filter(pk=nudge(visit).pk).update(
        state="sent", attempt=1, handing_over_at=at, sent_at=at, ended_at=at
    )
    booking.move(
        appointment=visit, slot=here.slot("10:30", date(2027, 3, 26)), seen_version=visit.version, by=here.desk, now=at
    )
    assert nudge(visit).state == "sent"


@pytest.mark.parametrize(
    ("moved_on", "to", "due"),
    [
        (date(2027, 3, 8), date(2027, 3, 11), ("09:00", date(2027, 3, 9))),  # less than a day ahead, and still to come
        (date(2027, 3, 8), date(2027, 3, 10), None),  # its day's morning is gone
        (date(2027, 3, 8), date(2027, 3, 9), None),
    ],
)
def test_a_visit_moved_near_is_asked_about_on_its_day_or_at_once(
    here: Clinic, moved_on: date, to: date, due: tuple[str, date] | None
) -> None:
    """The invitation is a week old by then; at once is after the undo's ten seconds, in waking hours."""
    visit, at = here.visit("10:30", day=DAY), here.at("11:00", moved_on)
    slot = here.slot("10:30", to)
    booking.move(appointment=visit, slot=slot, seen_version=visit.version, by=here.desk, now=at)
    letter = nudge(visit)
    assert (letter.state, letter.due_at) == ("queued", here.at(*due) if due else at + timedelta(seconds=10))
    assert refused(letter) == ""


def test_an_old_form_is_asked_for_at_once_with_the_next_visit_soon(here: Clinic) -> None:
    """It is open already, so no invitation goes with this booking."""
    first, at = here.visit("10:30", day=DAY), here.at("11:00", date(2027, 3, 8))
    second = here.visit("11:30", patient=first.patient, day=date(2027, 3, 9), now=at)
    assert nudge(second).due_at == at + timedelta(seconds=10)


@pytest.mark.parametrize("day", [date(2027, 3, 2), date(2027, 3, 3)])
def test_a_visit_soon_has_the_invitation_only(here: Clinic, day: date) -> None:
    visit = here.visit("10:30", day=day)
    assert not Letter.objects.about(visit).of_kind("intake_nudge").exists()
    assert Letter.objects.of_kind("intake_invitation").exists()


def test_a_visit_without_an_intake_asks_for_none(here: Clinic) -> None:
    visit = here.visit("10:30", day=DAY, type=here.injection)
    assert not Letter.objects.about(visit).of_kind("intake_nudge").exists()


def test_a_policy_switched_off_meanwhile_stops_it(here: Clinic) -> None:
    letter = nudge(here.visit("10:30", day=DAY))
    VisitPolicy.objects.create(
        appointment_type=here.consultation, changed_at=NOW, changed_by=here.desk, reminder_days_before=[],
        nudge_days_before=None, sends_aftercare=True, asks_check_ins=True,
    )  # fmt: skip
    assert refused(letter) == "policy_off"
