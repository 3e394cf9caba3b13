"""`python -m tests.journeys.owing N`: beside a running demo, book N visits whose letters are due at once."""

import datetime
import os
import sys

import django


def main(visits: int) -> None:
    """Eight a day, from a week on: each owes a confirmation and an invitation now, the rest later."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinic.settings"
    django.setup()
    from tests.scheduling.made import clinic

    here, now = clinic(), datetime.datetime.now(datetime.UTC)
    clocks = ("10:00", "10:45", "11:30", "12:15", "17:00", "17:45", "18:30", "19:15")
    day = now.date() + datetime.timedelta(days=6)
    for number in range(visits):
        if number % len(clocks) == 0:
            day += datetime.timedelta(days=2 if day.weekday() == 5 else 1)  # nobody works on a Sunday
        here.visit(clocks[number % len(clocks)], day=day, by=None, now=now)


if __name__ == "__main__":
    main(int(sys.argv[1]))
