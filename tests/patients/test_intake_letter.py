"""A referral letter photographed with the form: kept with the record, told by its pages, never shown by the link."""

import threading
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.staff.models import Role
from patients.documents import limits, taking
from patients.intake import save_step, submit
from patients.models import Document, DocumentKind
from tests.patients.documents.making import photo, sent, taken
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


def test_who_holds_a_link_waits_for_no_turn_and_keeps_nobody_of_the_clinic_from_one() -> None:
    """While one link's file is being read, the next is told at once; the clinic's own files go through."""
    now = timezone.now()
    here = reverse("patients:intake_letter", args=[token_of(invited(now), now)])
    assert taking._turns_by_link.acquire(blocking=False)  # noqa: SLF001 - what another request holds
    try:
        with mock.patch.object(taking, "_turns", threading.BoundedSemaphore(1)):
            busy = Client().post(here, {"letter": sent(photo())})
            assert taken(photo())
    finally:
        taking._turns_by_link.release()  # noqa: SLF001 - as above
    assert (busy.status_code, Document.objects.count()) == (422, 0)
    assert "Other pictures are being read at the moment. Send it again in a minute." in busy.text
    assert Client().post(here, {"letter": sent(photo())}).status_code == 302


def test_tries_of_a_link_are_counted_whether_or_not_something_came_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_TRIES_AN_HOUR", 2)
    now = timezone.now()
    first, second = (reverse("patients:intake_letter", args=[token_of(invited(now), now)]) for _link in range(2))
    page = sent(b"<html><script>1</script></html>", "letter.jpg")
    for _try in range(2):
        page.seek(0)
        assert "web page" in Client().post(first, {"letter": page}).text
    refused = Client().post(first, {"letter": sent(photo())})
    assert (refused.status_code, Document.objects.count()) == (422, 0)
    assert "Many documents came today already. Bring the others to your visit." in refused.text
    assert Client().post(second, {"letter": sent(photo())}).status_code == 302
