"""The screening questions no numbered rule speaks of, and toxin given elsewhere that nobody recorded.

Pure. Such a question's findings carry its own short name, S07, as their rule.

Source: docs/sources.md#screening
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from treatments.answers import TOLD_HEADACHE_DAYS, TOLD_TABLET_DAYS
from treatments.facts import Flag, PlanFacts, PriorSession
from treatments.findings import Finding, Level, Value, Wording, gettext_noop
from treatments.formulary import Formulary, Question
from treatments.screening import (
    BREATHING,
    CONSENT,
    HYPERSENSITIVITY,
    INFECTION,
    MILK,
    NEUROMUSCULAR,
    PREGNANCY,
    SWALLOWING,
    flag_for,
    question_finding,
    unanswered_level,
)

ELSEWHERE, AGE, OVERUSE, DIAGNOSIS = "s10_prior_toxin", "s12_age", "s25_moh", "s26_diagnosis_gate"
WATER_TEST = "s29_vital_swallow_test"
NUMBERED = frozenset(
    {
        HYPERSENSITIVITY,
        INFECTION,
        *MILK,
        NEUROMUSCULAR,
        SWALLOWING,
        BREATHING,
        *PREGNANCY,
        CONSENT,
        ELSEWHERE,
        AGE,
    }
)
"""Questions a numbered rule answers for, beside those on a class of medicines."""

ELSEWHERE_UNANSWERED = Wording(
    "R01.elsewhere_unanswered", gettext_noop("Not answered: toxin anywhere in the last {days} days")
)
ELSEWHERE_NOT_RECORDED = Wording(
    "R01.elsewhere_not_recorded",
    gettext_noop("Toxin was given elsewhere in the last {days} days, and no such session is recorded"),
    gettext_noop("Record when, which product and how many units, as far as known."),
)
BELOW = Wording(
    "{rule}.below",
    gettext_noop("{headache_days} headache days and {migraine_days} migraine days a month"),
    gettext_noop("The label covers {least_headache} headache days or more, {least_migraine} of them migraine."),
)
OVERUSED = Wording(
    "{rule}.overused",
    gettext_noop("Pain tablets on {days} days a month: medication overuse"),
    gettext_noop("From {limit} days on. No reason to exclude."),
)
BELOW_TOLD = Wording(
    "{rule}.below_told",
    gettext_noop("{headache_days} headache days in 28, as the patient counts"),
    gettext_noop("The label covers {least_headache} headache days a month or more. Your own count replaces it."),
)
OVERUSED_TOLD = Wording(
    "{rule}.overused_told",
    gettext_noop("Pain tablets on {days} days a month, as the patient counts: may be medication overuse"),
    gettext_noop(
        "From {least} days on for triptans, opioids or combinations, from {most} for simple painkillers. "
        "No reason to exclude. Your own count replaces it."
    ),
)
UNCOUNTED = Wording("{rule}.unanswered", gettext_noop("The clinician's count is missing: {question}"))


def days_looked_back(formulary: Formulary) -> Decimal:
    """How far back toxin given elsewhere is asked about: the question's own days, else those of the interval (R01)."""
    return formulary.questions[ELSEWHERE].within_days or formulary.rules.interval.min_days.value


def elsewhere_finding(
    flags: Mapping[str, Flag], prior: Sequence[PriorSession], on: date, formulary: Formulary
) -> Finding | None:
    """R01 and R02 can only count what is recorded: a yes without its session, or no answer, needs a reason."""
    question = formulary.questions[ELSEWHERE]
    flag = flag_for(question, flags, formulary)
    days = days_looked_back(formulary)
    since = on - timedelta(days=int(days))
    is_recorded = any(session.counts and session.on > since for session in prior)
    if flag is Flag.CLEARED or (flag is Flag.STANDS and is_recorded):
        return None
    return Finding(
        rule="R01",
        level=question.level,
        wording=ELSEWHERE_UNANSWERED if flag is Flag.MISSING else ELSEWHERE_NOT_RECORDED,
        source=question.source,
        values={"days": days},
        subject=question.key,
    )


def other_question_findings(facts: PlanFacts, formulary: Formulary) -> tuple[Finding, ...]:
    """Every other screening question that matters for this product and these conditions, flagged or unanswered."""
    found = []
    for question in formulary.questions.values():
        if question.key in NUMBERED or question.drug_class:
            continue
        if not (question.is_about(facts.product) and question.is_asked_for(facts.conditions)):
            continue
        if question.key == WATER_TEST and not _has_neck(facts, formulary):
            continue
        finding = _judge(question, facts, formulary)
        if finding is not None:
            found.append(finding)
    return tuple(found)


def _has_neck(facts: PlanFacts, formulary: Formulary) -> bool:
    return any(formulary.rules.neck.level_of(site.muscle) is not Level.OK for site in facts.sites)


def _judge(question: Question, facts: PlanFacts, formulary: Formulary) -> Finding | None:
    if question.key == DIAGNOSIS:
        return diagnosis_finding(question, facts.numbers)
    if question.key == OVERUSE:
        return overuse_finding(question, facts.numbers)
    return question_finding(question.number, question, flag_for(question, facts.flags, formulary), facts.product)


def diagnosis_finding(question: Question, numbers: Mapping[str, Decimal]) -> Finding | None:
    """Fewer headache or migraine days than chronic migraine has: the label does not cover it.

    The patient's own headache days count while the clinician has none; migraine days are the clinician's.
    """
    values: dict[str, Value] = {}
    told, least = numbers.get(TOLD_HEADACHE_DAYS), question.threshold("headache_days")
    if told is not None and least is not None and "headache_days" not in numbers:
        if told < least:
            return _found(question, BELOW_TOLD, {"headache_days": told, "least_headache": least}, question.level)
        numbers = {**numbers, "headache_days": told}
    for name, shown in (("headache_days", "least_headache"), ("migraine_days", "least_migraine")):
        least = question.threshold(name)
        if least is None:
            return None
        if name not in numbers:
            return _uncounted(question)
        values |= {name: numbers[name], shown: least}
    if all(numbers[name] >= least for name, least in question.thresholds):
        return None
    return _found(question, BELOW, values, question.level)


def overuse_finding(question: Question, numbers: Mapping[str, Decimal]) -> Finding | None:
    """So many days with pain tablets that they may keep the headache going: noted, no exclusion.

    The patient's own count says nothing of the kind of tablet: it is held to the lowest limit while the clinician has
    none.
    """
    known = [(name, limit) for name, limit in question.thresholds if name in numbers]
    told, limits = numbers.get(TOLD_TABLET_DAYS), [limit for _name, limit in question.thresholds]
    if not known and told is not None and limits:
        if told < min(limits):
            return None
        values: dict[str, Value] = {"days": told, "least": min(limits), "most": max(limits)}
        return _found(question, OVERUSED_TOLD, values, question.level)
    if not known:
        return _uncounted(question)
    over = [(numbers[name], limit) for name, limit in known if numbers[name] >= limit]
    if not over:
        return None
    days, limit = max(over)
    return _found(question, OVERUSED, {"days": days, "limit": limit}, question.level)


def _uncounted(question: Question) -> Finding:
    """Neither the clinician nor the patient counted what the rule weighs."""
    return _found(question, UNCOUNTED, {"question": question.text}, unanswered_level(question.level))


def _found(question: Question, wording: Wording, values: dict[str, Value], level: Level) -> Finding:
    return Finding(
        rule=question.number,
        level=level,
        wording=Wording(wording.code.format(rule=question.number), wording.headline, wording.detail),
        source=question.source,
        values=values,
        subject=question.key,
    )
