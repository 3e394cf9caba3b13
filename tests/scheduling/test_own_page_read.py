"""What stands on the patient's own page behind the code: scores, leaflets, documents, corrections, the whole copy."""

import io
import re
import zipfile
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic.audit.models import Entry
from clinic.outbox.models import Letter
from patients.corrections import AnsweredMeanwhile, answer_correction, ask_correction
from patients.models import CorrectionRequest, DocumentKind, Patient
from tests.patients.documents.making import a_document, ready
from tests.scheduling.own_page_making import DAY, NOW, Held
from treatments.models import Plan
from treatments.scoring import record_score

pytestmark = pytest.mark.django_db


def test_copy_holds_everything_and_is_audited(held: Held) -> None:
    answer = held.recognised().post(held.url("_copy", "tables"))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined] # a streaming answer
    assert "patient.csv" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "meenal" not in answer.headers["Content-Disposition"].lower()
    assert Entry.objects.filter(verb="record.exported", actor="patient link").count() == 1


def test_scores_are_drawn_and_said_and_asked_for_as_often_with_one_as_with_three(held: Held) -> None:
    browser, asked = held.recognised(), []
    for number in range(3):
        record_score(
            patient=held.patient, plan=held.session.plan, instrument_key="headache_days", value=Decimal(20 - number),
            taken_on=(NOW - timedelta(days=9 - number)).date(), by=held.doctor, now=NOW,
        )  # fmt: skip
        ask_correction(patient=held.patient, part="record", words=f"No. {number}", now=NOW)
        held.booked(DAY + timedelta(days=7 * (number + 1)))
        browser.get(held.url())  # the catalogue is read once
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(held.url()).text
        asked.append(len(queries))
    assert len(set(asked)) == 1, asked
    assert "The newest is 18, of 26 Apr 2027." in " ".join(page.split())
    assert len(re.findall("<circle", page)) == 3
    assert page.count("<svg") == 3  # the clinic's mark, the plot, and its scale that stays beside it


def test_page_about_their_condition_is_led_to_behind_the_code_only(held: Held) -> None:
    """The ways to what everybody may read stand there for all; which of it is theirs says what they are treated for."""
    Patient.objects.filter(pk=held.patient.pk).update(language="gu")
    here = f"/read/{held.session.location.public_id}/"
    browser = held.recognised()
    assert ways_to_read(browser, held) == [f"{here}part-a/?lang=gu", f"{here}expect/?lang=gu", f"{here}?lang=gu"]
    assert ways_to_read(Client(), held) == [f"{here}expect/?lang=gu", f"{here}?lang=gu"]
    for state, is_theirs in (("paused", True), ("completed", True), ("stopped", False), ("draft", False)):
        Plan.objects.filter(pk=held.session.plan_id).update(state=state, state_reason="Rest")
        assert (f"{here}part-a/?lang=gu" in ways_to_read(browser, held)) is is_theirs, state


def ways_to_read(browser: Client, held: Held) -> list[str]:
    """Where the page leads of what anybody may read, each tried."""
    found = re.findall(r'href="(/read/[^"]*)"', browser.get(held.url()).text)
    assert {Client().get(way).status_code for way in found} == {200}
    return found


def test_what_came_by_link_is_named_in_the_patients_language(held: Held) -> None:
    a_document(held.patient, DocumentKind.REFERRAL, by=None, title="Letter sent with the form")
    a_document(held.patient, DocumentKind.CONSENT, [ready(pages=1)], title="Signed in 2019")
    Patient.objects.filter(pk=held.patient.pk).update(language="hi")
    page = held.recognised().get(held.url()).text
    assert "Letter sent with the form" not in page
    assert "रेफ़रल पत्र" in page
    assert "Signed in 2019" in page


def test_correction_is_asked_answered_and_read_behind_the_code(held: Held) -> None:
    browser = held.recognised()
    missing = browser.post(held.url("_correct"), {"words": "My name has one t"})
    assert missing.status_code == 422
    assert "My name has one t" in missing.text
    for _press in range(2):
        sent = browser.post(held.url("_correct"), {"part": "name", "words": "My name has one t"})
        assert sent.headers["Location"] == f"{held.url()}#corrections"
    asked = CorrectionRequest.objects.get()
    answer_correction(request=asked, is_accepted=False, answer="Your papers say two", by=held.doctor, now=NOW)
    with pytest.raises(AnsweredMeanwhile):
        answer_correction(request=asked, is_accepted=True, answer="Done", by=held.doctor, now=NOW)
    assert Letter.objects.of_kind("correction_answered").about(asked).count() == 1
    assert "Your papers say two" in browser.get(held.url()).text
    assert "Your papers say two" not in Client().get(held.url()).text


def test_sixth_open_request_is_refused_with_what_was_typed(held: Held) -> None:
    for number in range(5):
        ask_correction(patient=held.patient, part="other", words=f"No. {number}", now=NOW)
    page = held.recognised().post(held.url("_correct"), {"part": "other", "words": "One more"})
    assert page.status_code == 409
    assert "One more" in page.text


@pytest.fixture
def held(time_machine: Any) -> Held:
    return Held(time_machine)
