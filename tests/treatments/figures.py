"""Finds the figures of a page that came from one value of the catalogue, and whether its source is beside them.

A figure is a piece of text with a digit in it. The page is rendered twice: once as the catalogue stands, once with one
of its values changed. What is different is what came from the value; nobody has to mark it, so nobody can forget to.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"input", "br", "img", "link", "meta", "hr"}
BORDERS = {"table", "tbody", "form", "main", "body", "ul", "ol"}
"""A source outside of these is not beside the figure."""
UNSEEN = {"script", "style", "template", "option"}
DIGIT = re.compile(r"\d")
TICKING = re.compile(r"\d+ h \d+ min( \d+ s)?")
"""How long ago something was: another one each time a page is rendered."""


@dataclass
class Node:
    """One element: its name, attributes, text and what it holds."""

    tag: str
    attrs: dict[str, str]
    parent: "Node | None" = None
    children: list["Node"] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def up(self) -> Iterator["Node"]:
        """The element and those around it, from the inside out."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def down(self) -> Iterator["Node"]:
        """The element and all within it."""
        yield self
        for child in self.children:
            yield from child.down()

    def is_(self, *classes: str) -> bool:
        """Whether it has one of these classes."""
        return bool(set(self.attrs.get("class", "").split()) & set(classes))

    @property
    def text(self) -> str:
        """Its own words, and those of what is set within the line."""
        words = [*self.texts, *(child.text for child in self.children if child.tag in INLINE)]
        return " ".join(" ".join(words).split())


INLINE = {"b", "strong", "em", "small", "abbr", "span", "i"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Node("root", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(node)
        if tag not in VOID:
            self.here = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        for node in self.here.up():
            if node.tag == tag and node.parent is not None:
                self.here = node.parent
                return

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.here.texts.append(data.strip())


def tree_of(page: str) -> Node:
    """A page as elements."""
    reader = _Reader()
    reader.feed(page)
    return reader.root


@dataclass(frozen=True)
class Figure:
    """A piece of text with a digit, or what a box is filled with, and the element it stands in."""

    text: str
    node: Node = field(compare=False, hash=False)


def figures_of(root: Node, exempt: Iterable[str] = ()) -> list[Figure]:
    """Every figure a reader sees, but for those within elements of the exempt classes."""
    return list(_seen_in(root, tuple(exempt)))


def _seen_in(node: Node, exempt: tuple[str, ...]) -> Iterator[Figure]:
    if node.tag in UNSEEN or node.attrs.get("type") == "hidden" or node.is_(*exempt):
        return
    if node.tag not in INLINE | {"summary"}:
        text = node.text
        if node.tag == "input" and node.attrs.get("type") not in ("checkbox", "radio", "date"):
            text = node.attrs.get("value", "")
        if DIGIT.search(text):
            yield Figure(TICKING.sub("a while", text), node)
    for child in node.children:
        yield from _seen_in(child, exempt)


def moved(before: Node, after: Node, exempt: Iterable[str] = ()) -> list[Figure]:
    """The figures of the second page that the first does not have."""
    had = Counter(figure.text for figure in figures_of(before, exempt))
    new = []
    for figure in figures_of(after, exempt):
        if had[figure.text]:
            had[figure.text] -= 1
        else:
            new.append(figure)
    return new


def has_way_to(figure: Figure, place: str) -> bool:
    """Whether a link to this place, or to the entry's part around or within it, stands beside a figure."""
    for around in figure.node.up():
        if around.tag in BORDERS or around.is_("card", "columns", "stack", "finding-list"):
            return False
        sources = (node.attrs["data-source"] for node in around.down() if "data-source" in node.attrs)
        if any(is_near(source, place) for source in sources):
            return True
    return False


def is_near(source: str, place: str) -> bool:
    """Whether a source is the place, around it, or within it; the entry as a whole is around all of it."""
    entry, _, path = source.partition("#")
    wanted_entry, _, wanted = place.partition("#")
    if entry != wanted_entry:
        return False
    return not path or path == wanted or wanted.startswith(f"{path}.") or path.startswith(f"{wanted}.")
