"""Consents: record a yes or a no to certain words, and say which holds."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from clinic.audit.trail import record
from clinic.lib.models import PublicModel
from clinic.staff.models import User
from patients.consent_standing import (
    PhotographyNotConsented,
    Standing,
    State,
    may_photograph,
    require_photography,
    standing_of,
    state_of,
)
from patients.consent_words import digest, filled
from patients.models import Consent, ConsentText, Language, Patient
from patients.models.consents import ConsentKind
from patients.signatures import Signature


class NoWording(Exception):
    """Nobody wrote down what would be agreed to."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def record_consent(  # noqa: PLR0913 - an answer has this many parts, all by keyword
    *,
    patient: Patient,
    kind: str,
    is_given: bool,
    by: User | None,
    now: datetime,
    language: str = Language.ENGLISH,
    wording: ConsentText | None = None,
    about: PublicModel | UUID | None = None,
    signature: Signature | None = None,
    is_withdrawn: bool = False,
) -> Consent:
    """Record what a patient answered to certain words, by default the newest of the kind, inside a transaction.

    `by` is who took it, None where the patient answered by link; `about` is the plan, for treatment and off-label use.
    The words are kept as they read at the patient's location.

    Raises:
        NoWording: there are no words of this kind.

    """
    wording = wording or wording_for(kind, language)
    text = filled(wording.text, patient.location)
    consent = Consent.objects.create(
        patient=patient,
        kind=kind,
        wording=wording,
        is_given=is_given,
        about_public_id=about.public_id if isinstance(about, PublicModel) else about,
        at=now,
        taken_by=by,
        text=text,
        text_sha256=digest(text),
        **_signed(signature),
    )
    verb = "consent.given" if is_given else "consent.withdrawn" if is_withdrawn else "consent.refused"
    detail: dict[str, Any] = {"kind": kind, "version": wording.version, "language": wording.language}
    if signature:
        detail |= {"signed": signature.how, "signer": signature.signer}
    record(by=by, actor="" if by else "patient link", verb=verb, thing=consent, patient=patient, detail=detail)
    return consent


def _signed(signature: Signature | None) -> dict[str, Any]:
    if signature is None:
        return {}
    return {
        "signed_how": signature.how,
        "signer_is": signature.signer,
        "signer_name": signature.name,
        "signer_relation": signature.relation,
        "witness_name": signature.witness,
        "strokes": [[list(point) for point in stroke] for stroke in signature.strokes]
        if signature.how == "drawn"
        else None,
    }


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


__all__ = (
    "ConsentKind", "NoWording", "PhotographyNotConsented", "Standing", "State", "consents_of", "is_given",
    "may_photograph", "record_consent", "require_photography", "standing_of", "state_of", "wording_for",
)  # fmt: skip
