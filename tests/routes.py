"""Every address of the project, from the resolver, with invented values filled in."""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# Nobody's: a stranger meets sign-in before anything is looked up.
SAMPLES = {"uuid": str(uuid.UUID(int=7)), "int": "7", "slug": "nothing", "str": "nothing", "path": "nothing"}


@dataclass(frozen=True)
class Route:
    """One address: its name with the namespace, a path that fits it, and what answers."""

    name: str
    path: str
    view: Callable[..., Any]

    @property
    def is_open(self) -> bool:
        """Whether it says that nobody need sign in."""
        return not getattr(self.view, "login_required", True)


def all_routes(urlconf: str | None = None) -> list[Route]:
    """All of them."""
    return list(_walk(get_resolver(urlconf).url_patterns, "", ""))


def _walk(patterns: list[URLPattern | URLResolver], before: str, space: str) -> Iterator[Route]:
    for entry in patterns:
        here = before + _filled(str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, here, f"{space}{entry.namespace}:" if entry.namespace else space)
        else:
            yield Route(f"{space}{entry.name or str(entry.pattern)}", f"/{here}", entry.callback)


def _filled(pattern: str) -> str:
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES[found[1] or "str"], pattern)
