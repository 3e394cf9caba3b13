"""What tests of consents share: the shipped words, and a signature."""

from datetime import datetime
from typing import Any

from clinic.staff.models import User
from patients.consenting import sign_consent
from patients.consents import wording_for
from patients.models import Consent, ConsentText, Patient
from patients.questionnaire import _publish_wordings
from patients.signatures import Signature

STROKES = "[[[20,120],[90,40],[140,150],[220,60]],[[250,100],[330,90]]]"
TYPED = Signature(name="Rekha Parmar")


def words() -> None:
    """The words that come with the program."""
    if not ConsentText.objects.exists():
        _publish_wordings()


def answer(
    patient: Patient, kind: str, now: datetime, *, by: User | None = None, is_given: bool = True, **more: Any
) -> Consent:
    """A signed answer to the newest words."""
    words()
    wording = wording_for(kind, more.pop("language", "en"))
    return sign_consent(
        patient=patient, wording=wording, is_given=is_given, signature=more.pop("signature", TYPED), by=by, now=now,
        **more,
    )  # fmt: skip
