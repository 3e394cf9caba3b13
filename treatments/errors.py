"""Refusals of the record: each named for what happened, carrying what the page needs to answer kindly."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any


class EditedMeanwhile(Exception):
    """Somebody saved the same thing since the page was opened: nothing was overwritten. `theirs` is it as it stands."""

    def __init__(self, theirs: Any) -> None:
        super().__init__("Edited by somebody else since this page was opened.")
        self.theirs = theirs


class AlreadyAnswered(Exception):
    """Somebody else saw to the report first. `theirs` is their answer."""

    def __init__(self, theirs: Any) -> None:
        super().__init__("Answered by somebody else.")
        self.theirs = theirs


class ToldTooOften(Exception):
    """More was told by link in a day than a patient tells: it is not kept, and the page says so."""


class ConsultationSigned(Exception):
    """The consultation is signed, so it is frozen."""


class ConsultationNotSigned(Exception):
    """A draft has no addenda: it is simply edited."""


class NotReadyToSign(Exception):
    """What the signature still needs: the decision, its reason, questions whose answer awaits an assessment."""

    def __init__(self, *, decision: bool = False, reason: bool = False, questions: Sequence[str] = ()) -> None:
        super().__init__("The consultation is not complete.")
        self.decision = decision
        self.reason = reason
        self.questions = tuple(questions)


class ScoreOutOfRange(Exception):
    """No such value on the instrument."""

    def __init__(self, instrument: str, lowest: Decimal | None, highest: Decimal | None) -> None:
        super().__init__(f"{instrument} runs from {lowest} to {highest}.")
        self.instrument = instrument
        self.lowest = lowest
        self.highest = highest


class ScoreInFuture(Exception):
    """A score of a day that has not come."""


class NoSessionYet(Exception):
    """The plan has no signed session that this could be about."""


class AlreadyWithdrawn(Exception):
    """It was taken back already."""


class AlreadyCorrected(Exception):
    """A later row corrects this one: correct that."""


class ProtocolHasNoSites(Exception):
    """The protocol gives ranges to read and lays out no site by itself."""


class PlanStateRefused(Exception):
    """A plan in this state does not take that step."""

    def __init__(self, state: str) -> None:
        super().__init__(f"Not from the state {state}.")
        self.state = state


class PlanHasNoSites(Exception):
    """A plan without a site plans nothing."""


class GateStays(Exception):
    """The gate does not open: `decision` says what stops it and which overrides need a reason."""

    def __init__(self, decision: Any, findings: Sequence[Any]) -> None:
        super().__init__("The plan does not pass its gate.")
        self.decision = decision
        self.findings = tuple(findings)


class ReasonMissing(Exception):
    """The deed needs a reason in words."""


class NotSuitable(Exception):
    """The consultation did not decide for treatment, so no plan follows from it."""


class NothingToCopy(Exception):
    """Only a signed session that stands is copied."""


class AnsweredAlready(Exception):
    """Somebody answered the patient's question before."""


class NotOfThisPatient(Exception):
    """What was to be looked at again belongs to somebody else, or is not signed yet."""
