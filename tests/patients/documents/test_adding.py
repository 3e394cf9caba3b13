"""Keeping documents: all or nothing, counted, never changed, withdrawn with a reason."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from clinic.audit.models import Entry
from clinic.lib.db import violated
from clinic.staff.models import Role
from patients.consents import record_consent
from patients.documents import adding, contents, limits
from patients.documents.adding import add_document, put_back_document, withdraw_document
from patients.documents.taking import Taken
from patients.errors import (
    AlreadyHere,
    DocumentIsOfAnother,
    DocumentsFull,
    DocumentWithdrawn,
    PhotographyNotAgreed,
    TooManyByLink,
)
from patients.models import ConsentText, Document, DocumentFile, DocumentPiece, DocumentThumbnail
from patients.wording_documents import why_not_kept
from tests.patients.documents.making import a_document, armed_pdf, photo, ready, taken
from tests.patients.making import NOW, member, person, place

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def files() -> list[Taken]:
    """A photo and a PDF of two pages, made anew once."""
    return taken(photo(), armed_pdf())


def test_document_is_kept_whole_in_the_order_it_was_sent(files: list[Taken], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patients.documents.taking.PIECE_BYTES", 200)
    patient, desk = person(), member()
    document = a_document(patient, files=files, by=desk, title="From Dr Shah", dated_on=date(2026, 12, 3))
    assert (document.page_count, document.called) == (3, "From Dr Shah")
    first, second = document.files.all()
    assert [(file.position, file.media_type, file.page_count) for file in (first, second)] == [
        (1, "image/jpeg", 1),
        (2, "application/pdf", 2),
    ]
    assert first.pieces.count() > 1
    for file, one in zip((first, second), files, strict=True):
        assert b"".join(contents.pieces_of(file)) == b"".join(one.pieces())
        assert contents.thumbnail_of(file) == one.thumbnail
    entry = Entry.objects.get(verb="document.added")
    assert (entry.by, entry.patient_public_id, entry.detail) == (
        desk,
        patient.public_id,
        {"files": 2, "kind": "report"},
    )


def test_document_that_fails_half_way_leaves_nothing(files: list[Taken], monkeypatch: pytest.MonkeyPatch) -> None:
    patient = person()
    monkeypatch.setattr(adding, "_note", lambda *_args, **_facts: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        a_document(patient, files=files)
    assert [kind.objects.count() for kind in (Document, DocumentFile, DocumentPiece, DocumentThumbnail)] == [0, 0, 0, 0]


def test_document_of_another_patients_intake_is_refused(files: list[Taken]) -> None:
    whose = a_document(person("Bela"), files=files)
    with pytest.raises(DocumentIsOfAnother):
        a_document(person("Asha"), files=files, about=whose)


def test_photo_of_a_site_waits_for_the_patients_consent() -> None:
    patient, doctor = person(), member(Role.CLINICIAN)
    ConsentText.objects.get_or_create(kind="photography", version=1, language="en", defaults={"text": "Photographs"})
    for answer in (None, True, False):
        if answer is not None:
            record_consent(patient=patient, kind="photography", is_given=answer, by=doctor, now=NOW)
        if answer:
            assert a_document(patient, "photo", by=doctor).kind == "photo"
            continue
        with pytest.raises(PhotographyNotAgreed) as refused:
            a_document(patient, "photo", files=[ready(pages=1)], by=doctor)
        assert why_not_kept(refused.value).startswith("This patient has not agreed to photographs.")


def test_file_that_stands_is_refused_until_it_is_withdrawn(files: list[Taken]) -> None:
    kept = a_document(person(), files=files, by=member())
    with pytest.raises(AlreadyHere) as refused:
        a_document(kept.patient, files=[ready(), files[1]])
    assert (refused.value.name, refused.value.added_at) == (files[1].name, NOW)
    withdraw_document(document=kept, because="twice", note="", by=member(), now=NOW)
    assert a_document(kept.patient, files=files).byte_count == kept.byte_count


def test_what_one_patient_sends_by_link_is_bounded_and_the_desk_is_not(
    files: list[Taken], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_BY_LINK_A_DAY", 1)
    patient = person()
    first, second, third = ([ready(pages=pages)] for pages in (1, 2, 3))
    by_link: dict[str, Any] = {"patient": patient, "kind": "referral", "by": None}
    assert add_document(**by_link, files=first, now=NOW).added_by is None
    with pytest.raises(TooManyByLink):
        add_document(**by_link, files=second, now=NOW + timedelta(hours=23))
    a_document(patient, files=files, now=NOW + timedelta(hours=23))
    add_document(**by_link, files=third, now=NOW + timedelta(days=1))
    assert [entry.actor for entry in Entry.objects.filter(verb="document.added").order_by("pk")] == [
        "patient link",
        "staff",
        "patient link",
    ]


def test_patient_whose_room_is_full_gets_no_more(files: list[Taken], monkeypatch: pytest.MonkeyPatch) -> None:
    patient = person()
    kept = a_document(patient, files=files)
    monkeypatch.setattr(limits, "MOST_BYTES_A_PATIENT", kept.byte_count)
    with pytest.raises(DocumentsFull):
        a_document(patient, files=[ready()])
    a_document(person("Bela"), files=files)


def test_withdrawn_document_is_the_managers_and_can_be_put_back(files: list[Taken]) -> None:
    at = place()
    desk, doctor, manager = (member(role, at=at) for role in (Role.FRONT_DESK, Role.CLINICIAN, Role.MANAGER))
    clinical, paper = (a_document(person(), kind, files=files) for kind in ("report", "consent"))
    readable = [set(Document.objects.readable_by(who)) for who in (desk, doctor, manager)]
    assert readable == [{paper}, {clinical, paper}, {clinical, paper}]
    withdraw_document(document=clinical, because="wrong_patient", note="", by=doctor, now=NOW)
    assert [set(Document.objects.readable_by(who)) for who in (doctor, manager)] == [{paper}, {clinical, paper}]
    assert set(Document.objects.readable_by(member(Role.MANAGER, at=place("Elsewhere")))) == set()
    with pytest.raises(DocumentWithdrawn):
        withdraw_document(document=clinical, because="twice", note="", by=desk, now=NOW)
    put_back_document(document=clinical, by=doctor, now=NOW)
    assert set(Document.objects.readable_by(doctor)) == {clinical, paper}
    with pytest.raises(DocumentWithdrawn):
        put_back_document(document=clinical, by=doctor, now=NOW)
    verbs = Entry.objects.filter(thing_public_id=clinical.public_id).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["document.added", "document.withdrawn", "document.put_back"]


def test_database_lets_nobody_change_or_delete_a_document(files: list[Taken]) -> None:
    document = a_document(person(), files=files)
    file = document.files.first()
    changes = (
        lambda: Document.objects.filter(pk=document.pk).update(title="Other"),
        lambda: Document.objects.filter(pk=document.pk).update(kind="consent"),
        lambda: DocumentFile.objects.filter(pk=file.pk).update(name_said="other.jpg"),
        lambda: DocumentPiece.objects.filter(file=file).update(content=b"x"),
        lambda: DocumentThumbnail.objects.filter(file=file).update(content=b"x"),
        lambda: connection.cursor().execute("DELETE FROM patients_documentpiece"),
        lambda: connection.cursor().execute("DELETE FROM patients_document"),
    )
    for change in changes:
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"kind": "x-ray"}, "document_is_of_a_known_kind"),
        ({"page_count": 0}, "document_has_something_on_it"),
        ({"withdrawn_at": NOW}, "document_withdrawn_says_by_whom_and_why"),
        ({"withdrawn_because": "twice"}, "document_withdrawn_says_by_whom_and_why"),
    ],
)
def test_database_refuses_a_document_that_makes_no_sense(facts: dict[str, object], constraint: str) -> None:
    whole: dict[str, object] = {
        "patient": person(),
        "kind": "report",
        "page_count": 1,
        "byte_count": 1,
        "added_at": NOW,
    }
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Document.objects.create(**whole | facts)
    assert violated(caught.value) == constraint


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"media_type": "text/html"}, "document_file_is_a_picture_or_a_pdf"),
        ({"byte_count": 0}, "document_file_has_something_on_it"),
        ({"sha256": "A" * 64}, "document_file_names_its_bytes"),
        ({"position": 1}, "document_file_once_a_position"),
    ],
)
def test_database_refuses_a_file_that_makes_no_sense(
    files: list[Taken], facts: dict[str, object], constraint: str
) -> None:
    document = a_document(person(), files=files[:1])
    whole: dict[str, object] = {
        "document": document, "position": 2, "name_said": "x", "media_type": "image/jpeg", "page_count": 1, "width": 1,
        "height": 1, "byte_count": 1, "sha256": "a" * 64, "sha256_sent": "a" * 64,
    }  # fmt: skip
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        DocumentFile.objects.create(**whole | facts)
    assert violated(caught.value) == constraint
