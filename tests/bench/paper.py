"""docs/bench.md: each run of a part writes its own section and leaves the others."""

from clinic.embedded.home import CHECKOUT

PAPER = CHECKOUT / "docs" / "bench.md"


def write(title: str, text: str) -> None:
    """Put a section in the place of the one with its title, or at the end."""
    sections = PAPER.read_text().split("\n# ") if PAPER.exists() else []
    sections = [section.removeprefix("# ").strip() for section in sections]
    mine = f"{title}\n\n{text.strip()}"
    if any(section.startswith(f"{title}\n") for section in sections):
        sections = [mine if section.startswith(f"{title}\n") else section for section in sections]
    else:
        sections.append(mine)
    PAPER.write_text("".join(f"# {section}\n\n" for section in sections).rstrip() + "\n")
