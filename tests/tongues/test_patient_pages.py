"""Every page and letter that a patient opens, read in Hindi and Gujarati: no English word is left on it."""

import pytest
from django.utils.html import strip_tags

from clinic.lib.management.commands.prepare_files import compile_catalogue
from clinic.locations.models import Location
from clinic.staff.models import User
from patients.letters import PatientLetter
from patients.models import Patient
from scheduling import samples
from scheduling.models import AppointmentType
from tests.clinic.world import World
from tests.patients.intake_making import OF_THEMSELVES, SAMPLE
from tests.scheduling.online_making import TYPED
from tests.tongues import collecting
from tests.tongues.browsing import Browser
from tests.tongues.reading import english_in, read
from tests.tongues.scope import TEMPLATES
from tests.tongues.walking import WALKS

LANGUAGES = collecting.LANGUAGES
SAMPLES = (samples.NAME, samples.CLINICIAN, "Kadamb Clinic", "12 Neem Road, Ahmedabad")
FRAMED = {
    path.relative_to(TEMPLATES).as_posix()
    for path in TEMPLATES.rglob("*.html")
    if 'extends "base_patient.html"' in path.read_text(encoding="utf-8")
}
"""Every page in a patient's frame: each must be met below, also one that is made tomorrow."""


@pytest.fixture(autouse=True, scope="module")
def compiled() -> None:
    for language in LANGUAGES:
        compile_catalogue(collecting.source_of(language))


@pytest.fixture(params=LANGUAGES)
def browser(request: pytest.FixtureRequest, the: World) -> Browser:
    """Somebody whose record, form and browser are in that language."""
    Patient.objects.update(language=request.param)
    Location.objects.update(phone="+91 98765 00123", address="12 Neem Road")
    AppointmentType.objects.update(public_name="Phone call")
    names = [str(SAMPLE["text"]), *(user.full_name for user in User.objects.all())]
    names += [f"{place.name} {place.sender_name} {place.address}" for place in Location.objects.all()]
    names += [patient.name for patient in Patient.objects.all()]
    names += [kind.name for kind in AppointmentType.objects.all()]
    names += [TYPED["email"], TYPED["given_name"], TYPED["family_name"], "Kathmandu", "name@mail.example"]
    names += [OF_THEMSELVES["about_given_name"], "One name only"]
    return Browser(request.param, names)


def test_no_english_is_left_on_any_page_that_a_patient_opens(browser: Browser, the: World) -> None:
    for walk in WALKS:
        walk(browser, the)
    assert browser.english == {}
    assert FRAMED - browser.drawn == set()


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_english_is_left_in_any_letter(language: str) -> None:
    left: dict[str, list[str]] = {}
    for kind in samples.letters():
        if not isinstance(kind, PatientLetter):
            continue
        for _sample, letter in samples.in_language(kind.slug, language):
            spoken, said = read(letter.html)
            found = list(english_in([letter.subject, *said, *strip_tags(letter.text).splitlines()], SAMPLES))
            if found or spoken != language:
                left[kind.slug] = found
    assert left == {}


def test_a_word_of_english_would_be_seen() -> None:
    page = '<html lang="gu"><p lang="en">English</p><p aria-label="Close">બંધ કરો</p><b>Sorry</b><p>Rekha</p></html>'
    spoken, said = read(page)
    assert spoken == "gu"
    assert list(english_in(said, ["Rekha Parmar"])) == ["Close", "Sorry"]
