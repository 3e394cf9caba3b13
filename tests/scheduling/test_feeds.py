"""The address at which a clinician's phone reads when they are busy: made, shown once, read, stopped; never a name."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.staff import accounts, passwords
from clinic.staff.models import Role, User
from scheduling import booking, feeds
from scheduling.errors import FeedChangedMeanwhile
from scheduling.models import Appointment, CalendarFeed, FeedEnd
from tests.clinic.clinical_words import clinical_words_in
from tests.clinic.test_privacy import every_row
from tests.outbox.owner import as_owner
from tests.patients.making import client_of, member, place
from tests.scheduling.calendars import faults, lines_of, value_of
from tests.scheduling.made import NOW, Clinic, another_doctor, someone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> Any:
    time_machine.move_to(NOW, tick=False)
    return time_machine


def read(token: str, **headers: str) -> Any:
    """What a calendar program gets, which has no session."""
    return Client(headers=headers).get(reverse("scheduling:feed", args=[token]))


def times(content: bytes) -> list[tuple[str, str]]:
    """The stretches of a file."""
    lines = lines_of(content)
    return list(
        zip(
            [line.value for line in lines if line.name == "DTSTART"],
            [line.value for line in lines if line.name == "DTEND"],
            strict=True,
        )
    )


def made(clinician: User, seen: CalendarFeed | None = None) -> feeds.NewFeed:
    """An address of that clinician."""
    return feeds.make_feed(clinician=clinician, seen=seen.public_id if seen else None, now=NOW)


def test_it_tells_the_clinicians_busy_times_with_the_minutes_to_tidy_up(here: Clinic) -> None:
    here.visit("10:30")
    here.visit("17:00", clinician=another_doctor(here), room=here.rooms[1])
    answer = read(made(here.doctor).token)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert faults(answer.content) == []
    assert times(answer.content) == [("20270302T050000Z", "20270302T054500Z")]  # half past ten, thirty and fifteen
    assert value_of(answer.content, "SUMMARY") == "Busy"


def test_a_cancelled_visit_leaves_it_and_a_moved_one_keeps_its_uid(here: Clinic) -> None:
    """BTX-082, BTX-083: dropped, always; the same uid with a higher sequence."""
    visit, gone, token = here.visit("10:30"), here.visit("11:30"), made(here.doctor).token
    before = read(token).content
    assert len(times(before)) == 2
    booking.cancel(appointment=gone, reason="Travels", by=here.desk, now=NOW)
    booking.move(appointment=visit, slot=here.slot("17:00"), seen_version=visit.version, by=here.desk, now=NOW)
    after = read(token).content
    assert times(after) == [("20270302T113000Z", "20270302T121500Z")]
    assert (value_of(after, "SEQUENCE"), value_of(after, "UID")) == ("1", lines_uid(before))


def lines_uid(content: bytes) -> str:
    """The uid of the first event."""
    return next(line.value for line in lines_of(content) if line.name == "UID")


def test_nothing_in_it_says_who_where_or_why(here: Clinic) -> None:
    visit = here.visit("10:30", patient=someone("Kavita"), reason="Botox for migraine")
    content = read(made(here.doctor).token).content.decode()
    assert clinical_words_in(content) == []
    for told in ("Kavita", "Rao", "Solanki", "Kadamb", str(visit.public_id)):
        assert told not in content
    assert {line.name for line in lines_of(content.encode())} == {
        "BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL",
        "UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "TRANSP",
    }  # fmt: skip


def test_two_addresses_name_one_visit_differently(here: Clinic) -> None:
    here.visit("10:30")
    first = made(here.doctor)
    uid = lines_uid(read(first.token).content)
    assert lines_uid(read(made(here.doctor, first.feed).token).content) != uid


def test_a_program_that_asks_again_is_told_that_nothing_changed(here: Clinic) -> None:
    token = made(here.doctor).token
    here.visit("10:30")
    first = read(token)
    assert first["Cache-Control"] == "private, max-age=900"
    again = read(token, if_none_match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    here.visit("11:30")
    changed = read(token, if_none_match=first["ETag"])
    assert (changed.status_code, len(times(changed.content))) == (200, 2)
    assert not first.cookies


def test_only_a_hash_of_the_token_is_kept_and_nothing_else_opens(here: Clinic) -> None:
    token = made(here.doctor).token
    assert len(token) == 32
    assert not [row for row in every_row() if token in row]
    for other in (token[:-1], token.swapcase(), "nothing", CalendarFeed.objects.get().token_hash):
        assert read(other).status_code == 404
    assert Client().post(reverse("scheduling:feed", args=[token])).status_code == 405


def stopped(here: Clinic, feed: CalendarFeed) -> None:
    feeds.stop_feed(feed=feed, by=here.doctor, now=NOW)


def replaced(here: Clinic, feed: CalendarFeed) -> None:
    made(here.doctor, feed)


def closed(here: Clinic, _feed: CalendarFeed) -> None:
    boss = member(Role.MANAGER)
    accounts.close(user=here.doctor, seen_version=here.doctor.version, by=boss, now=NOW)


def password_changed(here: Clinic, _feed: CalendarFeed) -> None:
    passwords.change_own(user=here.doctor, password="a longer pass phrase", now=NOW)


def other_role(here: Clinic, _feed: CalendarFeed) -> None:
    User.objects.filter(pk=here.doctor.pk).update(role=Role.FRONT_DESK)


@pytest.mark.parametrize("ended", [stopped, replaced, closed, password_changed, other_role])
def test_it_ends_at_once_with(here: Clinic, ended: Any) -> None:
    """And somebody else's lives on: nothing but the deed ended it."""
    mine, other = made(here.doctor), made(another_doctor(here))
    assert read(mine.token).status_code == 200
    ended(here, mine.feed)
    assert (read(mine.token).status_code, read(other.token).status_code) == (404, 200)


def test_reading_leaves_a_line_in_the_trail_once_an_hour(here: Clinic, clock: Any) -> None:
    token = made(here.doctor).token
    for minutes in (0, 15, 59, 61):
        clock.move_to(NOW + timedelta(minutes=minutes), tick=False)
        read(token)
    assert list(Entry.objects.filter(verb="feed.read").values_list("actor", flat=True)) == ["calendar address"] * 2
    assert CalendarFeed.objects.get().last_read_at == NOW + timedelta(minutes=61)


@pytest.mark.parametrize("visits", [1, 3])
def test_queries_of_a_reading_do_not_grow(here: Clinic, visits: int) -> None:
    token = made(here.doctor).token
    for clock_time in ("10:00", "11:00", "12:00")[:visits]:
        here.visit(clock_time)
    read(token)
    with CaptureQueriesContext(connection) as asked:
        assert len(times(read(token).content)) == visits
    assert len([query for query in asked if "SAVEPOINT" not in query["sql"]]) == 2  # whose, and when


def test_visits_long_past_or_far_off_are_left_out(here: Clinic) -> None:
    token, visit = made(here.doctor).token, here.visit("10:30")
    for days, shown in ((-29, 0), (-27, 1), (182, 1), (184, 0)):
        at = NOW + timedelta(days=days)
        Appointment.objects.filter(pk=visit.pk).update(
            starts_at=at, ends_at=at + timedelta(minutes=30), occupied_until=at + timedelta(minutes=30)
        )
        assert len(times(read(token).content)) == shown


def test_a_clinician_has_one_address_and_the_table_sees_to_it(here: Clinic) -> None:
    first = made(here.doctor).feed
    with pytest.raises(FeedChangedMeanwhile):
        made(here.doctor)
    second = made(here.doctor, first).feed
    with pytest.raises(FeedChangedMeanwhile):
        made(here.doctor, first)
    first.refresh_from_db()
    assert (first.stopped_because, second.stopped_at) == (FeedEnd.REPLACED, None)
    with pytest.raises(IntegrityError, match="calendar_feed_one_a_clinician"), transaction.atomic():
        CalendarFeed.objects.filter(pk=first.pk).update(stopped_at=None, stopped_because="")


def test_a_stopped_address_says_why_and_none_is_deleted(here: Clinic) -> None:
    feed = made(here.doctor).feed
    for facts in ({"stopped_at": NOW}, {"stopped_because": "stopped"}, {"stopped_at": NOW, "stopped_because": "odd"}):
        with pytest.raises(IntegrityError, match="calendar_feed_stopped_has_its_reason"), transaction.atomic():
            CalendarFeed.objects.filter(pk=feed.pk).update(**facts)
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(current_user, 'scheduling_calendarfeed', 'DELETE')")
        assert cursor.fetchone() == (False,)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(current_user, 'scheduling_calendarfeed', 'DELETE')")
        assert cursor.fetchone() == (True,)


# The pages


def shown_on(page: Any) -> str:
    """The address on a page, or nothing."""
    found = re.search(r'value="(http[^"]+/f/[\w-]{32}/busy\.ics)"', page.content.decode())
    return found[1] if found else ""


def test_it_is_shown_once_works_and_is_on_no_other_page(here: Clinic, settings: Any) -> None:
    settings.PUBLIC_URL = "http://testserver"
    doctor = client_of(here.doctor)
    assert "You have no address" in doctor.get(reverse("scheduling:feeds")).content.decode()
    address = shown_on(doctor.post(reverse("scheduling:feed_make")))
    assert Client().get(address).status_code == 200
    assert address
    page = doctor.get(reverse("scheduling:feeds"))
    assert shown_on(page) == ""
    assert "never read" not in page.content.decode()


def test_a_press_sent_twice_keeps_the_address_that_was_shown(here: Clinic) -> None:
    doctor = client_of(here.doctor)
    address = shown_on(doctor.post(reverse("scheduling:feed_make")))
    again = doctor.post(reverse("scheduling:feed_make"), follow=True)
    assert shown_on(again) == ""
    assert "An address was made meanwhile" in again.content.decode()
    assert Client().get(re.sub(r"^https?://[^/]+", "", address)).status_code == 200
    seen = str(CalendarFeed.objects.get().public_id)
    assert shown_on(doctor.post(reverse("scheduling:feed_make"), {"version": seen})) not in {"", address}
    assert shown_on(doctor.post(reverse("scheduling:feed_make"), {"version": "no uuid"}, follow=True)) == ""


def test_a_manager_sees_who_has_one_and_stops_it_but_makes_none(here: Clinic) -> None:
    boss, token = client_of(member(Role.MANAGER)), made(here.doctor).token
    elsewhere = made(member(Role.CLINICIAN, at=place("Far"), name="Dr Far Away")).feed
    page = boss.get(reverse("scheduling:feeds")).content.decode()
    assert here.doctor.full_name in page
    assert "Dr Far Away" not in page
    assert boss.post(reverse("scheduling:feed_make")).status_code == 403
    assert boss.post(reverse("scheduling:feed_stop", args=[elsewhere.public_id])).status_code == 404
    where = reverse("scheduling:feed_stop", args=[CalendarFeed.objects.get(clinician=here.doctor).public_id])
    assert "is stopped" in boss.post(where, follow=True).content.decode()
    assert "stopped before" in boss.post(where, follow=True).content.decode()
    assert read(token).status_code == 404
    assert Entry.objects.filter(verb="feed.stopped").count() == 1


def test_one_clinician_cannot_stop_anothers(here: Clinic) -> None:
    other = made(another_doctor(here)).feed
    assert client_of(here.doctor).post(reverse("scheduling:feed_stop", args=[other.public_id])).status_code == 404


def test_the_page_says_that_a_new_password_ended_it(here: Clinic) -> None:
    made(here.doctor)
    passwords.change_own(user=here.doctor, password="a longer pass phrase", now=NOW)
    here.doctor.refresh_from_db()
    page = client_of(here.doctor).get(reverse("scheduling:feeds")).content.decode()
    assert "does not work" in page
    assert "The password or the account changed since it was made." in page


def test_the_list_costs_as_much_for_three_as_for_one(here: Clinic) -> None:
    boss = client_of(member(Role.MANAGER))
    made(here.doctor)
    boss.get(reverse("scheduling:feeds"))
    with CaptureQueriesContext(connection) as one:
        boss.get(reverse("scheduling:feeds"))
    for name in ("Dr B", "Dr C"):
        made(another_doctor(here, name))
    with CaptureQueriesContext(connection) as three:
        boss.get(reverse("scheduling:feeds"))
    assert len(three) == len(one)
