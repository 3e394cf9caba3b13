"""Where each consent of a person stands: given, refused, taken back or never asked; what photographs rest on."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise as LazyText

from patients import hooks
from patients.hooks import Matter
from patients.models import Consent, ConsentText, Patient
from patients.models.consents import ConsentKind
from patients.topics import COLUMN
from patients.wording_consents import GATES, LABELS

OF_PLANS: Final = (ConsentKind.TREATMENT, ConsentKind.OFF_LABEL)
"""Kinds that are agreed to for one plan, each by itself."""
OF_PATIENTS: Final = (
    ConsentKind.DATA_USE, ConsentKind.PHOTOGRAPHY, ConsentKind.REMINDERS, ConsentKind.BEFORE_VISIT,
    ConsentKind.CHECK_INS,
)  # fmt: skip


class State(StrEnum):
    """Where a consent stands."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    NOT_ASKED = "not_asked"


class PhotographyNotConsented(Exception):
    """No photograph of this person may be added: `state` says why."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.state = state


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one consent of a person stands. `about` and `name` are of the plan it is for, `name` is clinical."""

    kind: ConsentKind
    label: LazyText | str
    state: State
    consent: Consent | None
    about: UUID | None
    name: str
    newest_version: int
    is_wanted: bool | None
    """Of letters: whether they go as things are, whoever said so."""
    gates: LazyText | str
    """What goes on with it and what does not without."""
    also: tuple[UUID, ...] = ()
    """What led to the plan: an answer about it counts."""

    @property
    def version(self) -> int | None:
        """Which wording was answered."""
        return self.consent.wording.version if self.consent else None

    @property
    def language(self) -> str:
        """In which language."""
        return self.consent.wording.language if self.consent else ""

    @property
    def at(self) -> datetime | None:
        """When it was answered."""
        return self.consent.at if self.consent else None

    @property
    def is_signed(self) -> bool:
        """Whether the answer that holds was signed."""
        return bool(self.consent and self.consent.signed_how)

    @property
    def is_outdated(self) -> bool:
        """Whether other words are in force than those agreed to: they hold, and may be asked again."""
        return self.state is State.GIVEN and self.version != self.newest_version

    @property
    def is_stopped(self) -> bool:
        """Whether no such letters go though nobody said no to them: a no to the use of data stops them."""
        return self.is_wanted is False and self.state in (State.GIVEN, State.NOT_ASKED)

    @property
    def copy_url(self) -> str:
        """Where staff find the copy; nothing where nobody answered."""
        return reverse("treatments:paper_consent", args=[self.consent.public_id]) if self.consent else ""


def state_of(answers: Sequence[Consent]) -> State:
    """Return where a consent stands by its answers, the newest first: a no after a yes is one taken back."""
    if not answers:
        return State.NOT_ASKED
    if answers[0].is_given:
        return State.GIVEN
    return State.WITHDRAWN if any(one.is_given for one in answers) else State.REFUSED


def standing_of(patient: Patient) -> list[Standing]:
    """Return where every consent of a person stands: those of the person, then those of each plan."""
    found: dict[tuple[str, UUID | None], list[Consent]] = defaultdict(list)
    rows = Consent.objects.filter(patient=patient).select_related("wording").defer("text", "strokes", "wording__text")
    for row in rows:
        found[row.kind, row.about_public_id if row.kind in OF_PLANS else None].append(row)
    newest = dict(ConsentText.objects.order_by("kind", "version").values_list("kind", "version"))
    matters = [Matter(kind=kind, about=None) for kind in OF_PATIENTS]
    matters += [matter for ask in hooks.consent_matters for matter in ask(patient)]
    return [
        _standing(patient, matter, _answers(found, matter), newest[matter.kind])
        for matter in matters
        if matter.kind in newest
    ]


def _answers(found: dict[tuple[str, UUID | None], list[Consent]], matter: Matter) -> list[Consent]:
    answers = [row for about in (matter.about, *matter.also) for row in found.get((matter.kind, about), ())]
    return sorted(answers, key=lambda row: (row.at, row.pk), reverse=True)


def _standing(patient: Patient, matter: Matter, answers: list[Consent], newest_version: int) -> Standing:
    kind = ConsentKind(matter.kind)
    column = next((column for topic, column in COLUMN.items() if topic.value == kind.value), "")
    return Standing(
        kind=kind,
        label=LABELS[kind],
        state=state_of(answers),
        consent=answers[0] if answers else None,
        about=matter.about,
        name=matter.name,
        newest_version=newest_version,
        is_wanted=getattr(patient, column) if column else None,
        gates=GATES[kind],
        also=matter.also,
    )


def photography_state(patient: Patient) -> State:
    """Return where photography stands; with no use of data there is none, whatever was said of pictures."""
    kinds = (ConsentKind.PHOTOGRAPHY, ConsentKind.DATA_USE)
    answers: dict[str, list[Consent]] = {kind: [] for kind in kinds}
    for row in Consent.objects.filter(patient=patient, kind__in=kinds).only("kind", "is_given", "patient", "at"):
        answers[row.kind].append(row)
    data_use = state_of(answers[ConsentKind.DATA_USE])
    return data_use if data_use in (State.REFUSED, State.WITHDRAWN) else state_of(answers[ConsentKind.PHOTOGRAPHY])


def data_use_state(patient: Patient) -> State:
    """Return where the use of data stands."""
    return state_of(list(Consent.objects.filter(patient=patient, kind=ConsentKind.DATA_USE).only("kind", "is_given")))


def may_photograph(patient: Patient) -> bool:
    """Return whether photographs of this person may be taken for the chart."""
    return photography_state(patient) is State.GIVEN


def require_photography(patient: Patient) -> None:
    """Refuse a photograph that nobody agreed to; called inside the deed's transaction.

    Raises:
        PhotographyNotConsented.

    """
    state = photography_state(patient)
    if state is not State.GIVEN:
        raise PhotographyNotConsented(state)
