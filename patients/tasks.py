"""What the worker runs of the record: the import that somebody asked for. Thin; ids and rows are in the database."""

from typing import Final

from celery import shared_task

from clinic.lib import clock
from patients.importing.deeds import drop_forgotten
from patients.importing.running import run_what_waits

LONGEST: Final = 6 * 3600
"""Seconds. A broker that hands it out again meanwhile finds the lock taken, and the second one does nothing."""


@shared_task(ignore_result=True, soft_time_limit=LONGEST, time_limit=LONGEST + 60)
def import_what_waits() -> None:
    """Every few seconds: run the import that was asked for, if there is one and nobody runs it; drop what was left."""
    drop_forgotten(now=clock.now())
    run_what_waits(now=clock.now)
