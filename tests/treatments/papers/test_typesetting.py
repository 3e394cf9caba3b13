"""How a paper is set: with the product's own fonts, from data that is never markup, the same each time, in time."""

import re
import time
import unicodedata
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import cast

import pytest
import typst
from pypdf import PdfReader
from pypdf.generic import StreamObject

from tests.treatments.papers.making import GUJARATI, HINDI, a_paper
from tests.treatments.papers.reading import boxes, fonts, pages, words
from treatments.papers.lettering import breakable, covered, font_folders, readable
from treatments.papers.lettering import fonts as own_fonts
from treatments.papers.typesetting import LARGEST, TEMPLATES, PaperNotMade, PaperTooLong, typeset

NOW = datetime(2027, 3, 5, 6, 30, tzinfo=UTC)
MARKUP = [
    '#let x = 1; #panic("no")',
    '#read("/etc/passwd") #include "main.typ"',
    "$a^2$ @nobody <label> = heading",
    "*bold* _slanted_ `raw` -- --- ... ~",
    "\\ \\n \\u{41} // comment /* too */",
    "\"quoted\" 'twice' {braces} [brackets] (round)",
    "{page} of {pages}",
]


def set_note(note: str) -> bytes:
    """A sheet with that note on it."""
    return typeset([a_paper(from_what=[("Note", note)])], now=NOW)


@pytest.mark.parametrize("text", MARKUP)
def test_what_is_typed_is_set_as_it_stands(text: str) -> None:
    assert text in words(set_note(text))


@pytest.mark.parametrize("name", ["#panic()", "*A*", "$x$", "@b", "\\", '"', "= A", "- A", "/ A: b", "1. A"])
def test_a_name_is_set_as_it_stands_on_every_page(name: str) -> None:
    paper = a_paper(from_what=[("Note", "A long note.\n" * 200)])
    paper["patient"] = {**paper["patient"], "name": name}
    found = pages(typeset([paper], now=NOW))
    assert len(found) > 2
    assert [name in " ".join(page.split()) for page in found] == [True] * len(found)


def test_a_sign_without_a_shape_is_named_and_nothing_is_lost() -> None:
    assert readable("well \U0001fae0\ufe0f 👍") == "well [melting face] 👍"
    assert "well [melting face] 👍" in words(set_note("well \U0001fae0 👍"))


def test_writing_from_the_right_is_kept_and_marks_that_turn_it_are_not() -> None:
    """An Urdu or Hebrew name is set; an override that would show 5 units as 52 is left out."""
    assert readable("5\u202e2\u202c units\u2066") == "52 units"
    urdu = "محمد"
    assert readable(urdu) == urdu
    assert urdu in words(set_note(urdu))


def test_control_characters_leave_no_box() -> None:
    assert readable("a\x00b\x07c\u200bd\ufeffe\tf\r\ng") == "abcde f\ng"
    assert readable("\ue000") == "[U+E000]"


def test_joiners_that_shape_a_conjunct_are_kept() -> None:
    assert readable("क्\u200dष \u0a95\u0acd\u200c\u0ab7") == "क्\u200dष \u0a95\u0acd\u200c\u0ab7"


def test_every_letter_of_the_clinics_languages_has_a_shape() -> None:
    """No boxes: all of Devanagari, and Gujarati but for its seven letters for Avestan and Arabic (U+0AF9 and on)."""
    blocks = (range(0x900, 0x980), range(0xA80, 0xAF9))
    indic = {code for block in blocks for code in block if unicodedata.name(chr(code), "")}
    assert len(indic) > 200
    ours = set(map(ord, "\u2013\u2014\u2019\u201c\u201d\u00b7\u2026\u00b0\u00b5\u2264\u2265\u00d7\u00bd\u20b9"))
    assert sorted(chr(code) for code in (indic | ours) - covered()) == []


def test_long_words_break_and_can_be_copied_whole() -> None:
    """BTX-044: one word of 120 letters; 60 Gujarati letters without a space."""
    latin, gujarati = "Wolfeschlegelstein" * 7, "ત્રિવેદી" * 30
    pdf = set_note(f"{latin} {gujarati}")
    assert max(box.right for box in boxes(pdf)) < 195
    assert latin in words(pdf).replace(" ", "")
    assert gujarati in words(pdf).replace(" ", "")


def test_a_break_never_parts_a_letter_from_its_sign_or_a_conjunct() -> None:
    pieces = breakable("ક્ષ્મ્યૈં" * 20).split("\u200b")
    assert len(pieces) > 5
    assert [piece for piece in pieces if not piece.startswith("ક")] == []


def test_fonts_are_inside_and_none_is_the_machines() -> None:
    """BTX-074. The machine may have Noto Sans Gujarati too: Gujarati comes from the wheel all the same."""
    found = fonts(set_note(f"{GUJARATI} {HINDI} Latin"))
    assert set(found.values()) == {True}
    assert {name.split("-")[0] for name in found} == {"NotoSans", "KurintoSans"}
    folders = [str(folder) for folder in font_folders()]
    assert [font.path for font in own_fonts().fonts() if str(Path(str(font.path)).parent) not in folders] == []


def test_a_font_of_the_machine_would_be_seen() -> None:
    """The control: the same compiler with the machine's fonts has others."""
    machine = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[])
    assert set(machine.families()) - set(own_fonts().families()) != set()


def test_what_no_font_has_would_be_refused_not_boxed() -> None:
    """The control of the names in brackets: set without them, the archive standard itself refuses a box."""
    with pytest.raises(typst.TypstError):
        typst.compile(
            '#set document(title: "a")\n#set text(font: "Noto Sans", fallback: false)\n🫠'.encode(),
            font_paths=own_fonts(),
            ignore_system_fonts=True,
            pdf_standards=["a-2a"],
        )


def test_the_same_content_is_the_same_file() -> None:
    paper = [a_paper(from_what=[("Note", GUJARATI)])]
    assert typeset(paper, now=NOW) == typeset(paper, now=NOW)


def test_the_file_says_its_title_its_language_and_that_it_is_for_keeping() -> None:
    reader = PdfReader(BytesIO(set_note("x")))
    assert reader.metadata.title == "Injection session"
    assert str(reader.root_object["/Lang"]) == "en"
    about = cast("StreamObject", reader.root_object["/Metadata"]).get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in about
    assert "Meenal" not in about


def test_ten_thousand_characters_are_set_whole_and_in_time() -> None:
    text = " ".join(f"word{number}" for number in range(1200))
    started = time.perf_counter()
    pdf = set_note(text)
    assert time.perf_counter() - started < 2
    assert [number for number in range(1200) if f"word{number} " not in f"{words(pdf)} "] == []


def test_more_than_is_set_in_time_is_refused() -> None:
    with pytest.raises(PaperTooLong):
        set_note("word " * (LARGEST // 5 + 1))


def test_a_refusal_of_the_typesetter_does_not_quote_the_record() -> None:
    paper = a_paper()
    del paper["injections"]
    with pytest.raises(PaperNotMade) as refused:
        typeset([paper], now=NOW)
    assert str(refused.value) == ""
    assert refused.value.__cause__ is None


def test_templates_name_no_colour_that_is_not_of_the_tokens() -> None:
    tokens = (TEMPLATES.parents[1] / "static/css/tokens.css").read_text().lower()
    used = {
        found.lower() for file in TEMPLATES.glob("*.typ") for found in re.findall(r"#[0-9a-fA-F]{6}", file.read_text())
    }
    assert len(used) > 5
    assert sorted(colour for colour in used if colour not in tokens) == []
