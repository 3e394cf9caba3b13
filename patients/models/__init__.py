"""Who: people, what they answered, what they consented to, and the links they hold."""

from patients.models.consents import Consent, ConsentText
from patients.models.documents import (
    Document,
    DocumentFile,
    DocumentKind,
    DocumentPiece,
    DocumentThumbnail,
    MediaType,
    WithdrawnBecause,
)
from patients.models.history import HistoryItem, HistoryKind
from patients.models.importing import (
    AT_WORK,
    DECIDED,
    DateOrder,
    Import,
    ImportKind,
    ImportPiece,
    ImportRow,
    ImportState,
    RowOutcome,
)
from patients.models.intake import DetailDecision, Intake, Questionnaire
from patients.models.links import AccessLink, LinkCode
from patients.models.merge import Merge, MovedRow
from patients.models.person import BirthPrecision, Language, Patient, Sex, SuspendedBecause

__all__ = (
    "AT_WORK",
    "DECIDED",
    "AccessLink",
    "BirthPrecision",
    "Consent",
    "ConsentText",
    "DateOrder",
    "DetailDecision",
    "Document",
    "DocumentFile",
    "DocumentKind",
    "DocumentPiece",
    "DocumentThumbnail",
    "HistoryItem",
    "HistoryKind",
    "Import",
    "ImportKind",
    "ImportPiece",
    "ImportRow",
    "ImportState",
    "Intake",
    "Language",
    "LinkCode",
    "MediaType",
    "Merge",
    "MovedRow",
    "Patient",
    "Questionnaire",
    "RowOutcome",
    "Sex",
    "SuspendedBecause",
    "WithdrawnBecause",
)
