"""What the demo leaves half done or has lately done, by the clinic's own deeds: drafts, events, confirmations."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from clinic.lib.days import day_of
from scheduling import checking_in
from scheduling.demo.house import SMALL_VIALS, House
from scheduling.demo.people import a_uuid
from scheduling.demo.sessions import checked
from scheduling.demo.told import Books, Told
from scheduling.waiting import keeping
from scheduling.wishes import Wish
from treatments.adverse_events import EventFacts, record_event, revise_event
from treatments.catalogue_editing import confirm_value
from treatments.consulting import start_consultation
from treatments.entries import held_values
from treatments.models import Consultation, InjectionSession, SessionSite, Vial
from treatments.preparing import MakingUp, Said, make_up
from treatments.recording import save_day_of_check
from treatments.session_volumes import set_volumes

CONFIRMED = 3
WEEKS_AGO = range(21, 60)
"""Days since the session: an event had its time, and no letter about the next visit went yet."""
ASKED_ABOUT = timedelta(days=14)
MILD = {
    "chronic_migraine": ("ptosis", "Left lid, vision not disturbed", "Both lids even"),
    "cervical_dystonia": ("neck_weakness", "Holds the head up well by day, tired by evening", "As before"),
    "myofascial_pain_syndrome": ("injection_site_pain", "Sore on the left, no swelling", "Gone"),
}
"""A mild event of each condition, what was seen first and last."""


class OpenWork:
    """Leaves work for the first clinician to find."""

    def __init__(self, house: House, books: Books, rng: Random, *, now: datetime, tomorrow: datetime) -> None:
        self.house, self.books, self.rng, self.now, self.tomorrow = house, books, rng, now, tomorrow
        self.doctor = house.doctors[0]
        self.today: date = day_of(now, house.location.zone)

    def leave(self, told: Sequence[Told]) -> None:
        """Each of it where the stories have a patient it fits."""
        for one in told:
            if one.sessions and one.sessions[-1].injected_at > self.now - ASKED_ABOUT and one.story.ends_as == "active":
                checking_in.owe_check_ins(session=one.sessions[-1], by=one.doctor, now=self.tomorrow)
        mine = [one for one in told if one.sessions and one.plan.clinician_id == self.doctor.pk]
        live = [one for one in mine if one.story.ends_as == "active"]
        had_time = [one for one in live if self._days_since(one) >= WEEKS_AGO.start]
        unwritten = [one for one in had_time if self._days_since(one) in WEEKS_AGO and not one.story.has_booked]
        in_trouble = (unwritten or had_time)[:1]
        for one in in_trouble:
            self._serious(one)
        for one in [each for each in had_time if each not in in_trouble][:1]:
            self._mild(one)
        interval = [one for one in live if self._days_since(one) > one.plan.interval_value * 7]
        for one in [*(row for row in interval if row.story.condition == "chronic_migraine"), *interval][:1]:
            self._session(one)
        waiting = [one for one in told if one.consulted_at is None]
        for one in sorted(waiting, key=lambda row: row.doctor != self.doctor)[:1]:
            self._consultation(one)
        self._waiting_list(live)
        self._confirm()

    def _days_since(self, one: Told) -> int:
        return int((self.today - one.sessions[-1].injected_on).days)

    def _mild(self, one: Told) -> None:
        session, (term, first, last) = one.sessions[-1], MILD[one.story.condition]
        began = session.injected_on + timedelta(days=4)
        facts = {
            "term_key": term,
            "term": self._term(term),
            "onset_on": began,
            "is_serious": False,
            "severity": "mild",
            "relatedness": "probable",
            "action_taken": "Explained and waited",
        }
        event = record_event(
            patient=one.patient,
            session=session,
            report=None,
            facts=EventFacts(**facts, outcome="ongoing", resolved_on=None, note=first),
            by=self.doctor,
            now=self._at(began + timedelta(days=1)),
        )
        over = EventFacts(**facts, outcome="resolved", resolved_on=began + timedelta(days=15), note=last)
        revise_event(event=event, seen=1, facts=over, by=self.doctor, now=self._at(began + timedelta(days=16)))

    def _serious(self, one: Told) -> None:
        """The patient's letters are held until it is over."""
        session = one.sessions[-1]
        began = session.injected_on + timedelta(days=8)
        facts = EventFacts(
            term_key="dysphagia",
            term=self._term("dysphagia"),
            onset_on=began,
            is_serious=True,
            severity="severe",
            relatedness="possible",
            action_taken="Sent to hospital; observed for two nights, soft food since",
            outcome="ongoing",
            resolved_on=None,
            note="Daughter phones each Monday",
        )
        record_event(
            patient=one.patient, session=session, report=None, facts=facts, by=self.doctor,
            now=self._at(began + timedelta(days=1)),
        )  # fmt: skip

    def _session(self, one: Told) -> None:
        """Checked, made up twice, and not signed: ready on the body chart."""
        started = self.now - timedelta(minutes=20)
        session = InjectionSession.objects.create(
            public_id=a_uuid(self.rng),
            patient=one.patient,
            plan=one.plan,
            clinician=self.doctor,
            location=self.house.location,
            product=one.plan.product,
            condition=one.plan.condition,
            rules=self.books.rules,
            needle="30 G, 13 mm",
            guidance="none",
            started_at=started,
        )
        names = ("muscle", "side", "figure", "x", "y", "units", "position")
        SessionSite.objects.bulk_create(
            SessionSite(public_id=a_uuid(self.rng), session=session, **{name: getattr(site, name) for name in names})
            for site in one.sites
        )
        save_day_of_check(
            session=session, version=1, answers=checked(one), reasons={}, by=self.doctor,
            now=started + timedelta(minutes=5),
        )  # fmt: skip
        vials = list(Vial.objects.filter(lot__number=SMALL_VIALS).select_related("lot").order_by("pk")[:2])
        made = [
            make_up(
                session=session,
                making=MakingUp(
                    vials=[vial], diluent="saline", diluent_ml=ml, reconstituted_at=self.now - timedelta(minutes=10)
                ),
                said=Said(reasons={}, is_part=number == 0),
                by=self.doctor,
                now=self.now - timedelta(minutes=9 - number),
            )
            for number, (vial, ml) in enumerate(zip(vials, (Decimal(2), Decimal(1)), strict=True))
        ]
        left = vials[0].units
        for row in session.sites.order_by("position"):
            row.preparation = made[0] if row.units <= left else made[1]
            left -= row.units if row.preparation == made[0] else 0
            row.save(update_fields=["preparation"])
        set_volumes(session)

    def _consultation(self, one: Told) -> None:
        consultation = start_consultation(patient=one.patient, by=self.doctor, now=self.now - timedelta(minutes=15))
        Consultation.objects.filter(pk=consultation.pk).update(
            condition=self.books.conditions[one.story.condition],
            history="Pain since the monsoon of last year, most days. Two medicines tried and stopped.",
        )

    def _waiting_list(self, told: Sequence[Told]) -> None:
        """A few who would come for a review as soon as a time comes free, each on other days and at other hours."""
        wishes: tuple[dict[str, Any], ...] = ({}, {"weekdays": (1, 3), "closes": time(13)}, {"opens": time(17)})
        for one, wish in zip(told[-len(wishes) :], wishes, strict=False):
            keeping.put_on(
                patient=one.patient, kind=self.house.review, by=self.house.desk,
                wish=Wish(self.today, self.today + timedelta(weeks=3), **wish),
                now=self.now - timedelta(days=2),
            )  # fmt: skip

    def _confirm(self) -> None:
        """A few open values of the catalogue that a clinician has looked up."""
        version = self.books.products["onabotulinumtoxinA"]
        for held in [one for one in held_values(version.facts) if one.path and one.is_open][:CONFIRMED]:
            confirm_value(
                kind="products", version=version, path=held.path, note="As printed in the pack's leaflet",
                by=self.doctor, now=self.now - timedelta(days=12),
            )  # fmt: skip

    def _term(self, key: str) -> str:
        return next(event.term for event in self.books.formulary.events.values() if event.key == key)

    def _at(self, day: date) -> datetime:
        return min(datetime.combine(day, self.now.timetz()), self.now)
