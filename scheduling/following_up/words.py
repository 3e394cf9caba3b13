"""The words of a follow-up that its deeds and its letter share."""

from datetime import timedelta

from django.utils.translation import gettext_noop

LETTER = "follow_up_due"
WAITS = gettext_noop("The clinician sees to this patient first.")
"""Why a letter does not go, to the desk as well: not what the patient has."""
USEFUL_FOR = timedelta(days=60)
"""A letter that could not go for so long is not sent any more: a person has called by then."""
