"""What the record says of one session's effect: the estimate as it was kept, or computed from sessions and scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Prefetch, Q

from treatments import effect
from treatments.facts import PriorSession
from treatments.formulary import Formulary, Instrument
from treatments.formulary_db import current_formulary
from treatments.intervals import DAYS_IN_WEEK, Interval, earliest_on
from treatments.models import EffectEstimate, InjectionSession, Plan, Score, WearOffReport, WindowByHand
from treatments.priors import prior_sessions

BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectWindow:
    """The dates that follow from one session, and where they come from.

    `book_by_on` is None where the latest cycle had no effect: the clinician decides first. `basis` names the statuses
    of the cycles that went in, "default" where none did, "by_hand" where a clinician set the day.
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

    It is the newest estimate that was kept of it; one that nobody kept yet is computed.

    Source: docs/sources.md#effect-window
    """
    formulary = formulary or current_formulary()
    kept = EffectEstimate.objects.filter(session=session).select_related("by_hand").last()
    return dates_of(
        session,
        as_computed(kept) if kept else computed(session.plan, until=session, formulary=formulary),
        earliest=earliest_for(session.plan, formulary=formulary, as_of=as_of),
        formulary=formulary,
        by_hand=kept.by_hand if kept else standing_by_hand(session),
    )


def computed(plan: Plan, *, until: InjectionSession, formulary: Formulary) -> effect.Estimate:
    """Return the estimate of a plan's sessions up to one of them."""
    return estimate_for(plan, cycles_of(plan, until=until), formulary)


def as_computed(kept: EffectEstimate) -> effect.Estimate:
    """Return a kept estimate as the rules gave it; a day set by hand is apart."""
    return effect.Estimate(
        weeks=kept.weeks,
        end_day=kept.end_day,
        low_weeks=kept.low_weeks,
        high_weeks=kept.high_weeks,
        n=kept.n,
        statuses=tuple(effect.EndStatus(status) for status in kept.statuses),
        needs_clinician=kept.end_day is None,
        is_non_responder=kept.is_non_responder,
    )


def standing_by_hand(session: InjectionSession) -> WindowByHand | None:
    """Return what a clinician set for this session: the last word, unless it was taken back."""
    last = WindowByHand.objects.filter(session=session).select_related("withdrawal").last()
    return None if last is None or hasattr(last, "withdrawal") else last


def set_on(by_hand: WindowByHand, injected_on: date) -> date:
    """Return the day a window set by hand ends."""
    if by_hand.end_day is not None:
        return injected_on + timedelta(days=by_hand.end_day)
    return Interval(by_hand.interval_value or 0, by_hand.interval_unit).after(injected_on)


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
    session: InjectionSession,
    estimate: effect.Estimate,
    *,
    earliest: date | None,
    formulary: Formulary,
    by_hand: WindowByHand | None = None,
) -> EffectWindow:
    """Return the dates that follow from a session and its estimate; `earliest` is the interval rule's for the patient.

    Source: docs/sources.md#effect-window
    """
    plan, rules, injected_on = session.plan, formulary.rules, session.injected_on
    if injected_on is None:
        msg = "A session without a day has no effect window: it is not signed."
        raise ValueError(msg)
    ends_on = set_on(by_hand, injected_on) if by_hand else None
    booking = effect.booking(
        injected_on,
        interval=Interval(plan.interval_value, plan.interval_unit),
        min_days=rules.interval.minimum(plan.product.key, (plan.condition.key,), session.location.label_region).value,
        window=estimate,
        rules=rules.effect,
        set_on=ends_on,
    )
    first_on = max(booking.earliest_on, earliest or booking.earliest_on)
    book_by_on = max(first_on, booking.book_by_on) if booking.book_by_on else None
    reminder_on = booking.letters[0] if booking.letters else None
    if book_by_on and book_by_on != booking.book_by_on:  # another plan's session put it off: so is the first letter
        reminder_on = book_by_on - timedelta(days=rules.effect.reminder_days_before_booking)
    basis = ", ".join(dict.fromkeys(status.value for status in estimate.statuses)) or "default"
    days = [_days(estimate.low_weeks), _days(estimate.high_weeks)]
    if estimate.end_day is not None:  # the range includes the estimate, whose day comes from the exact fraction
        days.append(estimate.end_day)
    return EffectWindow(
        earliest_on=first_on,
        wears_off_from_on=ends_on or injected_on + timedelta(days=min(days)),
        wears_off_until_on=ends_on or injected_on + timedelta(days=max(days)),
        book_by_on=book_by_on,
        reminder_on=reminder_on,
        basis=BY_HAND if ends_on else basis,
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


def standing_sessions(**which: Any) -> list[InjectionSession]:
    """Return the signed sessions that stand, by their days, with all a cycle is made of, for four queries."""
    rows = InjectionSession.objects.filter(signed_at__isnull=False, void__isnull=True, **which)
    reports = WearOffReport.objects.filter(withdrawal__isnull=True)
    return list(
        rows.select_related("product", "location")
        .prefetch_related("sites__muscle", Prefetch("wear_off_reports", queryset=reports, to_attr="standing_reports"))
        .order_by("injected_on", "id")
    )


def cycles_of(plan: Plan, *, until: InjectionSession | None = None) -> list[effect.Cycle]:
    """Return the plan's signed sessions (up to one of them) as the estimate reads them, scores between two of them.

    A score that was corrected or withdrawn does not count, nor one taken for another plan.
    """
    sessions = standing_sessions(plan=plan, **({"injected_on__lte": until.injected_on} if until else {}))
    instrument = instrument_of(plan, current_formulary())
    scores = Score.objects.standing().filter(patient=plan.patient, instrument__key=instrument.key if instrument else "")
    return cycles_between(sessions, list(scores.filter(Q(plan=plan) | Q(plan__isnull=True)).order_by("taken_on", "id")))


def cycles_between(sessions: Sequence[InjectionSession], scores: Sequence[Score]) -> list[effect.Cycle]:
    """Return one plan's signed sessions (`standing_sessions`) as cycles, with its standing scores in order of days.

    The baseline is the last one taken before the plan's first treatment. The first report of wearing off counts.
    """
    signed = [(row.injected_on, row.total_units, row) for row in sessions if row.injected_on and row.total_units]
    first_on = min((on for on, _units, _row in signed), default=date.min)
    baseline = next((one for one in reversed(scores) if one.is_baseline and one.taken_on <= first_on), None)
    until = [*(on for on, _units, _row in signed[1:]), date.max]
    return [
        effect.Cycle(
            on=on,
            product=row.product.key,
            muscles=frozenset(site.muscle.key for site in row.sites.all()),
            units=units,
            baseline=baseline.value if baseline else None,
            scores=tuple(
                effect.ScoreAt(
                    Decimal((score.taken_on - on).days) / DAYS_IN_WEEK,
                    score.value,
                    is_confounded=getattr(score, "is_confounded", False),
                    ref=str(score.public_id),
                )
                for score in scores
                if on < score.taken_on <= until_on
            ),
            reported_day=(report.told_on - on).days if report else None,
            ref=str(row.public_id),
            baseline_ref=str(baseline.public_id) if baseline else "",
            reported_ref=str(report.public_id) if report else "",
        )
        for (on, units, row), until_on in zip(signed, until, strict=False)  # without a session one day is left over
        for report in (_first_report(row),)
    ]


def _first_report(session: InjectionSession) -> WearOffReport | None:
    found: list[WearOffReport] = session.standing_reports  # type: ignore[attr-defined]  # as standing_sessions reads it
    return found[0] if found else None


def _days(weeks: Decimal) -> int:
    return effect.half_up(Fraction(weeks * DAYS_IN_WEEK))
