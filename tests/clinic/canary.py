"""One invented patient whose every word is unlike any other, taken through the clinic's pages and letters."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from clinic.middleware import QuietFormatter, RedactLinks
from clinic.outbox.delivery import work
from clinic.staff.models import Role
from patients.models import Intake, Patient
from patients.questionnaire import steps_of
from scheduling.models import AppointmentType, FollowUp
from tests.clinic.building import next_morning
from tests.clinic.world import Place, World
from tests.outbox.sink import Sink
from tests.patients.intake_making import typed_for
from tests.treatments.sessions import an_active_plan, checked, prepared, signed

WORD = "qvx"
"""In every word that the patient or the staff typed."""
PHONE = "9876500987"
CLINICAL = re.compile(r"migraine|botox|toxin|inject|onabotulinum|pain|\bunits?\b|dose|treat|consult", re.IGNORECASE)
LINK = re.compile(r"http://testserver(/\S+)")
LOGGERS = (
    "",
    "django",
    "django.request",
    "django.security",
    "clinic",
    "patients",
    "treatments",
    "scheduling",
    "celery",
)


@dataclass
class Heard:
    """What could be overheard of the story."""

    log: list[str] = field(default_factory=list)
    redirects: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)


@contextmanager
def listening(heard: Heard) -> Iterator[None]:
    """Keep every line that any logger writes, as it would be written."""
    handler = logging.Handler(logging.DEBUG)
    handler.setFormatter(QuietFormatter("%(name)s %(message)s"))
    handler.addFilter(lambda record: record.name != "mail.log")  # the test's own mail server, which is no part of ours
    handler.addFilter(RedactLinks())
    handler.emit = lambda record: heard.log.append(handler.format(record))  # type: ignore[method-assign]
    loggers = [logging.getLogger(name) for name in LOGGERS]
    levels = [one.level for one in loggers]
    for one in loggers:
        one.addHandler(handler)
        one.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        for one, level in zip(loggers, levels, strict=True):
            one.removeHandler(handler)
            one.setLevel(level)


class Browser:
    """A browser that keeps where it was sent."""

    def __init__(self, client: Client, heard: Heard) -> None:
        self.client = client
        self.heard = heard

    def press(self, where: str, data: dict[str, Any]) -> HttpResponseBase:
        """Post a form; keep a redirect's address."""
        answer = self.client.post(where, data)
        if answer.status_code == 302:
            self.heard.redirects.append(answer["Location"])
        assert answer.status_code in {200, 302}, (where, answer.status_code)
        return answer

    def look(self, where: str) -> str:
        """Open a page."""
        answer = self.client.get(where)
        assert answer.status_code == 200, where
        return answer.content.decode()


def story(the: World, heard: Heard, sink: Sink, clock: Any) -> Patient:
    """Register, book, fill the form by its link, be treated, be reminded, book from the link. The patient."""
    here = the.here
    desk = Browser(the.browser(Role.FRONT_DESK), heard)
    patient = _registered_and_booked(the, desk)
    work(the.now + timedelta(minutes=2))  # past the time in which a booking can be taken back
    _answered(here, patient, heard, sink, the.now)
    doctor = Browser(the.browser(Role.CLINICIAN), heard)
    doctor.look(reverse("patients:intake_review", args=[Intake.objects.get(patient=patient).public_id]))
    doctor.press(reverse("treatments:consultation_start", args=[patient.public_id]), {})
    due = _treated(here, the.now)
    assert due.next_step_on is not None
    remind_at = datetime.combine(due.next_step_on, datetime.min.time(), the.now.tzinfo) + timedelta(hours=5)
    clock.move_to(remind_at, tick=False)
    work(remind_at)
    (link,) = [link for link in links_of(sink.taken[-1]) if link.startswith("/b/")]
    heard.tokens.add(link.split("/")[2])
    visitor = Browser(Client(), heard)
    slots = re.findall(r'name="slot" value="([^"]+)"', visitor.look(link))
    visitor.press(link, {"slot": slots[0], "confirm": "1"})
    work(remind_at + timedelta(minutes=2))
    return patient


def links_of(message: Any) -> list[str]:
    """The paths of the links in a letter's text, and of its unsubscribe address."""
    found = LINK.findall(message.get_body(("plain",)).get_content())
    return sorted({*found, *LINK.findall(str(message["List-Unsubscribe"] or "").replace(">", " "))})


def _registered_and_booked(the: World, desk: Browser) -> Patient:
    desk.press(
        reverse("patients:new"),
        {
            "given_name": f"{WORD}Asha", "family_name": f"{WORD}Rao", "birth": "31/01/1970", "sex": "female",
            "phone": PHONE, "email": f"{WORD}@patients.example", "language": "en", "wants_reminders": "on",
            "address": f"{WORD} Lane", "note_for_desk": f"{WORD} note",
        },
    )  # fmt: skip
    patient: Patient = Patient.objects.get(given_name=f"{WORD}Asha")
    moment = next_morning(the.now, the.here.location, days=4)
    desk.press(
        f"{reverse('scheduling:book')}?patient={patient.public_id}",
        {
            "pressed": str(uuid4()), "type": AppointmentType.objects.get(kind="consultation").public_id,
            "slot": f"{moment.isoformat()}|{the.here.doctor.public_id}|", "reason": f"{WORD} reason",
        },
    )  # fmt: skip
    desk.press(reverse("patients:intake_invite", args=[patient.public_id]), {})
    desk.look(f"{reverse('patients:list')}?q={WORD}")
    desk.look(reverse("patients:detail", args=[patient.public_id]))
    return patient


def _answered(here: Place, patient: Patient, heard: Heard, sink: Sink, now: datetime) -> None:
    assert here.location == patient.location
    links = {link for message in sink.taken if WORD in str(message["To"]) for link in links_of(message)}
    links = {link for link in links if not link.startswith("/read/")}  # a leaflet is everybody's: no token in it
    heard.tokens |= {link.split("/")[2] for link in links}
    visitor = Browser(Client(), heard)
    (link,) = (one for one in links if one.startswith("/i/"))
    manage, own = sorted(links - {link}, key=lambda one: one.startswith("/own/"))
    visitor.look(manage)
    visitor.look(own)
    visitor.look(link)
    visitor.press(link, {})
    intake = Intake.objects.get(patient=patient)
    for step in steps_of(intake.questionnaire):
        typed = {
            key: f"{WORD} words" if value == "Words of the patient" else value for key, value in typed_for(step).items()
        }
        visitor.press(f"{link}step/{step.id}/", typed)
    visitor.press(f"{link}send/", {"confirmed": "on", "go": "send"})
    intake.refresh_from_db()
    assert intake.submitted_at is not None, now


def _treated(here: Place, now: datetime) -> FollowUp:
    doctor = here.doctor
    plan = an_active_plan(
        doctor, now, sites=2, location=here.location, given_name=f"{WORD}Bina", email=f"{WORD}b@patients.example"
    )
    session = checked(plan, doctor, now, illness_note=f"{WORD} illness")
    prepared(session, list(here.lot.vials.filter(opened_at__isnull=True)[:1]), doctor, now, ml="2")
    return FollowUp.objects.get(session=signed(session, doctor, now))
