"""Who is free when, while the demo is invented: the first free time of a clinician on a day, or on the next."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from clinic.lib.days import at_local
from scheduling.demo.stories import open_day

TIMES = tuple(
    time.fromisoformat(clock) for clock in ["10:00", "10:45", "11:30", "12:15", "17:00", "17:45", "18:30", "19:15"]
)
MAY_SLIP = 60


class Diary:
    """Times given out so far: each once per clinician, none on a closed day."""

    def __init__(self, zone: ZoneInfo, closed: set[date]) -> None:
        self.zone = zone
        self.closed = closed
        self.taken: set[tuple[int, datetime]] = set()

    def next_free(self, clinician: int, day: date, *, slip: int = MAY_SLIP) -> datetime | None:
        """Take the first free time of a clinician on a day, or on a day after it; None where all are taken."""
        for number in range(slip + 1):
            tried = open_day(day + timedelta(days=number))
            if tried in self.closed:
                continue
            for clock in TIMES:
                moment = at_local(tried, clock, self.zone)
                if (clinician, moment) not in self.taken:
                    self.taken.add((clinician, moment))
                    return moment
        return None
