"""Whether this patient may have this product here and now (R14 to R21, R27): judged from assessed answers.

Pure. A question nobody answered is never ok: it counts as a flagged one would, though it does not block, as for an
unknown age.

Source: docs/sources.md#screening
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from treatments.facts import Birth, Flag, Site
from treatments.findings import Finding, Level, Source, Value, Wording, gettext_noop
from treatments.formulary import Condition, Formulary, Product, Question
from treatments.formulary.conditions import APPROVED
from treatments.formulary.rulebook import AgeRules
from treatments.site_dosing import place_name
from treatments.statements import STATEMENTS

HYPERSENSITIVITY, INFECTION = "s01_hypersensitivity", "s02_infection_site"
MILK = ("s03_milk_allergy", "s03b_milk_allergy_other")
NEUROMUSCULAR, SWALLOWING, BREATHING = "s04_neuromuscular", "s05_dysphagia", "s06_breathing"
PREGNANCY = ("s08_pregnant", "s09_breastfeeding")
CONSENT = "s28_consent_offlabel"
BLOOD = ("anticoagulant", "antiplatelet")

CLEAR = {
    "R14": gettext_noop("No allergy that matters for {product}"),
    "R15": gettext_noop("No infection at a planned site"),
    "R16": gettext_noop("Not pregnant, not breastfeeding"),
    "R17": gettext_noop("No nerve-muscle disease"),
    "R19": gettext_noop("No trouble swallowing or breathing"),
    "R20": gettext_noop("No medicine that strengthens the effect"),
    "R21": gettext_noop("No blood thinner"),
}
FLAGGED = Wording("{rule}.flagged", gettext_noop("{question}"), gettext_noop("{detail}"))
UNANSWERED = Wording("{rule}.unanswered", gettext_noop("Not answered: {question}"))

AGE_OK = Wording("R18.adult", gettext_noop("{age} years old"))
AGE_YOUNG = Wording(
    "R18.allowed_young",
    gettext_noop("{age} years old, under {adult}"),
    gettext_noop("The label allows it from {from_years}. {text}"),
)
AGE_TOO_YOUNG = Wording("R18.too_young", gettext_noop("{age} years old, under {adult}"))
AGE_UNKNOWN = Wording("R18.unknown", gettext_noop("The age is not known"))
SITE_INFECTED = Wording("R15.infected", gettext_noop("Infection at {place}"), gettext_noop("Do not inject there."))
SITE_UNCHECKED = Wording("R15.unchecked", gettext_noop("Not checked for infection: {places}"))
NECK = Wording(
    "R19.neck",
    gettext_noop("Trouble swallowing or breathing, and neck muscles are injected"),
    gettext_noop("{places}."),
)
NECK_UNANSWERED = Wording(
    "R19.unanswered", gettext_noop("Not answered: swallowing and breathing, and neck muscles are injected")
)
NOT_NECK = Wording("R19.not_neck", gettext_noop("Trouble swallowing or breathing; no neck muscle is injected"))
OFF_LABEL_CONSENTED = Wording("R27.consented", gettext_noop("Off-label, explained and consented"))
ON_LABEL = Wording("R27.on_label", gettext_noop("{product} is approved for this condition"))
NO_CONSENT = Wording(
    "R27.no_consent",
    gettext_noop("Off-label use without a consent record"),
    gettext_noop("{product} is not approved for {conditions}."),
)
INR_HIGH = Wording("R21.inr", gettext_noop("INR {inr}, above {limit}: review before a deep injection"))
INR_MISSING = Wording("R21.no_inr", gettext_noop("On a blood thinner: record the INR if it is a vitamin K antagonist"))
DEEP = Wording("R21.deep", gettext_noop("On a blood thinner, and deep muscles are injected"), gettext_noop("{places}."))


def unanswered_level(level: Level) -> Level:
    """What a missing answer does: as a flagged one, but a reason instead of a block."""
    return min(level, Level.OVERRIDE, key=lambda step: step.rank)


def question_finding(rule: str, question: Question, flag: Flag, product: str = "") -> Finding | None:
    """A flagged or unanswered question as a finding of a rule; None where it is cleared."""
    if flag is Flag.CLEARED:
        return None
    level, base, headline = question.level_for(product), FLAGGED, STATEMENTS.get(question.key, FLAGGED.headline)
    if flag is Flag.MISSING:
        level, base, headline = unanswered_level(level), UNANSWERED, UNANSWERED.headline
    return Finding(
        rule=rule,
        level=level,
        wording=Wording(base.code.format(rule=rule), headline, base.detail),
        source=question.source_for(product),
        values={"question": question.text, "detail": sentence(question.detail)},
        subject=question.key,
    )


def sentence(text: str) -> str:
    """A note of the catalogue as a sentence."""
    return f"{text[0].upper()}{text[1:]}." if text else ""


def clear(rule: str, product: str, source: Source) -> Finding:
    """The rule has nothing to say."""
    return Finding(
        rule=rule,
        level=Level.OK,
        wording=Wording(f"{rule}.clear", CLEAR[rule]),
        source=source,
        values={"product": product},
    )


def flag_for(question: Question, flags: Mapping[str, Flag], formulary: Formulary) -> Flag:
    """The flag of a question, or that of its twin: the same words are asked once."""
    if question.key in flags:
        return flags[question.key]
    twins = (other.key for other in formulary.questions.values() if other.text == question.text)
    return next((flags[key] for key in twins if key in flags), Flag.MISSING)


def judge(
    rule: str, keys: Iterable[str], flags: Mapping[str, Flag], product: Product, formulary: Formulary
) -> tuple[Finding, ...]:
    """One rule over its questions: what is flagged or unanswered, else one ok."""
    asked = [formulary.questions[key] for key in keys if key in formulary.questions]
    about = [question for question in asked if question.is_about(product.key)]
    found = (question_finding(rule, item, flag_for(item, flags, formulary), product.key) for item in about)
    source = (about or asked)[0].source
    return tuple(item for item in found if item) or (clear(rule, product.name, source),)


def allergy_findings(product: Product, flags: Mapping[str, Flag], formulary: Formulary) -> tuple[Finding, ...]:
    """R14: hypersensitivity to any toxin, and milk protein where the product holds it."""
    return judge("R14", (HYPERSENSITIVITY, *MILK), flags, product, formulary)


def pregnancy_findings(product: Product, flags: Mapping[str, Flag], formulary: Formulary) -> tuple[Finding, ...]:
    """R16: a reason is needed; by default it is postponed."""
    return judge("R16", PREGNANCY, flags, product, formulary)


def neuromuscular_findings(product: Product, flags: Mapping[str, Flag], formulary: Formulary) -> tuple[Finding, ...]:
    """R17: a reason, or a block where the product's own text makes it a contraindication."""
    return judge("R17", (NEUROMUSCULAR,), flags, product, formulary)


def medicine_findings(product: Product, flags: Mapping[str, Flag], formulary: Formulary) -> tuple[Finding, ...]:
    """R20: medicines that strengthen or weaken the effect."""
    keys = [key for key, item in formulary.questions.items() if item.drug_class and item.drug_class not in BLOOD]
    return judge("R20", keys, flags, product, formulary)


def drug_class_finding(drug_class: str, formulary: Formulary) -> Finding | None:
    """R20 or R21 for one class of a current medicine; None for a class no question knows."""
    for question in formulary.questions.values():
        if question.drug_class == drug_class:
            return question_finding("R21" if drug_class in BLOOD else "R20", question, Flag.STANDS)
    return None


def anticoagulant_findings(
    product: Product,
    flags: Mapping[str, Flag],
    *,
    sites: Sequence[Site],
    inr: Decimal | None,
    deep_muscles_ticked: bool,
    formulary: Formulary,
) -> tuple[Finding, ...]:
    """R21: a warning and the INR; deep muscles need the clinician's tick."""
    keys = [key for key, item in formulary.questions.items() if item.drug_class in BLOOD]
    found = list(judge("R21", keys, flags, product, formulary))
    thinned = [
        item for item in (formulary.questions[key] for key in keys) if flag_for(item, flags, formulary) is Flag.STANDS
    ]
    for question in thinned:
        limit = question.inr_review_above
        if limit is not None and (inr is None or inr > limit):
            values: dict[str, Value] = {} if inr is None else {"inr": inr, "limit": limit}
            wording = INR_MISSING if inr is None else INR_HIGH
            found.append(Finding(rule="R21", level=Level.WARN, wording=wording, source=question.source, values=values))
    deep = [site for site in sites if formulary.muscle(site.muscle).is_deep]
    if thinned and deep and not deep_muscles_ticked:
        found.append(
            Finding(
                rule="R21",
                level=Level.OVERRIDE,
                wording=DEEP,
                source=thinned[0].source,
                values={"places": _places(deep, formulary)},
                sites=tuple(site.ref for site in deep),
            )
        )
    return tuple(found)


def _places(sites: Iterable[Site], formulary: Formulary) -> str:
    return ", ".join(dict.fromkeys(place_name(site.muscle, site.side, formulary) for site in sites))


def infection_findings(
    places: Iterable[str], infection: Mapping[str, Flag], formulary: Formulary
) -> tuple[Finding, ...]:
    """R15: an infected site is blocked; those nobody checked need a reason together. Places are "muscle:side"."""
    question = formulary.questions[INFECTION]
    flags = {place: infection.get(place, Flag.MISSING) for place in places}
    named = {place: place_name(place.partition(":")[0], place.partition(":")[2], formulary) for place in flags}
    found = [
        Finding(
            rule="R15",
            level=question.level,
            wording=SITE_INFECTED,
            source=question.source,
            values={"place": named[place]},
            subject=place,
        )
        for place, flag in flags.items()
        if flag is Flag.STANDS
    ]
    unchecked = [named[place] for place, flag in flags.items() if flag is Flag.MISSING]
    if unchecked:
        found.append(
            Finding(
                rule="R15",
                level=unanswered_level(question.level),
                wording=SITE_UNCHECKED,
                source=question.source,
                values={"places": "; ".join(unchecked)},
            )
        )
    return tuple(found) or (clear("R15", "", question.source),)


def youngest_age(birth: Birth, on: date) -> int | None:
    """The youngest the patient can be on a day; None where the year of birth is not known."""
    born = birth.latest
    if born is None:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def age_finding(age: int | None, *, product: str, conditions: Sequence[str], rules: AgeRules) -> Finding:
    """R18: under age blocks, unless the label of the product allows it for every condition treated."""
    if age is None:
        return Finding(rule="R18", level=rules.unknown_age, wording=AGE_UNKNOWN, source=rules.source)
    values: dict[str, Value] = {"age": age, "adult": rules.min_years}
    if age >= rules.min_years:
        return Finding(rule="R18", level=Level.OK, wording=AGE_OK, source=rules.source, values=values)
    allowing = [
        next((item for item in rules.exceptions if item.scope.fits(product, condition)), None)
        for condition in conditions or ("",)
    ]
    if any(item is None or age < item.from_years for item in allowing):
        return Finding(rule="R18", level=Level.BLOCK, wording=AGE_TOO_YOUNG, source=rules.source, values=values)
    gravest = max((item for item in allowing if item), key=lambda item: item.below_adult.rank)
    values |= {"from_years": gravest.from_years, "text": sentence(gravest.text)}
    return Finding(rule="R18", level=gravest.below_adult, wording=AGE_YOUNG, source=rules.source, values=values)


def neck_history_findings(
    product: Product, flags: Mapping[str, Flag], sites: Sequence[Site], formulary: Formulary
) -> tuple[Finding, ...]:
    """R19: a swallowing or breathing history against the neck muscles injected; without sites, the question itself."""
    asked = [formulary.questions[key] for key in (SWALLOWING, BREATHING)]
    flags_now = [flag_for(question, flags, formulary) for question in asked]
    if all(flag is Flag.CLEARED for flag in flags_now):
        return (clear("R19", product.name, formulary.rules.neck.source),)
    if not sites:
        return judge("R19", (SWALLOWING, BREATHING), flags, product, formulary)
    stands = Flag.STANDS in flags_now
    neck = [site for site in sites if formulary.rules.neck.level_of(site.muscle) is not Level.OK]
    level = max((formulary.rules.neck.level_of(site.muscle) for site in neck), key=lambda step: step.rank, default=None)
    if level is None:
        return (_no_neck(formulary) if stands else judge("R19", (SWALLOWING, BREATHING), flags, product, formulary)[0],)
    return (
        Finding(
            rule="R19",
            level=level,
            wording=NECK if stands else NECK_UNANSWERED,
            source=formulary.rules.neck.source,
            values={"places": _places(neck, formulary)},
            sites=tuple(site.ref for site in neck),
        ),
    )


def _no_neck(formulary: Formulary) -> Finding:
    return Finding(
        rule="R19", level=Level.OK_WITH_NOTE, wording=NOT_NECK, source=formulary.questions[SWALLOWING].source
    )


def consent_finding(product: Product, conditions: Sequence[Condition], *, has_consent: bool) -> Finding:
    """R27: off-label use needs its consent record before the needle. A product not listed is off label."""
    off = [condition for condition in conditions if condition.status_of(product.key) != APPROVED]
    level, wording = Level.OK, ON_LABEL
    if off:
        level, wording = (Level.OK_WITH_NOTE, OFF_LABEL_CONSENTED) if has_consent else (Level.BLOCK, NO_CONSENT)
    return Finding(
        rule="R27",
        level=level,
        wording=wording,
        source=(off or list(conditions))[0].status_source,
        values={"product": product.name, "conditions": ", ".join(condition.name.lower() for condition in off)},
    )
