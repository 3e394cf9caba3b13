"""A page of docs in sections, docs/bench.md most of all: each run of a part writes its own and leaves the others."""

from pathlib import Path

from clinic.embedded.home import CHECKOUT

PAPER = CHECKOUT / "docs" / "bench.md"


def write(title: str, text: str, page: Path = PAPER) -> None:
    """Put a section in the place of the one with its title, or at the end."""
    sections = page.read_text().split("\n# ") if page.exists() else []
    sections = [section.removeprefix("# ").strip() for section in sections]
    mine = f"{title}\n\n{text.strip()}"
    if any(section.startswith(f"{title}\n") for section in sections):
        sections = [mine if section.startswith(f"{title}\n") else section for section in sections]
    else:
        sections.append(mine)
    page.write_text("".join(f"# {section}\n\n" for section in sections).rstrip() + "\n")
