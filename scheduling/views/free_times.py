"""The free times that the pages of booking and moving offer: a strip of days, and those of one of them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, QueryDict

from clinic.locations.models import Location
from clinic.staff.models import User
from patients.models import Patient
from scheduling import availability, booking
from scheduling.availability import FreeTime
from scheduling.forms import WantedForm
from scheduling.models import Appointment, AppointmentType

DAYS_SHOWN = 14


@dataclass(frozen=True, slots=True)
class DayOfTimes:
    """The free times of one day, as the page lists them."""

    day: date
    times: list[FreeTime]

    @property
    def by_clinician(self) -> list["TimesOf"]:
        """The times of each clinician, by name."""
        ordered = sorted(self.times, key=lambda free: (free.clinician.full_name, free.starts_at))
        return [TimesOf(who, list(times)) for who, times in groupby(ordered, key=lambda free: free.clinician)]


@dataclass(frozen=True, slots=True)
class TimesOf:
    """The free times of one clinician on one day."""

    clinician: User
    times: list[FreeTime]


def asks_early(request: HttpRequest, user: User) -> bool:
    """Say whether a clinician looks at days before the earliest permitted one, to book there with a reason."""
    return bool(request.POST.get("early") or request.GET.get("early")) and user.is_clinician


def strip_of(request: HttpRequest, days: list[DayOfTimes], wanted: WantedForm) -> dict[str, Any]:
    """Return the strip of days and the one whose times are listed: the day asked for, else the first with a time."""
    asked = request.POST.get("at") or request.GET.get("at", "")
    shown = next((day for day in days if day.day.isoformat() == asked), days[0] if days else None)
    query = QueryDict(mutable=True)
    for name in ("patient", "follow_up", "type", "clinician", "day", "back"):
        chosen = request.GET.get(name)
        value = chosen if chosen is not None else wanted[name].value() if name in wanted.fields else ""
        if value or name == "clinician":  # an empty clinician is a choice: anyone
            query[name] = str(value or "")
    if asked_early := request.POST.get("early") or request.GET.get("early"):
        query["early"] = asked_early
    return {"days": days, "shown": shown, "query": query.urlencode()}


def free_days(
    patient: Patient,
    kind: AppointmentType,
    *,
    wanted: WantedForm,
    now: datetime,
    moving: Appointment | None = None,
    may_be_early: bool = False,
) -> list[DayOfTimes]:
    """Return the free times of the next days, not before the earliest permitted one unless a clinician asks."""
    location: Location = moving.location if moving else patient.location
    zone: ZoneInfo = location.zone
    first = max(wanted.cleaned_data.get("day") or now.astimezone(zone).date(), now.astimezone(zone).date())
    if not may_be_early:
        first = max(first, booking.earliest_of(kind, patient) or first)
    chosen = wanted.cleaned_data.get("clinician")
    found = availability.free_times(
        location=location,
        kind=kind,
        clinicians=[chosen] if chosen else availability.clinicians_at(location),
        first=first,
        last=first + timedelta(days=DAYS_SHOWN),
        now=now,
        moving=moving,
        patient_public_id=patient.public_id,
    )
    return [
        DayOfTimes(day, list(times))
        for day, times in groupby(found, key=lambda free: free.starts_at.astimezone(zone).date())
    ]
