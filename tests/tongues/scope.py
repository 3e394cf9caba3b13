"""Which sources hold words that a patient reads, worked out from the addresses, so that a new page cannot be forgotten.

Pages of staff stay in English: their sentences are collected nowhere.
"""

import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from clinic.lib.languages import is_for_patients
from tests.routes import all_routes

ROOT: Final = Path(__file__).parents[2]
TEMPLATES: Final = ROOT / "templates"
NAMED: Final = re.compile(r"""\{% *(?:include|extends) *["']([^"']+)["']|["']([\w/]+\.html)["']""")
"""A template that another one draws in, or that Python names."""
DEEPER: Final = (
    "clinic/lib/validators.py",
    "clinic/lib/zones.py",
    "patients/fields.py",
    "patients/fields_documents.py",
    "patients/fields_intake.py",
    "patients/forms_consents.py",
    "patients/forms_correction.py",
    "patients/forms_intake.py",
    "patients/forms_letter.py",
    "patients/forms_link.py",
    "patients/forms_preferences.py",
    "patients/views/consent_pages.py",
    "patients/views/intake_pages.py",
    "patients/views/link_endings.py",
    "patients/wording_documents.py",
    "patients/views/link_who.py",
    "patients/wording_consents.py",
    "patients/wording_intake.py",
    "scheduling/by_link.py",
    "scheduling/forms_online.py",
    "scheduling/forms_own_page.py",
    "scheduling/type_names.py",
    "scheduling/views/choosing.py",
    "scheduling/views/words_for_patients.py",
    "scheduling/waiting/answering.py",
    "treatments/forms/check_in_scores.py",
    "treatments/forms/symptoms.py",
    "treatments/papers/consent_copy.py",
    "treatments/own_scores.py",
    "treatments/papers/frame.py",
    "treatments/papers/treatment_card.py",
    "treatments/showing.py",
    "treatments/symptoms.py",
)
"""Modules under those that answer a link, whose sentences reach a patient's page, letter or card.

What is missing here is seen by `test_patient_pages.py`, which reads the pages themselves."""


def python_sources() -> list[Path]:
    """Return the modules that answer a patient's address, and those that lend them words."""
    answering = {_written_in(route.view) for route in all_routes() if is_for_patients(route.view)}
    return sorted(answering | {ROOT / name for name in DEEPER})


def template_sources() -> list[Path]:
    """Return every letter, every page in a patient's frame, every page of an error, and what these draw in."""
    begun = {
        *(TEMPLATES / "letters").rglob("*.html"),
        *(TEMPLATES / "letters").rglob("*.txt"),
        *TEMPLATES.glob("[0-9]*.html"),
        *(page for page in TEMPLATES.rglob("*.html") if "base_patient.html" in page.read_text(encoding="utf-8")),
        *_named_in(python_sources()),
        *_named_in([ROOT / "patients" / "layout_intake.py"]),
    }
    found: set[Path] = set()
    while begun:
        found |= begun
        begun = set(_named_in(begun)) - found
    return sorted(found)


def _written_in(view: Any) -> Path:
    return Path(sys.modules[inspect.unwrap(view).__module__].__file__ or "")


def _named_in(sources: Iterable[Path]) -> Iterator[Path]:
    for source in sources:
        for names in NAMED.findall(source.read_text(encoding="utf-8")):
            template = TEMPLATES / (names[0] or names[1])
            if template.exists() and "staff" not in template.name:
                yield template
