"""Calendar files to the byte: what is written, folded and escaped, and that our reader of them sees what is wrong."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scheduling.ical import (
    CANCEL,
    PUBLISH,
    REQUEST,
    Busy,
    Meeting,
    busy_times,
    folded,
    instant,
    invitation,
    mailto,
    quoted,
)
from tests.scheduling.calendars import faults, lines_of, text_of, value_of

FILES = Path(__file__).parents[1] / "files" / "calendars"
NOW = datetime(2027, 1, 4, 4, 30, tzinfo=UTC)
STARTS = datetime(2027, 1, 11, 5, 0, tzinfo=UTC)
UID = "0a4c5a1e-6f3d-4b52-9d0e-0123456789ab"
GUJARATI = "સલાહ: મીનાબેન ત્રિવેદી — ડૉ. કે. જોશી"
AWKWARD = f"{GUJARATI}, {GUJARATI}; 2nd floor\\New wing\nRing twice 🙂"
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.sampled_from("\n\t\\;,N"))


def meeting(**changes: object) -> Meeting:
    facts: dict[str, object] = {
        "uid": UID, "sequence": 0, "starts_at": STARTS, "ends_at": STARTS + timedelta(minutes=30), "made_at": NOW,
        "changed_at": NOW, "summary": "Visit: Kadamb Clinic", "description": "Come 10 minutes early.",
        "location": "Kadamb Clinic, 12 Neem Road", "organizer": "visits@kadamb.example",
        "organizer_name": "Kadamb Clinic", "attendee": "asha@patients.example",
    }  # fmt: skip
    return Meeting(**facts | changes)  # type: ignore[arg-type] # facts of a test


def test_a_booked_visit_is_this_to_the_byte() -> None:
    assert invitation(meeting(), method=REQUEST, now=NOW) == (
        b"BEGIN:VCALENDAR\r\n"
        b"VERSION:2.0\r\n"
        b"PRODID:-//Interval//Scheduling//EN\r\n"
        b"CALSCALE:GREGORIAN\r\n"
        b"METHOD:REQUEST\r\n"
        b"BEGIN:VEVENT\r\n"
        b"UID:0a4c5a1e-6f3d-4b52-9d0e-0123456789ab\r\n"
        b"DTSTAMP:20270104T043000Z\r\n"
        b"SEQUENCE:0\r\n"
        b"CREATED:20270104T043000Z\r\n"
        b"LAST-MODIFIED:20270104T043000Z\r\n"
        b"DTSTART:20270111T050000Z\r\n"
        b"DTEND:20270111T053000Z\r\n"
        b"SUMMARY:Visit: Kadamb Clinic\r\n"
        b"STATUS:CONFIRMED\r\n"
        b"TRANSP:OPAQUE\r\n"
        b"CLASS:PRIVATE\r\n"
        b'ORGANIZER;CN="Kadamb Clinic":mailto:visits@kadamb.example\r\n'
        b"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:asha@pati\r\n"
        b" ents.example\r\n"
        b"LOCATION:Kadamb Clinic\\, 12 Neem Road\r\n"
        b"DESCRIPTION:Come 10 minutes early.\r\n"
        b"END:VEVENT\r\n"
        b"END:VCALENDAR\r\n"
    )


def test_busy_times_are_this_to_the_byte() -> None:
    stretch = Busy(uid=UID, sequence=2, starts_at=STARTS, ends_at=STARTS + timedelta(minutes=45), changed_at=NOW)
    assert busy_times([stretch], look_again=timedelta(minutes=15)) == (
        b"BEGIN:VCALENDAR\r\n"
        b"VERSION:2.0\r\n"
        b"PRODID:-//Interval//Scheduling//EN\r\n"
        b"CALSCALE:GREGORIAN\r\n"
        b"X-WR-CALNAME:Busy times\r\n"
        b"REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n"
        b"X-PUBLISHED-TTL:PT15M\r\n"
        b"BEGIN:VEVENT\r\n"
        b"UID:0a4c5a1e-6f3d-4b52-9d0e-0123456789ab\r\n"
        b"DTSTAMP:20270104T043000Z\r\n"
        b"SEQUENCE:2\r\n"
        b"DTSTART:20270111T050000Z\r\n"
        b"DTEND:20270111T054500Z\r\n"
        b"SUMMARY:Busy\r\n"
        b"TRANSP:OPAQUE\r\n"
        b"END:VEVENT\r\n"
        b"END:VCALENDAR\r\n"
    )


@pytest.mark.parametrize(
    ("file", "wrong"),
    [
        ("good_1_booked", []),
        ("good_2_rescheduled", []),
        ("good_3_cancelled", []),
        ("good_folded_gujarati", []),
        ("bad_cancel_method_request", ["CANCELLED by REQUEST"]),
        ("bad_folded_midcharacter", ["a character is cut in two"] * 3),
        ("bad_tzid_without_vtimezone", ["DTSTART in a zone without its rules", "DTEND in a zone without its rules"]),
        ("bad_unescaped_text", ["LOCATION is not escaped"]),
    ],
)
def test_what_is_wrong_with_a_file_is_seen(file: str, wrong: list[str]) -> None:
    """The control of all the others: files that a library reads without complaint."""
    content = (FILES / f"{file}.ics").read_bytes()
    assert faults(content) == wrong
    if not file.startswith("bad_folded"):
        assert icalendar.Calendar.from_ical(content)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "a line does not end in CRLF"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", "a line does not end in CRLF"),
        (b"X:" + b"x" * 74 + b"\r\n", "a line is longer than 75 octets"),
        (b"BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20270104T043000Z\r\nDTSTART:20270111T103000\r\n", "DTSTART floats"),
        (b"BEGIN:VEVENT\r\nDTSTAMP:20270104T043000Z\r\nDTSTART:20270111T050000Z\r\n", "UID is missing"),
    ],
)
def test_other_faults_are_seen_too(content: bytes, wrong: str) -> None:
    assert faults(content) == [wrong]


def test_awkward_words_come_back_as_they_were_given() -> None:
    r"""BTX-086: Gujarati, commas, semicolons, a break, a backslash (before an N some libraries lose it), an emoji."""
    content = invitation(meeting(location=AWKWARD, description=AWKWARD), method=REQUEST, now=NOW)
    assert faults(content) == []
    assert (text_of(content, "LOCATION"), text_of(content, "DESCRIPTION")) == (AWKWARD, AWKWARD)
    assert value_of(content, "LOCATION") == (
        f"{GUJARATI}\\, {GUJARATI}\\; 2nd floor\\\\New wing\\nRing twice 🙂"
    )  # by hand, from RFC 5545, 3.3.11
    assert content.endswith(b"END:VCALENDAR\r\n")


def test_a_long_gujarati_line_unfolds_to_that_of_the_good_file() -> None:
    """BTX-086."""
    good = (FILES / "good_folded_gujarati.ics").read_bytes()
    words = text_of(good, "DESCRIPTION")
    content = invitation(meeting(description=words), method=REQUEST, now=NOW)
    assert value_of(content, "DESCRIPTION") == value_of(good, "DESCRIPTION")


@given(WORDS)
@example(AWKWARD)
@example("ક" * 200)
@example("🙂" * 100)
def test_any_words_are_folded_by_octets_and_come_back(words: str) -> None:
    """BTX-086."""
    content = invitation(meeting(location=words, summary=words), method=REQUEST, now=NOW)
    assert faults(content) == []
    assert (text_of(content, "LOCATION"), text_of(content, "SUMMARY")) == (words, words)


@pytest.mark.parametrize("length", [73, 74, 75, 76, 148, 149, 150, 223, 224, 300])
def test_folding_fills_each_line(length: int) -> None:
    pieces = folded("x" * length).split(b"\r\n")
    assert pieces.pop() == b""
    assert [len(piece) for piece in pieces[:-1]] == [75] * (len(pieces) - 1)
    assert b"".join(pieces).replace(b" ", b"") == b"x" * length


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_no_words_add_a_property(words: str, name: str) -> None:
    """Whatever stands in a name or an address, the file has the properties it always has."""
    plain = invitation(meeting(), method=REQUEST, now=NOW)
    odd = invitation(meeting(description=words, organizer_name=name), method=REQUEST, now=NOW)
    assert [line.name for line in lines_of(odd)] == [line.name for line in lines_of(plain)]


def test_a_cancellation_says_so_twice_and_is_told_from_the_same_organizer() -> None:
    """BTX-083, beside good_3_cancelled."""
    booked = invitation(meeting(), method=REQUEST, now=NOW)
    cancelled = invitation(meeting(sequence=2), method=CANCEL, now=NOW)
    good = (FILES / "good_3_cancelled.ics").read_bytes()
    for name in ("METHOD", "STATUS", "SEQUENCE"):
        assert value_of(cancelled, name) == value_of(good, name)
    assert faults(cancelled) == []
    for name in ("UID", "ORGANIZER"):
        assert value_of(cancelled, name) == value_of(booked, name)


def test_a_file_that_somebody_takes_by_themselves_names_no_guest() -> None:
    content = invitation(meeting(attendee=""), method=PUBLISH, now=NOW)
    booked = invitation(meeting(), method=REQUEST, now=NOW)
    assert faults(content) == []
    assert value_of(content, "UID") == value_of(booked, "UID")
    assert {line.name for line in lines_of(booked)} - {line.name for line in lines_of(content)} == {"ATTENDEE"}


@pytest.mark.parametrize(
    ("zone", "local", "told"),
    [
        ("Asia/Kolkata", datetime(2027, 4, 14, 10, 0), "20270414T043000Z"),  # noqa: DTZ001 - a wall clock
        ("Asia/Kolkata", datetime(2027, 4, 14, 10, 30), "20270414T050000Z"),  # noqa: DTZ001
        ("Europe/London", datetime(2027, 4, 14, 10, 0), "20270414T090000Z"),  # noqa: DTZ001
        ("Europe/London", datetime(2027, 1, 20, 10, 0), "20270120T100000Z"),  # noqa: DTZ001
        ("Asia/Kathmandu", datetime(2027, 1, 11, 10, 0), "20270111T041500Z"),  # noqa: DTZ001
        ("America/New_York", datetime(2027, 3, 14, 13, 0), "20270314T170000Z"),  # noqa: DTZ001
    ],
)
def test_a_wall_clock_is_told_in_utc(zone: str, local: datetime, told: str) -> None:
    """BTX-085: no zone is named, so none can lack its rules, and no half hour is lost."""
    starts = local.replace(tzinfo=ZoneInfo(zone))
    assert instant(starts) == told
    content = invitation(meeting(starts_at=starts, ends_at=starts + timedelta(minutes=30)), method=REQUEST, now=NOW)
    assert faults(content) == []
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert event["DTSTART"].dt == starts


def test_a_zone_is_never_named() -> None:
    """BTX-085."""
    far = STARTS.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert b"TZID" not in invitation(meeting(starts_at=far), method=REQUEST, now=far)


@pytest.mark.parametrize(
    ("address", "uri"),
    [
        ("asha@patients.example", "mailto:asha@patients.example"),
        ("asha+clinic@patients.example", "mailto:asha+clinic@patients.example"),
        ('"asha rao"@patients.example', "mailto:%22asha%20rao%22@patients.example"),
        ("રેખા@patients.example", "mailto:%E0%AA%B0%E0%AB%87%E0%AA%96%E0%AA%BE@patients.example"),
        ("a&b=c@patients.example", "mailto:a%26b%3Dc@patients.example"),
    ],
)
def test_an_address_is_a_uri(address: str, uri: str) -> None:
    assert mailto(address) == uri


def test_a_name_with_a_quote_stays_one_parameter() -> None:
    assert quoted('The "Kadamb"; Clinic\r\nX: y') == "\"The 'Kadamb'; Clinic X: y\""
