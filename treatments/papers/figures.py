"""The body chart for paper: the page's own drawings as pictures of their own, and where each site stands on them."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

VIEWS = {
    "head_front": (50, 12, 300, 420),
    "head_back": (36, 12, 328, 470),
    "head_left": (40, 12, 316, 440),
    "head_right": (44, 12, 316, 440),
    "body_front": (60, 6, 380, 988),
    "body_back": (60, 6, 380, 988),
}
"""The part of a drawing that is shown: x, y, width, height, as components/body_figure.html cuts it."""
DRAWN_LARGER = ("head_left", "head_right", "body_front", "body_back")
FRONT, BACK = "front", "back"
CSS = settings.BASE_DIR / "static" / "css"
RULE = re.compile(r"\.figure-drawing[^{}]*\{[^}]*\}")
TOKEN = re.compile(r"(--[\w-]+):\s*([^;]+);")


def charted(figures: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Return the figures that carry sites, as `views.session_sheet.figures_of` gives them, ready for paper."""
    return [_figure(one) for name in ("head", "body") for one in figures.get(name, ()) if one["marks"]]


def legend() -> dict[str, Any]:
    """Return what the marks mean."""
    return {
        "note": _("Schematic. The patient\u2019s own sides. Units in the mark."),
        "sides": [("left", _("Left")), ("right", _("Right")), ("midline", _("Midline"))],
    }


def _figure(one: Mapping[str, Any]) -> dict[str, Any]:
    name = str(one["figure"])
    x, y, width, height = VIEWS[name]
    return {
        "title": str(one["title"]),
        "tally": str(one["tally"]),
        "figure": name,
        "view": {"x": x, "y": y, "width": width, "height": height},
        "corners": _corners(name),
        "marks": [
            {"x": float(mark["x"]), "y": float(mark["y"]), "side": str(mark["side"]), "units": str(mark["units"])}
            for mark in one["marks"]
        ],
    }


def _corners(name: str) -> list[dict[str, str]]:
    left, right = pgettext("side", "L"), pgettext("side", "R")
    if name.endswith(FRONT):
        return [{"at": "left", "word": right}, {"at": "right", "word": left}]
    return [{"at": "left", "word": left}, {"at": "right", "word": right}] if name.endswith(BACK) else []


@cache
def drawing(name: str) -> str:
    """Return a drawing as a picture that needs no stylesheet beside it."""
    view = " ".join(str(number) for number in VIEWS[name])
    inner = render_to_string(f"components/figures/{name}.svg.html")
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}"><style>{_style()}</style>{inner}</svg>'


@cache
def _style() -> str:
    """The page's rules for drawings, with the light colours of the tokens in them."""
    tokens = dict(reversed(TOKEN.findall(_read(CSS / "tokens.css"))))  # the first block is the light one
    rules = RULE.findall(_read(CSS / "figures.css"))
    return re.sub(r"var\((--[\w-]+)\)", lambda found: tokens[found[1]], " ".join(rules))


def _read(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
