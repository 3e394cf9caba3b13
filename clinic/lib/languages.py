"""Which languages pages and letters can be read in: those they were translated into, whatever is asked for."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext

View = TypeVar("View", bound=Callable[..., Any])
MARK: Final = "is_for_patients"


def for_patients(view: View) -> View:
    """Mark a page that patients read: it speaks the language they ask for. Pages of staff speak English."""
    setattr(view, MARK, True)
    return view


def is_for_patients(view: Callable[..., Any]) -> bool:
    """Whether a page was marked so."""
    return bool(getattr(view, MARK, False))


@cache
def is_spoken(language: str) -> bool:
    """Whether the button that every page of a form has was translated."""
    if language == settings.LANGUAGE_CODE:
        return True
    with translation.override(settings.LANGUAGE_CODE):
        own = gettext("Save and continue")
    with translation.override(language):
        return gettext("Save and continue") != own


def read_as(language: str) -> str:
    """The language somebody who asked for this one gets: English where nothing is translated."""
    return language if is_spoken(language) else settings.LANGUAGE_CODE


def speaking(language: str) -> AbstractContextManager[None]:
    """Speak that language for a while: dates and sentences agree."""
    return translation.override(read_as(language))


def asked_for(request: HttpRequest) -> str:
    """The language the address of a public page asks for, else the browser's."""
    wish = request.GET.get("lang", "")
    return wish if wish in dict(settings.LANGUAGES) and is_spoken(wish) else translation.get_language() or ""


def switch(request: HttpRequest, names: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """The languages of a public page, each under its own name and with the address of this page in it."""
    here, query = translation.get_language() or "", request.GET.dict()
    return [
        {
            "code": code,
            "name": name,
            "is_current": code == here,
            "href": f"?{urlencode({**query, 'lang': code})}",
        }
        for code, name in names
        if is_spoken(code)
    ]
