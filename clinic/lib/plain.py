"""The text part of a letter, read from its HTML: the same words in the same order, so a letter has one source. Pure.

It knows the few elements our letters are made of. `data-text="no"` on an element leaves it out (what only helps a
screen), `data-text="foot"` sets it off as mail programs expect of a signature.
"""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Final

LINE, PARAGRAPH = 1, 2
BREAKS: Final = {
    **dict.fromkeys(("p", "h1", "h2", "h3", "ul", "table", "div"), PARAGRAPH),
    **dict.fromkeys(("li", "tr"), LINE),
}
NEVER_READ: Final = frozenset({"head", "script", "style"})
VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta"})
NOT_SHOWN: Final = ("tel:", "mailto:")
SIGNATURE: Final = "-- \n"
PREVIEW: Final = re.compile(r'<div class="preview"[^>]*>([^<]*)</div>')
SPACES: Final = re.compile(r"[ \t\r\n\f]+")


def as_text(html: str) -> str:
    """Return what a letter says, without its looks; the address of a link follows its words."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text.strip() + "\n"


def inbox_line(html: str) -> str:
    """Return what an inbox shows beside the subject: the element of class "preview", which no reader sees."""
    found = PREVIEW.search(html)
    return SPACES.sub(" ", unescape(found[1])).strip() if found else ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self._gap = 0
        self._open: list[str] = []
        self._skipped_from: int | None = None
        self._link: tuple[str, bool, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag not in VOID:
            self._open.append(tag)
            if self._skipped_from is None and (tag in NEVER_READ or facts.get("data-text") == "no"):
                self._skipped_from = len(self._open)
        if self._skipped_from is not None:
            return
        self._leave_a_gap(BREAKS.get(tag, 0))
        if facts.get("data-text") == "foot":
            self._say(SIGNATURE, gap=PARAGRAPH)
        elif tag == "br":
            self.text = self.text.rstrip(" ") + "\n"
        elif tag == "li":
            self._say("- ")
        elif tag == "a":
            self._link = (facts.get("href") or "", facts.get("class") == "deed", len(self.text))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        while self._open.pop() != tag:
            pass
        if self._skipped_from is not None:
            if len(self._open) < self._skipped_from:
                self._skipped_from = None
            return
        if tag == "a" and self._link:
            self._end_link(*self._link)
        elif tag == "th":
            self.text = self.text.rstrip() + ": "
        self._leave_a_gap(BREAKS.get(tag, 0))

    def handle_data(self, data: str) -> None:
        said = SPACES.sub(" ", data)
        if self._skipped_from is not None:
            return
        if self._gap or not self.text or self.text[-1] in " \n":
            said = said.lstrip(" ")
        if said:
            self._say(said)

    def _end_link(self, href: str, is_deed: bool, began: int) -> None:  # noqa: FBT001 - read from the element
        self._link = None
        words = self.text[began:].strip()
        if href and words != href and not href.startswith(NOT_SHOWN):
            self.text = self.text.rstrip() + (":\n" if is_deed else ": ") + href

    def _say(self, words: str, gap: int = 0) -> None:
        gap = 0 if self.text.endswith(SIGNATURE) else max(gap, self._gap)
        if self.text and gap:
            self.text = self.text.rstrip(" ") + "\n" * (gap - self._newlines())
        self._gap = 0
        self.text += words

    def _leave_a_gap(self, lines: int) -> None:
        self._gap = max(self._gap, lines)

    def _newlines(self) -> int:
        """Return how many line ends stand at the end already."""
        return len(self.text) - len(self.text.rstrip("\n"))
