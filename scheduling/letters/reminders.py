"""What the calendar's reminders share: how long their links live, and who is the clinician's first."""

from datetime import timedelta

from django.utils.translation import gettext as _

from clinic.outbox.registry import Suppressed
from scheduling import following_up, policies
from scheduling.reasons import sentence

LINK_LIVES = timedelta(days=45)
"""A letter's link to choose a time works so long."""


def held_for_the_clinician() -> Suppressed:
    """Return why nothing goes to a patient whom the clinician looks after first."""
    text = _(following_up.WAITS)
    return Suppressed(reason=following_up.SERIOUS, where="clinician_list", text=text)


def switched_off() -> Suppressed:
    """Return why a letter does not go that the clinic's policy sends no more."""
    return Suppressed(reason=policies.OFF, where="closed", text=sentence(policies.OFF))
