"""`python -m tests.templates`: each template compiles, links to what exists, holds nothing the policy would drop."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.template import TemplateSyntaxError, engines

from tests.routes import all_routes

FOLDER = Path(__file__).parent.parent / "templates"
# A letter is read by a mail program: there a style attribute is the only one that works.
EXEMPT = "letters/"
DROPPED = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a <style> element": re.compile(r"<style\b", re.IGNORECASE),
    "a script in the page": re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.IGNORECASE),
    "an on... attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: link": re.compile(r"""=\s*["']?\s*javascript:""", re.IGNORECASE),
    "an address on another server": re.compile(
        r"""<(?:script|link|img|iframe|form)\b[^>]*=\s*["']?(?:https?:)?//""", re.IGNORECASE
    ),
}


def faults_of(source: str) -> list[str]:
    """What of the source a browser would refuse under our policy."""
    return [name for name, pattern in DROPPED.items() if pattern.search(source)]


def links_of(source: str) -> set[str]:
    """The names of the addresses it links to; a name held in a variable is met when the page is."""
    return set(re.findall(r"""{%-?\s*url\s+["']([\w:.-]+)["']""", source))


def without_token(source: str) -> list[str]:
    """The included pieces with a form whose token `only` leaves out: a browser's press would fail."""
    return [
        name
        for name, passed in re.findall(r"""{%-?\s*include\s+"([^"]+)"((?:(?!%}).)*)\sonly\s*%}""", source)
        if "csrf_token=" not in passed and "csrf_token" in (FOLDER / name).read_text()
    ]


def all_templates() -> Iterator[str]:
    """The name of each template, as `{% include %}` would write it."""
    for file in sorted(FOLDER.rglob("*")):
        if file.suffix in {".html", ".txt", ".xml", ".ics"}:
            yield str(file.relative_to(FOLDER))


def main() -> int:
    """Compile and look at each; 1 for any fault."""
    os.environ["INTERVAL_MODE"] = "test"
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinic.settings"
    django.setup()
    faults, count = [], 0
    known = {route.name for route in all_routes()}
    for name in all_templates():
        count += 1
        try:
            engines["django"].get_template(name)
        except TemplateSyntaxError as error:
            faults.append(f"templates/{name}: {error}")
        source = (FOLDER / name).read_text()
        if not name.startswith(EXEMPT):
            faults += [f"templates/{name}: {fault}" for fault in faults_of(source)]
        faults += [f"templates/{name}: csrf_token is not passed to {piece}" for piece in without_token(source)]
        faults += [f"templates/{name}: no address is named {link}" for link in sorted(links_of(source) - known)]
    print("\n".join([*faults, f"{count} templates, {len(faults)} faults"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
