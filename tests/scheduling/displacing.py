"""A visit on a day to come, which the tests of times and places then displace."""

from datetime import date, time, timedelta
from typing import Any

from clinic.lib import clock
from clinic.lib.days import at_local, day_of
from scheduling import booking
from scheduling.booking import Slot
from scheduling.models import Appointment
from tests.scheduling.made import Clinic, someone


def workday(here: Clinic, weeks: int = 1) -> date:
    """A Tuesday to come."""
    today = day_of(clock.now(), here.location.zone)
    return today + timedelta(days=7 * weeks + (1 - today.weekday()) % 7)


def a_visit(here: Clinic, at: str = "10:30", *, day: date | None = None) -> Appointment:
    """One with the doctor in the first room."""
    day = day or workday(here)
    slot = Slot(
        clinician=here.doctor,
        location=here.location,
        room=here.rooms[0],
        type=here.injection,
        starts_at=at_local(day, time.fromisoformat(at), here.location.zone),
    )
    return booking.book(patient=someone(), slot=slot, by=here.desk, now=clock.now())


def said(answer: Any) -> list[str]:
    """The words above the page."""
    return [str(message) for message in answer.context["messages"]]
