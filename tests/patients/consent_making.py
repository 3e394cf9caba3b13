"""What tests of consents share: the shipped words, and a signature."""

from datetime import UTC, datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from clinic.staff.models import User
from patients.consenting import consents_link, sign_consent
from patients.consents import wording_for
from patients.link_check import code_of
from patients.models import AccessLink, Consent, ConsentText, Patient
from patients.questionnaire import _publish_wordings
from patients.signatures import Signature

STROKES = "[[[20,120],[90,40],[140,150],[220,60]],[[250,100],[330,90]]]"
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
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


def sign_url(patient: Patient, kind: str, language: str = "gu") -> str:
    """The newest words of a kind on the clinic's screen."""
    return reverse("patients:consent_sign", args=[patient.public_id, wording_for(kind, language).public_id])


def sign_link(token: str, kind: str) -> str:
    """The same by a patient's link."""
    return reverse("patients:consents_sign", args=[token, wording_for(kind, "gu").public_id])


def sent(**more: str) -> dict[str, str]:
    """What is typed to sign a yes."""
    return {"signer": "patient", "name": "Rekha Parmar", "answer": "yes", **more}


def by_link(patient: Patient) -> tuple[Client, AccessLink, str]:
    """A browser that was recognised, its link and token."""
    link, token = consents_link(patient=patient, now=NOW)
    client, address = Client(), reverse("patients:consents_who", args=[token])
    assert client.post(address, {"how": "send_code"}).status_code == 200
    response = client.post(address, {"how": "code", "code": code_of(link)})
    assert response.status_code == 302, response.text
    return client, link, token
