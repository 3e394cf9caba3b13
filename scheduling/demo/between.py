"""What the demo's patients tell between sessions, and what was looked at again: check-ins, wearing off, goals."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from clinic.lib.days import at_local
from scheduling.demo.house import House
from scheduling.demo.people import a_uuid
from scheduling.demo.told import BATCH, Told
from treatments.models import (
    Goal,
    GoalReview,
    ReportAnswer,
    Score,
    ScoreMark,
    Strategy,
    StrategyReview,
    SymptomReport,
    ToxinElsewhere,
    WearOffReport,
)

CHECKED_AFTER = timedelta(days=14)
WORE_OFF = (timedelta(days=66), timedelta(days=59))
"""After the second session from the end, after the last but one: early twice, and earlier the second time."""
LOOKS = ("met", "partly", "partly", "not_met")
WORDS = ("A little headache in the first days, gone now.", "Is it all right to swim again?")


class BetweenWriter:
    """Writes what lies between the sessions of many stories, before their windows are counted."""

    def __init__(self, house: House, rng: Random, *, now: datetime) -> None:
        self.house, self.rng, self.now = house, rng, now

    def write(self, told: Sequence[Told]) -> None:
        """Write all of it. One patient's effect ends early twice; one score in the last cycle is marked as a flare."""
        treated = [one for one in told if one.sessions]
        self._check_ins(treated)
        self._goals([one for one in treated if len(one.sessions) > 1])
        self._elsewhere(treated[1::40])
        early = [one for one in treated if len(one.sessions) > 2 and one.story.ends_as == "active"]  # noqa: PLR2004
        self._wear_off(early[:1], WORE_OFF)
        self._wear_off(early[1::9], WORE_OFF[:1])
        self._flare(treated)

    def _check_ins(self, treated: Sequence[Told]) -> None:
        """Answers by the link of a letter, two weeks after each session; the words of the last two wait to be read."""
        reports = [
            SymptomReport(
                public_id=a_uuid(self.rng),
                press=a_uuid(self.rng),
                patient=one.patient,
                session=session,
                how="link",
                told_at=session.injected_at + CHECKED_AFTER,
            )
            for one in treated
            for session in one.sessions
            if session.injected_at + CHECKED_AFTER < self.now and self.rng.random() < 0.7  # noqa: PLR2004 - a share
        ]
        latest = sorted(reports, key=lambda row: (row.told_at, row.public_id))[-len(WORDS) :]
        for report, words in zip(latest, WORDS, strict=False):
            report.words = words
        SymptomReport.objects.bulk_create(reports, batch_size=BATCH)
        self._swallowing(treated)

    def _swallowing(self, treated: Sequence[Told]) -> None:
        """One grave answer of weeks ago, and who saw to it."""
        for one in [each for each in treated if each.sessions[-1].injected_at < self.now - timedelta(days=30)][:1]:
            told_at = one.sessions[-1].injected_at + timedelta(days=5)
            report = SymptomReport.objects.create(
                public_id=a_uuid(self.rng),
                press=a_uuid(self.rng),
                patient=one.patient,
                session=one.sessions[-1],
                how="link",
                symptoms=["mild_dysphagia"],
                words="Dry food goes down slowly since yesterday.",
                level="same_day",
                told_at=told_at,
            )
            ReportAnswer.objects.create(
                public_id=a_uuid(self.rng),
                report=report,
                by=one.doctor,
                at=told_at + timedelta(minutes=50),
                done="Called back. Swallows water and saliva well, no trouble breathing. Soft food; seen the next day.",
            )

    def _goals(self, treated: Sequence[Told]) -> None:
        """At each session but the first: how far the goal was reached, and whether the strategy was kept up."""
        by_consultation = {one.consultation.pk: one for one in treated}
        goals = [
            GoalReview(goal=goal, outcome=self.rng.choice(LOOKS), **self._look(one, session))
            for goal in Goal.objects.filter(consultation__in=list(by_consultation)).order_by("id")
            for one in (by_consultation[goal.consultation_id],)
            for session in one.sessions[1:]
        ]
        strategies = [
            StrategyReview(
                strategy=strategy,
                is_kept_up=self.rng.random() < 0.7,  # noqa: PLR2004 - a share
                **self._look(one, one.sessions[-1]),
            )
            for strategy in Strategy.objects.filter(consultation__in=list(by_consultation)).order_by("id")
            for one in (by_consultation[strategy.consultation_id],)
        ]
        GoalReview.objects.bulk_create(goals, batch_size=BATCH)
        StrategyReview.objects.bulk_create(strategies, batch_size=BATCH)

    def _look(self, one: Told, session: Any) -> dict[str, Any]:
        return {
            "public_id": a_uuid(self.rng),
            "session": session,
            "reviewed_on": session.injected_on,
            "by": one.doctor,
            "at": session.signed_at,
        }

    def _elsewhere(self, some: Sequence[Told]) -> None:
        """A few were treated elsewhere half a year before they came here: the month is known, not the day."""
        ToxinElsewhere.objects.bulk_create(
            ToxinElsewhere(
                public_id=a_uuid(self.rng),
                patient=one.patient,
                given_on=(one.consultation.held_on - timedelta(days=190)).replace(day=1),
                precision="month",
                product=one.plan.product,
                clinic="A clinic in Vadodara",
                region="Forehead and neck",
                said_by="patient",
                by=one.doctor,
                at=one.consulted_at,
            )
            for one in some
        )

    def _wear_off(self, some: Sequence[Told], after: Sequence[timedelta]) -> None:
        """By link: it is wearing off, so long after the last sessions that another one followed."""
        WearOffReport.objects.bulk_create(
            WearOffReport(
                public_id=a_uuid(self.rng),
                session=session,
                told_on=session.injected_on + gone,
                recorded_at=self._noon(session.injected_on + gone),
            )
            for one in some
            for session, gone in zip(one.sessions[-1 - len(after) : -1], after, strict=True)
        )

    def _flare(self, treated: Sequence[Told]) -> None:
        """A score that tells of a fever, not of the toxin."""
        ill = Score.objects.filter(
            plan__in=[one.plan for one in treated], is_baseline=False, taken_on__lt=self._today() - timedelta(days=7)
        )
        for score in ill.select_related("plan__clinician").order_by("-taken_on", "public_id")[:1]:
            ScoreMark.objects.create(
                public_id=a_uuid(self.rng),
                score=score,
                kind="flare",
                reason="Fever that week",
                by=score.plan.clinician,
                at=self._noon(score.taken_on + timedelta(days=2)),
            )

    def _noon(self, day: date) -> datetime:
        return at_local(day, time(12), self.house.location.zone)

    def _today(self) -> date:
        return self.now.astimezone(self.house.location.zone).date()
