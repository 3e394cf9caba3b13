"""A press on a page that was opened further down answers from its top, where the refusal stands.

A form without an address of its own is sent to the page's, with the `#times` of the day last chosen: the answer would
open at the times again, below the sentence that says what went wrong.
"""

import re

import pytest

from tests.tongues.scope import TEMPLATES

PAGES = sorted(
    page.name
    for page in (TEMPLATES / "scheduling").glob("*.html")
    if re.search(r"#times|_times\.html", page.read_text(encoding="utf-8"))
)


def presses_of(page: str) -> list[str]:
    """The forms of a template that are sent, as their opening tags."""
    text = (TEMPLATES / "scheduling" / page).read_text(encoding="utf-8")
    return re.findall(r'<form [^>]*method="post"[^>]*>', text)


def test_the_pages_with_times_have_such_forms() -> None:
    assert {page for page in PAGES if presses_of(page)} == {"_choose_times.html", "book.html", "move.html"}


@pytest.mark.parametrize("page", PAGES)
def test_a_press_names_where_it_goes(page: str) -> None:
    assert [form for form in presses_of(page) if " action=" not in form] == []
