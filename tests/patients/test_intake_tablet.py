"""The form on the clinic's tablet: it opens one patient's form, leads nowhere else, and leaves nothing behind."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.audit.models import Entry
from clinic.outbox.models import Letter
from clinic.staff.models import Role
from patients.handing_over import TABLET_FOR
from patients.models import AccessLink, Document, Intake, Patient
from patients.views.intake_pages import steps_asked
from patients.views.intake_tablet import ON_TABLET
from tests.patients.documents.making import photo, sent
from tests.patients.intake_making import step_of, typed_for
from tests.patients.making import client_of, member, person, place

pytestmark = pytest.mark.django_db
START = reverse("patients:tablet")


def handed(patient: Patient) -> Client:
    """A tablet on which the desk pressed the button."""
    tablet = client_of(member())
    pressed = tablet.post(reverse("patients:tablet_hand_over", args=[patient.public_id]))
    assert pressed.headers["Location"] == START
    return tablet


def url(page: str, **named: str) -> str:
    return reverse(f"patients:{page}", kwargs=named)


def test_desk_is_signed_out_and_no_address_opens_anything() -> None:
    patient = person("Mina", has_no_email=True)
    tablet = handed(patient)
    assert tablet.get(START).status_code == 200
    for page in ("scheduling:today", "patients:intake_inbox"):
        assert tablet.get(reverse(page)).status_code == 302
    assert tablet.get(reverse("patients:detail", args=[patient.public_id])).status_code == 302
    assert not AccessLink.objects.exists()
    assert not Letter.objects.exists()


def test_its_pages_lead_to_the_form_alone() -> None:
    tablet = handed(person("Mina", phone="+919876500131"))
    tablet.post(url("tablet_step", step="about"), typed_for(step_of(Intake.objects.get(), "about")))
    for page in (START, url("tablet_step", step="about"), url("tablet_send"), url("tablet_letter"), url("tablet_back")):
        text = tablet.get(page).text
        led = re.findall(r'<a[^>]*href="([^"]+)"', text) + re.findall(r'<form[^>]*action="([^"]+)"', text)
        assert [one for one in led if not one.startswith(("#", "/tablet/"))] == [], page
        assert "data-keep" not in text


def test_form_is_filled_in_sent_and_gone() -> None:
    patient = person(has_no_email=True)
    tablet = handed(patient)
    intake = Intake.objects.get()
    first = url("tablet_step", step="about")
    assert tablet.get(START).text.count(first) == 1
    done: set[str] = set()
    while open_pages := [step for step in steps_asked(Intake.objects.get()) if step.id not in done]:
        step = open_pages[0]
        assert tablet.post(url("tablet_step", step=step.id), typed_for(step)).status_code == 302, step.id
        done.add(step.id)
    sent = tablet.post(url("tablet_send"), {"go": "send", "confirmed": "yes"})
    assert "Please give the tablet back" in sent.text
    intake.refresh_from_db()
    assert (intake.state, intake.entered_by) == ("submitted", None)
    assert ON_TABLET not in tablet.session
    for page in (START, first, url("tablet_send")):
        after = tablet.get(page)
        assert after.status_code == 404
        assert "Asha" not in after.text
    trail = dict(Entry.objects.filter(thing_public_id=intake.public_id).values_list("verb", "actor"))
    assert trail["intake.submitted"] == trail["intake.saved"] == "patient tablet"
    assert "intake.handed_over" in trail


def test_letter_is_photographed_with_the_tablets_camera() -> None:
    """No picture can be chosen that is on the tablet already; what was sent is told by its pages, never shown."""
    patient = person("Mina", has_no_email=True)
    tablet, letter = handed(patient), url("tablet_letter")
    assert letter in tablet.get(url("tablet_send")).text
    text = tablet.get(letter).text
    assert 'capture="environment"' in text
    assert 'accept="image/*"' in text
    assert " multiple" not in text
    assert (tablet.post(letter).status_code, Document.objects.count()) == (422, 0)
    for number in (1, 2):
        assert tablet.post(letter, {"letter": sent(photo(60 + number))}).headers["Location"] == letter
    assert "2 pages have reached us." in tablet.get(letter).text
    first = Document.objects.first()
    assert first is not None
    assert (first.patient, first.kind, first.about_public_id) == (patient, "referral", Intake.objects.get().public_id)
    assert set(Entry.objects.filter(verb="document.added").values_list("actor", flat=True)) == {"patient tablet"}
    tablet.post(url("tablet_back"))
    assert tablet.post(letter, {"letter": sent(photo(70))}).status_code == 404
    assert Document.objects.count() == 2


def test_stopping_is_asked_once_more_and_keeps_the_answers() -> None:
    tablet = handed(person())
    step = url("tablet_step", step="pain")
    left = tablet.post(step, {"go": "leave", "pain_worst": "7"})
    assert left.headers["Location"] == url("tablet_back")
    assert "Stop here?" in tablet.get(url("tablet_back")).text
    assert tablet.get(step).status_code == 200
    assert "Please give the tablet back" in tablet.post(url("tablet_back")).text
    assert tablet.get(step).status_code == 404
    assert Intake.objects.get().answers == {"pain_worst": 7}


def test_tablet_put_down_closes_itself_half_an_hour_after_the_last_press() -> None:
    tablet = handed(person())
    before = timezone.now()
    tablet.post(url("tablet_step", step="pain"), {"go": "leave", "pain_worst": "7"})
    key, until = tablet.session[ON_TABLET]
    assert before + TABLET_FOR <= datetime.fromisoformat(until) <= timezone.now() + TABLET_FOR
    assert timedelta(minutes=30) == TABLET_FOR
    session = tablet.session
    session[ON_TABLET] = [key, timezone.now().isoformat()]
    session.save()
    assert tablet.get(START).status_code == 404


def test_language_is_chosen_on_it() -> None:
    tablet = handed(person())
    assert tablet.post(url("tablet_language"), {"language": "gu"}).status_code == 302
    assert 'lang="gu"' in tablet.get(START).text[:300]
    assert tablet.post(url("tablet_language"), {"language": "xx"}).status_code == 302
    assert Intake.objects.get().language == "gu"


def test_only_a_patient_of_the_place_is_handed_over_and_by_a_press() -> None:
    patient = person()
    other = client_of(member(role=Role.FRONT_DESK, at=place("Another place"), name="Other"))
    address = reverse("patients:tablet_hand_over", args=[patient.public_id])
    assert other.post(address).status_code == 404
    assert client_of(member()).get(address).status_code == 405
    assert Client().get(START).status_code == 404
    assert not Intake.objects.exists()
