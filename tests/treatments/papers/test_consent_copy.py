"""The copy of a consent: the very words, the answer, the signature; in each language, read back out of the file."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from clinic.audit.models import Entry
from clinic.staff.models import Role
from patients.consenting import withdraw_consent
from patients.models import Consent, ConsentText, Patient
from patients.signatures import Signature, read_strokes
from tests.patients.consent_making import STROKES, answer, words
from tests.patients.making import client_of, member, place
from tests.treatments.papers.reading import words as read
from tests.treatments.people import a_patient

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
DOUBLED = "\u0ac1"
"""PDFium and poppler read a letter with this sign below it twice in Gujarati; drawn it stands once."""


@pytest.fixture
def patient() -> Patient:
    words()
    return a_patient(given_name="મીનાબેન", family_name="ત્રિવેદી", email="meena@patients.example")


def copy_of(consent: Consent, client: Client) -> "tuple[str, bytes]":
    """The text of the file, one line, and the file."""
    response = client.get(reverse("treatments:paper_consent", args=[consent.public_id]))
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    return read(response.content), response.content


@pytest.fixture
def desk(patient: Patient) -> Client:
    return client_of(member(Role.FRONT_DESK, at=patient.location))


@pytest.mark.parametrize("language", ["en", "hi", "gu"])
def test_the_copy_holds_the_words_as_read_and_who_signed(patient: Patient, desk: Client, language: str) -> None:
    """BTX-074: conjuncts come out of the file as they were put in, the patient and the page stand on each page."""
    signature = Signature(name="क्षितिज श्रीवास्तव", signer="guardian", relation="पुत्र", strokes=read_strokes(STROKES))
    kept = answer(patient, "data_use", NOW, language=language, signature=signature)
    text, file = copy_of(kept, desk)
    solid = "".join(text.replace("\ufffe", "").replace("\x02", "").split()).replace("-", "")
    for word in re.split(r"[\s-]+", kept.text):
        if DOUBLED not in word:
            assert word in solid, word
    for word in (signature.name, signature.relation, patient.name, str(patient.record_number)):
        assert word in text
    assert kept.text_sha256 in solid
    plain = answer(patient, "data_use", NOW, language=language, signature=Signature(name="A B"))
    assert len(file) > len(copy_of(plain, desk)[1]), "the lines of the signature are in it"
    assert Entry.objects.filter(verb="paper.consent_copy", patient_public_id=patient.public_id).count() == 2


def test_one_taken_back_says_so_and_one_refused_says_no(patient: Patient, desk: Client) -> None:
    given = answer(patient, "photography", NOW)
    taken_back = withdraw_consent(consent=given, by=None, now=NOW + timedelta(days=1))
    assert taken_back is not None
    assert "Agreed." in copy_of(given, desk)[0]
    text, _file = copy_of(taken_back, desk)
    assert "Taken back." in text
    assert "answered by link" in text
    refused = answer(patient, "check_ins", NOW, is_given=False)
    assert "Not agreed." in copy_of(refused, desk)[0]


def test_a_row_from_before_signatures_has_a_copy_of_its_words(patient: Patient, desk: Client) -> None:
    old = Consent.objects.create(
        patient=patient, kind="data_use", is_given=True, at=NOW,
        wording=ConsentText.objects.get(kind="data_use", version=1, language="en"),
    )  # fmt: skip
    text, _file = copy_of(old, desk)
    assert "How it was recorded" in text
    assert "SHA-256" not in text
    assert "We do not sell it" in text


def test_another_locations_staff_find_nothing(patient: Patient) -> None:
    kept = answer(patient, "photography", NOW)
    stranger = client_of(member(Role.MANAGER, at=place("Elsewhere")))
    assert stranger.get(reverse("treatments:paper_consent", args=[kept.public_id])).status_code == 404
