"""Consents: record a yes or a no to certain words, and say which holds."""

from datetime import datetime

from django.db.models import QuerySet

from clinic.audit.trail import record
from clinic.lib.models import PublicModel
from clinic.staff.models import User
from patients.models import Consent, ConsentText, Language, Patient
from patients.models.consents import ConsentKind


class NoWording(Exception):
    """Nobody wrote down what would be agreed to."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def record_consent(
    *,
    patient: Patient,
    kind: str,
    is_given: bool,
    by: User | None,
    now: datetime,
    language: str = Language.ENGLISH,
    wording: ConsentText | None = None,
    about: PublicModel | None = None,
) -> Consent:
    """Record what a patient answered to certain words, by default the newest of the kind, inside a transaction.

    `by` is who took it, None where the patient answered by link; `about` is the plan, for treatment and off-label use.

    Raises:
        NoWording: there are no words of this kind.

    """
    consent = Consent.objects.create(
        patient=patient,
        kind=kind,
        wording=wording or wording_for(kind, language),
        is_given=is_given,
        about_public_id=about.public_id if about else None,
        at=now,
        taken_by=by,
    )
    record(
        by=by,
        actor="" if by else "patient link",
        verb="consent.given" if is_given else "consent.refused",
        thing=consent,
        patient=patient,
        detail={"kind": kind, "version": consent.wording.version, "language": consent.wording.language},
    )
    return consent


def wording_for(kind: str, language: str) -> ConsentText:
    """Return the newest words of a kind: in this language, else in English.

    An older version in the right language is not shown: it would ask for something else.

    Raises:
        NoWording: there are none.

    """
    words = list(ConsentText.objects.filter(kind=kind, language__in=(language, Language.ENGLISH)).order_by("-version"))
    newest = [wording for wording in words if wording.version == words[0].version]
    for wanted in (language, Language.ENGLISH):
        for wording in newest:
            if wording.language == wanted:
                return wording
    raise NoWording(kind)


def consents_of(patient: Patient, kind: str, about: PublicModel | None = None) -> "QuerySet[Consent]":
    """Return what was answered to a kind of consent (for one plan), the newest first."""
    consents = Consent.objects.filter(patient=patient, kind=kind)
    return consents.filter(about_public_id=about.public_id) if about else consents


def is_given(patient: Patient, kind: str, about: PublicModel | None = None) -> bool:
    """Return whether the newest answer is yes."""
    newest = consents_of(patient, kind, about).first()
    return newest is not None and newest.is_given


__all__ = ("ConsentKind", "NoWording", "consents_of", "is_given", "record_consent", "wording_for")
