"""An estimate kept as it was computed: a row for each event that changes what went in or what came out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from clinic.audit.trail import record
from clinic.staff.models import User
from treatments import effect
from treatments.errors import ReasonMissing
from treatments.formulary import Formulary, Instrument
from treatments.formulary_db import current_formulary
from treatments.models import EffectEstimate, EstimateCause, Flag, FlagSeen, Plan, RulesVersion
from treatments.watching import shortening
from treatments.windows import cycles_of, estimate_for, instrument_of, standing_by_hand, standing_sessions


@transaction.atomic
def keep_estimate(*, plan: Plan, why: EstimateCause, by: User | None, now: datetime) -> EffectEstimate | None:
    """Compute the estimate of a plan's newest session anew and keep it; None before the first session.

    What came out and went in as the last time is not kept twice. Call it in the deed's transaction, before the hooks:
    the day to be back is counted from what is kept.
    """
    Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    sessions = standing_sessions(plan=plan)
    if not sessions:
        return None
    formulary, session = current_formulary(), sessions[-1]
    instrument = instrument_of(plan, formulary)
    cycles = cycles_of(plan)
    default = formulary.condition(plan.condition.key).effect.default_end_weeks
    ends = [effect.cycle_end(cycle, default, instrument, formulary.rules.effect) for cycle in cycles]
    found = estimate_for(plan, cycles, formulary)
    facts: dict[str, Any] = {
        "session": session,
        "weeks": found.weeks,
        "end_day": found.end_day,
        "low_weeks": found.low_weeks,
        "high_weeks": found.high_weeks,
        "n": found.n,
        "statuses": [status.value for status in found.statuses],
        "is_non_responder": found.is_non_responder,
        "is_shortening": shortening(cycles, ends, formulary.rules.shortening) is not None,
        "by_hand": standing_by_hand(session),
        "inputs": _inputs(cycles, ends, plan, instrument, formulary),
    }
    last: EffectEstimate | None = EffectEstimate.objects.filter(plan=plan).select_related("session", "by_hand").last()
    if last is not None and all(getattr(last, name) == value for name, value in facts.items()):
        return last
    kept: EffectEstimate = EffectEstimate.objects.create(
        plan=plan, why=why, rules=RulesVersion.objects.current().first(), by=by, computed_at=now, **facts
    )
    return kept


@transaction.atomic
def see_flag(*, estimate: EffectEstimate, flag: Flag, note: str, by: User, now: datetime) -> FlagSeen:
    """Write down what follows from a flag: it leaves the list until another session's cycle raises it.

    A second press keeps nothing more.

    Raises:
        ReasonMissing: no word what follows.
    """
    if not note.strip():
        raise ReasonMissing
    Plan.objects.select_for_update(of=("self",)).get(pk=estimate.plan_id)
    seen: FlagSeen | None = FlagSeen.objects.filter(session=estimate.session, flag=flag).last()
    if seen is not None and seen.note == note.strip():
        return seen
    seen = FlagSeen.objects.create(session=estimate.session, flag=flag, note=note.strip(), by=by, at=now)
    record(by=by, verb="flag.seen", thing=seen, patient=estimate.plan.patient, detail={"flag": str(flag)})
    return seen


def _inputs(
    cycles: Sequence[effect.Cycle],
    ends: Sequence[effect.CycleEnd],
    plan: Plan,
    instrument: Instrument | None,
    formulary: Formulary,
) -> dict[str, Any]:
    """What went in, as text: figures stay exact, rows are named by their public ids."""
    rules, change = formulary.rules.effect, instrument.smallest_change if instrument else None
    return {
        "instrument": instrument.key if instrument else "",
        "smallest_change": f"{change.value}{' %' if change.is_percent else ''}" if change else "",
        "default_weeks": str(formulary.condition(plan.condition.key).effect.default_end_weeks),
        "p_lost": str(rules.p_lost),
        "k_weight": str(rules.k_weight),
        "cycles": [_cycle(cycle, end) for cycle, end in zip(cycles, ends, strict=True)],
    }


def _cycle(cycle: effect.Cycle, end: effect.CycleEnd) -> dict[str, Any]:
    return {
        "session": cycle.ref,
        "on": cycle.on.isoformat(),
        "product": cycle.product,
        "units": str(cycle.units),
        "muscles": sorted(cycle.muscles),
        "baseline": [cycle.baseline_ref, str(cycle.baseline)] if cycle.baseline is not None else None,
        "scores": [[one.ref, str(one.week), str(one.value), one.is_confounded] for one in cycle.scores],
        "reported": [cycle.reported_ref, cycle.reported_day] if cycle.reported_day is not None else None,
        "end": [end.status.value, str(end.weeks) if end.weeks is not None else None],
    }
