"""`make bench`: free times and booking over a million visits, on a Postgres that writes to its disk.

`python -m tests.bench.calendar`: a home of its own, made anew.
"""

import gc
import os
import platform
from datetime import timedelta

from clinic.embedded.home import Home
from tests.bench import paper
from tests.bench.house import a_clinic

TITLE = "How fast the calendar is"
HEAD = """By `make bench` on {cores} cores, Python {python}, Postgres 18 with `fsync` and `synchronous_commit` on;
{visits:,} visits of 20 clinicians at one location. Compare the ratios.

| | p50 ms | p95 ms | ratio |
| --- | ---: | ---: | ---: |
| free times: 20 clinicians, 4 weeks, {found:,} found | {app[0]:.1f} | {app[1]:.1f} | {free_ratio:.2f} of the SQL |
| the plain SQL with the same answer | {plain[0]:.1f} | {plain[1]:.1f} | 1 |
| a booking over HTTP | {booking[0]:.1f} | {booking[1]:.1f} | |
| a bare POST view with the visit's INSERT | {bare[0]:.1f} | {bare[1]:.1f} | a booking is {of_bare:.2f} as fast |
| a bare POST view with all of its INSERTs | {rows[0]:.1f} | {rows[1]:.1f} | a booking is {of_rows:.2f} as fast |

The SQL (`tests/bench/free_times.py`) works with multiranges and answers as the product does, row by row: when, with
whom, in which room. The bare views stand behind the same middleware and sign-in and read nothing: no form, no rule. A
booking writes the visit, a line of the trail, a confirmation and two reminders, and the words with the undo.
"""


def main() -> None:
    """Make the home, measure, write the section."""
    with a_clinic("bench-calendar") as (home, environment):
        measure(home, environment)


def measure(home: Home, environment: dict[str, str]) -> None:
    """Measure all of it and write it down."""
    from django.utils import timezone

    from clinic.staff.models import Role, User
    from scheduling import availability
    from scheduling.models import Appointment
    from tests.bench import free_times, many_visits, posting

    now = timezone.now()
    location, kind, people = many_visits.fill(now)
    gc.collect()
    gc.freeze()  # as a web process begins (clinic.wsgi)
    first = now.astimezone(location.zone).date() + timedelta(days=1)
    found = free_times.compare(location, kind, people, first=first, now=now)
    desk = User.objects.filter(role=Role.FRONT_DESK).earliest("pk")
    desk.locations.add(location)
    to_book = availability.free_times(
        location=location, kind=kind, clinicians=people, first=first, last=first + timedelta(days=27), now=now
    )
    with posting.web(environment, home.folder / "web.log") as port:
        posted = posting.compare(
            posting.apart(to_book), kind=kind, patients=many_visits.newcomers(location), by=desk, port=port
        )
    text = HEAD.format(
        cores=os.cpu_count(), python=platform.python_version(), visits=Appointment.objects.count(), found=found.found,
        app=found.app, plain=found.plain, free_ratio=found.ratio, booking=posted.booking, bare=posted.bare,
        of_bare=posted.of_bare, rows=posted.rows, of_rows=posted.of_rows,
    )  # fmt: skip
    paper.write(TITLE, text)
    print(text)  # noqa: T201 - who runs it reads it


if __name__ == "__main__":
    main()
