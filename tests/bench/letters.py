"""`make bench`: sweeps and deliveries, on a Postgres that writes to its disk (fsync and synchronous_commit on).

`python -m tests.bench.letters`: a home of its own, made anew, with its own Postgres and Redis; nothing else is touched.
"""

import os
import platform
from datetime import timedelta

from clinic.embedded.home import Home
from tests.bench import paper
from tests.bench.house import a_clinic

OF = "By `make bench` on {cores} cores, Python {python}, Postgres 18 with `fsync` and `synchronous_commit` on."
SWEEPS = (
    OF
    + """
Compare the ratios.

Sweeps over {rows:,} follow-ups, a third of them open, and {rows:,} letters, beside the plain set-based SQL that
does the same; medians of {rounds} rounds by turns, each taken back.

| sweep | rows found | app ms | SQL ms | SQL / app |
| --- | ---: | ---: | ---: | ---: |
{sweeps}
"""
)
SPEED = (
    OF
    + """
Compare the ratios.

{letters:,} confirmations by one Celery worker: claimed, asked again, rendered in text and HTML, given their turn,
handed over, both commits on; to a mail server in a process of its own that answers a letter after 20 ms. Beside it a
bare smtplib loop on one connection with a body as long.

| | letters/s | of bare |
| --- | ---: | ---: |
| bare smtplib | {bare:.1f} | 1 |
| worker with one process | {one:.1f} | {one_ratio:.2f} |
| worker as it is run, with two | {two:.1f} | {two_ratio:.2f} |
"""
)
WEIGHT = (
    OF
    + """

USS of the worker and its child, never renewed: after {warm:,} letters {before:.1f} MB, after {many:,} {after:.1f} MB,
{growth:+.1f}%; in {seconds:.0f} s, to a mail server that answers at once.
"""
)


def main() -> None:
    """Make the home, measure, write the section."""
    with a_clinic("bench") as (home, environment):
        measure(home, environment)


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
    _write(
        "How fast letters are", SPEED, letters=delivering.LETTERS, one=speed.one, two=speed.two, bare=speed.bare,
        one_ratio=speed.one / speed.bare, two_ratio=speed.two / speed.bare,
    )  # fmt: skip
    weight = delivering.weight(visit, environment, log)
    _write(
        "What a worker weighs", WEIGHT, warm=delivering.WARM, before=weight.before, many=weight.letters,
        after=weight.after, growth=weight.growth, seconds=weight.seconds,
    )  # fmt: skip
    sweeping.load(visit.location_id, now)
    sweeps = "\n".join(
        f"| {row.name} | {row.rows:,} | {row.app:.1f} | {row.plain:.1f} | {row.ratio:.2f} |"
        for row in sweeping.compare(now)
    )
    _write("How fast sweeps are", SWEEPS, rows=sweeping.ROWS, rounds=sweeping.ROUNDS, sweeps=sweeps)


def _write(title: str, text: str, **facts: object) -> None:
    """Write a section as soon as it is measured: what comes later may fail."""
    text = text.format(cores=os.cpu_count(), python=platform.python_version(), **facts)
    paper.write(title, text)
    print(text)  # noqa: T201 - who runs it reads it


if __name__ == "__main__":
    main()
