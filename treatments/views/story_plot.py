"""One plan's story for the chart: the plot, the same numbers as tables, and what the effect window says in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from treatments import plotting
from treatments.effect import EndStatus, half_up
from treatments.formulary import Formulary, Instrument
from treatments.formulary.conditions import EffectDefaults
from treatments.intervals import DAYS_IN_WEEK
from treatments.models import PlanState, Score
from treatments.plan_story import PlanStory, Told
from treatments.quantities import show_number
from treatments.showing import shown_source
from treatments.views.story_response import shown_response, shown_shortening
from treatments.views.window_words import END_WORDS, by_hand_in_words, in_words

KNOWN_ENDS = (EndStatus.OBSERVED, EndStatus.REPORTED)


@dataclass(frozen=True, slots=True)
class ShownScore:
    """A row of the table of scores: after which session, and how many days; 0 is before the first."""

    on: date
    value: str
    session: int
    day: int
    row: Score
    was: str


@dataclass(frozen=True, slots=True)
class ShownCycle:
    """A row of the table of cycles, and a session on the plot."""

    number: int
    on: date
    units: str
    best: str
    end_day: int | None
    is_over: bool
    words: str
    mark: plotting.SessionMark | None


def shown_story(story: PlanStory, *, today: date, formulary: Formulary) -> dict[str, Any]:
    """Return what `_story_plan.html` shows of one plan."""
    effect = formulary.condition(story.plan.condition.key).effect
    plot = _plot(story, story.instrument, story.scores, effect, today=today)
    return {
        "plot": plot,
        "instrument": story.instrument,
        "instrument_source": shown_source(story.instrument.source) if story.instrument else None,
        "cycles": _cycles(story, plot),
        "scores": _table(story.scores, story),
        "window": _window(story, effect, today=today, formulary=formulary) if story.window else None,
        "given": [
            {"total": total, "units": show_number(total.units or Decimal(0)), "source": shown_source(total.source)}
            for total in story.given
        ],
        "response": shown_response(story, formulary),
        "shortening": shown_shortening(story, formulary),
        "others": [_other(story, instrument, scores, effect, today=today) for instrument, scores in story.others],
    }


def _other(
    story: PlanStory, instrument: Instrument, scores: Sequence[Score], effect: EffectDefaults, *, today: date
) -> dict[str, Any]:
    """The plot and tables of a score that does not feed the estimate; the windows are the plan's."""
    plot = _plot(story, instrument, scores, effect, today=today)
    return {
        "id": f"{story.plan.pk}-{instrument.key}",
        "plot": plot,
        "instrument": instrument,
        "instrument_source": shown_source(instrument.source),
        "cycles": _cycles(story, plot),
        "scores": _table(scores, story),
        "window": _dates(story),
    }


def _cycles(story: PlanStory, plot: plotting.Plot | None) -> list[ShownCycle]:
    return [
        _cycle(number, told, plot.sessions[number - 1] if plot else None)
        for number, told in enumerate(story.sessions, start=1)
    ]


def _table(scores: Sequence[Score], story: PlanStory) -> list[ShownScore]:
    return [_score(score, story) for score in reversed(scores)]


def _plot(
    story: PlanStory, instrument: Instrument | None, scores: Sequence[Score], effect: EffectDefaults, *, today: date
) -> plotting.Plot | None:
    if instrument is None or not (scores or story.sessions):
        return None
    best_on = {_best_on(story, instrument, scores, number) for number in range(len(story.sessions) + 1)}
    return plotting.draw(
        scores=[
            plotting.Measured(one.taken_on, one.value, one.pk in best_on, one.is_confounded)  # type: ignore[attr-defined]
            for one in scores
        ],
        sessions=[_injected(told, story, effect) for told in story.sessions],
        lowest=instrument.lowest,
        highest=instrument.highest,
        today=today,
        next_on=story.window.earliest_on if story.window and story.plan.state == PlanState.ACTIVE else None,
    )


def _best_on(story: PlanStory, instrument: Instrument, scores: Sequence[Score], number: int) -> int | None:
    """The score to be named among those after so many sessions: the best; before the first session, the last."""
    found = [one for one in scores if _place(one.taken_on, story)[0] == number]
    if not found:
        return None
    if number == 0:
        return found[-1].pk
    worse = -1 if instrument.higher_is_better else 1
    return min(found, key=lambda one: worse * one.value).pk


def _place(on: date, story: PlanStory) -> tuple[int, int]:
    """After which session a day is, and how many days after; a score of the session's own day was before it."""
    before = [told.cycle.on for told in story.sessions if told.cycle.on < on]
    return (len(before), (on - before[-1]).days) if before else (0, 0)


def _injected(told: Told, story: PlanStory, effect: EffectDefaults) -> plotting.Injected:
    on, status = told.cycle.on, told.end.status
    if status is EndStatus.NO_EFFECT and (story.by_hand is None or told is not story.sessions[-1]):
        return plotting.Injected(on=on)
    ended_on = on + timedelta(days=half_up(DAYS_IN_WEEK * told.end.weeks)) if told.end.weeks is not None else None
    is_seen = status in KNOWN_ENDS
    default_on = on + timedelta(days=int(effect.default_end_weeks * DAYS_IN_WEEK))
    is_open = told is story.sessions[-1] and (not is_seen or story.by_hand is not None)
    window = story.window if is_open else None
    return plotting.Injected(
        on=on,
        rises_on=on + timedelta(days=int(effect.onset_days[0])),
        peaks_from_on=on + timedelta(weeks=int(effect.peak_weeks[0])),
        peaks_until_on=on + timedelta(weeks=int(effect.peak_weeks[1])),
        ended_on=ended_on if is_seen else None,
        ends_from_on=window.wears_off_from_on if window else ended_on or default_on,
        ends_until_on=window.wears_off_until_on if window else None,
        estimated_on=_ends_on(story) if window else None,
    )


def _ends_on(story: PlanStory) -> date | None:
    """The day relief is expected to end after the latest session: as set by hand, else as estimated."""
    if story.by_hand is not None and story.window is not None:
        return story.window.wears_off_until_on
    if story.estimate is None or story.estimate.end_day is None:
        return None
    return story.sessions[-1].cycle.on + timedelta(days=story.estimate.end_day)


def _cycle(number: int, told: Told, mark: plotting.SessionMark | None) -> ShownCycle:
    return ShownCycle(
        number=number,
        on=told.cycle.on,
        units=show_number(told.cycle.units),
        best=show_number(told.response.best) if told.response else "",
        end_day=half_up(DAYS_IN_WEEK * told.end.weeks) if told.end.weeks is not None else None,
        is_over=told.end.status in KNOWN_ENDS,
        words=str(END_WORDS[told.end.status]),
        mark=mark,
    )


def _score(row: Score, story: PlanStory) -> ShownScore:
    session, day = _place(row.taken_on, story)
    was = show_number(row.corrects.value) if row.corrects else ""
    return ShownScore(row.taken_on, show_number(row.value), session, day, row, was)


def _dates(story: PlanStory) -> dict[str, Any]:
    """What the plot itself writes of the window."""
    if story.window is None:
        return {}
    on = story.sessions[-1].cycle.on
    return {
        "from_on": story.window.wears_off_from_on,
        "until_on": story.window.wears_off_until_on,
        "ends_on": _ends_on(story),
        "earliest_on": story.window.earliest_on,
        "earliest_day": (story.window.earliest_on - on).days,
        "is_by_hand": story.by_hand is not None,
    }


def _window(story: PlanStory, effect: EffectDefaults, *, today: date, formulary: Formulary) -> dict[str, Any]:
    """The dates of the latest session's window, each with the day after the injection, and where they come from."""
    window, estimate, on = story.window, story.estimate, story.sessions[-1].cycle.on
    if window is None or estimate is None:
        return {}
    shortest = formulary.rules.interval.minimum(
        story.plan.product.key, (story.plan.condition.key,), story.sessions[-1].session.location.label_region
    )
    rules, ends_on = formulary.rules.effect, _ends_on(story)
    return {
        **_dates(story),
        "words": in_words(
            weeks=estimate.weeks,
            low=estimate.low_weeks,
            high=estimate.high_weeks,
            n=estimate.n,
            statuses=estimate.statuses,
        ),
        "by_hand": story.by_hand,
        "by_hand_words": by_hand_in_words(story.by_hand) if story.by_hand else "",
        "is_past": ends_on is not None and ends_on < today,
        "is_in_use": story.plan.state == PlanState.ACTIVE,
        "end_day": (ends_on - on).days if ends_on else None,
        "from_day": (window.wears_off_from_on - on).days,
        "until_day": (window.wears_off_until_on - on).days,
        "onset": [on + timedelta(days=int(days)) for days in effect.onset_days],
        "peak": [on + timedelta(weeks=int(weeks)) for weeks in effect.peak_weeks],
        "usual_source": shown_source(effect.source),
        "n": estimate.n,
        "default_weeks": show_number(effect.default_end_weeks),
        "weight": show_number(rules.k_weight),
        "statuses": [END_WORDS[status] for status in dict.fromkeys(estimate.statuses)],
        "source": shown_source(rules.source),
        "earliest_source": shown_source(shortest.source),
        "book_by_on": window.book_by_on,
        "is_non_responder": estimate.is_non_responder,
        "needs_clinician": estimate.needs_clinician and story.by_hand is None,
        "trail": len(story.trail),
    }
