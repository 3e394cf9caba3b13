"""What patients do with letters: open the link on a page of the app, or stop the letters, or nothing."""

import html
import re
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import time_machine
from django.test import Client

from scheduling.models import Appointment
from tests.year.courses import INSTRUMENTS
from tests.year.fates import opted_out
from tests.year.lives import Life, Treated
from tests.year.visits import book, booked

BROWSER = Client()
"""One for all: it holds no cookie that a page of a letter needs."""
LINK = re.compile(r"https?://\S+")
HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')
SLOT = re.compile(r'name="slot" value="([^"]+)"')
SCORES_FROM = timedelta(days=14)


def paths(text: str) -> dict[str, str]:
    """The links of a letter by the first letter of their path: b books, c is the check-in, v the visit."""
    found: dict[str, str] = {}
    for link in LINK.findall(text):
        path = urlsplit(link).path
        found.setdefault(path.strip("/").split("/")[0], path)
    return found


def read(life: Life, letter: dict[str, Any], now: datetime) -> None:
    """Decide what the patient does with a letter, and when."""
    if life.is_dead:
        return
    links, roll = paths(letter["text"]), life.rng.random()
    if letter["stop"] and roll < 0.008:
        stop = urlsplit(letter["stop"].strip("<>")).path
        life.later(now + timedelta(hours=life.rng.uniform(0.1, 30)), partial(press_stop, life, stop))
    elif "b" in links and roll < 0.45:
        wait = timedelta(days=life.rng.uniform(0.05, 5))
        life.later(now + wait, partial(choose_time, life, links["b"]))
    elif "b" in links and roll < 0.6:
        life.in_days(now, 1, 5, partial(phone, life))
    elif "v" in links and roll < 0.2:
        life.later(now + timedelta(hours=life.rng.uniform(0.1, 20)), partial(press_confirm, life, links["v"]))
    elif "c" in links and roll < 0.45:
        wait = timedelta(hours=life.rng.uniform(0.2, 40))
        life.later(now + wait, partial(tell, life, links["c"]))


def press_stop(life: Life, path: str, now: datetime) -> None:
    """One click in the mail program (RFC 8058)."""
    with time_machine.travel(now, tick=False):
        answer = BROWSER.post(path, {"List-Unsubscribe": "One-Click"})
    life.patient.refresh_from_db()
    if answer.status_code == HTTPStatus.OK and not life.is_dead:
        life.note(now, "opted_out", by="link")
        opted_out(life, now)


def choose_time(life: Life, path: str, now: datetime) -> None:
    """Open the page, choose a time, press."""
    with time_machine.travel(now, tick=False):
        page = BROWSER.get(path)
        slots = (
            [html.unescape(found) for found in SLOT.findall(page.content.decode())]
            if page.status_code == HTTPStatus.OK
            else []
        )
        if not slots:
            return
        chosen = life.rng.choice(slots)
        answer = BROWSER.post(path, {"slot": chosen, "confirm": "yes"})
    if answer.status_code != HTTPStatus.OK:
        return
    row = Appointment.objects.select_related("patient", "clinician", "location", "room", "type", "follow_up").get(
        patient=life.patient, starts_at=chosen.split("|")[0], state="booked"
    )
    life.place.taken.add((row.clinician_id, row.starts_at))
    treated = next(one for one in life.plans if one.plan.pk == row.follow_up.plan_id)
    booked(life, now, row, treated, by="link")


def press_confirm(life: Life, path: str, now: datetime) -> None:
    """Say by the button that one comes."""
    with time_machine.travel(now, tick=False):
        page = BROWSER.get(path).content.decode()
        hidden = dict(HIDDEN.findall(page))
        if "seen" not in hidden:  # confirmed before, or no such visit any more
            return
        answer = BROWSER.post(path, hidden)
    if answer.status_code == HTTPStatus.OK:
        life.note(now, "confirmed_by_link")


def phone(life: Life, now: datetime) -> None:
    """Call the desk for a time."""
    treated = next((one for one in life.plans if one.sessions and one.plan.state == "active"), None)
    if treated:
        book(life, now, day=life.today(now) + timedelta(days=life.rng.randrange(2, 12)), treated=treated)


def tell(life: Life, path: str, now: datetime) -> None:
    """Answer a check-in: how it is, and late in a cycle that it wears off."""
    treated = _asked_about(life, path)
    if treated is None or life.is_dead:
        return
    session = treated.sessions[-1]
    weeks = (life.today(now) - session.injected_on).days / 7
    data: dict[str, Any] = {"words": ""}
    score = _feels(life, treated, weeks)
    fading = weeks >= 8 and weeks > treated.wears_off and life.happens(0.4)
    asks_scores = life.today(now) >= session.injected_on + SCORES_FROM
    if asks_scores:
        data[INSTRUMENTS[treated.condition]] = str(score)
        if fading:
            data["is_wearing_off"] = "on"
    with time_machine.travel(now, tick=False):
        answer = BROWSER.post(path, data)
    if answer.status_code != HTTPStatus.OK:
        return
    number = len(treated.sessions)
    life.note(now, "told", plan=treated.number, session=number)
    if asks_scores:
        value = score * 4 if treated.condition == "chronic_migraine" else score
        life.note(now, "score", plan=treated.number, value=value)
        if fading:
            life.note(now, "wears_off", plan=treated.number)


def _asked_about(life: Life, path: str) -> Treated | None:
    """Which plan a link asks about: the page says so by the scores it asks; one plan needs no asking."""
    if len(life.plans) == 1:
        return life.plans[0] if life.plans[0].sessions else None
    page = BROWSER.get(path).content.decode()
    return next((one for one in life.plans if one.sessions and f'name="{INSTRUMENTS[one.condition]}"' in page), None)


def _feels(life: Life, treated: Treated, weeks: float) -> int:
    """How bad it is that week: 0 to 7 days of headache, or 0 to 10."""
    worst = treated.baseline / (4 if treated.condition == "chronic_migraine" else 1)
    lost = 1.0
    if treated.responds:
        lost = 0.4 if weeks <= treated.wears_off - 2 else min(1.0, 0.4 + (weeks - treated.wears_off + 2) * 0.15)
    value = round(worst * lost + life.rng.uniform(-0.5, 0.5))
    return max(0, min(7 if treated.condition == "chronic_migraine" else 10, value))
