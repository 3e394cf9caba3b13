"""Documents in both exports: whole, by the ids the tables name, and none that was withdrawn."""

import io
import json
import zipfile
from base64 import b64decode

import pytest
from fhir.resources.R4B.documentreference import DocumentReference

from patients.documents.adding import withdraw_document
from scheduling.exporting import scope
from scheduling.exporting.sheets import zipped
from tests.patients.documents.making import a_document, ready
from tests.patients.making import NOW, member, person
from tests.scheduling.exporting.reading import resources_of, tables_of

pytestmark = pytest.mark.django_db


def test_documents_go_along_whole_and_withdrawn_ones_only_by_name() -> None:
    desk, patient, two_pages = member(), person(), ready(pages=2, name="=1+1.pdf")
    whole = b"".join(two_pages.pieces())
    kept = a_document(patient, files=[ready(), two_pages], title="MRI", by=desk)
    gone = a_document(patient, files=[ready(pages=3)], by=desk)
    withdraw_document(document=gone, because="wrong_patient", note="", by=desk, now=NOW)
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped(scope.one(patient))))) as archive:
        names = [name for name in archive.namelist() if name.startswith("documents/")]
        assert names == [f"documents/{kept.public_id}-1.jpg", f"documents/{kept.public_id}-2.pdf"]
        assert archive.read(names[1]) == whole
    tables = tables_of(patient)
    assert [row["withdrawn_because"] for row in tables["document"]] == ["", "wrong_patient"]
    assert [(row["document"], row["position"], row["name_said"]) for row in tables["document_file"]] == [
        (str(kept.public_id), "1", "page.jpg"),
        (str(kept.public_id), "2", "'=1+1.pdf"),
        (str(gone.public_id), "1", ""),
    ]
    found = resources_of(patient, "DocumentReference")
    for one in found:
        DocumentReference.model_validate(one)
    assert [(one["status"], one["author"]) for one in found] == [
        ("current", [{"reference": f"Practitioner/{desk.public_id}"}]),
        ("entered-in-error", [{"reference": f"Practitioner/{desk.public_id}"}]),
    ]
    assert b64decode(found[0]["content"][1]["attachment"]["data"]) == whole
    assert "data" not in found[1]["content"][0]["attachment"]


def test_what_names_another_patients_document_stays_inside_and_that_it_was_here_goes_along() -> None:
    """The control: withdrawn for another reason, it is called as ever."""
    desk, patient = member(), person()
    for because in ("wrong_patient", "twice"):
        one = a_document(patient, files=[ready(name=f"bela-{because}.jpg")], title=f"Bela {because}", by=desk)
        withdraw_document(document=one, because=because, note=f"Of Bela, {because}", by=desk, now=NOW)
    tables = tables_of(patient)
    assert [(row["title"], row["withdrawn_note"], row["withdrawn_because"]) for row in tables["document"]] == [
        ("", "", "wrong_patient"),
        ("Bela twice", "Of Bela, twice", "twice"),
    ]
    assert [row["name_said"] for row in tables["document_file"]] == ["", "bela-twice.jpg"]
    bundled = json.dumps(resources_of(patient, "DocumentReference"))
    assert ("wrong_patient" in bundled, "bela-twice.jpg" in bundled, "Bela twice" in bundled) == (False, True, True)
