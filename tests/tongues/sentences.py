"""The sentences of a source, as gettext would find them: Django's own reading of templates, Babel's of Python."""

import ast
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

from tests.tongues.borrowed import borrowed
from tests.tongues.scope import ROOT, python_sources, template_sources
from treatments.formulary import shipped_document

QUESTIONNAIRE: Final = ROOT / "patients" / "catalogue" / "questionnaire.json"
WORDS_FOR: Final = ("text", "title", "lede", "why", "hint", "missing", "unit")
"""What a patient reads of a question."""
PLURAL: Final = {"ngettext", "ngettext_lazy", "npgettext", "npgettext_lazy"}
WITH_CONTEXT: Final = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
CALLS: Final = {"_", "gettext", "gettext_lazy", "gettext_noop", *PLURAL, *WITH_CONTEXT}


@dataclass(frozen=True, order=True, slots=True)
class Sentence:
    """What is asked of a catalogue."""

    text: str
    plural: str = ""
    context: str = ""


def of_template(source: str) -> Iterator[Sentence]:
    """Yield the sentences of a template."""
    code = "\n".join(line.strip() for line in templatize(source).splitlines())
    for _line, call, said, _comments in extract_python(io.BytesIO(code.encode()), dict.fromkeys(CALLS), (), {}):
        words = cast("str | tuple[str, ...]", said)  # a call of one argument yields that
        yield from _asked(str(call), [words] if isinstance(words, str) else list(words or ()))


def of_python(source: str) -> Iterator[Sentence]:
    """Yield the sentences of a module; what is worked out at run time, `_(question.text)`, is in the documents."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            yield from _asked(node.func.id, [part.value for part in node.args if isinstance(part, ast.Constant)])


def _asked(call: str, parts: list[Any]) -> Iterator[Sentence]:
    context = parts.pop(0) if call in WITH_CONTEXT and parts else ""
    if parts and parts[0]:
        yield Sentence(parts[0], str(parts[1]) if call in PLURAL else "", str(context or ""))


def of_questions() -> Iterator[Sentence]:
    """Yield what the intake asks: our own questions and the clinical catalogue's, which are asked of the patient.

    The English words are the key: a question that is worded anew has no translation until somebody writes one.
    """
    base = json.loads(QUESTIONNAIRE.read_text(encoding="utf-8"))
    yield from map(Sentence, _words_in(base))
    for question in shipped_document("screening")["questions"]:
        if question.get("asked_of") == "patient":
            yield Sentence(question["text"])


def all_sentences() -> dict[Sentence, set[str]]:
    """Return every sentence that a patient reads, with the places it comes from."""
    found: dict[Sentence, set[str]] = {}
    for path in template_sources():
        _gather(found, of_template(path.read_text(encoding="utf-8")), path)
    for path in python_sources():
        _gather(found, of_python(path.read_text(encoding="utf-8")), path)
    _gather(found, of_questions(), QUESTIONNAIRE)
    for sentence in borrowed():
        found.setdefault(Sentence(*sentence), set()).add("Django")
    return found


def _gather(found: dict[Sentence, set[str]], sentences: Iterator[Sentence], path: Path) -> None:
    for sentence in sentences:
        found.setdefault(sentence, set()).add(path.name)


def _words_in(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key in WORDS_FOR and isinstance(value, str):
                yield value
            else:
                yield from _words_in(value)
    elif isinstance(part, list):
        for value in part:
            yield from _words_in(value)
