"""What the record says of each plan of a patient: its scores, its cycles, what the effect window makes of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from treatments import effect
from treatments.facts import PriorSession
from treatments.formulary import Formulary, Instrument
from treatments.models import EffectEstimate, InjectionSession, Plan, Score, WindowByHand
from treatments.response import Response, response_of
from treatments.totals import LatelyGiven, lately_given
from treatments.watching import Shortening, shortening
from treatments.windows import (
    EffectWindow,
    as_computed,
    cycles_between,
    dates_of,
    earliest_from,
    estimate_for,
    instrument_of,
    standing_sessions,
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
    """One plan as the chart tells it; `estimate` and `window` are of the latest session, None before the first.

    `trail` are the estimates kept of that session, oldest first: the newest is the one shown. `others` are scores on
    other instruments than the plan's own.
    """

    plan: Plan
    instrument: Instrument | None
    scores: tuple[Score, ...]
    others: tuple[tuple[Instrument, tuple[Score, ...]], ...]
    sessions: tuple[Told, ...]
    estimate: effect.Estimate | None
    window: EffectWindow | None
    by_hand: WindowByHand | None
    trail: tuple[EffectEstimate, ...]
    shortening: Shortening | None
    given: tuple[LatelyGiven, LatelyGiven]


def stories_of(
    plans: Sequence[Plan], *, prior: Sequence[PriorSession], today: date, formulary: Formulary
) -> dict[int, PlanStory]:
    """Return the story of each of one patient's plans, by its key, for as many queries whatever their number.

    `prior` are the patient's toxin sessions over all plans (`priors.prior_sessions`).
    """
    sessions: dict[int, list[InjectionSession]] = defaultdict(list)
    for row in standing_sessions(plan__in=plans):
        sessions[row.plan_id].append(row)
    scores, kept = _scores(plans), _kept(plans)
    return {
        plan.pk: _story(plan, sessions[plan.pk], scores, kept[plan.pk], prior=prior, today=today, formulary=formulary)
        for plan in plans
    }


def _kept(plans: Sequence[Plan]) -> dict[int, list[EffectEstimate]]:
    """The estimates kept of each plan, oldest first."""
    by_plan: dict[int, list[EffectEstimate]] = defaultdict(list)
    for row in EffectEstimate.objects.filter(plan__in=plans).select_related("by_hand__by", "by", "rules"):
        by_plan[row.plan_id].append(row)
    return by_plan


def _scores(plans: Sequence[Plan]) -> dict[str, list[Score]]:
    """The patient's scores by instrument, without those that were corrected or withdrawn."""
    by_key: dict[str, list[Score]] = defaultdict(list)
    rows = Score.objects.standing().filter(patient_id__in={plan.patient_id for plan in plans})
    for row in rows.select_related("instrument", "by", "corrects").order_by("taken_on", "id"):
        by_key[row.instrument.key].append(row)
    return by_key


def _story(
    plan: Plan,
    sessions: Sequence[InjectionSession],
    scores: dict[str, list[Score]],
    kept: Sequence[EffectEstimate],
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
    latest = told[-1].session if told else None
    trail = tuple(row for row in kept if latest is not None and row.session_id == latest.pk)
    newest = trail[-1] if trail else None
    estimate = as_computed(newest) if newest else estimate_for(plan, cycles, formulary) if cycles else None
    by_hand = newest.by_hand if newest else None
    earliest = earliest_from(prior, plan, formulary)
    if latest is not None:
        latest.plan = plan  # at hand already: no query for it
    return PlanStory(
        plan=plan,
        instrument=instrument,
        scores=tuple(its_scores),
        others=tuple(
            (formulary.instruments[key], tuple(rows))
            for key, found in sorted(scores.items())
            if key in formulary.instruments and (instrument is None or key != instrument.key)
            for rows in ([score for score in found if score.plan_id in (plan.pk, None)],)
            if rows
        ),
        sessions=told,
        estimate=estimate,
        window=dates_of(latest, estimate, earliest=earliest, formulary=formulary, by_hand=by_hand)
        if latest is not None and estimate is not None
        else None,
        by_hand=by_hand,
        trail=trail,
        shortening=shortening(cycles, [one.end for one in told], formulary.rules.shortening),
        given=lately_given(prior, product=plan.product.key, on=today, formulary=formulary),
    )
