"""What becomes of a plan: made, paused, taken up again, revised, ended."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from tests.year.lives import Life, Treated
from tests.year.treating import PLANS, a_plan, consulted
from treatments import planning
from treatments.errors import GateStays
from treatments.intervals import Interval
from treatments.plan_drafts import PlanDraft
from treatments.plan_sites import drafts_of
from treatments.scoring import record_score

INTERVALS = ((12, "weeks"), (12, "weeks"), (3, "months"), (14, "weeks"), (16, "weeks"))
INSTRUMENTS = dict(zip(PLANS, ("headache_days", "neck_pain_nrs", "nrs"), strict=True))


def start_plan(life: Life, now: datetime) -> Treated:
    """Decide for treatment: a plan with its baseline."""
    condition = _untreated(life)
    interval = life.rng.choice(INTERVALS)
    consultation = consulted(life.world, life.place, life.patient, life.doctor, now)
    plan = a_plan(life.world, life.place, consultation, condition, interval, now)
    baseline = life.rng.choice((16, 20, 24)) if condition == PLANS[0] else life.rng.randrange(6, 10)
    life.plans_made += 1
    treated = Treated(life.plans_made, plan, condition, baseline)
    life.plans.append(treated)
    record_score(
        patient=life.patient, instrument_key=INSTRUMENTS[condition], value=Decimal(baseline), plan=plan,
        taken_on=life.today(now), is_baseline=True, by=life.doctor, now=now,
    )  # fmt: skip
    life.note(
        now, "plan_made", plan=treated.number, condition=condition, interval=interval, baseline=baseline,
        id=str(plan.public_id),
    )  # fmt: skip
    for share, do in ((0.06, pause), (0.03, stop), (0.02, complete), (0.07, revise)):
        if life.happens(share):
            life.in_days(now, 20, 260, partial(do, life, treated))
    return treated


def _untreated(life: Life) -> str:
    """The condition the patient came for, or the next that no plan is for."""
    first, taken = PLANS.index(life.condition), {one.condition for one in life.plans}
    order = [PLANS[(first + step) % len(PLANS)] for step in range(len(PLANS))]
    return next((one for one in order if one not in taken), life.condition)


def _stands(treated: Treated, *states: str) -> bool:
    treated.plan.refresh_from_db()
    return treated.plan.state in states


def pause(life: Life, treated: Treated, now: datetime) -> None:
    """Set a plan aside; most are taken up again."""
    if _stands(treated, "active") and not life.is_dead:
        planning.pause(plan=treated.plan, reason="Wishes to wait", by=life.doctor, now=now)
        life.note(now, "plan_paused", plan=treated.number)
        if life.happens(0.8):
            life.in_days(now, 8, 70, partial(resume, life, treated))


def resume(life: Life, treated: Treated, now: datetime) -> None:
    """Take it up again."""
    if _stands(treated, "paused") and not life.is_dead:
        planning.resume(plan=treated.plan, by=life.doctor, now=now)
        life.note(now, "plan_resumed", plan=treated.number)


def stop(life: Life, treated: Treated, now: datetime) -> None:
    """End it for good."""
    if _stands(treated, "active", "paused"):
        planning.stop(plan=treated.plan, reason="No benefit", by=life.doctor, now=now)
        life.note(now, "plan_stopped", plan=treated.number)


def complete(life: Life, treated: Treated, now: datetime) -> None:
    """Close it, its work done."""
    if _stands(treated, "active", "paused"):
        planning.complete(plan=treated.plan, by=life.doctor, now=now)
        life.note(now, "plan_completed", plan=treated.number)


def revise(life: Life, treated: Treated, now: datetime) -> None:
    """Give it another interval."""
    if not _stands(treated, "active"):
        return None
    interval = life.rng.choice(((13, "weeks"), (4, "months"), (15, "weeks")))
    plan = treated.plan
    draft = PlanDraft(product_key=plan.product.key, interval=Interval(*interval), sites=drafts_of(plan))
    reasons: dict[str, str] = {}
    for _ in range(2):
        try:
            planning.revise_plan(
                plan=plan, seen_version=plan.version, draft=draft, by=life.doctor, now=now, reasons=reasons,
                on=life.today(now) + timedelta(days=200),
            )  # fmt: skip
        except GateStays as stays:
            reasons = {found.key: "Discussed with the patient." for found in stays.findings}
        else:
            return life.note(now, "plan_revised", plan=treated.number, interval=interval)
    return None
