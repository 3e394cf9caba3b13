"""How fast a booking is over HTTP, beside bare views that do its INSERTs: one client, by turns, a commit each."""

import http.client
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.test import Client
from django.urls import reverse

from clinic.embedded.home import CHECKOUT
from clinic.staff.models import User
from patients.models import Patient
from scheduling.availability import FreeTime
from scheduling.models import AppointmentType
from tests.ports import free_port

ROUNDS, WARM_UP = 80, 10


@dataclass(frozen=True, slots=True)
class Posted:
    """The middle and the slow answer, ms."""

    booking: tuple[float, float]
    bare: tuple[float, float]
    rows: tuple[float, float]

    @property
    def of_bare(self) -> float:
        """The bare view's time by the booking's: 1 is as fast."""
        return self.bare[0] / self.booking[0]

    @property
    def of_rows(self) -> float:
        """The same, of the view that writes all the rows of a booking."""
        return self.rows[0] / self.booking[0]


@contextmanager
def web(environment: dict[str, str], log: Path) -> Iterator[int]:
    """Gunicorn with two workers, as it is run, with the bare address beside the clinic's own."""
    port = free_port()
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "clinic.wsgi:application", "--workers", "2", "--threads", "4",
             "--no-control-socket", "--log-level", "warning", "--bind", f"127.0.0.1:{port}"],
            cwd=CHECKOUT, env=environment | {"DJANGO_SETTINGS_MODULE": "tests.bench.bare_settings", "PORT": str(port)},
            stdout=out, stderr=out,
        )  # fmt: skip
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def compare(free: list[FreeTime], *, kind: AppointmentType, patients: list[Patient], by: User, port: int) -> Posted:
    """Book free times by turns, each of another patient, in the product and barely."""
    cookie, token = _signed_in(by, port)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    taken: dict[str, list[float]] = {"booking": [], "bare": [], "rows": []}
    times = iter(zip(free, patients, strict=False))
    for turn in range(WARM_UP + ROUNDS):
        for which, spent in taken.items():
            one, patient = next(times)
            path, body = _booking(one, kind, patient) if which == "booking" else _bare(one, kind, patient)
            path += "rows/" if which == "rows" else ""
            headers = {
                "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": token,
            }  # fmt: skip
            started = time.perf_counter()
            connection.request("POST", path, urlencode(body), headers)
            answer = connection.getresponse()
            text = answer.read()
            took = (time.perf_counter() - started) * 1000
            if answer.status != http.client.FOUND:
                raise RuntimeError(f"{path} answered {answer.status}: {text[:2000]!r}")
            if turn >= WARM_UP:
                spent.append(took)
            if which == "booking":  # as a browser does, which takes the words of the press out of the session
                connection.request("GET", answer.headers["Location"], headers=headers)
                connection.getresponse().read()
    connection.close()
    return Posted(*(_middle_and_slow(spent) for spent in taken.values()))


def apart(free: list[FreeTime]) -> list[FreeTime]:
    """Return one time for each half hour: the room of another at the same moment may be the same."""
    kept = {one.starts_at: one for one in reversed(free) if one.starts_at.minute in {0, 30}}
    return [kept[moment] for moment in sorted(kept)]


def _booking(one: FreeTime, kind: AppointmentType, patient: Patient) -> tuple[str, dict[str, str]]:
    room = str(one.room.public_id) if one.room else ""
    return f"{reverse('scheduling:book')}?patient={patient.public_id}", {
        "pressed": str(uuid4()),
        "type": str(kind.public_id),
        "slot": f"{one.starts_at.isoformat()}|{one.clinician.public_id}|{room}",
    }


def _bare(one: FreeTime, kind: AppointmentType, patient: Patient) -> tuple[str, dict[str, str]]:
    return "/bare/", {
        "patient": str(patient.pk),
        "clinician": str(one.clinician.pk),
        "location": str(patient.location_id),
        "room": str(one.room.pk if one.room else ""),
        "type": str(kind.pk),
        "starts_at": one.starts_at.isoformat(),
    }


def _signed_in(user: User, port: int) -> tuple[str, str]:
    """Return the cookies of a signed-in browser and its token against forged posts."""
    client = Client()
    client.force_login(user)
    key, token = client.cookies[settings.SESSION_COOKIE_NAME].value, "b" * 32
    names = (settings.SESSION_COOKIE_NAME, f"session_{port}")
    cookies = [*(f"{name}={key}" for name in names), f"{settings.CSRF_COOKIE_NAME}={token}", f"csrf_{port}={token}"]
    return "; ".join(cookies), token


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.client.OK:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)
        if time.monotonic() > deadline:
            raise TimeoutError(port)


def _middle_and_slow(times: list[float]) -> tuple[float, float]:
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]
