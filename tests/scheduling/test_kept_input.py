"""What the desk and the manager typed stays on the page where it is refused, with the reason beside it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from clinic.lib import clock
from clinic.locations.models import Closure
from clinic.outbox import deeds
from clinic.outbox.models import Hold
from clinic.staff.models import Role
from scheduling import calling
from scheduling.models import Call, CallOutcome, FollowUp
from tests.patients.making import client_of
from tests.scheduling.made import NOW, Clinic
from tests.scheduling.owed import a_follow_up
from tests.treatments.people import a_location, a_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_ten")]
LIST = reverse("scheduling:recall")


@pytest.fixture
def row(here: Clinic) -> FollowUp:
    """A follow-up with so many calls in vain that giving up is offered."""
    found = a_follow_up(here.doctor, NOW, location=here.location)
    for number in range(3):
        found.refresh_from_db()
        calling.log_call(
            follow_up=found,
            outcome=CallOutcome.NO_ANSWER,
            seen_version=found.version,
            press=uuid4(),
            by=here.desk,
            now=NOW + timedelta(minutes=number),
        )
    found.refresh_from_db()
    return found


@pytest.fixture
def desk(here: Clinic) -> Client:
    return client_of(here.desk)


@pytest.fixture
def manager() -> Client:
    return client_of(a_user(Role.MANAGER))


def test_cancelling_with_too_many_words_keeps_them_and_opens_the_form(here: Clinic, desk: Client) -> None:
    visit, long = here.visit("10:30"), "Has a fever. " * 25
    answer = desk.post(reverse("scheduling:cancel", args=[visit.public_id]), {"reason": long})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{long}"' in page
    assert "Ensure this value has at most 300 characters (it has 324)." in page
    assert '<details class="card cancel-card" open>' in page
    visit.refresh_from_db()
    assert visit.state == "booked"


def test_giving_up_without_a_reason_keeps_the_row_open_with_the_sentence_beside_it(desk: Client, row: FollowUp) -> None:
    answer = desk.post(
        reverse("scheduling:give_up", args=[row.public_id]),
        {"said": " ", "version": row.version, "way": f"{LIST}?group=snoozed"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-describedby="said_error" value=" "' in page
    assert (
        '<p class="invalid-feedback" id="said_error"><strong>Say why, so that the next person knows.</strong></p>'
        in page
    )


def test_giving_up_on_a_row_worked_meanwhile_keeps_the_reason_and_a_second_press_holds(
    here: Clinic, desk: Client, row: FollowUp
) -> None:
    address, way = reverse("scheduling:give_up", args=[row.public_id]), f"{LIST}?group=snoozed"
    answer = desk.post(address, {"said": "The number is dead", "version": row.version - 1, "way": way})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "See below what was written down; then save yours." in page
    assert 'value="The number is dead"' in page
    assert f'<input type="hidden" name="version" value="{row.version}">' in page
    desk.post(address, {"said": "The number is dead", "version": row.version, "way": way})
    row.refresh_from_db()
    assert (row.state, row.said) == ("lapsed", "The number is dead")


@pytest.mark.parametrize(("deed", "sent"), [("log_call", {"note": "Rang"}), ("give_up", {"said": ""})])
def test_an_unfinished_form_for_a_row_that_has_gone_is_told_so(
    here: Clinic, desk: Client, row: FollowUp, deed: str, sent: dict[str, str]
) -> None:
    calling.give_up(follow_up=row, said="Three calls", seen_version=row.version, by=here.desk, now=NOW)
    answer = desk.post(
        reverse(f"scheduling:{deed}", args=[row.public_id]),
        sent | {"version": str(row.version), "way": LIST},
        follow=True,
    )
    assert "is off the list by now: “Lapsed”. Nothing was written down." in answer.content.decode()
    assert Call.objects.count() == 3


def test_hours_changed_meanwhile_are_told_in_words(manager: Client) -> None:
    place = a_location()
    where = reverse("scheduling:policy_place", args=[place.public_id])
    sent = {"seen": manager.get(where).context["seen"], "mail_from": "10:00", "mail_until": "20:00"}
    looked = manager.post(where, sent).context["looked"]
    type(place).objects.filter(pk=place.pk).update(mail_until="18:30", closed_weekdays=[6, 2])
    answer = manager.post(where, sent | {"looked": looked, "save": "1"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Now it is: letters from 09:00 to 18:30; closed every Wednesday, Sunday." in page
    assert 'name="mail_from" value="10:00"' in page


def test_a_closure_removed_meanwhile_is_told_beside_the_days(manager: Client) -> None:
    place = a_location()
    where = reverse("scheduling:policy_place", args=[place.public_id])
    gone = Closure.objects.create(location=place, on=clock.now().date() + timedelta(days=9), name="Founding day")
    sent = {"seen": manager.get(where).context["seen"], "mail_from": "09:00", "mail_until": "20:00"}
    sent["removed"] = str(gone.public_id)
    gone.delete()
    answer = manager.post(where, sent)
    words = "A colleague took one of these days away meanwhile. Look again."
    assert answer.status_code == 422
    assert f'<p class="invalid-feedback"><strong>{words}</strong></p>' in answer.content.decode()
    assert sent["removed"] not in answer.content.decode()


def test_a_second_manager_who_holds_or_releases_is_told_that_it_is_done(manager: Client) -> None:
    page, other = reverse("scheduling:hold"), a_user(Role.MANAGER)
    deeds.hold_all(by=other, now=clock.now(), reason="The mail server moves")
    answer = manager.post(page, {"reason": "Restored a copy"}, follow=True)
    assert "The letters are held already." in answer.content.decode()
    assert "The mail server moves" in answer.content.decode()
    assert "This field is required." not in answer.content.decode()
    deeds.release_hold(by=other, now=clock.now())
    answer = manager.post(page, {"earlier": "send"}, follow=True)
    assert "The letters were released already." in answer.content.decode()
    assert not Hold.objects.on().exists()


def test_a_refused_invitation_says_once_what_is_missing(manager: Client) -> None:
    page = manager.post(reverse("staff:invite"), {"full_name": "Asha Rao"}).content.decode()
    assert page.count('<div class="error-summary"') == 1
    assert "Not saved: 3 things need a change" in page
    assert 'value="Asha Rao"' in page
