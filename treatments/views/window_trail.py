"""The estimates kept of a plan, newest first, in words: when, why, what came out, what went in, by which rules."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from treatments.effect import EndStatus
from treatments.formulary import Formulary
from treatments.intervals import DAYS_IN_WEEK
from treatments.models import EffectEstimate, Flag, FlagSeen, Plan
from treatments.showing import shown_source
from treatments.views.window_words import END_WORDS, by_hand_in_words, in_words

SHOWN = 50


@dataclass(frozen=True, slots=True)
class ShownEstimate:
    """One row of the trail."""

    at: datetime
    why: str
    who: str
    words: str
    end_day: int | None
    by_hand: str
    reason: str
    rules: str
    session_on: date | None
    cycles: tuple[dict[str, Any], ...]
    instrument: str


def shown_trail(plan: Plan) -> list[ShownEstimate]:
    """Return the latest of them."""
    rows = EffectEstimate.objects.filter(plan=plan).select_related("session", "by", "by_hand__by", "rules")
    return [_shown(row) for row in rows.order_by("-id")[:SHOWN]]


def flags_of(plan: Plan, formulary: Formulary) -> list[dict[str, Any]]:
    """Return the flags of a plan's newest estimate, what may be done, and what was said to follow, if anything."""
    seen = Prefetch("session__flags_seen", queryset=FlagSeen.objects.select_related("by"))
    newest = EffectEstimate.objects.filter(plan=plan).select_related("session").prefetch_related(seen).last()
    if newest is None:
        return []
    said = {row.flag: row for row in newest.session.flags_seen.all()}
    return [
        {"flag": flag, "word": flag.label, "seen": said.get(flag), **_what_may_be_done(flag, plan, formulary)}
        for flag in newest.flags
    ]


def _what_may_be_done(flag: Flag, plan: Plan, formulary: Formulary) -> dict[str, Any]:
    """The catalogue's words for a flag, with their source."""
    watch, effect = formulary.rules.shortening, formulary.condition(plan.condition.key).effect
    if flag is Flag.SHORTENING and watch is not None:
        return {"words": watch.suggestions_for(plan.condition.key), "source": shown_source(watch.source)}
    if flag is not Flag.SHORTENING and effect.response_words:
        return {"words": effect.response_words, "source": shown_source(effect.source)}
    return {}


def _shown(row: EffectEstimate) -> ShownEstimate:
    return ShownEstimate(
        at=row.computed_at,
        why=row.get_why_display(),
        who=row.by.full_name if row.by else "",
        words=in_words(
            weeks=row.weeks,
            low=row.low_weeks,
            high=row.high_weeks,
            n=row.n,
            statuses=[EndStatus(status) for status in row.statuses],
        ),
        end_day=row.end_day,
        by_hand=by_hand_in_words(row.by_hand) if row.by_hand else "",
        reason=row.by_hand.reason if row.by_hand else "",
        rules=str(row.rules.number) if row.rules else "",
        session_on=row.session.injected_on,
        cycles=tuple(_cycle(cycle) for cycle in row.inputs.get("cycles", ())),
        instrument=row.inputs.get("instrument", ""),
    )


def _cycle(cycle: dict[str, Any]) -> dict[str, Any]:
    """What went in of one cycle, as it was kept."""
    status, _weeks = cycle["end"]
    return {
        "on": date.fromisoformat(cycle["on"]),
        "units": cycle["units"],
        "baseline": cycle["baseline"][1] if cycle["baseline"] else "",
        "scores": [
            {
                "day": int((Decimal(week) * DAYS_IN_WEEK).to_integral_value()),
                "value": value,
                "is_confounded": is_confounded,
            }
            for _ref, week, value, is_confounded in cycle["scores"]
        ],
        "reported": cycle["reported"][1] if cycle["reported"] else None,
        "words": END_WORDS[EndStatus(status)],
    }
