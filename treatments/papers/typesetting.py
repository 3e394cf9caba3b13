"""Make the file of papers: their content is handed over as data, so nothing typed by anybody is ever markup."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from treatments.papers.figures import drawing
from treatments.papers.lettering import fonts, settable

TEMPLATES = settings.BASE_DIR / "templates" / "papers"
STANDARD: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
"""Kept for decades and read aloud: fonts inside, every letter a character, headings and tables marked."""
LARGEST = 200_000
"""Characters of content: about a second (ADR 45)."""

Paper = dict[str, Any]
"""One paper: `kind` names its template, `title` and `patient` stand on every page, the rest is its own."""


class PaperTooLong(Exception):
    """There is more text than is set in one request."""

    def __init__(self, length: int) -> None:
        super().__init__(f"{length} characters")
        self.length = length


class PaperNotMade(Exception):
    """The typesetter refused; what it said is left out, for it may quote the record."""


def typeset(papers: Sequence[Paper], *, now: datetime) -> bytes:
    """Return one PDF of these papers. Reads no clock and no font of the machine: the same content is the same file.

    Raises `PaperTooLong`, `PaperNotMade`.
    """
    content = json.dumps([settable(paper) for paper in papers], ensure_ascii=False, cls=DjangoJSONEncoder)
    if len(content) > LARGEST:
        raise PaperTooLong(len(content))
    try:
        return typst.compile(
            str(TEMPLATES / "main.typ"),
            root=str(TEMPLATES),
            font_paths=fonts(),
            ignore_system_fonts=True,
            sys_inputs={"papers": content, "drawings": json.dumps({name: drawing(name) for name in _named(papers)})},
            pdf_standards=STANDARD,
            timestamp=int(now.timestamp()),
        )
    except RuntimeError:  # TypstError is one; a file that is not there is another
        raise PaperNotMade from None


def _named(papers: Sequence[Paper]) -> set[str]:
    """The drawings that these papers show."""
    return {figure["figure"] for paper in papers for figure in paper.get("figures", ())}
