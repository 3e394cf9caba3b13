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
from patients.models.intake import Intake, Questionnaire
from patients.models.links import AccessLink, LinkCode
from patients.models.merge import Merge, MovedRow
from patients.models.person import BirthPrecision, Language, Patient, Sex, SuspendedBecause

__all__ = (
    "AccessLink",
    "BirthPrecision",
    "Consent",
    "ConsentText",
    "Document",
    "DocumentFile",
    "DocumentKind",
    "DocumentPiece",
    "DocumentThumbnail",
    "Intake",
    "Language",
    "LinkCode",
    "MediaType",
    "Merge",
    "MovedRow",
    "Patient",
    "Questionnaire",
    "Sex",
    "SuspendedBecause",
    "WithdrawnBecause",
)
