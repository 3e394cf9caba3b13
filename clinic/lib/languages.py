"""Which languages the pages can be read in: those they were translated into, whatever a browser asks for."""

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
