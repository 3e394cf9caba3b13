"""What the demo's desk wrote down of its calls: some in vain, some promised, one who will not come."""

from datetime import date, datetime, time, timedelta
from random import Random

from clinic.lib.days import at_local, day_of
from scheduling import calling, standing
from scheduling.demo.house import House
from scheduling.demo.people import a_uuid
from scheduling.models import CallOutcome, FollowUp

Told = tuple[int, CallOutcome, str]
STORIES: tuple[tuple[Told, ...], ...] = (
    (
        (6, CallOutcome.NO_ANSWER, ""),
        (4, CallOutcome.LEFT_MESSAGE, "Spoke to the daughter: back in the evening"),
        (1, CallOutcome.NO_ANSWER, "Rang after 18:00"),
    ),
    ((4, CallOutcome.WILL_BOOK, "Asks the son when he can drive"),),
    ((2, CallOutcome.WANTS_LATER, "At the brother's wedding until then"),),
    (),
    ((1, CallOutcome.NO_ANSWER, "Line busy, twice"),),
    ((8, CallOutcome.WRONG_NUMBER, "A shop answers"),),
    ((3, CallOutcome.DECLINED, "Too far since the move"),),
    (),
)
"""Days ago, what came of it, the desk's words."""


def write_calls(house: House, rng: Random, *, now: datetime) -> None:
    """Write them down by the desk's own deed, for those who should have been back by now."""
    today = day_of(now, house.location.zone)
    waiting = FollowUp.objects.open().filter(location=house.location, book_by_on__lt=today)
    waiting = waiting.exclude(where=standing.CLINICIAN_LIST)
    for number, follow_up in enumerate(waiting.select_related("patient", "location").order_by("book_by_on", "id")):
        for days, outcome, note in STORIES[number % len(STORIES)]:
            _call(house, rng, follow_up, outcome, note, on=today - timedelta(days=days))


def _call(house: House, rng: Random, follow_up: FollowUp, outcome: CallOutcome, note: str, *, on: date) -> None:
    clock = time(10 + rng.randrange(8), rng.randrange(60))
    calling.log_call(
        follow_up=follow_up,
        outcome=outcome,
        note=note,
        seen_version=FollowUp.objects.values_list("version", flat=True).get(pk=follow_up.pk),
        press=a_uuid(rng),
        by=house.desk,
        now=at_local(on, clock, house.location.zone),
    )
