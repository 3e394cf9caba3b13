"""The documents say what is there: anchors, links, make targets and decisions are looked at, not believed."""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from clinic.embedded.home import CHECKOUT

DOCS = sorted((CHECKOUT / "docs").rglob("*.md"))
PAGES = [*sorted(CHECKOUT.glob("*.md")), *DOCS]
DECISIONS = sorted((CHECKOUT / "docs" / "decisions").glob("*.md"))
SOURCES = CHECKOUT / "docs" / "sources.md"
APPS = ("clinic", "patients", "treatments", "scheduling")
CITED = re.compile(r"docs/sources\.md#([\w-]+)")
CITED_DECISION = re.compile(r"docs/decisions/(\d{4})|\bADR (\d+)\b")
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^ *```\w*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
OUR_FILE = re.compile(r"(?:clinic|patients|treatments|scheduling|tests|static|templates|docs|locale)/[\w./-]*\w/?")
LONGEST_DECISION = 40
SMALLEST_PICTURE, LARGEST_PICTURE = 10_000, 150_000


def sources() -> list[Path]:
    """Everything of ours that may cite a document."""
    return [file for app in APPS for kind in ("*.py", "*.html") for file in sorted((CHECKOUT / app).rglob(kind))]


def anchors(page: Path) -> set[str]:
    """The anchors that headings make, as a reader's browser knows them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def names(pages: list[Path]) -> list[str]:
    """How the pages are called in a test's name."""
    return [str(page.relative_to(CHECKOUT)) for page in pages]


def make_commands(text: str) -> set[str]:
    """The targets of `make` that a page tells its reader to run."""
    code = [*FENCE.findall(text), *CODE.findall(FENCE.sub("", text))]
    called = (re.findall(r"(?:^|\s)make(?: [A-Z]+=\S+)* ([a-z][a-z-]*)", piece, re.MULTILINE) for piece in code)
    return {target for targets in called for target in targets}


def test_every_cited_source_has_its_heading() -> None:
    cited = {(name, file) for file in sources() for name in CITED.findall(file.read_text())}
    there = anchors(SOURCES)
    assert {name for name, _ in cited} >= {"consent"}
    assert sorted(f"{file}: #{name}" for name, file in cited if name not in there) == []


def test_a_heading_that_is_not_there_would_be_seen(tmp_path: Path) -> None:
    page = tmp_path / "sources.md"
    page.write_text("# Where\n\n## effect window\n\n## R01, and more\n")
    assert anchors(page) == {"where", "effect-window", "r01-and-more"}


@pytest.mark.parametrize("page", DECISIONS, ids=names(DECISIONS))
def test_decision_fits_forty_lines_and_says_first_what_was_decided(page: Path) -> None:
    lines = page.read_text().splitlines()
    assert len(lines) <= LONGEST_DECISION
    assert re.fullmatch(rf"# {int(page.name[:4])}\. \S.{{10,}}", lines[0])


def test_decisions_have_a_number_each() -> None:
    numbers = Counter(page.name[:4] for page in DECISIONS)
    assert [number for number, uses in numbers.items() if uses > 1] == []


def test_every_cited_decision_is_written() -> None:
    there = {int(page.name[:4]) for page in DECISIONS}
    cited = {
        int(first or second)
        for file in [*sources(), *PAGES, CHECKOUT / "requirements.in"]
        for first, second in CITED_DECISION.findall(file.read_text())
    }
    assert cited - there == set()


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for target in LINK.findall(FENCE.sub("", page.read_text())):
        parts = urlsplit(target)
        if parts.netloc == "127.0.0.1:8000":
            resolve(parts.path)  # Resolver404 names the address
        elif not parts.netloc:
            file = (page.parent / parts.path).resolve() if parts.path else page
            if not file.exists() or (parts.fragment and parts.fragment not in anchors(file)):
                lost.append(target)
        elif parts.netloc != "127.0.0.1:8002":
            lost.append(f"{target}: a page here needs nothing from elsewhere")
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_make_target_named_is_in_the_makefile(page: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
    assert make_commands(page.read_text()) - targets == set()


def test_make_targets_are_found_in_code_and_not_in_prose() -> None:
    text = "To make sure, `make check`, `PORT=1 make run` or `make PYTHON=x test`.\n```sh\nmake setup  # all\n```\n"
    assert make_commands(text) == {"check", "run", "test", "setup"}


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_file_of_ours_that_is_named_exists(page: Path) -> None:
    named = [word for code in CODE.findall(FENCE.sub("", page.read_text())) for word in OUR_FILE.findall(code)]
    assert [word for word in named if not (CHECKOUT / word).exists()] == []


def test_readme_has_one_picture_that_loads_at_once() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (CHECKOUT / "README.md").read_text())
    assert len(pictures) == 1
    assert SMALLEST_PICTURE < (CHECKOUT / pictures[0]).stat().st_size < LARGEST_PICTURE
