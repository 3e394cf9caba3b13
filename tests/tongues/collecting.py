"""`make messages`: bring the catalogues up to the sentences of the sources, with Babel: nobody needs GNU gettext.

What is new stands there untranslated, what is gone leaves, what was translated stays. Nothing is guessed.
"""

import io
import os
from pathlib import Path

os.environ.setdefault("INTERVAL_MODE", "test")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

import django
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from tests.tongues.sentences import Sentence, all_sentences

LANGUAGES = ("hi", "gu")
LOCALE = Path(__file__).parents[2] / "locale"
HEADER = """NOT REVIEWED. No clinic has confirmed these words yet; the page "Wording of letters" tells who read which.
Words we use, each the same everywhere: docs/glossary.md#hindi-and-gujarati.
`make messages` brings this file up to the sources; tests/tongues says what is missing."""


def source_of(language: str) -> Path:
    """Return where a language's catalogue stands."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """Return a language's catalogue."""
    with source_of(language).open("rb") as file:
        return read_po(file, locale=language)


def collected(known: Catalog, sentences: dict[Sentence, set[str]]) -> Catalog:
    """Return a catalogue of exactly these sentences, with what is known of them."""
    made = Catalog(locale=known.locale, fuzzy=False, header_comment=HEADER, project="interval")
    for sentence in sorted(sentences, key=lambda one: (min(sentences[one]), one)):
        key = (sentence.text, sentence.plural) if sentence.plural else sentence.text
        before = known.get(sentence.text, sentence.context or None)
        kept = before.string if before is not None and before.id == key and not before.fuzzy else None
        made.add(key, kept, auto_comments=[min(sentences[sentence])], context=sentence.context or None)
    return made


def written(catalogue: Catalog) -> str:
    """Return a catalogue as the text of its file: no dates, so that nothing changes where nothing changed."""
    body = io.BytesIO()
    write_po(body, catalogue, width=0, omit_header=True)
    head = "\n".join(f"# {line}" for line in HEADER.splitlines())
    fields = (
        "Project-Id-Version: interval",
        f"Language: {catalogue.locale}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        "Plural-Forms: nplurals=2; plural=(n > 1);",  # none and one are said alike in both
    )
    lines = "\n".join(f'"{field}\\n"' for field in fields)
    return f'{head}\nmsgid ""\nmsgstr ""\n{lines}\n\n{body.getvalue().decode().rstrip()}\n'


def main() -> None:
    """Write both files and say what is left to do."""
    django.setup()
    sentences = all_sentences()
    for language in LANGUAGES:
        made = collected(read(language), sentences)
        source_of(language).write_text(written(made), encoding="utf-8")
        open_ones = [message for message in made if message.id and not any(_forms(message.string))]
        print(f"{language}: {len(sentences)} sentences, {len(open_ones)} to translate")  # noqa: T201 - what it is for


def _forms(string: object) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, tuple | list) else (str(string or ""),)


if __name__ == "__main__":
    main()
