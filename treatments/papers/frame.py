"""What stands on every paper: whose it is, which clinic made it, when and by whom, and the page of how many."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinic.lib.days import day_of
from clinic.locations.models import Location
from clinic.staff.models import User
from patients import phones
from patients.models import Patient
from patients.wording import birth_and_age
from treatments.papers.typesetting import Paper

LONG_NAME = 100
"""A name longer than this runs over lines at the head of each page, and is set smaller there."""
NOTHING = "\u2013"
"""What stands where nothing was noted: an empty place could have been forgotten."""


def framed(
    kind: str,
    title: str,
    *,
    patient: Patient,
    location: Location,
    by: User | None,
    now: datetime,
    about: str = "",
    **content: Any,
) -> Paper:
    """Return a paper with its frame; `content` is what its own template sets. `by` is nobody where a link makes it."""
    today = day_of(now, location.zone)
    at = moment(now, location.zone)
    made = _("Made %(at)s, %(by)s") % {"at": at, "by": by.full_name} if by else _("Made %(at)s") % {"at": at}
    return {
        "kind": kind,
        "title": title,
        "lang": get_language() or "en",
        "patient": _patient(patient, min(today, patient.deceased_on or today)),
        "clinic": _clinic(location),
        "about": about,
        "made": made,
        "page": _("Page {page} of {pages}"),
        **content,
    }


def _patient(patient: Patient, on: date) -> dict[str, Any]:
    number = _("Record no. %(number)s") % {"number": patient.record_number}
    return {
        "name": patient.name,
        "is_long": len(patient.name) > LONG_NAME,
        "lang": patient.name_lang or "en",
        "number": number,
        "facts": [number, _("born %(born)s") % {"born": birth_and_age(patient.birth, on)}, patient.get_sex_display()],
    }


def _clinic(location: Location) -> dict[str, Any]:
    lines = [*location.address.splitlines(), phones.shown(location.phone)]
    return {"name": location.sender_name or location.name, "lines": [line for line in lines if line.strip()]}


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Say a moment as its place's clock shows it."""
    return date_format(at.astimezone(zone), "DATETIME_FORMAT")


def day(on: date | None) -> str:
    """Say a day; nothing where there is none."""
    return date_format(on, "DATE_FORMAT") if on else ""


def between(first: date, last: date) -> str:
    """Say a span of days; one day where it is one."""
    return (
        day(first) if first == last else _("between %(first)s and %(last)s") % {"first": day(first), "last": day(last)}
    )


def signed_words(by: User | None, at: datetime | None, zone: ZoneInfo) -> str:
    """Say who signed and when."""
    if by is None or at is None:
        return ""
    return _("Signed by %(by)s, %(at)s") % {"by": by.full_name, "at": moment(at, zone)}
