"""Which pages take files, and how large a request may be: asked before a byte of it is read."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

MEGABYTE: Final = 1024 * 1024
FIELDS_MEGABYTES: Final = 3
"""What a form without files may weigh, and what is left beside the files for the other fields."""
PAYLOAD_TOO_LARGE: Final = 413
V = TypeVar("V", bound=Callable[..., Any])


def takes_files(view: V) -> V:
    """Mark a view whose form has files; every other one refuses a request that only files make so large.

    Outermost of its decorators. How much it takes is `UPLOAD_TOTAL_MEGABYTES`.
    """
    view.takes_files = True  # type: ignore[attr-defined]
    return view


class RequestSizeMiddleware:
    """Refuses a request that is larger than its page takes, before anything reads it: nothing is written to disk."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass everything."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Answer 413 with a sentence. Must stand before the check of the form's token, which reads the form."""
        files = settings.UPLOAD_TOTAL_MEGABYTES if getattr(view, "takes_files", False) else 0
        most = files + FIELDS_MEGABYTES
        length = request.headers.get("Content-Length") or "0"
        if length.isdecimal() and int(length) <= most * MEGABYTE:
            return None
        return render(
            request, "413.html", {"megabytes": files or most, "is_for_files": bool(files)}, status=PAYLOAD_TOO_LARGE
        )
