"""The answer to a press opens where its sentence stands: at the top, or at the field.

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
    return re.findall(r'<form\b[^>]*method="post"[^>]*>', text)


def test_the_pages_with_times_have_such_forms() -> None:
    assert {page for page in PAGES if presses_of(page)} == {"_choose_times.html", "book.html", "move.html"}


@pytest.mark.parametrize("page", PAGES)
def test_a_press_names_where_it_goes(page: str) -> None:
    assert [form for form in presses_of(page) if " action=" not in form] == []


@pytest.mark.parametrize(
    ("page", "place"), [("online_details.html", "who"), ("online_code.html", "answer"), ("link_manage.html", "answer")]
)
def test_without_script_a_wrong_answer_opens_where_it_is_told(page: str, place: str) -> None:
    """What was asked stands below the visit: on a phone the sentence would be out of sight."""
    text = (TEMPLATES / "scheduling" / page).read_text(encoding="utf-8")
    checked = next(form for form in presses_of(page) if "novalidate" in form)
    assert f'#{place}"' in checked
    assert f'id="{place}"' in text
