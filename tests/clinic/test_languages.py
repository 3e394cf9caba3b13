"""The machinery of languages: catalogues compile without msgfmt, dates are the clinic's in each language."""

import datetime
import gettext
import os
from pathlib import Path

import pytest
from django.utils import formats, translation

from clinic.lib.management.commands.prepare_files import compile_catalogue

CATALOGUE = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n==0 || n==1);\\n"

msgid "Book a visit"
msgstr "મુલાકાત નોંધો"

#, fuzzy
msgid "Cancel"
msgstr "?"

msgid "%(count)s visit"
msgid_plural "%(count)s visits"
msgstr[0] "%(count)s મુલાકાત"
msgstr[1] "%(count)s મુલાકાતો"
"""


def test_catalogue_is_compiled_when_older_than_its_source(tmp_path: Path) -> None:
    source = tmp_path / "django.po"
    source.write_text(CATALOGUE)
    assert compile_catalogue(source)
    assert not compile_catalogue(source)
    later = source.stat().st_mtime + 10
    os.utime(source, (later, later))
    assert compile_catalogue(source)
    with source.with_suffix(".mo").open("rb") as file:
        gujarati = gettext.GNUTranslations(file)
    assert gujarati.gettext("Book a visit") == "મુલાકાત નોંધો"
    assert gujarati.gettext("Cancel") == "Cancel"  # a fuzzy guess is not shown to a patient
    assert gujarati.ngettext("%(count)s visit", "%(count)s visits", 2) == "%(count)s મુલાકાતો"


@pytest.mark.parametrize("language", ["en", "hi", "gu"])
def test_dates_are_written_and_read_as_the_clinic_does(language: str) -> None:
    with translation.override(language):
        assert formats.date_format(datetime.date(2027, 3, 5), "j M Y").split()[::2] == ["5", "2027"]
        assert formats.get_format("DATE_FORMAT") == "j M Y"
        assert formats.get_format("DATE_INPUT_FORMATS")[0] == "%d/%m/%Y"


def test_date_in_english_is_five_march() -> None:
    with translation.override("en"):
        assert formats.date_format(datetime.date(2027, 3, 5)) == "5 Mar 2027"
