"""Which languages the patient pages can be read in: those they were translated into, whatever is chosen."""

from contextlib import AbstractContextManager
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from patients.models import Language


def spoken_languages() -> list[tuple[str, str]]:
    """Return the languages to choose from, each by its own name. One alone is no choice."""
    spoken = [(str(code), str(name)) for code, name in Language.choices if is_spoken(str(code))]
    return spoken if len(spoken) > 1 else []


def speaking(language: str) -> AbstractContextManager[None]:
    """Speak a language for a while, or English where the pages are not translated: words and `lang` agree."""
    return translation.override(language if is_spoken(language) else settings.LANGUAGE_CODE)


@cache
def is_spoken(language: str) -> bool:
    """Whether the button that every page of a form has was translated."""
    if language == settings.LANGUAGE_CODE:
        return True
    with translation.override(settings.LANGUAGE_CODE):
        own = gettext("Save and continue")
    with translation.override(language):
        return gettext("Save and continue") != own
