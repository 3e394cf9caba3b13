"""The calendar part of a visit's letters as it leaves: booked, moved, cancelled, taken back; no word of what for."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from clinic.lib.languages import speaking
from clinic.locations.models import Location
from clinic.outbox.delivery import work
from clinic.outbox.models import Letter
from scheduling import booking
from scheduling.booking import Leave
from scheduling.letters.calendar_part import calendar_part
from scheduling.models import Appointment, ProviderHours
from tests.clinic.clinical_words import clinical_words_in
from tests.outbox import sink as sinks
from tests.outbox.conftest import use_server
from tests.scheduling.calendars import faults, lines_of, text_of, value_of
from tests.scheduling.made import Clinic, clinic, someone

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 4, 4, 30, tzinfo=UTC)
MONDAY, NEXT = date(2027, 1, 11), date(2027, 1, 18)


@dataclass(frozen=True)
class Told:
    """What one letter tells a calendar: as a part, as a file, and the method that the part's head names."""

    method: str
    charset: str
    content: bytes
    file: bytes
    file_name: str


def told(message: EmailMessage) -> Told:
    """Take a letter apart as a mail program does."""
    assert message.get_content_type() == "multipart/mixed"
    letter, file = message.iter_parts()
    kinds = [part.get_content_type() for part in letter.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    part = list(letter.iter_parts())[-1]
    assert (file.get_content_type(), file.get_content_disposition()) == ("application/ics", "attachment")
    facts: list[Any] = [part.get_param("method"), part.get_param("charset")]
    facts += [part.get_payload(decode=True), file.get_payload(decode=True), file.get_filename()]
    return Told(*facts)


@pytest.fixture
def here() -> Clinic:
    made = clinic(buffer_minutes=0)
    ProviderHours.objects.create(
        clinician=made.doctor, location=made.location, weekday=0, starts=time(15), ends=time(17)
    )
    Location.objects.update(address="12 Neem Road\r\nAhmedabad 380000", phone="+91 98765 00123")
    made.location.refresh_from_db()
    return made


@pytest.fixture
def sink(settings: Any) -> Any:
    with sinks.running() as (sink, port):
        use_server(settings, port)
        yield sink


def newest(sink: sinks.Sink) -> Told:
    """What the last letter about a visit told."""
    return told([letter for letter in sink.taken if letter.get_content_type() == "multipart/mixed"][-1])


def visited(here: Clinic, **facts: Any) -> Appointment:
    """A visit on Monday 11 January at half past ten."""
    return here.visit("10:30", day=MONDAY, by=None, now=NOW, **facts)


def moved(visit: Appointment, here: Clinic, now: datetime) -> Appointment:
    """Moved to Monday 18 January at half past three."""
    visit.refresh_from_db()
    return booking.move(
        appointment=visit, slot=here.slot("15:30", day=NEXT), seen_version=visit.version, by=None, now=now
    )


def test_booked_moved_cancelled_is_one_event_with_a_rising_sequence(here: Clinic, sink: sinks.Sink) -> None:
    """BTX-082, BTX-083: as good_1, good_2 and good_3, in UTC; the letter's part and its file are one."""
    visit = visited(here)
    days = [NOW, NOW + timedelta(days=1), NOW + timedelta(days=2)]
    work(days[0])
    first = newest(sink)
    visit = moved(visit, here, days[1])
    work(days[1])
    second = newest(sink)
    booking.cancel(appointment=visit, reason="Travels", by=None, now=days[2])
    work(days[2])
    third = newest(sink)
    for one in (first, second, third):
        assert faults(one.content) == []
        assert (one.file, one.file_name, one.charset) == (one.content, "visit.ics", "utf-8")
        assert value_of(one.content, "METHOD") == one.method
        assert value_of(one.content, "UID") == str(visit.public_id)
        assert value_of(one.content, "ORGANIZER") == "mailto:visits@kadamb.example"
        assert value_of(one.content, "ATTENDEE") == f"mailto:{visit.patient.email}"
    shown = ("METHOD", "STATUS", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND")
    assert [[value_of(one.content, name) for name in shown] for one in (first, second, third)] == [
        ["REQUEST", "CONFIRMED", "0", "20270104T043000Z", "20270111T050000Z", "20270111T053000Z"],
        ["REQUEST", "CONFIRMED", "1", "20270105T043000Z", "20270118T100000Z", "20270118T103000Z"],
        ["CANCEL", "CANCELLED", "2", "20270106T043000Z", "20270118T100000Z", "20270118T103000Z"],
    ]


def test_words_of_the_part_say_when_where_and_with_whom(here: Clinic, sink: sinks.Sink) -> None:
    """BTX-016: the clinic's own clock is named, whatever zone the calendar shows the visit in."""
    visited(here)
    work(NOW)
    content = newest(sink).content
    assert text_of(content, "SUMMARY") == "Visit: Kadamb Clinic"
    assert text_of(content, "LOCATION") == "Kadamb Clinic, 12 Neem Road, Ahmedabad 380000"
    assert text_of(content, "DESCRIPTION").split("\n") == [
        "Monday 11 January 2027, 10:30 to 11:00 India time",
        "With: Dr Meera Solanki",
        "Please come 10 minutes early.",
        "Would another time suit you better, or can you not come? Please call +91 98765 00123.",
    ]


def test_a_visit_after_midnight_is_told_as_its_instant_and_its_own_day(here: Clinic, sink: sinks.Sink) -> None:
    """BTX-038's file: 01:00 on Tuesday 12 January in Ahmedabad is 19:30 on Monday in UTC."""
    leave = Leave(overbook_reason="An emergency at night")
    here.visit("01:00", day=date(2027, 1, 12), by=here.doctor, now=NOW, leave=leave)
    work(NOW + timedelta(seconds=10))
    content = newest(sink).content
    assert value_of(content, "DTSTART") == "20270111T193000Z"
    assert text_of(content, "DESCRIPTION").startswith("Tuesday 12 January 2027, 01:00 to 01:30 India time\n")


def test_written_twice_only_the_stamp_differs_and_a_note_changes_when_it_was_modified(here: Clinic) -> None:
    """BTX-082."""
    visit = visited(here)
    first, second = part(visit, NOW), part(visit, NOW + timedelta(hours=1))
    assert [one for one, other in zip(lines_of(first), lines_of(second), strict=True) if one != other] == [
        line for line in lines_of(first) if line.name == "DTSTAMP"
    ]
    history = Appointment.objects.filter(pk=visit.pk).with_changed_at()
    before = history.get().changed_at
    Appointment.objects.filter(pk=visit.pk).update(reason="A typo corrected")
    assert history.get().changed_at >= before
    assert value_of(part(visit, NOW), "LAST-MODIFIED") == f"{history.get().changed_at:%Y%m%dT%H%M%SZ}"
    assert value_of(part(visit, NOW), "SEQUENCE") == "0"


def part(visit: Appointment, now: datetime, *, method: str = "REQUEST") -> bytes:
    """The file alone, as the letter of now would carry it."""
    return calendar_part(visit, method=method, address=visit.patient.email, now=now).content


def test_a_cancellation_taken_back_after_its_letter_counts_higher_than_it(here: Clinic, sink: sinks.Sink) -> None:
    """Control: with the number of the cancellation itself a calendar would leave the visit struck out."""
    visit = visited(here)
    work(NOW)
    booking.cancel(appointment=visit, reason="Travels", by=here.desk, now=NOW)
    work(NOW + timedelta(minutes=1))
    cancelled = newest(sink)
    visit.refresh_from_db()
    booking.undo(appointment=visit, from_state="cancelled", by=here.desk, now=NOW + timedelta(minutes=2))
    work(NOW + timedelta(minutes=3))
    again = newest(sink)
    counted = [int(value_of(one.content, "SEQUENCE")) for one in (cancelled, again)]
    assert ([cancelled.method, again.method], counted) == (["CANCEL", "REQUEST"], [1, 2])


def test_a_reminder_tells_the_calendar_nothing_new(here: Clinic, sink: sinks.Sink) -> None:
    visit = visited(here)
    Letter.objects.about(visit).of_kind("appointment_confirmed").update(due_at=NOW + timedelta(days=9))
    Letter.objects.about(visit).of_kind("appointment_reminder").update(due_at=NOW)
    work(NOW)
    assert [letter.get_content_type() for letter in sink.taken if "Your visit" in letter["Subject"]] == [
        "multipart/alternative"
    ]


@pytest.mark.parametrize("language", ["en", "hi", "gu"])
def test_no_clinical_word_and_no_patient_stands_in_it(here: Clinic, language: str) -> None:
    patient = someone("Kavita", email="family@patients.example")
    visit = visited(here, patient=patient, reason="Botox for migraine")
    for method in ("REQUEST", "CANCEL"):
        with speaking(language):
            content = part(visit, NOW, method=method).decode().replace("\r\n ", "")
        assert clinical_words_in(content) == []
        assert "Kavita" not in content
        assert "Rao" not in content


def test_what_is_kept_of_the_letter_holds_no_calendar(here: Clinic, sink: sinks.Sink) -> None:
    visit = visited(here)
    work(NOW)
    kept = Letter.objects.about(visit).of_kind("appointment_confirmed").get()
    assert "VCALENDAR" not in kept.text_sent + kept.html_sent
