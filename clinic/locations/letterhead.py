"""A letter in the name of a location: its subject, its HTML and, read from that, its text.

The words of a letter stand once, in templates/letters/<slug>/{subject.txt,body.html}; never a clinical word in subject,
preview (what an inbox shows beside it), link or sender's name.
"""

from functools import cache
from typing import Any

import css_inline
from django.template import Context
from django.template.loader import get_template

from clinic.lib.plain import as_text
from clinic.locations.models import Location
from clinic.outbox.registry import Rendered


def written(
    slug: str, location: Location, *, name: str, context: dict[str, Any], secrets: tuple[str, ...] = ()
) -> Rendered:
    """Return a letter in the language spoken now. Templates get `location`, `name` (greeted), `subject`, `context`."""
    words = {"location": location, "name": name, **context}
    words["subject"] = _subject(f"letters/{slug}/subject.txt", words)
    html = get_template(f"letters/{slug}/body.html").render(words)
    return Rendered(
        subject=words["subject"],
        text=as_text(html),
        html=_inliner().inline(html),
        from_name=location.sender_name,
        secrets=secrets,
    )


def plain_lines(template: str, words: dict[str, Any]) -> list[str]:
    """Return the lines of a text template that hold something. They are no HTML: a name keeps its apostrophe."""
    text: str = get_template(template).template.render(Context(words, autoescape=False))  # type: ignore[attr-defined]  # Django's own engine has it
    return [line for given in text.splitlines() if (line := " ".join(given.split()))]


def _subject(template: str, words: dict[str, Any]) -> str:
    """Return one line: a line break in a name becomes a space."""
    return " ".join(plain_lines(template, words))


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_style_tags=False, load_remote_stylesheets=False)
