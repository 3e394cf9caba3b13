"""What patients read a type of visit called: never the desk's own name for it, and in their language where we can."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from scheduling.type_names import said
from tests.scheduling.made import NOW
from tests.scheduling.online_making import hold_first, page_of, taking_bookings


@pytest.mark.parametrize(
    ("language", "name", "expected"),
    [
        ("en", "Consultation", "Consultation"),
        ("hi", "Consultation", "परामर्श"),
        ("gu", " consultation ", "પરામર્શ"),
        ("gu", "First visit", "પહેલી મુલાકાત"),
        ("hi", "First visit with Dr Rao", "First visit with Dr Rao"),
        ("hi", "", ""),
    ],
)
def test_a_plain_name_is_said_in_the_language_and_any_other_as_the_clinic_wrote_it(
    language: str, name: str, expected: str
) -> None:
    with translation.override(language):
        assert said(name) == expected


@pytest.mark.django_db
def test_strangers_read_the_name_for_patients_and_not_the_desks(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    here, browser = taking_bookings(), Client()
    here.consultation.name, here.consultation.public_name = "Migraine, new", "First visit"
    here.consultation.save()
    hold_first(here, browser)
    for page in (browser.get(page_of(here)), browser.get(page_of(here, "yours"))):
        assert "First visit" in page.text
        assert "Migraine" not in page.text
    assert "पहली मुलाक़ात" in browser.get(page_of(here, lang="hi")).text
