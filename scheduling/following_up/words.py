"""The words of a follow-up that its deeds and its letter share."""

from datetime import timedelta

LETTER = "follow_up_due"
USEFUL_FOR = timedelta(days=60)
"""A letter that could not go for so long is not sent any more: a person has called by then."""
