"""What the deeds on intakes, consents and documents refuse, named for what happened."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from patients.models import Patient


class NobodyToAnswer(Exception):
    """The person has died, or the record was merged away or is kept by law: nothing is asked any more."""


class RecordKept(Exception):
    """The record is kept by law and closed to everyday work: it is read and not written. `patient` is whose it is."""

    def __init__(self, patient: "Patient") -> None:
        super().__init__("The record is restricted.")
        self.patient = patient


class IntakeClosed(Exception):
    """The form was sent, read or cancelled: its answers stand."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class AnswersMissing(Exception):
    """A form is not sent before each permission was answered with yes or no."""

    def __init__(self, questions: Sequence[str]) -> None:
        super().__init__(questions)
        self.questions = tuple(questions)


class FileRefused(Exception):
    """A file that was sent is not taken in; `why` is a word that `wording_documents` makes a sentence of."""

    def __init__(self, why: str, name: str) -> None:
        super().__init__(why)
        self.why = why
        self.name = name


class DocumentRefused(Exception):
    """A document is not kept; `wording_documents.sentence` says why."""


class DocumentsFull(DocumentRefused):
    """What is kept of this patient has no room left."""


class TooManyByLink(DocumentRefused):
    """So many documents were sent by links of this patient within a day."""


class AlreadyHere(DocumentRefused):
    """The very same file is part of this patient's record: sent twice, or pressed twice."""

    def __init__(self, name: str, added_at: datetime) -> None:
        super().__init__(name)
        self.name = name
        self.added_at = added_at


class RecordClosed(DocumentRefused):
    """The record became part of another, or is kept by law only, since the page was opened."""


class DocumentIsOfAnother(DocumentRefused):
    """The session or plan that was named is not this patient's."""


class PhotographyNotAgreed(DocumentRefused):
    """The patient has not agreed to photographs, or took it back."""


class DocumentWithdrawn(DocumentRefused):
    """It was withdrawn, or put back, meanwhile."""
