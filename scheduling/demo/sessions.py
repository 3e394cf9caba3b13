"""The demo's signed sessions: checked, made up, given, written off; by the tables' own rules."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from clinic.lib.days import day_of
from scheduling.demo import doses
from scheduling.demo.house import House
from scheduling.demo.people import a_uuid
from scheduling.demo.told import BATCH, Books, Told
from treatments.day_of import DayOfAnswers
from treatments.models import (
    Draw,
    InjectionSession,
    Preparation,
    PreparationVial,
    SessionPreparation,
    SessionSite,
    Vial,
)

DILUENT_ML = Decimal(4)
PAIN = (2, 3, 1, 4, 3, 5, 2, None)
"""What patients said of the injections, some were not asked."""
LATE = "No power that evening; written on paper, typed in the next morning"


class SessionWriter:
    """Writes the sessions of many stories, round by round."""

    def __init__(self, house: House, books: Books, rng: Random) -> None:
        self.house, self.books, self.rng = house, books, rng

    def sessions(self, told: Sequence[Told], vials: list[Vial]) -> None:
        """Write the signed sessions round by round, for a plan has one draft at a time; a vial each, closed after."""
        rounds = max((len(one.injected_at) for one in told), default=0)
        for number in range(rounds):
            batch = [one for one in told if one.plan and len(one.injected_at) > number]
            rows = [self._session(one, one.injected_at[number]) for one in batch]
            used = [vials.pop() for _ in batch]
            made = Preparation.objects.bulk_create(
                [
                    Preparation(
                        public_id=a_uuid(self.rng),
                        location=self.house.location,
                        product=self.books.products[doses.PRODUCT],
                        diluent="saline",
                        diluent_ml=DILUENT_ML,
                        total_units=vial.units,
                        reconstituted_at=row.injected_at - timedelta(minutes=20),
                        made_by=row.clinician,
                    )
                    for row, vial in zip(rows, used, strict=True)
                ],
                batch_size=BATCH,
            )
            PreparationVial.objects.bulk_create(
                [PreparationVial(preparation=prep, vial=vial) for prep, vial in zip(made, used, strict=True)],
                batch_size=BATCH,
            )
            if number == 0 and rows:
                min(rows, key=lambda row: row.injected_at).late_entry_reason = LATE
            InjectionSession.objects.bulk_create(rows, batch_size=BATCH)
            SessionPreparation.objects.bulk_create(
                [
                    SessionPreparation(session=row, preparation=prep, position=1)
                    for row, prep in zip(rows, made, strict=True)
                ]
            )
            self._give(batch, rows, used)
            for one, row in zip(batch, rows, strict=True):
                row.signed_at, row.signed_by = row.injected_at + self._signed_after(row), row.clinician
                one.sessions.append(row)
            InjectionSession.objects.bulk_update(rows, ["signed_at", "signed_by"], batch_size=200)

    def _session(self, one: Told, at: datetime) -> Any:
        total = sum((site.units for site in one.sites), Decimal(0))
        public_id = a_uuid(self.rng)
        helped = public_id.int % 3
        return InjectionSession(
            public_id=public_id,
            patient=one.patient,
            plan=one.plan,
            clinician=one.doctor,
            location=self.house.location,
            product=one.plan.product,
            condition=one.plan.condition,
            rules=self.books.rules,
            day_of_check=checked(one).as_json(),
            checked_at=at - timedelta(minutes=25),
            injected_at=at,
            injected_on=day_of(at, self.house.location.zone),
            needle="30 G, 13 mm",
            guidance="ultrasound" if one.story.condition == "cervical_dystonia" else "none",
            pain_nrs=PAIN[public_id.int % len(PAIN)],
            assistant=self.house.doctors[1] if helped == 1 and one.doctor != self.house.doctors[1] else None,
            assistant_name="Alpa Vyas" if helped == 0 else "",
            aftercare_given=True,
            total_units=total,
            started_at=at - timedelta(minutes=30),
        )

    def _signed_after(self, row: InjectionSession) -> timedelta:
        return timedelta(hours=23) if row.is_late_entry else timedelta(minutes=15)

    def _give(self, batch: Sequence[Told], rows: Sequence[Any], used: Sequence[Vial]) -> None:
        sites, draws = [], []
        for one, row, vial in zip(batch, rows, used, strict=True):
            per_ml = vial.units / DILUENT_ML
            for place, site in enumerate(one.sites):
                sites.append(
                    SessionSite(
                        public_id=a_uuid(self.rng),
                        session=row,
                        position=place,
                        volume_ml=(site.units / per_ml).quantize(Decimal("0.0001")),
                        **{name: getattr(site, name) for name in ("muscle", "side", "figure", "x", "y", "units")},
                    )
                )
            at = row.injected_at
            draws.append(self._draw(vial, "given", row.total_units, row, at, ""))
            draws.append(self._draw(vial, "wasted", vial.units - row.total_units, None, at, "Rest of the vial"))
            vial.opened_at = vial.closed_at = at
        SessionSite.objects.bulk_create(sites, batch_size=BATCH)
        Draw.objects.bulk_create([draw for draw in draws if draw.units > 0], batch_size=BATCH)
        Vial.objects.bulk_update(used, ["opened_at", "closed_at"], batch_size=200)

    def _draw(self, vial: Vial, kind: str, units: Any, row: InjectionSession | None, at: Any, reason: str) -> Draw:
        return Draw(
            public_id=a_uuid(self.rng),
            vial=vial,
            session=row,
            kind=kind,
            units=units,
            reason=reason,
            by=self.house.doctors[0],
            at=at,
        )


def checked(one: Told) -> DayOfAnswers:
    """The day-of check of a session nothing stood against."""
    expecting = "no" if one.patient.sex == "female" else "does_not_apply"
    return DayOfAnswers(
        identifiers=("name", "born_on"),
        illness="no",
        pregnant=expecting,
        breastfeeding=expecting,
        swallowing="no",
        breathing="no",
        infection={f"{site.muscle.key}:{site.side}": "clear" for site in one.sites},
        elsewhere="no",
        consent="yes",
    )
