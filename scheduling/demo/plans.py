"""The demo's plans, with their sites and the consents they need."""

from collections.abc import Sequence
from random import Random
from typing import Any

from clinic.lib.days import day_of
from patients.models import Consent, ConsentText
from scheduling.demo import doses
from scheduling.demo.house import House
from scheduling.demo.people import a_uuid
from scheduling.demo.told import BATCH, Books, Told
from treatments.models import Plan, PlanSite


class PlanWriter:
    """Writes the plans of many stories, table by table."""

    def __init__(self, house: House, books: Books, rng: Random) -> None:
        self.house, self.books, self.rng = house, books, rng

    def plans(self, told: Sequence[Told]) -> None:
        """Write a plan with its sites for who is treated, and the consents it needs."""
        treated = [one for one in told if one.injected_at]
        for one in treated:
            condition = self.books.conditions[one.story.condition]
            one.plan = Plan(
                public_id=a_uuid(self.rng),
                patient=one.patient,
                location=self.house.location,
                clinician=one.doctor,
                consultation=one.consultation,
                condition=condition,
                product=self.books.products[doses.PRODUCT],
                protocol=self.books.protocols[doses.protocol_key(one.story.condition)],
                interval_value=int(self.books.formulary.condition(condition.key).effect.default_interval_weeks),
                interval_unit="weeks",
                state="active",
                started_on=day_of(one.injected_at[0], self.house.location.zone),
            )
        Plan.objects.bulk_create([one.plan for one in treated], batch_size=BATCH)
        for one in treated:
            one.sites = [
                PlanSite(public_id=a_uuid(self.rng), plan=one.plan, position=place, **self._site(site))
                for place, site in enumerate(self.books.layouts[one.story.condition])
            ]
        PlanSite.objects.bulk_create([site for one in treated for site in one.sites], batch_size=BATCH)
        wordings = {text.kind: text for text in ConsentText.objects.filter(language="en").order_by("version")}
        Consent.objects.bulk_create(
            [
                Consent(
                    public_id=a_uuid(self.rng),
                    patient=one.patient,
                    kind=kind,
                    wording=wordings[kind],
                    is_given=True,
                    about_public_id=one.plan.public_id,
                    at=one.injected_at[0],
                    taken_by=one.doctor,
                )
                for one in treated
                for kind in ("treatment", "off_label")
            ],
            batch_size=BATCH,
        )

    def _site(self, site: Any) -> dict[str, Any]:
        return {
            "muscle": self.books.muscles[site.muscle],
            "side": site.side,
            "figure": site.point.figure,
            "x": site.point.x,
            "y": site.point.y,
            "units": site.units,
        }
