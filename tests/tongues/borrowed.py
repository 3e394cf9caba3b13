"""Django's own words that reach a patient: it has no Gujarati, and its Hindi is not how the clinic speaks."""

from collections.abc import Iterator
from typing import Final

from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import override

FORMS: Final = (
    ("This field is required.",),
    ("Enter a whole number.",),
    ("Enter a valid value.",),
    ("Enter a list of values.",),
    ("Enter a valid UUID.",),
    ("Null characters are not allowed.",),
    ("Select a valid choice. %(value)s is not one of the available choices.",),
    ("Select a valid choice. That choice is not one of the available choices.",),
    (
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
    ),
)
LANGUAGES: Final = (("English",), ("Hindi",), ("Gujarati",))


def borrowed() -> Iterator[tuple[str, ...]]:
    """Yield the names of days and months, what forms say of an answer they cannot take, and the languages."""
    with override("en"):
        for names in (WEEKDAYS, WEEKDAYS_ABBR, MONTHS, MONTHS_3):
            yield from ((str(name),) for name in names.values())
    yield from FORMS
    yield from LANGUAGES
