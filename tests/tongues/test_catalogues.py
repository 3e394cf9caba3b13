"""The catalogues hold every sentence that a patient reads, whole, and nothing else."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from babel.messages.catalog import Message

from clinic.lib.languages import is_for_patients
from tests.routes import all_routes
from tests.tongues import collecting, sentences
from tests.tongues.reading import english_in
from tests.tongues.scope import ROOT, TEMPLATES, template_sources
from tests.tongues.sentences import Sentence, all_sentences

PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}|</?\w+[^>]*>")
SCRIPTS = {"hi": re.compile("[\u0904-\u0963]"), "gu": re.compile("[\u0a80-\u0aff]")}
ENDS = {"hi": ("।", "।)"), "gu": (".", ".)")}


def forms(message: Message) -> tuple[str, ...]:
    """A translation, or both of them."""
    return tuple(message.string) if isinstance(message.string, tuple | list) else (str(message.string or ""),)


def originals(message: Message) -> tuple[str, ...]:
    """The English of each form."""
    return tuple(message.id) if isinstance(message.id, tuple | list) else (str(message.id),)


def faults(message: Message, language: str) -> Iterator[str]:
    """What a reader of that language would stumble over."""
    english, said = originals(message), forms(message)
    if message.fuzzy:
        yield "is guessed"
    if len(said) != len(english) or not all(said):
        yield "is not translated"
        return
    for one, other in zip(english, said, strict=True):
        if sorted(PLACES.findall(one)) != sorted(PLACES.findall(other)):
            yield "has other places for what is filled in"
        if list(english_in([PLACES.sub("", other)])):
            yield "holds English"
        if not SCRIPTS[language].search(PLACES.sub("", other)):
            yield "is in another script"
        if one.endswith(".") and not other.endswith(ENDS[language]):
            yield "ends in another way"


def left_over(language: str, wanted: dict[Sentence, set[str]] | None = None) -> dict[str, list[str]]:
    """By sentence, what is wrong with it; a sentence that is not there is not translated."""
    catalogue = collecting.read(language)
    found: dict[str, list[str]] = {}
    for sentence in all_sentences() if wanted is None else wanted:
        message = catalogue.get(sentence.text, sentence.context or None)
        wrong = ["is missing"] if message is None else list(faults(message, language))
        if wrong:
            found[sentence.text] = wrong
    return found


@pytest.mark.parametrize("language", collecting.LANGUAGES)
def test_every_sentence_that_a_patient_reads_is_translated(language: str) -> None:
    assert left_over(language) == {}


@pytest.mark.parametrize("language", collecting.LANGUAGES)
def test_every_consent_has_its_words_in_each_language_built_alike(language: str) -> None:
    """The same version, list for list and place for place: nobody agrees to more or to less in another language."""
    shipped = json.loads((ROOT / "patients" / "catalogue" / "consents.json").read_text(encoding="utf-8"))["wordings"]
    texts = {(one["kind"], one["version"], one["language"]): one["text"] for one in shipped}
    for (kind, version, spoken), text in texts.items():
        if spoken == "en":
            other = texts[kind, version, language]
            assert shape(other) == shape(text), kind
            assert sorted(PLACES.findall(other)) == sorted(PLACES.findall(text)), kind
            assert list(english_in([PLACES.sub("", other)])) == [], kind


def shape(text: str) -> list[int]:
    """How many lines each paragraph has."""
    return [len(part.splitlines()) for part in text.split("\n\n")]


@pytest.mark.parametrize("language", collecting.LANGUAGES)
def test_catalogue_is_as_make_messages_writes_it(language: str) -> None:
    """Nothing that no source says any more, and the mark that nobody has reviewed it."""
    written = collecting.written(collecting.collected(collecting.read(language), all_sentences()))
    assert collecting.source_of(language).read_text(encoding="utf-8") == written
    assert written.startswith("# NOT REVIEWED")


def test_a_sentence_without_translation_would_be_seen() -> None:
    assert left_over("gu", {Sentence("Nobody wrote this down yet."): set()}) == {
        "Nobody wrote this down yet.": ["is missing"]
    }


@pytest.mark.parametrize(
    ("english", "said", "wrong"),
    [
        ("Until %(day)s.", "तक।", ["has other places for what is filled in"]),
        ("Call <b>now</b>.", "<b>अभी फ़ोन करें।", ["has other places for what is filled in"]),
        ("Call us.", "हमें phone करें।", ["holds English"]),
        ("Call us.", "અમને ફોન કરો।", ["is in another script"]),
        ("Call us.", "हमें फ़ोन करें.", ["ends in another way"]),
        (("One", "Two"), ("एक", ""), ["is not translated"]),
        ("Call us.", "हमें फ़ोन करें।", []),
    ],
)
def test_each_fault_of_a_translation_would_be_seen(english: Any, said: Any, wrong: list[str]) -> None:
    assert list(faults(Message(english, said), "hi")) == wrong


def test_a_guessed_translation_would_be_seen() -> None:
    assert list(faults(Message("Yes", "हाँ", flags=("fuzzy",)), "hi")) == ["is guessed"]


def test_sentences_are_found_wherever_they_are_said() -> None:
    template = '{% load i18n %}{% translate "A" context "c" %}<p>{% blocktranslate count n=k trimmed %}\n one {% plural %} {{ n }} of them {% endblocktranslate %}'  # noqa: E501 - as templates are written
    assert set(sentences.of_template(template)) == {Sentence("A", "", "c"), Sentence("one", "%(n)s of them")}
    module = "x = f\"{_('inside')} {ngettext('a', 'b', n)}\"\ny = pgettext(\"c\", \"said\")\nz = _(worked_out)"
    assert set(sentences.of_python(module)) == {
        Sentence("inside"), Sentence("a", "b"), Sentence("said", "", "c"),
    }  # fmt: skip


def test_every_open_page_says_whether_a_patient_reads_it() -> None:
    """A new page by link is either marked, and then its words are collected, or it is one of the doors of staff."""
    opened = {route.name for route in all_routes() if route.is_open}
    marked = {route.name for route in all_routes() if is_for_patients(route.view)}
    assert {name for name in opened - marked if not name.startswith("staff:")} == {
        "healthz", "readyz", "scheduling:feed",
    }  # fmt: skip
    assert marked <= opened


def test_every_letter_and_every_page_in_a_patients_frame_is_read() -> None:
    read = {path.relative_to(TEMPLATES).as_posix() for path in template_sources()}
    assert {"letters/link_code/subject.txt", "patients/link_closed.html", "components/pain_map.html"} <= read
    assert {"patients/_intake_errors.html", "treatments/_symptoms.html", "404.html"} <= read
    assert not [name for name in read if name.startswith("base_staff")]


def test_no_message_of_a_patients_page_is_built_by_script() -> None:
    """Scripts of these pages hold no words: catalogues reach templates and Python only."""
    pages = "\n".join(path.read_text(encoding="utf-8") for path in template_sources())
    named = set(re.findall(r"'(js/[\w/-]+\.js)'", pages))
    said = chain.from_iterable(
        re.findall(r'(?:textContent|innerText|alert\()\s*[:=]?\s*["`][A-Z][^"`]*', (ROOT / "static" / name).read_text())
        for name in named
    )
    assert named
    assert list(said) == []
