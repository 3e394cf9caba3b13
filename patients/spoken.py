"""Which languages the patient pages can be read in: those they were translated into, whatever is chosen."""

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation

from clinic.lib.languages import is_spoken
from patients.models import Language


def spoken_languages() -> list[tuple[str, str]]:
    """Return the languages to choose from, each by its own name. One alone is no choice."""
    spoken = [(str(code), str(name)) for code, name in Language.choices if is_spoken(str(code))]
    return spoken if len(spoken) > 1 else []


def speaking(language: str) -> AbstractContextManager[None]:
    """Speak a language for a while, or English where the pages are not translated: words and `lang` agree."""
    return translation.override(language if is_spoken(language) else settings.LANGUAGE_CODE)
