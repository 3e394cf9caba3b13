"""Some of the patients, played by one process: what is arranged happens in its order, letters are read as they come."""

import heapq
import itertools
import json
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from tests.year import answers, doubles, fates
from tests.year.lives import Do, Life, born
from tests.year.log import EventLog
from tests.year.treating import PLANS
from tests.year.visits import book
from tests.year.world import NAMES, World

ARRIVALS = 350
LATE = 6.0
"""The higher, the more patients come late in the year and the fewer sessions they see of it."""
CALLS_EVERY = timedelta(days=9)


class Shard:
    """The lives of some patients, and what is arranged for them."""

    def __init__(self, world: World, log: EventLog, post: Path, *, seed: int) -> None:
        self.world, self.log, self.seed = world, log, seed
        self.post = post.open(encoding="utf-8")
        self.lives: dict[str, Life] = {}
        self._agenda: list[tuple[datetime, int, Do]] = []
        self._numbers = itertools.count()
        self._now: datetime | None = None

    def admit(self, numbers: Sequence[int], begins: datetime, *, late: float = LATE) -> None:
        """Let patients come to the clinic in the course of the year."""
        for number in numbers:
            rng = Random(f"{self.seed}:{number}")  # noqa: S311 - dice, not secrets
            name = NAMES[number % len(NAMES)]
            place = self.world.places[name]
            day = place.at(begins.date() + timedelta(days=int(ARRIVALS * (1 - rng.random() ** late))), _morning(rng))
            self._later(max(day, begins), partial(self._arrives, number, name, rng))

    def live(self, until: datetime) -> None:
        """Let everything arranged before this moment happen."""
        self._read(until)
        while self._agenda and self._agenda[0][0] <= until:
            self._now, _, do = heapq.heappop(self._agenda)
            do(self._now)
        self.log.flush()

    def call(self, now: datetime) -> None:
        """The desk works through its list."""
        for life in self.lives.values():
            if life.plans and life.happens(0.6):
                life.in_days(now, 0, 3, partial(fates.call, life))

    def close(self) -> None:
        """Read no more letters."""
        self.post.close()

    def _later(self, when: datetime, do: Do) -> None:
        heapq.heappush(self._agenda, (max(when, self._now or when), next(self._numbers), do))

    def _arrives(self, number: int, place_name: str, rng: Random, now: datetime, *, first: Life | None = None) -> None:
        place = self.world.places[place_name]
        patient, said = born(number, place, rng, now)
        life = Life(
            number=number, place=place, world=self.world, log=self.log, rng=rng, later=self._later, patient=patient,
            condition=rng.choices(PLANS, weights=(5, 3, 2))[0], doctor=rng.choice(place.doctors),
        )  # fmt: skip
        if first is not None:
            order = PLANS.index(first.condition) + len(PLANS) - 1
            life.condition = PLANS[order % len(PLANS)]
            life.plans_made, life.visits_booked = doubles.PLANS_FROM, doubles.VISITS_FROM
        self.lives[str(number)] = life
        life.note(now, "registered", **said)
        book(life, now, day=life.today(now) + timedelta(days=rng.randrange(1, 12)), treated=None)
        if first is not None:
            doubles.arrange(life, first, now)
        else:
            fates.arrange(life, now)
            self._comes_twice(life, now)

    def _comes_twice(self, life: Life, now: datetime) -> None:
        """Let somebody of this name be registered once more, some time on, with dice of their own."""
        rng = Random(f"{self.seed}:{life.number}:twice")  # noqa: S311 - dice, not secrets
        if rng.random() < doubles.SHARE:
            when = life.at_desk(life.today(now) + timedelta(days=rng.randrange(2, 150)))
            name = life.place.location.name
            self._later(when, partial(self._arrives, doubles.FROM + life.number, name, rng, first=life))

    def _read(self, now: datetime) -> None:
        for line in self.post:
            letter: dict[str, Any] = json.loads(line)
            number = letter["to"].partition("@")[0].removeprefix("p").partition(".")[0]
            if number in self.lives:
                answers.read(self.lives[number], letter, max(datetime.fromisoformat(letter["at"]), self._now or now))


def _morning(rng: Random) -> time:
    """Some moment of a morning."""
    return time(9 + rng.randrange(4), rng.randrange(60))
