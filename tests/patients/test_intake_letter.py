"""A referral letter photographed with the form: kept with the record, told by its pages, never shown by the link."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.staff.models import Role
from patients.intake import save_step, submit
from patients.models import Document, DocumentKind
from tests.patients.documents.making import photo, sent
from tests.patients.intake_making import filled, invited, token_of
from tests.patients.making import client_of, member

pytestmark = pytest.mark.django_db


def test_letter_is_kept_with_the_record_and_told_to_the_reader() -> None:
    now = timezone.now()
    intake = invited(now)
    here = reverse("patients:intake_letter", args=[token_of(intake, now)])
    patient, stranger = Client(), Client()
    empty = patient.post(here, {})
    assert (empty.status_code, Document.objects.count()) == (422, 0)
    assert "Choose a file or take a photo." in empty.text
    web_page = patient.post(here, {"letter": sent(b"<html><script>1</script></html>", "letter.jpg")})
    assert (web_page.status_code, Document.objects.count()) == (422, 0)
    assert patient.post(here, {"letter": [sent(photo()), sent(photo(), "2.jpg")]}).status_code == 302
    assert "2 pages have reached us." in patient.get(here).text
    document = Document.objects.get()
    assert (document.kind, document.patient, document.added_by) == (DocumentKind.REFERRAL, intake.patient, None)
    assert document.about_public_id == intake.public_id
    save_step(intake=intake, step_id="goals", answers={"goals": "To drive again"}, by=None, now=now)
    assert "2 pages" not in stranger.get(here).text  # answers stand there: it asks first who one is
    submit(intake=filled(intake, now), by=None, now=now)
    assert patient.get(here).status_code == 410
    review = reverse("patients:intake_review", args=[intake.public_id])
    assert "2 pages of a letter came with this form" in client_of(member(role=Role.CLINICIAN)).get(review).text


def test_the_last_page_of_the_form_leads_there_by_link_only() -> None:
    now = timezone.now()
    intake = invited(now)
    token = token_of(intake, now)
    assert (
        reverse("patients:intake_letter", args=[token])
        in Client().get(reverse("patients:intake_send", args=[token])).text
    )
