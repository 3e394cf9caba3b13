"""Two records of one person in words, side by side: one line for each thing that may differ."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients import hooks, phones
from patients.hooks import Holding
from patients.merge_choices import choices
from patients.models import Consent, Document, Intake, Language, Patient, Sex
from patients.registration import PersonFacts
from patients.wording import birth_and_age

LABELS = {
    "name": gettext_lazy("Name"),
    "birth": gettext_lazy("Born"),
    "sex": gettext_lazy("Sex"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "wishes": gettext_lazy("Reminders"),
    "language": gettext_lazy("Language"),
    "address": gettext_lazy("Address"),
    "note_for_desk": gettext_lazy("Note for the desk"),
    "deceased_on": gettext_lazy("Died on"),
}


@dataclass(frozen=True)
class Line:
    """One thing both records say: in words, whether they differ, whose version stands unless somebody chooses."""

    name: str
    label: str
    survivor: str
    merged: str
    differs: bool
    is_taken: bool


def side_by_side(*, merged: Patient, survivor: Patient, today: date) -> list[Line]:
    """Return what the two records say, in the order of the form they are registered with."""
    theirs, mine = PersonFacts.of(merged), PersonFacts.of(survivor)
    return [
        Line(
            name=choice.name,
            label=_label(choice.name),
            survivor=_told(choice.name, mine, today),
            merged=_told(choice.name, theirs, today),
            differs=choice.differs,
            is_taken=choice.is_taken,
        )
        for choice in choices(merged=_known(theirs), survivor=_known(mine))
    ]


@dataclass(frozen=True)
class Held:
    """How much of one kind stands in each of two records."""

    label: str
    survivor: int
    merged: int


def held_by_each(*, merged: Patient, survivor: Patient) -> list[Held]:
    """Return how much stands in each of two records, what the uppermost app knows of first; one query a kind."""
    both = (merged.pk, survivor.pk)
    found = [
        *(one for ask in reversed(hooks.holdings) for one in ask(both)),
        Holding.of(_("Forms sent in"), Intake.objects.answered(), both),
        Holding.of(_("Consents"), Consent.objects.all(), both),
        Holding.of(_("Documents"), Document.objects.standing(), both),
    ]
    return [Held(one.label, one.numbers.get(survivor.pk, 0), one.numbers.get(merged.pk, 0)) for one in found]


def _known(facts: PersonFacts) -> dict[str, Any]:
    """Return facts by name; a date of birth nobody knows is nothing."""
    return vars(facts) | {"birth": facts.birth if facts.birth.first_day else None}


def _label(name: str) -> str:
    field: Any = Patient._meta.get_field(name) if name not in LABELS else None  # noqa: SLF001
    return str(field.verbose_name if field else LABELS[name])


def _told(name: str, facts: PersonFacts, today: date) -> str:
    if name in TOLD:
        return TOLD[name](facts)
    if name == "birth":
        return birth_and_age(facts.birth, min(today, facts.deceased_on or today))
    value = getattr(facts, name)
    return formats.date_format(value) if isinstance(value, date) else str(value or "")


def _email(facts: PersonFacts) -> str:
    if facts.has_no_email:
        return _("has none: ring instead")
    if facts.email and facts.email_is_shared:
        return _("%(address)s, shared by the family") % {"address": facts.email}
    return facts.email


def _wishes(facts: PersonFacts) -> str:
    wanted = [
        word
        for is_wanted, word in (
            (facts.wants_reminders, _("to plan the next visit")),
            (facts.wants_visit_reminders, _("before a visit")),
            (facts.wants_check_ins, _("after a visit")),
        )
        if is_wanted
    ]
    return ", ".join(wanted) or _("does not want any")


TOLD: dict[str, Callable[[PersonFacts], str]] = {
    "name": lambda facts: f"{facts.given_name} {facts.family_name}".strip(),
    "sex": lambda facts: str(Sex(facts.sex).label),
    "phone": lambda facts: phones.shown(facts.phone),
    "email": _email,
    "wishes": _wishes,
    "language": lambda facts: str(Language(facts.language).label),
}
