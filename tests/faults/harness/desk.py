"""The front desk over HTTP: a web of two processes, and presses of its booking button."""

import datetime
import http.client
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier
from typing import Final
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings

from patients.models import Patient
from scheduling.models import Appointment
from tests.faults.harness.processes import Process
from tests.faults.harness.world import World
from tests.journeys.running import WEB, until
from tests.patients.making import client_of, person
from tests.ports import free_port
from tests.scheduling.made import Clinic, clinic

SECRET: Final = "c" * 32  # any thirty-two letters are a token, said in the cookie and in the form


@dataclass(frozen=True)
class Answer:
    """What a press came to, and how long that took."""

    status: int
    leads_to: str
    seconds: float
    body: str = field(default="", repr=False)


@dataclass(frozen=True)
class Press:
    """One button: where it leads, and what is sent with it."""

    path: str
    form: dict[str, str]


class Desk:
    """Somebody at the desk of a clinic that was made for this."""

    def __init__(self, world: World) -> None:
        self.world, self.port = world, free_port()
        self.here: Clinic = clinic()
        self._session = client_of(self.here.desk).cookies[settings.SESSION_COOKIE_NAME].value
        self._days = iter(range(2, 200))
        self.web: Process = world.start(
            "web", *WEB, "--bind", f"127.0.0.1:{self.port}", environment={"PORT": str(self.port)}
        )
        until(self._answers, seconds=60, what="the web to answer")

    def patient(self, *, email: str = "zanzibarova@good.example") -> Patient:
        """Somebody whose name, phone and address must be read nowhere."""
        return person("Rekha", "Zanzibarova", phone="98765 00987", email=email)

    def form(self, slot: str = "", *, pressed: str = "") -> dict[str, str]:
        """The booking form, filled in: a free time, and one press of the button."""
        return {
            "csrfmiddlewaretoken": SECRET,
            "pressed": pressed or str(uuid4()),
            "type": str(self.here.consultation.public_id),
            "slot": slot or self.free_slot(),
            "reason": "",
        }

    def free_slot(self) -> str:
        """Half past ten on a day that nobody has asked for yet."""
        return f"{self.here.at('10:30', self.free_day()).isoformat()}|{self.here.doctor.public_id}|"

    def free_day(self) -> datetime.date:
        """A day that nobody has asked for yet."""
        today = datetime.datetime.now(datetime.UTC).date()
        day = today + datetime.timedelta(days=next(self._days))
        if day.weekday() == 6:  # closed
            day = today + datetime.timedelta(days=next(self._days))
        return day

    def press(
        self, patient: Patient, form: dict[str, str], *, before: Callable[[], object] = str, waits: bool = True
    ) -> Answer:
        """Press the booking button once; or let the line break after the words have gone out."""
        return self.send(Press(f"/book/?patient={patient.public_id}", form), before=before, waits=waits)

    def send(self, press: Press, *, before: Callable[[], object] = str, waits: bool = True) -> Answer:
        """Send one press, on a line of its own that is open before anything is sent."""
        browser = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        browser.connect()
        before()
        began_at = time.monotonic()
        browser.request(
            "POST",
            press.path,
            urlencode({"csrfmiddlewaretoken": SECRET} | press.form),
            {
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": f"session_{self.port}={self._session}; csrf_{self.port}={SECRET}",
            },
        )
        if not waits:
            browser.close()
            return Answer(0, "", 0)
        answer = browser.getresponse()
        body = answer.read().decode()
        browser.close()
        return Answer(answer.status, answer.getheader("Location") or "", time.monotonic() - began_at, body)

    def press_at_once(self, patient: Patient, *forms: dict[str, str]) -> list[Answer]:
        """So many presses from one starting shot."""
        return self.send_at_once([Press(f"/book/?patient={patient.public_id}", form) for form in forms])

    def send_at_once(self, presses: Sequence[Press]) -> list[Answer]:
        """Send all from one starting shot."""
        barrier = Barrier(len(presses))
        with ThreadPoolExecutor(len(presses)) as pool:
            return list(pool.map(lambda press: self.send(press, before=barrier.wait), presses))

    def visits(self, patient: Patient) -> int:
        """How many visits somebody has."""
        return Appointment.objects.filter(patient=patient).count()

    def _answers(self) -> bool:
        assert self.web.lives, self.web.said
        browser = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            browser.request("GET", "/healthz")
            return browser.getresponse().status == http.client.OK
        except OSError:
            return False
        finally:
            browser.close()
