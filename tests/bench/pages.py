"""`make bench`: the pages of a clinic of 20,000 patients, measured side by side; the table goes to docs/bench.md.

Web server and database run as in production (gunicorn, two workers, persistent connections) on this machine.
"""

import os
import platform
from random import Random

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinic.locations.models import Location
from clinic.staff.models import Role, User
from patients.birth import Birth
from patients.models import Patient
from patients.registration import PersonFacts, unsaved
from scheduling.demo import people
from tests.bench import paper
from tests.bench.measuring import Measured, as_table, take_turns
from tests.browsing import PASSWORD
from tests.journeys.conftest import one_web, web_running
from tests.journeys.running import Running
from tests.treatments.sessions import an_active_plan, checked, prepared, some_vials
from treatments.models import InjectionSession, Lot

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ("one_web", "web_running")

STORIES, NAMES, ROUNDS, SITES = 200, 20_000, 60, 40
TITLE = "How fast the pages are"
HEAD = """By `make bench` on {cores} cores, Python {python}, Postgres {postgres}, gunicorn with 2 workers, one client on
one connection; {patients:,} invented patients, {sessions:,} signed sessions; {rounds} rounds, the pages by turns.
Milliseconds move by a factor of two from machine to machine and from run to run: compare the ratios within the table.
Queries are those of the page with everything behind it (sign-in, audit row); that their number does not grow with the
rows is held by tests, not by this table.

"""


def test_pages_side_by_side(web_running: Running) -> None:
    call_command("seed_demo", patients=STORIES, password=PASSWORD, verbosity=0)
    register_names()
    learn_the_tables()
    pages = the_pages(web_running.port)
    for page in pages:
        page.queries = queries_of(page)
    take_turns(pages, port=web_running.port, rounds=ROUNDS)
    table = as_table(pages)
    head = HEAD.format(
        cores=os.cpu_count(),
        python=platform.python_version(),
        postgres=connection.pg_version // 10000,  # type: ignore[attr-defined] # the Postgres back end has it
        patients=Patient.objects.count(),
        sessions=InjectionSession.objects.filter(signed_at__isnull=False).count(),
        rounds=ROUNDS,
    )
    paper.write(TITLE, f"{head}{table}\n")
    print(f"\n{table}")  # noqa: T201 - who runs it reads it


def register_names() -> None:
    """People without a story, so that lists and search have something to leave out."""
    rng, today = Random(3), timezone.localdate()  # noqa: S311 - invention, not secrecy
    location = Location.objects.earliest("pk")
    rows = []
    for number in range(STORIES + 1, STORIES + NAMES + 1):
        person = people.invent(rng, number, today)
        birth = Birth(person.born_on, person.birth_precision)  # type: ignore[arg-type] # a precision by name
        facts = {name: getattr(person, name) for name in person.__slots__ if not name.startswith("b")}
        rows.append(unsaved(facts=PersonFacts(birth=birth, **facts), location=location))
    Patient.objects.bulk_create(rows, batch_size=500)


def learn_the_tables() -> None:
    """Let Postgres look at what is in them, as it does by itself in a clinic; the tests' one does not."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE; ANALYZE; RESET ROLE")


def the_pages(port: int) -> list[Measured]:
    """Each page, with what it shows at its fullest."""
    doctor = User.objects.filter(role=Role.CLINICIAN).earliest("pk")
    desk, manager = (User.objects.filter(role=role).earliest("pk") for role in (Role.FRONT_DESK, Role.MANAGER))
    draft = a_draft(doctor)
    treated = (
        InjectionSession.objects.filter(signed_at__isnull=False, patient__location__in=doctor.locations.all())
        .order_by("-patient_id")
        .earliest("injected_on")
    )
    patient = treated.patient.public_id
    at_desk, in_room, in_office = (cookie_of(user, port) for user in (desk, doctor, manager))
    return [
        Measured("hello: the process answers", reverse("healthz")),
        Measured("today's board", reverse("scheduling:today"), at_desk),
        Measured("calendar, a day", reverse("scheduling:calendar"), at_desk),
        Measured("patients, 1st page", reverse("patients:list"), at_desk),
        Measured("search, 3 letters", f"{reverse('patients:search')}?q=ash", at_desk),
        Measured("recall list", reverse("scheduling:recall"), at_desk),
        Measured("messages", reverse("scheduling:messages"), at_desk),
        Measured("my day", reverse("treatments:my_day"), in_room),
        Measured("chart", reverse("patients:detail", args=[patient]), in_room),
        Measured("chart: the treatments' part", reverse("treatments:patient_story", args=[patient]), in_room),
        Measured("plan", reverse("treatments:plan", args=[treated.plan.public_id]), in_room),
        Measured(
            f"session, {SITES} sites, being logged", reverse("treatments:session", args=[draft.public_id]), in_room
        ),
        Measured("session, signed", reverse("treatments:session", args=[treated.public_id]), in_room),
        Measured("stock", reverse("treatments:stock"), in_office),
        Measured("lot", reverse("treatments:stock_lot", args=[Lot.objects.earliest("pk").public_id]), in_office),
    ]


def a_draft(doctor: User) -> InjectionSession:
    """A session with forty sites, checked and prepared, waiting for its signature."""
    location = doctor.locations.earliest("pk")
    now = timezone.now()
    session = checked(an_active_plan(doctor, now, sites=SITES, location=location), doctor, now)
    vials = some_vials(doctor, now, number="BENCH", location=location)
    prepared(session, vials, doctor, now)
    return session


def cookie_of(user: User, port: int) -> str:
    """A signed-in session, under the name it has here and the name it has at the web server's port."""
    client = Client()
    client.force_login(user)
    here = settings.SESSION_COOKIE_NAME
    key = client.cookies[here].value
    return f"{here}={key}; session_{port}={key}"


def queries_of(page: Measured) -> int:
    """How many queries the page takes, warm."""
    client = Client(headers={"cookie": page.cookie}) if page.cookie else Client()
    client.get(page.path)
    with CaptureQueriesContext(connection) as context:
        client.get(page.path)
    return len(context)
