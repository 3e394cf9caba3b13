"""Documents on the pages of staff: added, listed, looked at, printed, taken along, withdrawn; who may what."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from clinic.audit.models import Entry
from clinic.staff.models import Role, User
from patients.documents import serving
from patients.models import Document, Patient
from tests.patients.documents.making import a_document, photo, ready, sent
from tests.patients.documents.test_taking import FILES
from tests.patients.making import client_of, member, person, place
from tests.scheduling.exporting.reading import body

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient() -> Patient:
    return person()


@pytest.fixture
def desk() -> User:
    return member()


@pytest.fixture
def doctor() -> User:
    return member(Role.CLINICIAN, name="Dr Mira Shah")


def to(name: str, thing: Any, *more: int) -> str:
    return reverse(f"patients:{name}", args=[thing.public_id, *more])


def verbs() -> list[str]:
    return [entry.verb for entry in Entry.objects.filter(verb__startswith="document").order_by("pk")]


def add(client: Client, patient: Patient, *files: Any, **facts: Any) -> Any:
    return client.post(to("document_add", patient), {"kind": "report", "title": "", "pages": list(files)} | facts)


def test_photo_sent_by_the_desk_is_kept_and_listed(patient: Patient, desk: User) -> None:
    client = client_of(desk)
    answer = add(
        client, patient, sent(photo(), "IMG_1.JPG"), kind="consent", title="Signed today", dated_on="03/03/2026"
    )
    assert (answer.status_code, answer["Location"]) == (302, to("documents", patient))
    kept = Document.objects.get()
    assert (kept.patient, kept.kind, kept.called, kept.added_by) == (patient, "consent", "Signed today", desk)
    page = client.get(to("documents", patient))
    assert "Consent on paper is kept." in page.content.decode()
    assert to("document_small", kept) in page.content.decode()
    assert verbs() == ["document.added", "documents.listed"]


def test_script_that_sends_is_told_where_to_go(patient: Patient, desk: User) -> None:
    answer = client_of(desk).post(
        to("document_add", patient), {"kind": "other", "pages": [sent(photo())]}, headers={"X-Upload": "1"}
    )
    assert (answer.status_code, answer["X-Upload-Location"]) == (204, to("documents", patient))


def test_file_that_is_none_is_refused_beside_its_field_and_nothing_typed_is_lost(patient: Patient, desk: User) -> None:
    """BTX-073: refused with a message, on the page."""
    page = (FILES / "upload_html_named_jpg.jpg").read_bytes()
    answer = add(
        client_of(desk), patient, sent(page, "upload_html_named_jpg.jpg"), title="From Dr Rao", kind="referral"
    )
    assert answer.status_code == 422
    form = answer.context["form"]
    assert form.errors["pages"] == [
        "“upload_html_named_jpg.jpg” is a web page, not a picture or a PDF. Print it to a PDF, or photograph it."
    ]
    assert 'value="From Dr Rao"' in answer.content.decode()
    assert Document.objects.count() == 0


def test_form_without_a_file_or_with_a_day_to_come_is_asked_again(patient: Patient, desk: User) -> None:
    answer = client_of(desk).post(to("document_add", patient), {"kind": "report", "dated_on": "03/12/2099"})
    assert answer.context["form"].errors == {
        "pages": ["Choose a file or take a photo."],
        "dated_on": ["This day is still to come."],
    }


def test_same_file_twice_is_told_and_kept_once(patient: Patient, desk: User) -> None:
    client = client_of(desk)
    add(client, patient, sent(photo(), "a.jpg"))
    answer = add(client, patient, sent(photo(), "b.jpg"))
    assert answer.context["form"].errors["pages"][0].startswith("“b.jpg” is here already, since ")
    assert Document.objects.count() == 1


def test_more_files_than_are_taken_at_once_are_refused_unread(patient: Patient, desk: User) -> None:
    answer = add(client_of(desk), patient, *(sent(b"x", f"{number}.jpg") for number in range(21)))
    assert answer.context["form"].errors["pages"] == ["No more than 20 files at once. Choose again."]


def test_document_opens_page_by_page_and_each_look_is_written_down(patient: Patient, doctor: User) -> None:
    document = a_document(patient, files=[ready(), ready(pages=2)], title="MRI")
    client = client_of(doctor)
    first, last = (client.get(to("document", document), {"page": number}) for number in ("1", "99"))
    assert [page.context["at"].number for page in (first, last)] == [1, 3]
    assert ('rel="next"' in first.content.decode(), 'rel="next"' in last.content.decode()) == (True, False)
    picture, drawn = (client.get(to("document_page", document, number)) for number in (1, 3))
    assert body(picture) == bytes(document.files.all()[0].pieces.get().content)
    assert Image.open(io.BytesIO(drawn.content)).size == (1800, 900)
    assert client.get(to("document_page", document, 4)).status_code == 404
    assert verbs() == ["document.added", *["document.opened"] * 2, *["document.page_seen"] * 2]


def test_what_is_handed_out_can_do_nothing(patient: Patient, doctor: User) -> None:
    """BTX-073: only ever as a picture of ours or as an attachment, under no guessed type, in a sandbox."""
    document = a_document(patient, files=[ready(), ready(pages=1, name="રિપોર્ટ.html")])
    client = client_of(doctor)
    answers = [
        client.get(to(*where))
        for where in (
            ("document_page", document, 1), ("document_page", document, 2), ("document_small", document),
            ("document_file", document, 1), ("document_file", document, 2),
        )
    ]  # fmt: skip
    for answer in answers:
        assert {name: answer[name] for name in serving.INERT} == serving.INERT
    assert [answer["Content-Type"] for answer in answers] == [*["image/jpeg"] * 4, "application/pdf"]
    assert [answer["Content-Disposition"].split(";")[0] for answer in answers] == [*["inline"] * 3, *["attachment"] * 2]
    assert answers[4]["Content-Disposition"].endswith(
        "filename*=utf-8''%E0%AA%B0%E0%AA%BF%E0%AA%AA%E0%AB%8B%E0%AA%B0%E0%AB%8D%E0%AA%9F.pdf"
    )


def test_desk_sees_that_a_clinical_document_is_there_and_nothing_of_it(patient: Patient, desk: User) -> None:
    """BTX-073: the same rights as the page it belongs to."""
    closed = a_document(patient, "imaging", title="MRI of the neck", by=member(Role.CLINICIAN))
    paper = a_document(patient, "office", title="Insurance", files=[ready(pages=1)], by=desk)
    client = client_of(desk)
    listed = (
        client.get(to("documents", patient)).content.decode()
        + client.get(to("documents_part", patient)).content.decode()
    )
    assert ("Imaging" in listed, "MRI of the neck" in listed, "Insurance" in listed) == (True, False, True)
    pages = ("document", "document_print", "document_small")
    assert [client.get(to(name, closed)).status_code for name in pages] == [404] * 3
    assert [client.get(to(name, paper)).status_code for name in pages] == [200] * 3
    numbered = ("document_page", "document_file")
    assert [client.get(to(name, closed, 1)).status_code for name in numbered] == [404] * 2
    assert [Client().get(to(name, closed, 1)).status_code for name in numbered] == [302] * 2
    elsewhere = client_of(member(Role.CLINICIAN, at=place("Elsewhere")))
    assert [elsewhere.get(to(name, closed, 1)).status_code for name in numbered] == [404] * 2


def test_desk_finds_what_it_added_by_the_title_it_typed(patient: Patient, desk: User) -> None:
    a_document(patient, "imaging", title="From Dr Shah", by=desk)
    for name in ("documents", "documents_part"):
        own = client_of(desk).get(to(name, patient)).content.decode()
        assert "From Dr Shah" in own
        others = client_of(member(name="Jigna Vyas")).get(to(name, patient)).content.decode()
        assert ("Imaging" in others, "From Dr Shah" in others) == (True, False)


def test_document_of_the_wrong_patient_is_withdrawn_with_a_reason_and_put_back(patient: Patient, desk: User) -> None:
    document, manager = a_document(patient, by=desk), client_of(member(Role.MANAGER))
    client = client_of(desk)
    assert client.post(to("document_withdraw", document), {"because": "other"}).context["form"].errors == {
        "note": ["Say why, in a few words."]
    }
    client.post(to("document_withdraw", document), {"because": "wrong_patient", "note": "Bela's"})
    page = client.get(to("documents", patient)).content.decode()
    assert ("It is another patient&#x27;s" in page, "Bela" in page) == (True, False)
    assert [one.get(to("document", document)).status_code for one in (client, manager)] == [404, 200]
    again = client.post(to("document_withdraw", document), {"because": "twice"}, follow=True)
    assert "It is withdrawn already." in again.content.decode()
    client.post(to("document_put_back", document))
    document.refresh_from_db()
    assert not document.is_withdrawn


def test_a_paper_on_the_wrong_chart_leaves_it_and_is_added_to_the_right_one(patient: Patient, desk: User) -> None:
    """Nothing moves: the wrong chart says that it was another's, and shows it to nobody but the manager (0075)."""
    bela, client, paper = person("Bela"), client_of(desk), photo()
    add(client, patient, sent(paper), kind="consent", title="Bela's consent")
    wrong = Document.objects.get()
    assert wrong in Document.objects.for_patient().filter(patient=patient)
    told = client.post(to("document_withdraw", wrong), {"because": "wrong_patient", "note": ""}, follow=True)
    assert "Now add it to the record it belongs to." in told.content.decode()
    assert "Bela" not in told.content.decode()
    assert not Document.objects.for_patient().filter(patient=patient).exists(), "nor does the patient see it"
    assert client.get(to("document_file", wrong, 1)).status_code == 404
    assert add(client, bela, sent(paper), kind="consent").status_code == 302, "the same file is no twin there"
    assert Document.objects.standing().get().patient == bela
    trail = Entry.objects.filter(verb__in=("document.added", "document.withdrawn")).order_by("pk")
    assert [(one.verb, one.patient_public_id) for one in trail] == [
        ("document.added", patient.public_id),
        ("document.withdrawn", patient.public_id),
        ("document.added", bela.public_id),
    ]
    assert trail[1].detail["because"] == "wrong_patient"


def test_what_another_added_the_desk_does_not_withdraw(patient: Patient, desk: User, doctor: User) -> None:
    document = a_document(patient, by=doctor)
    client_of(desk).post(to("document_withdraw", document), {"because": "twice"})
    client_of(desk).post(to("document_put_back", document))
    document.refresh_from_db()
    assert not document.is_withdrawn
    assert verbs()[0] == "document.added"


def test_all_pages_are_printed_with_whose_they_are(patient: Patient, doctor: User) -> None:
    document = a_document(patient, files=[ready(), ready(pages=25)])
    page = client_of(doctor).get(to("document_print", document)).content.decode()
    assert page.count("<figure") == 20
    assert f"Asha Rao, No. {patient.record_number}, page 20 of 26" in page
    assert "Only the first 20 pages are here" in page


def test_lists_ask_the_same_few_questions_and_read_no_byte(
    patient: Patient, doctor: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    client = client_of(doctor)
    client.get(to("documents", patient))
    for count in (1, 3):
        while Document.objects.count() < count:
            a_document(
                patient,
                files=[ready(name=str(Document.objects.count()))]
                if not Document.objects.exists()
                else [ready(pages=Document.objects.count())],
            )
        with django_assert_num_queries(12) as asked:
            client.get(to("documents", patient))
        assert not [query for query in asked.captured_queries if "piece" in query["sql"] or "thumbnail" in query["sql"]]
        with django_assert_num_queries(8):
            client.get(to("documents_part", patient))


def test_record_that_was_merged_leads_to_the_one_that_goes_on(patient: Patient, desk: User) -> None:
    other = person("Bela")
    Patient.objects.filter(pk=patient.pk).update(merged_into=other)
    client = client_of(desk)
    assert client.get(to("documents", patient))["Location"] == to("documents", other)
    assert client.get(to("document_add", patient))["Location"] == to("document_add", other)
