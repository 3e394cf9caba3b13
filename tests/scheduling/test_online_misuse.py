"""What somebody who means ill gets from a location's public page: no day kept, no mailbox filled, no letter forged."""

from collections import Counter
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from clinic.outbox.models import Letter
from patients.models import Patient
from scheduling import booking
from scheduling.errors import BookedEnough, NoticeTooShort
from scheduling.models import Appointment, HeldTime, Knock, OnlineRequest
from scheduling.online import asking, becoming, knocking
from tests.outbox.reading import rendered_for
from tests.patients.making import client_of, place
from tests.scheduling.made import NOW, TUESDAY, Clinic, someone
from tests.scheduling.online_making import TYPED, asked_on_the_web, hold_first, page_of, slots_on, taking_bookings
from tests.scheduling.test_races import at_once

pytestmark = pytest.mark.django_db
KEPT = knocking.AT_MOST[knocking.KEEP]
HOSTILE = (
    "A\x00B",
    "x" * 9_000,
    "9" * 5_000,
    '"><script>alert(1)</script>',
    "A\u202eB",
    "-1",
    "²",
    "9999-12-31",
    "[" * 99,
)


@pytest.fixture
def here(time_machine: Any) -> Clinic:
    time_machine.move_to(NOW, tick=False)
    return taking_bookings()


def test_one_visitor_keeps_a_few_times_and_never_a_whole_day(here: Clinic, time_machine: Any) -> None:
    """Each press from a browser that knows of no hold, as a script makes them; also over the edge of a stretch."""
    page = page_of(here, type=str(here.consultation.public_id))
    answers = Counter[int]()
    for minutes in (9, 11):
        time_machine.move_to(NOW + timedelta(minutes=minutes), tick=False)
        for _ in range(6):
            slot = slots_on(Client(REMOTE_ADDR="192.0.2.99").get(page).text)[0]
            answers[Client().post(page, {"slot": slot}).status_code] += 1
    assert answers == {302: KEPT, 429: 12 - KEPT}
    assert HeldTime.objects.kept().count() == KEPT
    slot = slots_on(Client(REMOTE_ADDR="192.0.2.99").get(page).text)[0]
    assert Client(REMOTE_ADDR="192.0.2.7").post(page, {"slot": slot}).status_code == 302


def test_who_changes_their_mind_gives_one_up_for_each_and_is_not_counted(here: Clinic) -> None:
    page, browser = page_of(here, type=str(here.consultation.public_id)), Client()
    answers = Counter(
        browser.post(page, {"slot": slots_on(browser.get(page).text)[number % 2]}).status_code
        for number in range(KEPT + 3)
    )
    assert set(answers) == {302}
    assert HeldTime.objects.kept().count() == 1


def test_one_browser_keeps_one_time_at_all_locations(here: Clinic) -> None:
    browser = Client()
    hold_first(here, browser)
    browser.post(page_of(here, "yours"), TYPED)
    first = HeldTime.objects.get()
    elsewhere = place("Elsewhere")
    slot = booking.slot_of(first)
    held = booking.hold(slot=booking.Slot(
        clinician=slot.clinician, location=elsewhere, room=None, type=slot.type, starts_at=slot.starts_at,
    ), now=NOW, instead_of=first)  # fmt: skip
    assert HeldTime.objects.kept().get() == held
    assert OnlineRequest.objects.get().location == elsewhere


@pytest.mark.django_db(transaction=True)
def test_presses_at_once_of_one_browser_keep_no_time_that_is_not_counted(here: Clinic) -> None:
    page, browser = page_of(here, type=str(here.consultation.public_id)), Client()
    hold_first(here, browser)

    def press(slot: str) -> int:
        twin = Client()
        twin.cookies = browser.cookies
        return twin.post(page, {"slot": slot}).status_code

    slots = slots_on(browser.get(page).text)[1:7]
    answers = Counter(at_once([partial(press, slot) for slot in slots]))
    assert set(answers) <= {302, 409}
    counted = Knock.objects.filter(what=knocking.KEEP).aggregate(had=Sum("count"))["had"]
    assert HeldTime.objects.kept().count() == counted


def test_a_mailbox_is_not_filled_by_writing_another_address_over_it(here: Clinic) -> None:
    """The address of each request is changed once its code went, so that no row names the mailbox any more."""
    for number in range(knocking.AT_MOST[knocking.CODE] + 3):
        browser = Client(REMOTE_ADDR=f"192.0.2.{number}")
        hold_first(here, browser)
        browser.post(page_of(here, "yours"), TYPED | {"email": "Rekha@patients.example"})
        browser.post(page_of(here, "yours"), TYPED | {"email": f"n{number}@patients.example"})
    first = Letter.objects.of_kind(asking.LETTER).filter(edition="1")
    assert first.count() == knocking.AT_MOST[knocking.CODE]


def test_a_code_that_was_not_mailed_opens_nothing(here: Clinic) -> None:
    """Else who asks for more codes than go has more to guess at."""
    for _ in range(knocking.AT_MOST[knocking.CODE]):
        knocking.may(knocking.CODE, address="rekha@patients.example", now=NOW)
    browser = Client()
    hold_first(here, browser)
    browser.post(page_of(here, "yours"), TYPED)
    asked = OnlineRequest.objects.get()
    assert browser.post(page_of(here, "yours"), {"do": "code", "code": asking.code_of(asked)}).status_code == 422
    assert (Patient.objects.count(), Appointment.objects.count()) == (0, 0)


def test_the_letter_to_an_address_that_is_not_proven_carries_nothing_a_stranger_wrote(here: Clinic) -> None:
    browser = Client()
    hold_first(here, browser)
    forged = {"given_name": "Win at www.lure.example", "family_name": "Call 98765 00099", "note": "lure note"}
    browser.post(page_of(here, "yours"), TYPED | forged)
    letter = Letter.objects.of_kind(asking.LETTER).get()
    said = rendered_for(letter, NOW)
    for part in (said.subject, said.text, said.html, said.from_name):
        assert "lure" not in part
        assert "98765 00099" not in part


def test_a_hold_of_long_ago_brings_nobody_past_the_notice(here: Clinic) -> None:
    """Held the day before with a day's notice, it is not booked a minute before it begins."""
    here.consultation.notice_minutes = 1440
    here.consultation.save()
    slot = here.slot()
    held = booking.hold(slot=slot, now=slot.starts_at - timedelta(days=1))
    with pytest.raises(NoticeTooShort):
        booking.book(
            patient=someone(), slot=slot, by=None, now=slot.starts_at - timedelta(minutes=1), held=held
        )  # fmt: skip


@pytest.mark.parametrize("address", ["scheduling:manage_visit", "scheduling:slot_offer", "scheduling:feed"])
@pytest.mark.parametrize("token", ["%00", "%ED%A0%80", "x" * 3000, "..%0d%0aSet-Cookie:a=b"])
def test_hostile_tokens_are_met_like_any_wrong_address(here: Clinic, address: str, token: str) -> None:
    path = reverse(address, args=["TOKEN"]).replace("TOKEN", token)
    for method in ("get", "post", "head"):
        assert getattr(Client(), method)(path).status_code in {403, 404}


def far_off(moment: datetime) -> str:
    """The same instant at an offset that Python takes and Postgres does not."""
    return moment.astimezone(timezone(timedelta(hours=23, minutes=59))).isoformat()


def test_a_time_by_an_impossible_clock_is_that_time_and_no_fault(here: Clinic) -> None:
    page = page_of(here, type=str(here.consultation.public_id))
    starts_at = here.at("12:00")
    assert Client().post(page, {"slot": f"{far_off(starts_at)}|{here.doctor.public_id}"}).status_code == 302
    assert HeldTime.objects.get().starts_at == starts_at


def test_a_visit_is_put_down_by_an_impossible_clock_without_a_fault(here: Clinic) -> None:
    visit = here.visit("10:30")
    where = {"at": far_off(here.at("12:00")), "version": "1"}
    assert client_of(here.desk).post(reverse("scheduling:put_down", args=[visit.public_id]), where).status_code == 302
    visit.refresh_from_db()
    assert visit.starts_at == here.at("12:00")


def test_a_mailbox_is_not_filled_by_a_stranger(here: Clinic) -> None:
    for number in range(knocking.AT_MOST[knocking.CODE] + 3):
        browser = Client(REMOTE_ADDR=f"192.0.2.{number}")
        hold_first(here, browser)
        assert browser.post(page_of(here, "yours"), TYPED).status_code == 302, number
    assert Letter.objects.of_kind(asking.LETTER).count() == knocking.AT_MOST[knocking.CODE]


def booked(here: Clinic, clock: str, **facts: Any) -> Appointment:
    """What a proven request for a time comes to."""
    held = booking.hold(slot=here.slot(clock, day=TUESDAY), now=NOW)
    return becoming.book(
        request=asked_on_the_web(here.location, NOW, held=held, proven_at=NOW, **facts), held=held, now=NOW
    )


def test_one_mailbox_books_some_visits_a_day_and_the_next_is_for_the_telephone(here: Clinic) -> None:
    """A refused one is not counted and leaves no new record; on the next day the address may book again."""
    for clock in ("10:00", "10:45", "11:30", "12:15"):
        booked(here, clock, given_name=f"Rekha {clock}")
    with pytest.raises(BookedEnough):
        booked(here, "16:00", given_name="Sita", email="REKHA@patients.example")
    assert (Appointment.objects.count(), Patient.objects.filter(given_name="Sita").exists()) == (4, False)
    assert booked(here, "17:00", email="sita@patients.example").patient.email == "sita@patients.example"
    assert knocking.may(knocking.VISIT, address="rekha@patients.example", now=NOW + timedelta(days=1, minutes=10))


def test_a_hundred_presses_from_one_place_are_too_many_and_others_get_through(here: Clinic) -> None:
    """CHECKLIST L10 and A9: a forged header does not begin the count anew."""
    page = page_of(here, type=str(here.consultation.public_id))
    answers = Counter(
        Client().post(page, {"slot": "x"}, headers={"x-forwarded-for": f"192.0.2.{number}"}).status_code
        for number in range(100)
    )
    assert answers == {409: knocking.AT_MOST[knocking.HOLD], 429: 100 - knocking.AT_MOST[knocking.HOLD]}
    assert Client().post(page, {"slot": "x"}, REMOTE_ADDR="192.0.2.7").status_code == 409
    assert Client().get(page).status_code == 200


def test_behind_the_proxy_the_address_it_added_is_counted(here: Clinic, settings: Any) -> None:
    settings.BEHIND_PROXY = True
    page = page_of(here, type=str(here.consultation.public_id))
    limit = knocking.AT_MOST[knocking.HOLD]

    def post(told: str) -> int:
        return Client().post(page, {"slot": "x"}, headers={"x-forwarded-for": told}).status_code

    assert {post(f"10.0.0.{number}, 198.51.100.7") for number in range(limit)} == {409}
    assert post("10.9.9.9, 198.51.100.7") == 429
    assert post("198.51.100.7, 198.51.100.8") == 409


def test_all_of_a_network_of_ipv6_is_one_place() -> None:
    limit = knocking.AT_MOST[knocking.MAIL]
    let_in = [knocking.may(knocking.MAIL, address=f"2001:db8::{number:x}", now=NOW) for number in range(limit + 2)]
    assert let_in.count(True) == limit
    assert knocking.may(knocking.MAIL, address="2001:db8:0:1::1", now=NOW)
    assert knocking.may(knocking.MAIL, address="2001:db8::1", now=NOW + knocking.STRETCH)


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_make_no_fault(here: Clinic, value: str) -> None:
    browser = Client()
    query = {"type": value, "who": value, "from": value, "day": value, "zone": value, "lang": value}
    address = reverse("scheduling:online_choose", args=[here.location.public_id])
    assert browser.get(address, query).status_code in {200, 400}
    known = query | {"type": str(here.consultation.public_id)}
    assert browser.get(address, known).status_code in {200, 400}
    hold_first(here, browser)
    for name in (*TYPED, "note"):
        if name != "do":
            assert browser.post(page_of(here, "yours"), TYPED | {name: value}).status_code < 500, name
    assert browser.post(page_of(here, "yours"), {"do": value, "code": value}).status_code < 500
    assert browser.post(page_of(here, "yours"), {"do": "code", "code": value}).status_code < 500


def test_a_press_without_the_forms_token_is_refused(here: Clinic) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(page_of(here, type=str(here.consultation.public_id)), {"slot": "x"}).status_code == 403


def test_a_press_after_the_cookie_went_is_handed_back_and_talks_of_no_sign_in(here: Clinic) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"Origin": "http://testserver"})
    answer = strict.post(page_of(here, type=str(here.consultation.public_id)), {"slot": "x"})
    assert (answer.status_code, 'name="slot" value="x"' in answer.text) == (403, True)
    assert "This page had been open for a long time" in answer.text
    assert "sign" not in answer.text.casefold().partition("<main")[2]
