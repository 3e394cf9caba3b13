"""One plan's story for the chart: the plot, the same numbers as tables, and what the effect window says in words."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from treatments import plotting
from treatments.effect import EndStatus, half_up
from treatments.formulary import Formulary
from treatments.formulary.conditions import EffectDefaults
from treatments.intervals import DAYS_IN_WEEK
from treatments.models import PlanState
from treatments.plan_story import PlanStory, Told
from treatments.quantities import show_number
from treatments.showing import shown_source

END_WORDS = {
    EndStatus.OBSERVED: _("seen in the scores"),
    EndStatus.CENSORED: _("not yet over at the last score"),
    EndStatus.REPORTED: _("said by the patient"),
    EndStatus.NO_EFFECT: _("no effect"),
    EndStatus.NO_SCORES: _("too few scores"),
    EndStatus.NO_MEASURE: _("no measure for this condition"),
}
RESPONSE_WORDS = {
    (True, True): _("Best %(best)s within %(weeks)s weeks, from %(baseline)s: %(gain)s%% better."),
    (True, False): _("Best %(best)s within %(weeks)s weeks, from %(baseline)s: %(gain)s%% worse."),
    (False, True): _("Best %(best)s within %(weeks)s weeks, from %(baseline)s: better by %(gain)s on the scale."),
    (False, False): _("Best %(best)s within %(weeks)s weeks, from %(baseline)s: worse by %(gain)s on the scale."),
}
"""By whether the change that matters is in percent, and whether it went the good way."""
RESPONSE_NEEDS = {
    True: _("At least %(least)s%% counts as a response."),
    False: _("At least %(least)s counts as a response."),
}
KNOWN_ENDS = (EndStatus.OBSERVED, EndStatus.REPORTED)


@dataclass(frozen=True, slots=True)
class ShownScore:
    """A row of the table of scores: after which session, and how many days; 0 is before the first."""

    on: date
    value: str
    session: int
    day: int


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
    plot = _plot(story, effect, today=today)
    cycles = [
        _cycle(number, told, plot.sessions[number - 1] if plot else None)
        for number, told in enumerate(story.sessions, start=1)
    ]
    return {
        "plot": plot,
        "instrument": story.instrument,
        "instrument_source": shown_source(story.instrument.source) if story.instrument else None,
        "cycles": cycles,
        "scores": [_score(score.taken_on, score.value, story) for score in reversed(story.scores)],
        "window": _window(story, effect, today=today, formulary=formulary) if story.window else None,
        "given": [
            {"total": total, "units": show_number(total.units or Decimal(0)), "source": shown_source(total.source)}
            for total in story.given
        ],
        "response": _response(story, formulary),
    }


def _plot(story: PlanStory, effect: EffectDefaults, *, today: date) -> plotting.Plot | None:
    instrument = story.instrument
    if instrument is None or not (story.scores or story.sessions):
        return None
    best_on = {_best_on(story, number) for number in range(len(story.sessions) + 1)}
    return plotting.draw(
        scores=[plotting.Measured(one.taken_on, one.value, one.pk in best_on) for one in story.scores],
        sessions=[_injected(told, story, effect) for told in story.sessions],
        lowest=instrument.lowest,
        highest=instrument.highest,
        today=today,
        next_on=story.window.earliest_on if story.window and story.plan.state == PlanState.ACTIVE else None,
    )


def _best_on(story: PlanStory, number: int) -> int | None:
    """The score to be named among those after so many sessions: the best; before the first session, the last."""
    found = [one for one in story.scores if _place(one.taken_on, story)[0] == number]
    if not found or story.instrument is None:
        return None
    if number == 0:
        return found[-1].pk
    worse = -1 if story.instrument.higher_is_better else 1
    return min(found, key=lambda one: worse * one.value).pk


def _place(on: date, story: PlanStory) -> tuple[int, int]:
    """After which session a day is, and how many days after; a score of the session's own day was before it."""
    before = [told.cycle.on for told in story.sessions if told.cycle.on < on]
    return (len(before), (on - before[-1]).days) if before else (0, 0)


def _injected(told: Told, story: PlanStory, effect: EffectDefaults) -> plotting.Injected:
    on, status = told.cycle.on, told.end.status
    if status is EndStatus.NO_EFFECT:
        return plotting.Injected(on=on)
    ended_on = on + timedelta(days=half_up(DAYS_IN_WEEK * told.end.weeks)) if told.end.weeks is not None else None
    is_seen = status in KNOWN_ENDS
    default_on = on + timedelta(days=int(effect.default_end_weeks * DAYS_IN_WEEK))
    window = story.window if told is story.sessions[-1] and not is_seen else None
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
    """The day relief is expected to end after the latest session."""
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


def _score(on: date, value: Decimal, story: PlanStory) -> ShownScore:
    session, day = _place(on, story)
    return ShownScore(on, show_number(value), session, day)


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
        "ends_on": ends_on,
        "is_past": ends_on is not None and ends_on < today,
        "is_in_use": story.plan.state == PlanState.ACTIVE,
        "end_day": estimate.end_day,
        "from_on": window.wears_off_from_on,
        "from_day": (window.wears_off_from_on - on).days,
        "until_on": window.wears_off_until_on,
        "until_day": (window.wears_off_until_on - on).days,
        "onset": [on + timedelta(days=int(days)) for days in effect.onset_days],
        "peak": [on + timedelta(weeks=int(weeks)) for weeks in effect.peak_weeks],
        "usual_source": shown_source(effect.source),
        "n": estimate.n,
        "default_weeks": show_number(effect.default_end_weeks),
        "weight": show_number(rules.k_weight),
        "statuses": [END_WORDS[status] for status in dict.fromkeys(estimate.statuses)],
        "source": shown_source(rules.source),
        "earliest_on": window.earliest_on,
        "earliest_day": (window.earliest_on - on).days,
        "earliest_source": shown_source(shortest.source),
        "book_by_on": window.book_by_on,
        "is_non_responder": estimate.is_non_responder,
        "needs_clinician": estimate.needs_clinician,
    }


def _response(story: PlanStory, formulary: Formulary) -> dict[str, Any] | None:
    """The latest cycle that can be judged, in figures; None where none can."""
    judged = [(number, told) for number, told in enumerate(story.sessions, start=1) if told.response]
    if not judged or story.instrument is None or story.instrument.smallest_change is None:
        return None
    number, told = judged[-1]
    found, change = told.response, story.instrument.smallest_change
    if found is None:
        return None
    is_percent = change.is_percent and found.percent is not None
    return {
        "number": number,
        "is_responder": found.is_responder,
        "words": RESPONSE_WORDS[is_percent, found.gain >= 0]
        % {
            "best": show_number(found.best),
            "weeks": show_number(formulary.rules.effect.peak_by_week),
            "baseline": show_number(found.baseline),
            "gain": found.percent if is_percent else show_number(abs(found.gain)),
        },
        "needed": RESPONSE_NEEDS[is_percent] % {"least": show_number(change.value if is_percent else found.needed)},
        "source": shown_source(story.instrument.source),
    }
