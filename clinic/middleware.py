"""What every request passes: a number, headers that keep it out of caches, the end of a working day, history."""

import contextvars
import datetime
import logging
import re
import uuid
from collections.abc import Callable
from typing import Any

import pghistory.middleware
from django.conf import settings
from django.contrib.auth import logout
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.views.defaults import bad_request

from clinic.lib.db import gave_up_waiting
from clinic.lib.languages import is_for_patients, is_spoken

log = logging.getLogger(__name__)
SECONDS_TO_REST = "5"
SENSORS_OFF = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
GetResponse = Callable[[HttpRequest], HttpResponse]
request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")
# A link's token in a path is a capability. Public ids may be logged: they open nothing by themselves.
TOKEN = re.compile(r"(?<=/)(?![0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w:.-]))[\w:.-]{24,}")

# Postgres quotes the row it refused, lines of somebody's note among it: gone up to the next fault of the chain.
QUOTED = re.compile(r"^(DETAIL|CONTEXT|LINE \d+):.*?(?=^(The above|During handling)|\Z)", re.MULTILINE | re.DOTALL)
NUL = "NUL (0x00)"  # as the driver says it


class RequestIdMiddleware:
    """Gives each request a number, for the log and for the person who has to quote it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Number it, on the way in and out."""
        number = uuid.uuid4().hex[:12]
        token = request_id.set(number)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = number
        return response


class QuietHeadersMiddleware:
    """Everything dynamic is kept by nobody, and the browser's sensors stay off. Static files were answered before."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add what the view did not say itself."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class SpokenLocaleMiddleware(LocaleMiddleware):
    """The language that the browser asks for, where a patient reads; pages of staff are translated into none."""

    def process_request(self, request: HttpRequest) -> None:
        """Choose it, if it is spoken: not dates in one language and sentences in another."""
        super().process_request(request)
        if not is_spoken(translation.get_language() or settings.LANGUAGE_CODE):
            self._speak_english(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any) -> None:
        """Speak English to staff; an address where nothing is answers whoever asks in their own."""
        if not is_for_patients(view):
            self._speak_english(request)

    def _speak_english(self, request: HttpRequest) -> None:
        translation.activate(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = settings.LANGUAGE_CODE


class SessionEndsMiddleware:
    """Signs a person out a working day after signing in, however busy; a cookie's age begins anew with each write."""

    KEY = "signed_in_at"

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note when the session began; end it when the day is over."""
        if request.session.session_key and request.user.is_authenticated:
            now = timezone.now()
            began = request.session.get(self.KEY)
            if began is None:
                request.session[self.KEY] = now.isoformat()
            elif now - datetime.datetime.fromisoformat(began) >= settings.SESSION_ENDS_AFTER:
                logout(request)
        return self.get_response(request)


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    """Tells each row's history who and from which page: its route, for a path may carry a link's token."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        """Who and where, for pghistory."""
        try:
            route = resolve(request.path_info).route
        except Resolver404:
            route = ""
        return {**super().get_context(request), "url": route, "request": request_id.get()}


class NoughtBytesMiddleware:
    """Answers 400 where a NUL byte reached the database past a form: no person typed it, and nothing was saved."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass everything."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say that the request could not be read; leave every other fault to those who handle faults."""
        return bad_request(request, exception) if isinstance(exception, ValueError) and NUL in str(exception) else None


class GaveUpWaitingMiddleware:
    """Answers 503 where a lock was waited for in vain: the deed was undone whole, and a moment later it may pass.

    The deeds of the calendar say it beside what was typed; this is the floor under all the others.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass everything."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say that it is busy here; leave every other fault to those who handle faults."""
        if not isinstance(exception, DatabaseError) or not gave_up_waiting(exception):
            return None
        log.warning("%s gave up waiting for a lock", request.resolver_match and request.resolver_match.view_name)
        answer = render(request, "503.html", status=503)
        answer.headers["Retry-After"] = SECONDS_TO_REST
        return answer


class QuietFormatter(logging.Formatter):
    """Writes a fault without what the database or an address says of a person: rows, keys, tokens."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        """Return the traceback, without the lines in which Postgres quotes what was to be saved."""
        return TOKEN.sub("[link]", QUOTED.sub("", super().formatException(ei)))


class RedactLinks(logging.Filter):
    """Keeps the tokens of links out of the log and puts the request's number in."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record; always let it through."""
        record.request_id = request_id.get()
        message = record.getMessage()
        record.msg, record.args = TOKEN.sub("[link]", message), None
        return True
