"""Somebody else's calendar program reads what we write: khal, from the system's packages, in its own zone."""

import os
import subprocess
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from scheduling import booking, feeds
from scheduling.letters.calendar_part import calendar_part
from scheduling.models import Appointment
from tests.scheduling.made import NOW, Clinic, someone

pytestmark = pytest.mark.django_db
KHAL = os.environ.get("INTERVAL_KHAL", "khal")
CONFIG = """
[calendars]
[[theirs]]
path = {home}/events
[sqlite]
path = {home}/khal.db
[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""
SHOWN = "{start-long} {end-time} {title} @{location} {uid} {status}"


class Khal:
    """A calendar of somebody in a zone."""

    def __init__(self, home: Path, zone: str) -> None:
        self.home = home / zone.replace("/", "-")
        (self.home / "events").mkdir(parents=True)
        (self.home / "config").write_text(CONFIG.format(home=self.home, zone=zone))

    def takes(self, content: bytes) -> list[str]:
        """Import a file; return all that March then shows."""
        file = self.home / "taken.ics"
        file.write_bytes(content)
        self._run("import", "--batch", "-a", "theirs", str(file))
        shown = self._run("list", "--format", SHOWN, "--day-format", "", "2027-03-01", "2027-04-01")
        return [line.strip() for line in shown.splitlines() if line.strip()]

    def _run(self, *said: str) -> str:
        utf8 = {"LC_ALL": "C.UTF-8", "HOME": str(self.home), "PATH": os.environ["PATH"]}
        ended = subprocess.run(
            [KHAL, "-c", str(self.home / "config"), *said], env=utf8, capture_output=True, text=True, check=False
        )
        assert (ended.returncode, ended.stderr) == (0, "")
        return ended.stdout


def part(visit: Appointment, method: str = "REQUEST") -> bytes:
    """The file of a letter about a visit as it stands."""
    visit.refresh_from_db()
    return calendar_part(visit, method=method, address=visit.patient.email, now=NOW).content


def test_a_visit_is_one_event_that_moves_and_is_struck_out(here: Clinic, tmp_path: Path) -> None:
    """BTX-082, BTX-083, BTX-085: imported again and again it is one event, at the new time, on each reader's clock."""
    at_home, abroad = Khal(tmp_path, "Asia/Kolkata"), Khal(tmp_path, "Europe/London")
    visit = here.visit("10:30")
    told = f"Visit: Kadamb Clinic @Kadamb Clinic {visit.public_id}"
    first = part(visit)
    assert at_home.takes(first) == [f"2027-03-02 10:30 11:00 {told} CONFIRMED"]
    assert at_home.takes(first) == [f"2027-03-02 10:30 11:00 {told} CONFIRMED"]
    assert abroad.takes(first) == [f"2027-03-02 05:00 05:30 {told} CONFIRMED"]
    booking.move(appointment=visit, slot=here.slot("17:15"), seen_version=visit.version, by=here.desk, now=NOW)
    assert at_home.takes(part(visit)) == [f"2027-03-02 17:15 17:45 {told} CONFIRMED"]
    booking.cancel(appointment=visit, reason="Travels", by=here.desk, now=NOW)
    assert at_home.takes(part(visit, "CANCEL")) == [f"2027-03-02 17:15 17:45 {told} CANCELLED"]


def test_words_in_any_script_are_read_back(here: Clinic, tmp_path: Path) -> None:
    """BTX-086."""
    name = "કદંબ ક્લિનિક, નીમ રોડ; અમદાવાદ 🙂 — બીજો માળ"
    type(here.location).objects.update(sender_name=name)
    here.location.refresh_from_db()
    visit = here.visit("10:30")
    (shown,) = Khal(tmp_path, "Asia/Kolkata").takes(part(visit))
    assert shown == f"2027-03-02 10:30 11:00 Visit: {name} @{name} {visit.public_id} CONFIRMED"


def test_a_feed_shows_when_and_nothing_else(here: Clinic, tmp_path: Path, time_machine: object) -> None:
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined] # the plugin has no types
    here.visit("10:30", patient=someone("Kavita"))
    here.visit("17:00", patient=someone("Meenal"))
    made = feeds.make_feed(clinician=here.doctor, seen=None, now=NOW)
    content = Client().get(reverse("scheduling:feed", args=[made.token])).content
    shown = Khal(tmp_path, "Asia/Kolkata").takes(content)
    assert [line.rpartition(" ")[0] for line in shown] == [
        "2027-03-02 10:30 11:15 Busy @",
        "2027-03-02 17:00 17:45 Busy @",
    ]  # the last word is the uid
