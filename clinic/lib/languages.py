"""Which languages pages and letters can be read in: those they were translated into, whatever is asked for."""

from contextlib import AbstractContextManager
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext


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
