"""The demo's scores: before the first session, and between the sessions."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from clinic.lib.days import day_of
from scheduling.demo.house import House
from scheduling.demo.people import a_uuid
from scheduling.demo.told import BATCH, Books, Told
from treatments.models import Score

SCORED_AT_WEEKS = (4, 8, 10, 12)


class ScoreWriter:
    """Writes the scores of many stories."""

    def __init__(self, house: House, books: Books, rng: Random, *, today: date) -> None:
        self.house, self.books, self.rng, self.today = house, books, rng, today

    def baselines(self, seen: Sequence[Told]) -> None:
        """Write what each condition is measured by, as it stood at the consultation."""
        rows = []
        for one in seen:
            key = self.books.formulary.condition(one.story.condition).primary_instrument
            rows.append(
                self._score(
                    one, key, self._before(one, key), day_of(one.consulted_at, self.house.location.zone), base=True
                )
            )
        Score.objects.bulk_create(rows, batch_size=BATCH)

    def between(self, treated: Sequence[Told]) -> None:
        """Scores between sessions: better by the patient's response, back towards the start from the tenth week."""
        rows = []
        for one in treated:
            key = self.books.formulary.condition(one.story.condition).primary_instrument
            start = self._before(one, key)
            for number, row in enumerate(one.sessions):
                until = one.sessions[number + 1].injected_on if number + 1 < len(one.sessions) else self.today
                for week, left in zip(SCORED_AT_WEEKS, (0.25, 0.15, 0.45, 0.8), strict=True):
                    day = row.injected_on + timedelta(weeks=week)
                    if day > min(until, self.today) or self.rng.random() < 0.2:  # noqa: PLR2004 - a share
                        continue
                    value = start * Decimal(str(1 - one.story.responds * (1 - left)))
                    rows.append(self._score(one, key, value, day))
        Score.objects.bulk_create(rows, batch_size=BATCH)

    def _before(self, one: Told, key: str) -> Decimal:
        highest = self.books.formulary.instrument(key).highest or Decimal(10)
        return (highest * (Decimal(60 + int(one.patient.phone[-2:]) % 30) / 100)).quantize(Decimal(1))

    def _score(self, one: Told, key: str, value: Decimal, day: date, *, base: bool = False) -> Score:
        return Score(
            public_id=a_uuid(self.rng),
            patient=one.patient,
            plan=one.plan,
            consultation=one.consultation if base else None,
            instrument=self.books.instruments[key],
            value=value.quantize(Decimal(1)),
            taken_on=day,
            is_baseline=base,
            by=one.doctor if base else None,
            recorded_at=datetime.combine(day, datetime.min.time(), self.house.location.zone) + timedelta(hours=12),
        )
