"""What the calendar's letters share: how they say why they do not go."""

from clinic.outbox.registry import Suppressed
from scheduling import following_up
from scheduling.reasons import sentence


def no_more(*, reason: str, where: str = "closed") -> Suppressed:
    """Return that a letter is not wanted any more, with the sentence the desk reads for it."""
    return Suppressed(reason=reason, where=where, text=sentence(reason))


def held_for_the_clinician() -> Suppressed:
    """Return why nothing goes to a patient whom the clinician looks after first."""
    return no_more(reason=following_up.SERIOUS, where=following_up.CLINICIAN_LIST)
