"""Which languages pages and letters can be read in: those they were translated into, whatever is asked for."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, Final, TypeVar

from django.conf import settings
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
