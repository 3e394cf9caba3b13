"""What a worker does for the calendar beside the letters. Thin: deeds write rows, these find them."""

from typing import Final

from celery import shared_task

from clinic.lib import clock
from scheduling.exporting import making

AN_HOUR: Final = 3600
"""A large clinic's file takes minutes. The broker may give the task out again meanwhile: who gets it finds it taken."""


@shared_task(ignore_result=True, soft_time_limit=AN_HOUR, time_limit=AN_HOUR + 60)
def make_exports() -> None:
    """Each quarter of a minute: make what was asked for, one file at a time, and delete what has expired."""
    making.work(now=clock.now())
