"""Read a PDF as a browser and a reader program would: its words, its fonts, where on the page each word stands."""

import unicodedata
from dataclasses import dataclass
from io import BytesIO
from typing import cast

import pypdfium2
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

POINTS_PER_MM = 72 / 25.4
CHARACTERS_BLANK = frozenset(" \n\r\u00a0")


@dataclass(frozen=True)
class Box:
    """Where a character stands, in mm from the page's top left corner."""

    left: float
    top: float
    right: float
    bottom: float


def pages(pdf: bytes) -> list[str]:
    """What can be copied out of each page, as it was written."""
    with pypdfium2.PdfDocument(pdf) as document:
        found = [page.get_textpage().get_text_range() for page in document]
    return [unicodedata.normalize("NFC", text.replace("\r\n", "\n")) for text in found]


def words(pdf: bytes) -> str:
    """The whole of it, lines and their ends forgotten."""
    return " ".join(" ".join(pages(pdf)).split())


def fonts(pdf: bytes) -> dict[str, bool]:
    """Each font by the name it has in the file, and whether it is inside."""
    found: dict[str, bool] = {}
    for page in PdfReader(BytesIO(pdf)).pages:
        resources = cast("DictionaryObject", page["/Resources"])
        for font in cast("DictionaryObject", resources.get("/Font", DictionaryObject())).values():
            for below in font.get_object()["/DescendantFonts"]:
                about = below.get_object()["/FontDescriptor"]
                is_inside = any(name in about for name in ("/FontFile", "/FontFile2", "/FontFile3"))
                found[str(about["/FontName"]).partition("+")[2]] = is_inside
    return found


def boxes(pdf: bytes) -> list[Box]:
    """Where every character stands that leaves ink."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            text, height = page.get_textpage(), page.get_height()
            for index in range(text.count_chars()):
                left, bottom, right, top = text.get_charbox(index)
                if text.get_text_range(index, 1) not in CHARACTERS_BLANK and right > left:
                    edges = (left, height - top, right, height - bottom)
                    found.append(Box(*(edge / POINTS_PER_MM for edge in edges)))
    return found
