"""What the record says of each plan of a patient: its scores, its cycles, what the effect window makes of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from treatments import effect
from treatments.facts import PriorSession
from treatments.formulary import Formulary, Instrument
from treatments.models import InjectionSession, Plan, Score
from treatments.response import Response, response_of
from treatments.totals import LatelyGiven, lately_given
from treatments.windows import (
    EffectWindow,
    cycles_between,
    dates_of,
    earliest_from,
    estimate_for,
    instrument_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One session that stands, with its cycle: how it ended, and how the patient answered."""

    session: InjectionSession
    cycle: effect.Cycle
    end: effect.CycleEnd
    response: Response | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStory:
    """One plan as the chart tells it; `estimate` and `window` are of the latest session, None before the first."""

    plan: Plan
    instrument: Instrument | None
    scores: tuple[Score, ...]
    sessions: tuple[Told, ...]
    estimate: effect.Estimate | None
    window: EffectWindow | None
    given: tuple[LatelyGiven, LatelyGiven]


def stories_of(
    plans: Sequence[Plan], *, prior: Sequence[PriorSession], today: date, formulary: Formulary
) -> dict[int, PlanStory]:
    """Return the story of each of one patient's plans, by its key, for as many queries whatever their number.

    `prior` are the patient's toxin sessions over all plans (`priors.prior_sessions`).
    """
    sessions = _sessions(plans)
    scores = _scores(plans)
    return {
        plan.pk: _story(plan, sessions[plan.pk], scores, prior=prior, today=today, formulary=formulary)
        for plan in plans
    }


def _sessions(plans: Sequence[Plan]) -> dict[int, list[InjectionSession]]:
    """The signed sessions that stand, with what a cycle is made of."""
    by_plan: dict[int, list[InjectionSession]] = defaultdict(list)
    rows = InjectionSession.objects.filter(plan__in=plans, signed_at__isnull=False, void__isnull=True)
    rows = rows.select_related("product", "location").prefetch_related("sites__muscle")
    for row in rows.order_by("injected_on", "id"):
        by_plan[row.plan_id].append(row)
    return by_plan


def _scores(plans: Sequence[Plan]) -> dict[str, list[Score]]:
    """The patient's scores by instrument, without those that were corrected."""
    rows = list(
        Score.objects.filter(patient_id__in={plan.patient_id for plan in plans})
        .select_related("instrument")
        .order_by("taken_on", "id")
    )
    corrected = {row.corrects_id for row in rows}
    by_key: dict[str, list[Score]] = defaultdict(list)
    for row in rows:
        if row.pk not in corrected:
            by_key[row.instrument.key].append(row)
    return by_key


def _story(
    plan: Plan,
    sessions: Sequence[InjectionSession],
    scores: dict[str, list[Score]],
    *,
    prior: Sequence[PriorSession],
    today: date,
    formulary: Formulary,
) -> PlanStory:
    instrument = instrument_of(plan, formulary)
    found = scores.get(instrument.key, []) if instrument else []
    its_scores = [score for score in found if score.plan_id in (plan.pk, None)]
    cycles = cycles_between(sessions, its_scores)
    rules, default = formulary.rules.effect, formulary.condition(plan.condition.key).effect.default_end_weeks
    told = tuple(
        Told(
            session=session,
            cycle=cycle,
            end=effect.cycle_end(cycle, default, instrument, rules),
            response=response_of(cycle, instrument, rules) if instrument else None,
        )
        for session, cycle in zip(sessions, cycles, strict=True)
    )
    estimate = estimate_for(plan, cycles, formulary) if cycles else None
    earliest = earliest_from(prior, plan, formulary)
    for session in sessions[-1:]:
        session.plan = plan  # at hand already: no query for it
    return PlanStory(
        plan=plan,
        instrument=instrument,
        scores=tuple(its_scores),
        sessions=told,
        estimate=estimate,
        window=dates_of(sessions[-1], estimate, earliest=earliest, formulary=formulary) if estimate else None,
        given=lately_given(prior, product=plan.product.key, on=today, formulary=formulary),
    )
