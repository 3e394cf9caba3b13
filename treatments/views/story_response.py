"""Did it help, in figures: the latest cycle that can be judged, and an effect that ends early cycle after cycle."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from treatments.effect import half_up
from treatments.formulary import Formulary
from treatments.formulary.conditions import ChangeMark
from treatments.intervals import DAYS_IN_WEEK
from treatments.plan_story import PlanStory
from treatments.quantities import show_number
from treatments.showing import shown_source

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


def shown_response(story: PlanStory, formulary: Formulary) -> dict[str, Any] | None:
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
        "peak_source": shown_source(formulary.rules.effect.source),
        "reached": [
            {"words": _mark_words(mark), "is_reached": is_reached, "source": shown_source(mark.source)}
            for mark, is_reached in found.reached
        ],
        "published": formulary.condition(story.plan.condition.key).effect.response_words,
        "published_source": shown_source(formulary.condition(story.plan.condition.key).effect.source),
    }


def _mark_words(mark: ChangeMark) -> str:
    """A published change as it is named there: "30% fewer days", "2 points"."""
    kind = mark.kind.removeprefix("percent").strip()
    return (
        f"{show_number(mark.value)}%{' ' if kind else ''}{kind}"
        if mark.is_percent
        else f"{show_number(mark.value)} {kind}"
    )


def shown_shortening(story: PlanStory, formulary: Formulary) -> dict[str, Any] | None:
    """What an effect that ends early in cycle after cycle asks for; None where it does not."""
    rules = formulary.rules.shortening
    if story.shortening is None or rules is None:
        return None
    return {
        "days": [half_up(DAYS_IN_WEEK * weeks) for weeks in story.shortening.weeks],
        "is_falling": story.shortening.is_falling,
        "before_week": show_number(rules.before_week),
        "suggestions": rules.suggestions_for(story.plan.condition.key),
        "source": shown_source(rules.source),
    }
