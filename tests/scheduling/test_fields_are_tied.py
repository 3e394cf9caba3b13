"""BTX-101 on every page of the calendar: what describes a field is on the page, each field has a name, no id twice."""

from collections import Counter
from html.parser import HTMLParser

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from clinic.staff.models import Role
from tests.clinic.building import world
from tests.clinic.matrix import LINKS, STAFF, Entry
from tests.clinic.world import World, taken_back
from tests.scheduling.made import NOW

pytestmark = pytest.mark.django_db
REFERS = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "aria-details", "list", "form")
UNSEEN = {"hidden", "submit", "button", "reset", "image"}
PAGES = {name: entry for name, entry in (STAFF | LINKS).items() if name.startswith("scheduling:") and not entry.is_deed}
FORMS = {name: entry for name, entry in PAGES.items() if not entry.is_read}

ABOUT_THE_WHOLE = {f"scheduling:{name}" for name in ("closed_days", "book_by_link", "confirm_visit", "move_visit")}
"""Sent empty, these miss a choice that no single field holds."""
BEHIND_THE_CODE = {f"scheduling:own_page_{name}" for name in ("check", "copy", "correct", "document", "visit")}
"""Pressed without the code, these say first that it is asked for: above the page, whose own fields are not at fault."""


class Page(HTMLParser):
    """What a page says of its fields."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.refers: set[str] = set()
        self.fields: list[tuple[str, dict[str, str]]] = []
        self.labels = 0
        self.invalid = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take down what a tag refers to, and what it is."""
        facts = {name: value or "" for name, value in attrs}
        self.ids.update([facts["id"]] if "id" in facts else [])
        for name in REFERS:
            self.refers.update(facts.get(name, "").split())
        if facts.get("href", "").startswith("#"):
            self.refers.update([facts["href"][1:]] if len(facts["href"]) > 1 else [])
        if tag == "label":
            self.labels += 1
        self.invalid += facts.get("aria-invalid") == "true"
        if tag in {"input", "select", "textarea"} and facts.get("type") not in UNSEEN:
            within = {"within-a-label": ""} if self.labels else {}
            self.fields.append((tag, facts | within))

    def handle_endtag(self, tag: str) -> None:
        """Leave a label."""
        self.labels -= tag == "label"

    def faults(self, labelled: set[str]) -> list[str]:
        """What is wrong with it."""
        nameless = [
            facts.get("name", tag)
            for tag, facts in self.fields
            if not {"within-a-label", "aria-label", "aria-labelledby"} & set(facts) and facts.get("id") not in labelled
        ]
        return [
            *(f"id twice: {key}" for key, times in self.ids.items() if times > 1),
            *(f"refers to nothing: {key}" for key in sorted(self.refers - set(self.ids))),
            *(f"no label: {name}" for name in nameless),
        ]


def faults_of(html: str) -> list[str]:
    """What is wrong with a whole page."""
    page = Page(html)
    return page.faults(page.refers)


def answer_of(browser: Client, where: str, *, is_press: bool) -> str:
    """The page that answers, empty where it is a part, a file or a way on."""
    with taken_back():
        answer = browser.post(where, {}) if is_press else browser.get(where)
    is_page = isinstance(answer, HttpResponse) and answer["Content-Type"].startswith("text/html")
    html = answer.content.decode() if is_page else ""
    return html if "<html" in html else ""


def where(the: World, name: str, entry: Entry) -> str:
    """Its address here; a booking is somebody's."""
    named = {key: the.here.id_of(kind) for key, kind in entry.named.items()}
    asks = f"?patient={the.here.patient.public_id}" if name in {"scheduling:book", "scheduling:book_here"} else ""
    return reverse(name, kwargs=named | entry.others) + asks


def whose(the: World, name: str, entry: Entry) -> Client:
    """Somebody whom it lets in; a link needs nobody."""
    return the.browser(None if name in LINKS else next(role for role in Role if role in entry.roles))


def test_btx_101_every_field_of_the_calendars_pages_is_tied_to_its_words(time_machine: object) -> None:
    the = built(time_machine)
    found, silent = {}, list[str]()
    for is_press, entries in ((False, PAGES), (True, FORMS)):
        for name, entry in entries.items():
            html = answer_of(whose(the, name, entry), where(the, name, entry), is_press=is_press)
            if faults := faults_of(html):
                found[name, "sent empty" if is_press else "as it is"] = faults
            if is_press and "error-summary" in html and not Page(html).invalid:
                silent.append(name)
    assert found == {}
    assert set(silent) == ABOUT_THE_WHOLE | BEHIND_THE_CODE


def test_control_a_page_with_fields_that_are_not_tied_is_seen() -> None:
    poor = '<html><label for="a">A</label><input id="b" aria-describedby="c"><p id="d"></p><p id="d"></p></html>'
    assert faults_of(poor) == ["id twice: d", "refers to nothing: a", "refers to nothing: c", "no label: input"]


def built(time_machine: object) -> World:
    """One of everything, at a clinic's hour."""
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]
    return world(NOW)
