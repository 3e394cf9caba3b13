"""The day-of check: what was asked before the needle, and what the answers mean to the rules. Pure.

Nothing is pre-filled and nothing is assumed: an absent answer is missing, which is never ok.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from treatments.facts import Consented, Flag, PriorSession
from treatments.findings import Finding, Level, Source, Wording, gettext_noop
from treatments.intervals import local_day
from treatments.screening import BREATHING, PREGNANCY, SWALLOWING
from treatments.suitability import ELSEWHERE

YES, NO, NOT_ASKED = "yes", "no", "does_not_apply"
CLEAR_SKIN, INFECTED = "clear", "infected"
IDENTIFIERS = ("name", "born_on", "record_number", "phone")
IDENTIFIERS_NEEDED = 2

NO_LONGER = Wording(
    "consent.withdrawn",
    gettext_noop("The patient no longer consents"),
    gettext_noop("Nothing is injected today. Write in the chart what was said."),
)
TAKEN_BACK = Wording(
    "consent.taken_back",
    gettext_noop("The consent to this treatment was refused or taken back"),
    gettext_noop("Nothing is injected until the patient has agreed again, on the plan or on the page of consents."),
)
NOT_RECORDED = Wording(
    "consent.not_recorded",
    gettext_noop("No consent to this treatment is recorded"),
    gettext_noop("Explain the treatment and take the patient's consent, on the plan or on the page of consents."),
)
UNWELL = Wording("illness.new", gettext_noop("New illness or medicine since the consultation"), gettext_noop("{note}"))
ON_RECORD = Source(text="the record of consents")
ASKED_TODAY = Source(text="asked today, before the needle")


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfAnswers:
    """The answers as given; an empty text is a question nobody answered. `infection` is by "muscle:side"."""

    identifiers: tuple[str, ...] = ()
    illness: str = ""
    illness_note: str = ""
    new_flags: tuple[str, ...] = ()
    pregnant: str = ""
    breastfeeding: str = ""
    swallowing: str = ""
    breathing: str = ""
    infection: Mapping[str, str] = field(default_factory=dict)
    elsewhere: str = ""
    elsewhere_on: date | None = None
    elsewhere_product: str = ""
    elsewhere_units: Decimal | None = None
    consent: str = ""
    inr: Decimal | None = None
    deep_ticked: bool = False

    def as_json(self) -> dict[str, Any]:
        """As kept with the session: dates and decimals as text, unanswered questions left out."""
        kept = {}
        for name, value in asdict(self).items():
            if value in ("", None, (), {}, False):
                continue
            kept[name] = str(value) if isinstance(value, date | Decimal) else value
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "DayOfAnswers":
        """As it was kept."""
        values = {name: value for name, value in kept.items() if name in cls.__dataclass_fields__}
        for name in ("identifiers", "new_flags"):
            values[name] = tuple(values.get(name, ()))
        if "elsewhere_on" in values:
            values["elsewhere_on"] = date.fromisoformat(values["elsewhere_on"])
        for name in ("elsewhere_units", "inr"):
            if name in values:
                values[name] = Decimal(values[name])
        return cls(**values)


def is_of_the_day(checked_at: datetime | None, moment: datetime, zone: ZoneInfo) -> bool:
    """Whether a check was made on the local day of a moment, or written down later: an earlier day's does not count."""
    return checked_at is not None and local_day(checked_at, zone) >= local_day(moment, zone)


def flags_today(before: Mapping[str, Flag], answers: DayOfAnswers) -> dict[str, Flag]:
    """The screening as it stands today: what was assessed before, with the day's answers over it.

    A history that was confirmed stays so whatever is said today; pregnancy, and toxin in the last weeks, are states of
    the day, so the day's answer holds.
    """
    flags = dict(before)
    pregnancy = zip(PREGNANCY, (answers.pregnant, answers.breastfeeding), strict=True)
    of_the_day = (*pregnancy, (ELSEWHERE, answers.elsewhere))
    flags |= {key: _flag(answer) for key, answer in of_the_day}
    for key, answer in ((SWALLOWING, answers.swallowing), (BREATHING, answers.breathing)):
        if flags.get(key) is not Flag.STANDS:
            flags[key] = _flag(answer)
    return flags | dict.fromkeys(answers.new_flags, Flag.STANDS)


def _flag(answer: str) -> Flag:
    return {YES: Flag.STANDS, NO: Flag.CLEARED, NOT_ASKED: Flag.CLEARED}.get(answer, Flag.MISSING)


def infection_today(answers: DayOfAnswers) -> dict[str, Flag]:
    """The skin at each "muscle:side" that was looked at."""
    return {place: Flag.of(stands=seen == INFECTED) for place, seen in answers.infection.items()}


def given_elsewhere(answers: DayOfAnswers, where: str = "") -> tuple[PriorSession, ...]:
    """Toxin given elsewhere as told today; product and units may be unknown, the date not."""
    if answers.elsewhere != YES or answers.elsewhere_on is None:
        return ()
    return (
        PriorSession(
            on=answers.elsewhere_on,
            product=answers.elsewhere_product or None,
            units=answers.elsewhere_units,
            where=where,
        ),
    )


def own_findings(answers: DayOfAnswers, consented: Consented) -> tuple[Finding, ...]:
    """What no rule of the catalogue speaks of: a consent that does not stand stops, a new illness is shown.

    `consented` is what is on record of the consent to the treatment; the day's own question is asked beside it.
    """
    found = []
    if answers.consent != YES:
        found.append(Finding(rule="consent", level=Level.BLOCK, wording=NO_LONGER, source=ASKED_TODAY))
    if consented is not Consented.GIVEN:
        wording = NOT_RECORDED if consented is Consented.NOT_ASKED else TAKEN_BACK
        found.append(Finding(rule="consent", level=Level.BLOCK, wording=wording, source=ON_RECORD, subject="treatment"))
    if answers.illness == YES:
        found.append(
            Finding(
                rule="illness",
                level=Level.OK_WITH_NOTE,
                wording=UNWELL,
                source=ASKED_TODAY,
                values={"note": answers.illness_note},
            )
        )
    return tuple(found)
