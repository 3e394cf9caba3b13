"""What the record says of one session's effect: the pure estimate asked with the plan's sessions and scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from treatments import effect
from treatments.facts import PriorSession
from treatments.formulary import Formulary, Instrument
from treatments.formulary_db import current_formulary
from treatments.intervals import DAYS_IN_WEEK, Interval, earliest_on
from treatments.models import InjectionSession, Plan, Score
from treatments.priors import prior_sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectWindow:
    """The dates that follow from one session, and where they come from.

    `book_by_on` is None where the latest cycle had no effect: the clinician decides first. `basis` names the statuses
    of the cycles that went in, or "default" where none did.
    """

    earliest_on: date
    wears_off_from_on: date
    wears_off_until_on: date
    book_by_on: date | None
    reminder_on: date | None
    basis: str


def window_of(
    session: InjectionSession, *, formulary: Formulary | None = None, as_of: date | None = None
) -> EffectWindow:
    """Return the effect window of a signed session, by what was known until a day (all there is, where none is named).

    Source: docs/sources.md#effect-window
    """
    formulary = formulary or current_formulary()
    return dates_of(
        session,
        estimate_for(session.plan, cycles_of(session.plan, until=session), formulary),
        earliest=earliest_for(session.plan, formulary=formulary, as_of=as_of),
        formulary=formulary,
    )


def instrument_of(plan: Plan, formulary: Formulary) -> Instrument | None:
    """Return the score that feeds the plan's estimate: its own, or the condition's."""
    condition = formulary.condition(plan.condition.key)
    return formulary.instruments.get(plan.primary_instrument or condition.primary_instrument)


def estimate_for(plan: Plan, cycles: Sequence[effect.Cycle], formulary: Formulary) -> effect.Estimate:
    """Return the estimate of a plan from its cycles."""
    return effect.estimate(
        cycles,
        default_weeks=formulary.condition(plan.condition.key).effect.default_end_weeks,
        instrument=instrument_of(plan, formulary),
        rules=formulary.rules.effect,
    )


def dates_of(
    session: InjectionSession, estimate: effect.Estimate, *, earliest: date | None, formulary: Formulary
) -> EffectWindow:
    """Return the dates that follow from a session and its estimate; `earliest` is the interval rule's for the patient.

    Source: docs/sources.md#effect-window
    """
    plan, rules, injected_on = session.plan, formulary.rules, session.injected_on
    if injected_on is None:
        msg = "A session without a day has no effect window: it is not signed."
        raise ValueError(msg)
    booking = effect.booking(
        injected_on,
        interval=Interval(plan.interval_value, plan.interval_unit),
        min_days=rules.interval.minimum(plan.product.key, (plan.condition.key,), session.location.label_region).value,
        window=estimate,
        rules=rules.effect,
    )
    first_on = max(booking.earliest_on, earliest or booking.earliest_on)
    book_by_on = max(first_on, booking.book_by_on) if booking.book_by_on else None
    reminder_on = booking.letters[0] if booking.letters else None
    if book_by_on and book_by_on != booking.book_by_on:  # another plan's session put it off: so is the first letter
        reminder_on = book_by_on - timedelta(days=rules.effect.reminder_days_before_booking)
    return EffectWindow(
        earliest_on=first_on,
        wears_off_from_on=injected_on + _weeks(estimate.low_weeks),
        wears_off_until_on=injected_on + _weeks(estimate.high_weeks),
        book_by_on=book_by_on,
        reminder_on=reminder_on,
        basis=", ".join(dict.fromkeys(status.value for status in estimate.statuses)) or "default",
    )


def earliest_for(plan: Plan, *, formulary: Formulary | None = None, as_of: date | None = None) -> date | None:
    """Return the first day on which the interval rule lets this plan's product be given again (R01)."""
    formulary = formulary or current_formulary()
    prior = [prior for prior in prior_sessions(plan.patient) if as_of is None or prior.on <= as_of]
    return earliest_from(prior, plan, formulary)


def earliest_from(prior: Sequence[PriorSession], plan: Plan, formulary: Formulary) -> date | None:
    """Return the same from a patient's sessions that are known already."""
    return earliest_on(
        prior,
        product=plan.product.key,
        conditions=(plan.condition.key,),
        region=plan.location.label_region,
        rules=formulary.rules.interval,
    )


def cycles_of(plan: Plan, *, until: InjectionSession) -> list[effect.Cycle]:
    """Return the plan's signed sessions up to one of them as the estimate reads them, scores between two of them.

    A score that was corrected does not count, nor one taken for another plan.
    """
    sessions = list(
        InjectionSession.objects.filter(
            plan=plan, signed_at__isnull=False, void__isnull=True, injected_on__lte=until.injected_on
        )
        .select_related("product")
        .prefetch_related("sites__muscle")
        .order_by("injected_on", "id")
    )
    corrected = Score.objects.filter(patient=plan.patient, corrects__isnull=False).values("corrects")
    scores = list(
        Score.objects.exclude(pk__in=corrected)
        .filter(Q(plan=plan) | Q(plan__isnull=True))
        .filter(
            patient=plan.patient, instrument__key=plan.primary_instrument or plan.condition.facts["primary_instrument"]
        )
        .order_by("taken_on", "id")
    )
    return cycles_between(sessions, scores)


def cycles_between(sessions: Sequence[InjectionSession], scores: Sequence[Score]) -> list[effect.Cycle]:
    """Return one plan's signed sessions as cycles; both in the order of their days, sites with their muscles at hand.

    The baseline is the last one taken before the plan's first treatment; corrected scores are left out by the caller.
    """
    signed = [(row.injected_on, row.total_units, row) for row in sessions if row.injected_on and row.total_units]
    first_on = min((on for on, _units, _row in signed), default=date.min)
    before = [score.value for score in scores if score.is_baseline and score.taken_on <= first_on]
    baseline = before[-1] if before else None
    until = [*(on for on, _units, _row in signed[1:]), date.max]
    return [
        effect.Cycle(
            on=on,
            product=row.product.key,
            muscles=frozenset(site.muscle.key for site in row.sites.all()),
            units=units,
            baseline=baseline,
            scores=tuple(
                effect.ScoreAt(Decimal((score.taken_on - on).days) / DAYS_IN_WEEK, score.value)
                for score in scores
                if on < score.taken_on <= until_on
            ),
        )
        for (on, units, row), until_on in zip(signed, until, strict=False)  # without a session one day is left over
    ]


def _weeks(weeks: Decimal) -> timedelta:
    return timedelta(days=int((weeks * DAYS_IN_WEEK).to_integral_value()))
