"""`make bench`: a hundred thousand people from one file, twice, on a Postgres that writes to its disk.

`python -m tests.bench.imports`: a home of its own, made anew. What a worker does is done by a process of its own, which
says how long it took and the most memory it held.
"""

import csv
import json
import os
import platform
import random
import resource
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import psutil

from clinic.embedded.home import CHECKOUT, Home
from tests.bench import paper
from tests.bench.house import a_clinic

ROWS: Final = 100_000
FIRST = [*["Asha", "Ravi", "Meera", "Nikhil", "Zoe", "Sean", "Ines", "Omar", "Lata", "Jai"], "મીના", "कविता"]
LAST = [*["Trivedi", "Rao", "Kohli", "Becker", "Quill", "Marchetti", "Finn", "Shah"], "ત્રિવેદી", "शर्मा", ""]
TITLE = "How fast people come in from a file"
HEAD = """By `make bench` on {cores} cores, Python {python}, Postgres 18 with `fsync` and `synchronous_commit` on;
a CSV of {rows:,} invented people, {bytes:.1f} MB, with the duplicate check, history and a line of the trail for each.

| | seconds | rows/s | computing, s | most memory, MiB | times it told how far it is |
| --- | ---: | ---: | ---: | ---: | ---: |
{check}
{save}
| both | {seconds:.1f} | {rate:,.0f} | {computing:.1f} | {memory:.0f} | |
{again}

{new:,} were registered and {held:,} held for a person to decide: of {rows:,} people with {names} names and {days:,}
birthdays so many share both. "Computing" is the time of a core that the worker and its Postgres took: beside busy
neighbours the seconds are more. Brought again, {known:,} rows were known. The memory is that of the worker's process,
the program itself ({bare:.0f} MiB) in it.
"""
LINE = "| {name} | {seconds:.1f} | {rate:,.0f} | {computing:.1f} | {memory:.0f} | {told} |"


def main() -> None:
    """Make the home, measure, write the section."""
    with a_clinic("bench-imports") as (home, environment):
        measure(home, environment)


def write(path: Path) -> None:
    """Write a CSV of invented people, the same each time."""
    chance = random.Random(7)  # noqa: S311 - invented people, not secrets
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        rows = csv.writer(file)
        rows.writerow(["mrn", "full_name", "date_of_birth", "sex", "phone", "email", "preferred_language", "notes"])
        for number in range(ROWS):
            born = date(1925, 1, 1) + timedelta(days=chance.randrange(36000))
            name = f"{chance.choice(FIRST)} {chance.choice(LAST)}".strip()
            phone, mail = f"+4477009{number:05d}", f"p{number}@example.org"
            language = chance.choice(["en", "hi", "gu"])
            rows.writerow([f"{number:06d}", name, born.isoformat(), chance.choice("FMU"), phone, mail, language, ""])


def measure(home: Home, environment: dict[str, str]) -> None:
    """Bring the file in, then again, and write down what it took."""
    from django.utils import timezone

    from clinic.locations.models import Location
    from patients.importing import deeds

    path = home.folder / "people.csv"
    write(path)
    size = path.stat().st_size

    def brought() -> Any:
        with path.open("rb") as file:
            imported = deeds.begin(
                content=file, name=path.name, size=size, location=Location.objects.earliest("pk"), by=None,
                now=timezone.now(),
            )  # fmt: skip
        deeds.ask_for_check(imported=imported, by=None)
        return imported

    imported = brought()
    check = _worked(imported, environment)
    deeds.ask_for_saving(imported=imported, by=None)
    save = _worked(imported, environment)
    new, held = imported.count("new"), imported.count("held")
    again = brought()
    checked_again = _worked(again, environment)
    seconds = check["seconds"] + save["seconds"]
    text = HEAD.format(
        cores=os.cpu_count(), python=platform.python_version(), rows=ROWS, bytes=size / 1e6,
        check=LINE.format(name="read and judged", **check), save=LINE.format(name="saved, in one transaction", **save),
        again=LINE.format(name="again: read and judged", **checked_again),
        seconds=seconds, computing=check["computing"] + save["computing"], rate=ROWS / seconds,
        memory=max(check["memory"], save["memory"]), known=again.count("known"), new=new, held=held,
        names=len(FIRST) * len(LAST), days=36000, bare=check["bare"],
    )  # fmt: skip
    paper.write(TITLE, text)
    print(text)  # noqa: T201 - who runs it reads it


def _worked(imported: Any, environment: dict[str, str]) -> dict[str, Any]:
    """Let a worker of its own do what was asked for, and look meanwhile how far it says it is."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.imports", "work"], cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE
    )
    seen = set()
    while worker.poll() is None:
        imported.refresh_from_db()
        if imported.is_at_work:
            seen.add((imported.percent, imported.rows_done))
        time.sleep(0.2)
    out, _ = worker.communicate()
    imported.refresh_from_db()
    if worker.returncode or imported.is_at_work or imported.failure:
        raise RuntimeError(f"the worker did not end its work: {imported.state} {imported.failure}")
    done: dict[str, Any] = json.loads(out)
    return done | {"rate": ROWS / done["seconds"], "told": len(seen)}


def work() -> None:
    """Be the worker: run what waits, and say how long it took and how much memory it held."""
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from patients.importing.running import run_what_waits

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        postgres = psutil.Process(cursor.fetchone()[0])
    bare = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started, computed = time.perf_counter(), time.process_time() + sum(postgres.cpu_times()[:2])
    run_what_waits(now=timezone.now)
    seconds = time.perf_counter() - started
    computing = time.process_time() + sum(postgres.cpu_times()[:2]) - computed
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "computing": computing, "memory": memory, "bare": bare}))  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    work() if sys.argv[1:] == ["work"] else main()
