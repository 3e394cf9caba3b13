"""Which languages the patient pages can be read in: those they were translated into, whatever is chosen."""

from clinic.lib.languages import is_spoken
from patients.models import Language


def spoken_languages() -> list[tuple[str, str]]:
    """Return the languages to choose from, each by its own name. One alone is no choice."""
    spoken = [(str(code), str(name)) for code, name in Language.choices if is_spoken(str(code))]
    return spoken if len(spoken) > 1 else []
