"""Who: people, what they answered, what they consented to, and the links they hold."""

from patients.models.alerts import Alert, AlertLevel
from patients.models.closing import Confidant, Confidence, Ground, Opening, Restriction
from patients.models.consents import Consent, ConsentText
from patients.models.corrections import CorrectedPart, CorrectionRequest
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
from patients.models.register import Contact, Identifier, IdentifierKind, Relation

__all__ = (
    "AT_WORK",
    "DECIDED",
    "AccessLink",
    "Alert",
    "AlertLevel",
    "BirthPrecision",
    "Confidant",
    "Confidence",
    "Consent",
    "ConsentText",
    "Contact",
    "CorrectedPart",
    "CorrectionRequest",
    "DateOrder",
    "DetailDecision",
    "Document",
    "DocumentFile",
    "DocumentKind",
    "DocumentPiece",
    "DocumentThumbnail",
    "Ground",
    "HistoryItem",
    "HistoryKind",
    "Identifier",
    "IdentifierKind",
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
    "Opening",
    "Patient",
    "Questionnaire",
    "Relation",
    "Restriction",
    "RowOutcome",
    "Sex",
    "SuspendedBecause",
    "WithdrawnBecause",
)
