"""`make bench`: sweeps and deliveries, on a Postgres that writes to its disk (fsync and synchronous_commit on).

`python -m tests.bench.letters`: a home of its own, made anew, with its own Postgres and Redis; nothing else is touched.
"""

import os
import platform
import shutil
import subprocess
import sys
from datetime import timedelta

import django

from clinic.embedded import parts
from clinic.embedded.home import CHECKOUT, Home
from tests.bench import paper

TITLE = "How fast letters are"
HEAD = """By `make bench` on {cores} cores, Python {python}, Postgres 18 with `fsync` and `synchronous_commit` on.
Compare the ratios.

**Sweeps** over {rows:,} follow-ups, a third of them open, and {rows:,} letters, beside the plain set-based SQL that
does the same; medians of {rounds} rounds by turns, each taken back.

| sweep | rows found | app ms | SQL ms | SQL / app |
| --- | ---: | ---: | ---: | ---: |
{sweeps}

**Delivery** of {letters:,} confirmations by one Celery worker: claimed, asked again, rendered in text
and HTML, given their turn, handed over, both commits on; to a mail server in a process of its own that answers a letter
after 20 ms. Beside it a bare smtplib loop on one connection with a body as long.

| | letters/s | of bare |
| --- | ---: | ---: |
| bare smtplib | {bare:.1f} | 1 |
| worker with one process | {one:.1f} | {one_ratio:.2f} |
| worker as it is run, with two | {two:.1f} | {two_ratio:.2f} |

**Memory** (USS of the worker and its child, never renewed): after {warm:,} letters {before:.1f} MB, after {many:,}
{after:.1f} MB, {growth:+.1f}%; in {seconds:.0f} s, to a mail server that answers at once.
"""


def main() -> None:
    """Make the home, measure, write the section."""
    home = Home.from_environment(
        {**os.environ, "INTERVAL_HOME": str(Home.from_environment(os.environ).folder / "bench")}
    )
    shutil.rmtree(home.folder, ignore_errors=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INTERVAL_")}
    environment |= {
        "INTERVAL_MODE": "demo", "INTERVAL_HOME": str(home.folder), "PORT": str(home.port),
        "INTERVAL_LETTERS_A_MINUTE": "0", "INTERVAL_LETTERS_A_MINUTE_A_DOMAIN": "0",
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
    }  # fmt: skip
    started = parts.start(home, tied=True)
    try:
        home.secret("secret_key")
        for command in (["migrate", "-v0"], ["load_catalogue"], ["seed_demo", "--patients", "30"]):
            role = {"INTERVAL_DATABASE_ROLE": "owner"} if command[0] == "migrate" else {}
            manage = [sys.executable, str(CHECKOUT / "manage.py"), *command]
            subprocess.run(manage, check=True, env=environment | role, stdout=subprocess.DEVNULL)
        os.environ.update(environment)
        django.setup()
        measure(home, environment)
    finally:
        parts.stop_started(started)


def measure(home: Home, environment: dict[str, str]) -> None:
    """Measure all of it and write it down."""
    from django.utils import timezone

    from clinic.outbox.models import Letter
    from scheduling.models import Appointment
    from tests.bench import delivering, sweeping

    now, log = timezone.now(), home.folder / "worker.log"
    Letter.objects.filter(state="queued").update(due_at=now + timedelta(days=4000))
    visit = (
        Appointment.objects.filter(starts_at__gt=now + timedelta(days=1), state="booked")
        .exclude(patient__email="")
        .exclude(patient__email_suspended_at__isnull=False)
        .select_related("patient")
        .earliest("starts_at")
    )
    speed = delivering.speed(visit, environment, log, milliseconds=20)
    weight = delivering.weight(visit, environment, log)
    sweeping.load(visit.location_id, now)
    found = sweeping.compare(now)
    sweeps = "\n".join(
        f"| {row.name} | {row.rows:,} | {row.app:.1f} | {row.plain:.1f} | {row.ratio:.2f} |" for row in found
    )
    text = HEAD.format(
        cores=os.cpu_count(), python=platform.python_version(), rows=sweeping.ROWS, rounds=sweeping.ROUNDS,
        sweeps=sweeps, letters=delivering.LETTERS, one=speed.one, two=speed.two, bare=speed.bare,
        one_ratio=speed.one / speed.bare, two_ratio=speed.two / speed.bare,
        warm=delivering.WARM, before=weight.before, many=weight.letters,
        after=weight.after, growth=weight.growth, seconds=weight.seconds,
    )  # fmt: skip
    paper.write(TITLE, text)
    print(text)  # noqa: T201 - who runs it reads it


if __name__ == "__main__":
    main()
