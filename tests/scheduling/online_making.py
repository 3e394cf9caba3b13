"""What somebody writes who books on the web, and the pages they go through."""

import re
from datetime import date, datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from clinic.locations.models import Location
from clinic.outbox.models import Letter
from scheduling.models import OnlineRequest
from scheduling.online import asking
from tests.outbox.reading import rendered_for
from tests.scheduling.made import NOW, Clinic, clinic

TYPED = {
    "do": "details",
    "given_name": "Rekha",
    "family_name": "Parmar",
    "born_day": "14",
    "born_month": "8",
    "born_year": "1984",
    "phone": "98765 00077",
    "email": "rekha@patients.example",
    "agrees": "on",
}

KNOWN = {
    "given_name": "Rekha", "family_name": "Parmar", "search_name": "rekha parmar", "born_on": "1984-08-14",
    "birth_precision": "day", "email": "Rekha@patients.example",
}  # fmt: skip


def taking_bookings() -> Clinic:
    """A clinic whose consultations anybody may book."""
    made = clinic()
    made.consultation.is_online = True
    made.consultation.save()
    return made


def asked_on_the_web(location: Location, now: datetime, **facts: Any) -> OnlineRequest:
    """A request as its table holds it."""
    typed: dict[str, Any] = {
        "given_name": "Rekha",
        "family_name": "Parmar",
        "born_on": date(1984, 8, 14),
        "birth_precision": "day",
        "phone": "+919876500077",
        "email": "rekha@patients.example",
        "language": "en",
        "agreed_at": now,
        "asked_at": now,
    }
    row: OnlineRequest = OnlineRequest.objects.create(location=location, **typed | facts)
    return row


def page_of(here: Clinic, step: str = "choose", **query: str) -> str:
    """The address of a step of the location's page."""
    address = reverse(f"scheduling:online_{step}", args=[here.location.public_id])
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{address}?{asked}" if asked else address


def slots_on(text: str) -> list[str]:
    """What the buttons of a page send that name a time."""
    return re.findall(r'name="slot" value="([^"]+)"', text)


def hold_first(here: Clinic, browser: Client, **query: str) -> str:
    """Choose the first time of the first type; return what the button sent."""
    page = page_of(here, **{"type": str(here.consultation.public_id), **query})
    slot = slots_on(browser.get(page).text)[0]
    assert browser.post(page, {"slot": slot}).status_code == 302
    return slot


def newest_code() -> str:
    """The code of the newest letter, as its reader finds it."""
    letter = Letter.objects.of_kind(asking.LETTER).newest_first()[0]
    found = re.search(r"\b\d{6}\b", rendered_for(letter, NOW).text)
    assert found
    return found[0]


def go_through(here: Clinic, browser: Client, **typed: str) -> Any:
    """Choose, write, type the code; return the last answer."""
    hold_first(here, browser)
    assert browser.post(page_of(here, "yours"), TYPED | typed).status_code == 302
    return browser.post(page_of(here, "yours"), {"do": "code", "code": newest_code()}, follow=True)
