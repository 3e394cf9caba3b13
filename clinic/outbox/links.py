"""Absolute addresses for letters: a worker has no request to take the host from."""

from typing import Any

from django.conf import settings
from django.urls import reverse


class Links:
    """Builds the addresses a letter carries, from the clinic's own origin."""

    def __init__(self, origin: str | None = None) -> None:
        self.origin = (origin or settings.PUBLIC_URL).rstrip("/")

    def absolute(self, path: str) -> str:
        """Return the absolute address of a path that begins with a slash."""
        return f"{self.origin}{path}"

    def to(self, viewname: str, *args: Any, **kwargs: Any) -> str:
        """Return the absolute address of a page by its URL name."""
        return self.absolute(reverse(viewname, args=args, kwargs=kwargs))
